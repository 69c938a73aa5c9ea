import Testing
import WeirCatalog
import WeirChecker
import WeirDiagnostics

struct ColumnRuleTests {
  static let read = "raw = read_csv(\"penguins.csv\")\n"

  @Test(arguments: [
    ("raw |> filter(.body_mas > 3)", "W0401 .body_mas"),
    ("raw |> derive(a: .body_mass, b: .a + .c)", "W0401 .c"),
    ("raw |> derive(heavy: .body_mass > 3) |> filter(.havy)", "W0401 .havy"),
    ("raw |> select(.species, .island) |> filter(.sex == \"m\")", "W0401 .sex"),
    ("raw |> select(.species, \"islnd\")", "W0401 \"islnd\""),
    ("raw |> select([.species, .islnd])", "W0401 .islnd"),
    ("names = [\"species\", \"islnd\"]\nraw |> select(names)", "W0401 names"),
    ("raw |> aggregate(by: .specis, n: count())", "W0401 .specis"),
    ("raw |> aggregate(by: .species, m: mean(.body_mas))", "W0401 .body_mas"),
    ("raw |> aggregate(by: .species, n: count()) |> filter(.island == \"x\")", "W0401 .island"),
    ("raw |> sort(.species, desc(.body_mas))", "W0401 .body_mas"),
    ("raw |> sort(\"specis\")", "W0401 \"specis\""),
    ("raw.body_mas", "W0401 body_mas"),
    ("raw[\"body_mas\"]", "W0401 \"body_mas\""),
    ("raw |> fit(logistic(), target: .specis)", "W0401 .specis"),
    ("raw |> cast(body_mas: \"int\")", "W0401 body_mas"),
    ("fn heavy(t) = t |> filter(.body_mas > 3)\nheavy(raw)", "W0401 .body_mas"),
    (".body_mass", "W0402 .body_mass"),
    ("print(.body_mass)\nraw", "W0402 .body_mass"),
    ("raw |> filter(fn_of(1))\nfn fn_of(x) = .body_mass", "W0402 .body_mass"),
    ("raw |> derive(x: .species * 2)", "W0307 *"),
    ("raw |> filter(.species > 3)", "W0307 >"),
    ("raw |> derive(x: -.species)", "W0307 .species"),
    ("raw |> derive(x: not .body_mass)", "W0307 .body_mass"),
    ("raw |> derive(x: .hatched * 2)", "W0307 *"),
  ])
  func wrongColumnsAreFound(program: String, expected: String) {
    let found = check(Self.read + program).found.filter { !$0.hasPrefix("W0203") && !$0.hasPrefix("W0202") }
    #expect(found == [expected])
  }

  @Test(arguments: [
    "raw |> filter(.body_mass > 2500 and .species in [\"Adelie\"])", "raw |> derive(ratio: .bill_length / .body_mass)",
    "raw |> derive(a: .body_mass, b: .a + 1) |> select(.a, .b)", "raw |> filter(.hatched > \"2020-01-01\")",
    "raw |> aggregate(by: [.species, .island], n: count(), m: mean(.body_mass) / 2) |> sort(desc(.n), .species)",
    "other = read_csv(\"elsewhere.csv\")\nother |> filter(.whatever > 3 and .more * 2 > 1)",
    "fn zscore(x) = (x - mean(x)) / std(x)\nraw |> derive(z: zscore(.body_mass))",
    "raw |> derive(name: upper(.species), l: log(.body_mass))", "raw |> derive(x: .sex == 3)",
    "raw |> filter(x => x > 3)", "limit = 3\nraw |> filter(.body_mass > limit)", "impute(.anything) >> logistic()",
    "raw |> derive(pick: if_else_of(.body_mass))\nfn if_else_of(x) = x", "names = columns(raw)\nraw |> select(names)",
    "join(raw, raw, on: .species) |> filter(.either)", "raw |> map(row => row.body_mass)", "raw.body_mass[0] + 1",
    "raw |> derive(both: .species + .island)", "raw[0..3] |> filter(.sex == \"m\")", "raw |> cast(body_mass: \"float\")",
  ])
  func rightColumnsPass(program: String) {
    #expect(check(Self.read + program).found.filter { !$0.hasPrefix("W0202") && !$0.hasPrefix("W0203") } == [])
  }

  @Test func theNearestColumnIsOffered() {
    #expect(check(Self.read + "raw |> filter(.body_mas > 3)").result.diagnostics.first?.mend == "did you mean `.body_mass`?")
  }
}
