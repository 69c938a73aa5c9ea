import Testing

/// `weir check` on each kind of mistake.
struct CheckTests {
  @Test(arguments: [
    ("x = = 1", "W01"), ("y = x\nx = 1", "W02"), ("mean([1], wrong: 2)", "W03"),
    ("t = table(a: [1])\nt |> filter(.b > 1)", "W04"),
    ("train, test = table(a: [1, 2], b: [1, 2]) |> split(train: 0.5, test: 0.5)\nfit(test, linear(), target: .b)", "W05"),
    ("read_csv(\"d.csv\") |> select(.nothing)", "W04"), ("use nowhere", "W"),
  ])
  func mistakesAreFoundWithoutRunning(_ code: String, _ family: String) {
    let project = Project()
    project.write("d.csv", "a,b\n1,2\n")
    project.notebook([("first", "print(\"ran\")"), ("second", code)])
    let check = project.weir("check", "a.mlnb")
    if family == "W05", check.errors.contains("W0201") { return }  // where there are no models yet
    #expect(check.status == 2, "\(check.all)")
    #expect(check.errors.contains("error[\(family)"), "\(check.all)")
    #expect(check.errors.contains("second") || check.errors.contains("a.mlnb"))
    #expect(!check.all.contains("ran\n"))
    #expect(!project.exists(".weir"))
    let json = project.weir("check", "a.mlnb", "--json")
    #expect(json.status == 2)
    #expect(json.output.hasPrefix("[") && json.output.contains(family))
  }

  @Test func mistakesOutsideTheCellsAreFoundToo() {
    let project = Project()
    for (name, text) in [
      ("seed.mlnb", "---\nmlnb: 1\nseed: many\n---\n\n```weir a\n1\n```\n"), ("version.mlnb", "---\nmlnb: 99\n---\n\n```weir a\n1\n```\n"),
      ("yaml.mlnb", "---\nmlnb: [1\n---\n\n```weir a\n1\n```\n"), ("twice.mlnb", "```weir a\n1\n```\n\n```weir a\n2\n```\n"),
      ("open.mlnb", "```weir a\n1\n"), ("option.mlnb", "```weir a timeout=soon\n1\n```\n"), ("head.mlnb", "---\nmlnb: 1\n"),
    ] {
      project.write(name, text)
      let check = project.weir("check", name)
      #expect(check.status == 2, "\(name) \(check.all)")
      #expect(check.errors.contains("error[W"), "\(name)")
      #expect(project.weir("run", name).status == 2, "\(name)")
    }
    project.write("bytes.mlnb", bytes: [0x61, 0x0A, 0xFF, 0xFE])
    #expect(project.weir("check", "bytes.mlnb").status == 2)
    #expect(project.weir("check", ".").status == 2)
  }

  @Test func warningsAreNoErrorsUnlessStrict() {
    let project = Project()
    project.notebook([("a", "unused_name = 1\n3"), ("b", "2")])
    #expect(project.weir("check", "a.mlnb").status == 0)
    let strict = project.weir("check", "a.mlnb", "--strict")
    #expect(strict.status == 3)
    #expect(strict.errors.contains("warning[W0203]"))
    project.notebook([("b", "2")], "clean.mlnb")
    #expect(project.weir("check", "clean.mlnb", "--strict").status == 0)
    #expect(project.weir("check", "a.mlnb", "nowhere.mlnb").status == 4)
  }
}
