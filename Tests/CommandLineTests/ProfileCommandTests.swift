import Testing

@Suite struct ProfileCommandTests {
  private let data = "id,age,city\n1,31,Rome\n2,340,Oslo\n3,,Rome\n"

  @Test func tellsWhatAFileHolds() {
    let project = Project()
    project.write("d.csv", data)
    let plain = project.weir("profile", "d.csv")
    #expect(plain.status == 0 && plain.output.contains("3 rows, 3 columns, no copies") && plain.output.contains("`age` is missing on 33 %"))
    let json = project.weir("profile", "d.csv", "--json", "--target", "city")
    #expect(json.status == 0 && json.output.hasPrefix("{") && json.output.contains("\"findings\""))
    let page = project.weir("profile", "d.csv", "--html", "p.html", "-q")
    #expect(page.status == 0)
    let html = project.read("p.html")
    #expect(html.contains("<svg") && !html.contains("`") && html.contains("<code>"))
  }

  @Test func expectationsAreAGate() {
    let project = Project()
    let files = [
      "d.csv": data, "good.weir": "expect_columns(data, age: int(0..400), unique: .id)\n",
      "bad.weir": "expect_columns(data, age: int(0..120, missing: false))\nexpect_columns(data, city: text(one_of: [\"Rome\"]))\nexpect(count(data) == 3)\n",
      "wrong.weir": "expect_columns(data, age: 5)\n", "broken.weir": "expect(\n", "empty.weir": "",
    ]
    for (name, text) in files { project.write(name, text) }
    #expect(project.weir("profile", "d.csv", "--expect", "good.weir").status == 0)
    let bad = project.weir("profile", "d.csv", "--expect", "bad.weir")
    #expect(bad.status == 3 && bad.output.contains("row 1 is 340") && bad.output.contains("row 1 is Oslo") && bad.output.contains("row 2 is missing"))
    #expect(project.weir("profile", "d.csv", "--expect", "wrong.weir").status == 1)
    #expect(project.weir("profile", "d.csv", "--expect", "broken.weir").status == 2)
    #expect(project.weir("profile", "d.csv", "--expect", "empty.weir").status == 2)
    #expect(project.weir("profile", "d.csv", "--expect", "nope.weir").status == 4)
    #expect(project.weir("profile", "nope.csv").status == 4)
    #expect(project.weir("profile", "good.weir").status == 2)
    #expect(project.weir("profile", "d.csv", "--target", "nope").status == 2)
  }
}
