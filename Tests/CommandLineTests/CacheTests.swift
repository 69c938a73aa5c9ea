import Glibc
import Testing

/// What is run again, and what is not.
struct CacheTests {
  private func project() -> Project {
    let project = Project()
    project.write("d.csv", "a,b\n1,2\n3,4\n")
    project.notebook([
      ("load", "t = read_csv(\"d.csv\")"), ("sum", "s = t |> aggregate(a: sum(.a))\ns"), ("other", "o = 5"), ("last", "o + 1"),
    ])
    return project
  }

  @Test func anUnchangedNotebookRunsNothingAndShowsTheSame() {
    let project = project()
    let first = project.weir("run", "a.mlnb"), second = project.weir("run", "a.mlnb")
    #expect(first.status == 0 && second.status == 0)
    #expect(project.ran(first) == ["last", "load", "other", "sum"], "\(first.all)")
    #expect(project.ran(second).isEmpty)
    #expect(second.errors.contains("4 unchanged"))
    #expect(first.output == second.output)
    #expect(first.output.contains("4") && first.output.hasSuffix("6\n"))
  }

  @Test func pruningForgetsAndTheNextRunComputesAgain() {
    let project = project()
    project.weir("run", "a.mlnb")
    let kept = project.weir("prune")
    #expect(kept.status == 0 && kept.output.contains("forgot 0 results and 0 runs"), "\(kept.all)")
    usleep(2000)
    let counted = project.weir("prune", "--older", "0.001", "--keep-runs", "0", "-n")
    #expect(counted.output.contains(" and 1 run,") && !counted.output.contains("forget 0"), "\(counted.all)")
    #expect(project.ran(project.weir("run", "a.mlnb")).isEmpty)
    usleep(2000)
    let gone = project.weir("prune", "--older", "0.001", "--keep-runs", "1", "--json")
    #expect(gone.status == 0 && gone.output.contains("\"runs\" : 1") && gone.output.contains("\"cells\" : 0"), "\(gone.all)")
    #expect(project.ran(project.weir("run", "a.mlnb")) == ["last", "load", "other", "sum"])
    for wrong in ["--older=soon", "--older=-1", "--keep-runs=-1"] { #expect(project.weir("prune", wrong).status == 2) }
    #expect(Project().weir("prune").status == 4)
  }

  @Test func anEditRunsWhatDependsOnItAgain() {
    let project = project()
    project.weir("run", "a.mlnb")
    project.write("a.mlnb", project.read("a.mlnb").replacing("o = 5", with: "o = 6"))
    let edited = project.weir("run", "a.mlnb")
    #expect(project.ran(edited) == ["last", "other"])
    #expect(edited.output.hasSuffix("7\n"))
    // Other code that gives the same value ends the chain.
    project.write("a.mlnb", project.read("a.mlnb").replacing("o = 6", with: "o = 2 * 3"))
    #expect(project.ran(project.weir("run", "a.mlnb")) == ["other"])
  }

  @Test func aCommentOrAnotherLayoutRunsNothing() {
    let project = project()
    project.weir("run", "a.mlnb")
    let text = project.read("a.mlnb").replacing("o = 5", with: "# why\no   =   5   # five")
      .replacing("t |> aggregate(a: sum(.a))", with: "t\n  |> aggregate(\n    a: sum(.a),\n  )")
      .replacing("More words.", with: "Quite other words.")
    project.write("a.mlnb", text)
    let run = project.weir("run", "a.mlnb")
    #expect(run.status == 0, "\(run.all)")
    #expect(project.ran(run).isEmpty, "\(run.all)")
  }

  @Test func aChangedDataFileRunsItsReaderAgain() {
    let project = project()
    project.weir("run", "a.mlnb")
    project.write("d.csv", "a,b\n1,2\n3,5\n")
    // Only `b` changed: the table is another, and so its reader's reader runs; what it gives is the same.
    let run = project.weir("run", "a.mlnb")
    #expect(project.ran(run).contains("load"))
    #expect(!project.ran(run).contains("other"))
    project.write("d.csv", "a,b\n10,2\n3,5\n")
    #expect(project.weir("run", "a.mlnb").output.contains("13"))
    project.write("d.csv", "a,b\n1,2\n3,4\n")
    #expect(project.ran(project.weir("run", "a.mlnb")).isEmpty)
    project.delete("d.csv")
    let gone = project.weir("run", "a.mlnb")
    #expect(gone.status == 4, "\(gone.all)")
    #expect(!gone.output.contains("13"))
  }

  @Test func aNewFileThatAPatternMatchesCounts() {
    let project = Project()
    project.write("data/a.csv", "x\n1\n")
    project.notebook([("load", "read_csv(\"data/*.csv\") |> aggregate(s: sum(.x))")])
    let first = project.weir("run", "a.mlnb")
    project.write("data/b.csv", "x\n20\n")
    let second = project.weir("run", "a.mlnb")
    #expect(first.output.contains("1") && second.output.contains("21"), "\(first.all)\(second.all)")
    project.delete("data/a.csv")
    #expect(project.weir("run", "a.mlnb").output.contains("20"))
  }

  @Test func aWrittenFileThatIsGoneIsWrittenAgain() {
    let project = Project()
    project.notebook([("save", "table(a: [1, 2]) |> write_csv(\"out.csv\")")])
    project.weir("run", "a.mlnb")
    #expect(project.read("out.csv") == "a\n1\n2\n")
    #expect(project.ran(project.weir("run", "a.mlnb")).isEmpty)
    project.delete("out.csv")
    #expect(project.weir("run", "a.mlnb").status == 0)
    #expect(project.read("out.csv") == "a\n1\n2\n")
    project.write("out.csv", "somebody's own\n")
    project.weir("run", "a.mlnb")
    #expect(project.read("out.csv") == "a\n1\n2\n")
  }

  @Test func cellsThatWriteAndReadAFileKeepTheirOrder() {
    let project = Project()
    project.notebook([
      ("w", "table(a: [1]) |> write_csv(\"x.csv\")"), ("r", "print(\"{read_csv(\"x.csv\") |> count()}\")"),
      ("w2", "table(a: [1, 2]) |> write_csv(\"x.csv\")"), ("r2", "print(\"{read_csv(\"x.csv\") |> count()}\")"),
    ])
    for _ in 0..<3 { #expect(project.weir("run", "a.mlnb", "-j", "4", "--no-cache").output == "1\n2\n") }
    // Every run, cached or not, leaves and shows what the page says.
    for _ in 0..<3 {
      #expect(project.weir("run", "a.mlnb").output == "1\n2\n")
      #expect(project.read("x.csv") == "a\n1\n2\n")
    }
  }

  @Test func cachesThatAreOff() {
    let project = Project()
    project.notebook([("a cache=off", "x = 1"), ("b", "x + 1"), ("now", "now() > now()")])
    let first = project.weir("run", "a.mlnb"), second = project.weir("run", "a.mlnb")
    #expect(first.status == 0, "\(first.all)")
    #expect(project.ran(second) == ["a", "now"])
    #expect(project.ran(project.weir("run", "a.mlnb", "--no-cache")) == ["a", "b", "now"])
  }

  @Test func aParameterRunsItsReadersAgain() {
    let project = Project()
    project.notebook([("head", "param n: int = 3"), ("a", "n * 2"), ("b", "\"other\"")])
    #expect(project.weir("run", "a.mlnb").output == "6\n\"other\"\n")
    let given = project.weir("run", "a.mlnb", "-p", "n=50")
    #expect(given.output == "100\n\"other\"\n")
    #expect(!project.ran(given).contains("b"))
    #expect(project.weir("run", "a.mlnb").output == "6\n\"other\"\n")
    for text in ["n=1.5", "n=", "n=99999999999999999999", "n=1e3", "n=[1]"] {
      #expect(project.weir("run", "a.mlnb", "-p", text).status == 2, "\(text)")
    }
    #expect(project.weir("run", "a.mlnb", "-p", "m=1").errors.contains("its parameters: n"))
  }

  @Test func theSameBytesWhateverTheThreads() {
    let cells = [
      ("data", "t = table(x: [i for i in 1..500], g: [i % 7 for i in 1..500])"), ("some", "sample(t, n: 20)"),
      ("more", "u = sample(t, fraction: 0.3)\nu |> aggregate(by: .g, n: count(), m: mean(.x), d: std(.x)) |> sort(.g)"),
      ("join", "join(u, t |> aggregate(by: .g, total: sum(.x)), on: .g) |> sort(.x) |> take(10)"),
    ]
    var seen: Set<String> = []
    for j in ["1", "2", "7"] {
      let project = Project()
      project.notebook(cells + [("out", "output u")])
      project.write("b.weir", "---\nseed: 1\n---\n" + cells.map(\.1).joined(separator: "\n") + "\noutput u\n")
      let run = project.weir("run", "a.mlnb", "-j", j, "--outputs", "out")
      #expect(run.status == 0, "\(run.all)")
      seen.insert(run.output + project.read("out/u.csv"))
    }
    #expect(seen.count == 1)
    let another = Project()
    another.notebook(cells, seed: 2)
    let run = another.weir("run", "a.mlnb")
    #expect(!(seen.first ?? "").hasPrefix(run.output))
  }

  @Test func scriptsFromStdinAndFoldersElsewhere() {
    let project = Project()
    #expect(project.weir("run", "-", input: "1 + 1").output == "2\n")
    #expect(project.weir("run", "-", input: "1 +").status == 2)
    project.write("deep/nb/a.mlnb", Project.notebookText([("a", "read_csv(\"../d.csv\") |> count()")]))
    project.write("deep/d.csv", "x\n1\n2\n3\n")
    #expect(project.weir("run", "deep/nb/a.mlnb").output == "3\n")
    #expect(project.weir("run", "nb/a.mlnb", folder: "deep").output == "3\n")
    let inside = project.weir("run", "a.mlnb", folder: "deep/nb")
    #expect(inside.output == "3\n")
    #expect(project.exists("deep/nb/.weir/store.db"))
    let home = project.weir("run", "deep/nb/a.mlnb", environment: ["WEIR_HOME": project.path + "/home"])
    #expect(home.output == "3\n")
    #expect(project.exists("home"))
  }
}
