import Testing
import WeirCatalog
import WeirChecker
import WeirDiagnostics

struct LeakageRuleTests {
  static let start = """
    raw = read_csv("penguins.csv")
    recipe = impute() >> standardize() >> logistic()
    train, valid, test = raw |> split(train: 0.7, valid: 0.15, test: 0.15)

    """

  private func found(_ program: String, after start: String = LeakageRuleTests.start) -> [String] {
    check(start + program).found.filter { !$0.hasPrefix("W0203") }
  }

  // MARK: Ways in

  @Test(arguments: [
    ("test |> fit(recipe)", "W0501 test"),
    ("fit(test |> filter(.body_mass > 3), recipe)", "W0501 test"),
    ("both = concat(train, test)\nboth |> fit(recipe)", "W0501 both"),
    ("both = concat(train, test) |> derive(a: .body_mass * 2) |> take(10)\nboth |> cross_validate(recipe)", "W0501 both"),
    ("joined = join(train, test, on: .species)\nfit(joined, recipe)", "W0501 joined"),
    ("fn learn(t) = t |> fit(recipe)\nlearn(test)", "W0501 t"),
    ("fn all() = concat(train, test)\nall() |> fit(recipe)", "W0501 all()"),
    ("tables = [train, test]\nfit(tables[1], recipe)", "W0501 tables[1]"),
    ("tables = [train, test]\n[fit(t, recipe) for t in tables]", "W0501 t"),
    ("tables = {a: train, b: test}\nfit(tables.b, recipe)", "W0501 tables.b"),
    ("map([train, test], t => fit(t, recipe))", "W0501 t"),
    ("reduce([train, test], (a, b) => concat(a, b)) |> fit(recipe)", "W0501 test"),
    ("pick = if 1 > 2 then train else test\npick |> fit(recipe)", "W0501 pick"),
    ("pick = match 3 { 1 => train, _ => test }\npick |> fit(recipe)", "W0501 pick"),
    ("train |> fit(recipe, valid: test)", "W0501 test"),
    ("model = train |> fit(recipe)\nconcat(train, predict(model, test)) |> fit(recipe)", "W0501 test"),
    ("a, b = test |> split(train: 0.5, test: 0.5)\na |> fit(recipe)", "W0501 a"),
    ("use stats\nstats.train_on(test, recipe)", "W0501 stats.train_on(test, recipe)"),
    ("learn = t => fit(t, recipe)\nlearn(test[0..10])", "W0501 t"),
    ("fn pass(f, t) = f(t)\npass(x => fit(x, recipe), test)", "W0501 x"),
    ("table(a: test.body_mass) |> fit(recipe)", "W0501 test"),
  ])
  func testRowsThatReachAFitAreFound(program: String, expected: String) {
    #expect(found(program) == [expected])
  }

  @Test(arguments: [
    ("mu = mean(test.body_mass)\ntrain |> derive(z: .body_mass - mu) |> fit(recipe)", "W0504 mean"),
    ("fn center(t, m) = t |> derive(z: .body_mass - m)\ncenter(train, mean(test.body_mass)) |> fit(recipe)", "W0504 mean"),
    ("m = train |> fit(recipe)\nscore = evaluate(m, test)\nbest = if score > 0.5 then recipe else logistic()\n"
      + "train |> fit(best)", "W0504 evaluate"),
    ("train |> fit(logistic(l2: std(test.body_mass)))", "W0504 std"),
    ("train |> filter(.body_mass < max(test.body_mass)) |> fit(recipe)", "W0504 max"),
    ("limits = [mean(test.body_mass)]\ntrain |> derive(x: .body_mass / limits[0]) |> fit(recipe)", "W0504 mean"),
    ("about = describe(test)\njoin(train, about, on: .species) |> fit(recipe)", "W0504 describe"),
  ])
  func factsAboutTheTestPartThatAreLearnedAreFound(program: String, expected: String) {
    #expect(found(program) == [expected])
  }

  @Test(arguments: [
    ("prep = raw |> fit(standardize())\nready = predict(prep, raw)\ntrain, test = ready |> split(train: 0.7, test: 0.3)\n"
      + "train |> fit(logistic())", "W0502 fit"),
    ("model = raw |> fit(logistic())\ntrain, test = raw |> split(train: 0.7, test: 0.3)\nevaluate(model, test)\ntrain", "W0502 fit"),
    ("prep = raw |> fit(standardize())\ntrain, test = raw |> split(train: 0.7, test: 0.3)\npredict(prep, train)\ntest", "W0502 fit"),
    ("ready = raw |> derive(z: (.body_mass - mean(.body_mass)))\ntrain, test = ready |> split(train: 0.7, test: 0.3)\n"
      + "train |> fit(logistic())\ntest", "W0502 mean"),
    ("mu = mean(raw.body_mass)\ntrain, test = raw |> split(train: 0.7, test: 0.3)\n"
      + "train |> derive(z: .body_mass - mu) |> fit(logistic())\ntest", "W0502 mean"),
    ("train, test = raw |> split(train: 0.7, test: 0.3)\nmodel = raw |> fit(logistic())\nevaluate(model, test)\ntrain", "W0505 fit"),
    ("train, test = raw |> split(train: 0.7, test: 0.3)\nmu = mean(raw.body_mass)\n"
      + "train |> derive(z: .body_mass - mu) |> fit(logistic())\ntest", "W0505 mean"),
    ("train, test = raw |> split(train: 0.7, test: 0.3)\na, b = raw |> split(train: 0.5, test: 0.5)\n"
      + "model = a |> fit(logistic())\nevaluate(model, test)\ntrain\nb", "W0505 fit"),
    ("again = read_csv(\"penguins.csv\")\ntrain, test = raw |> split(train: 0.7, test: 0.3)\n"
      + "model = again |> fit(logistic())\nevaluate(model, test)\ntrain", "W0505 fit"),
  ])
  func whatWasLearnedFromAllRowsIsFound(program: String, expected: String) {
    #expect(found(program, after: "raw = read_csv(\"penguins.csv\")\n") == [expected])
  }

  @Test(arguments: [
    ("m = train |> fit(recipe)\na = evaluate(m, test)\nb = evaluate(m, test)\na + b", ["W0503 evaluate"]),
    ("m = train |> fit(recipe)\nfn score(x) = evaluate(x, test)\nscore(m)\nscore(m)", ["W0503 score(m)"]),
    ("ms = [train |> fit(recipe), valid |> fit(recipe)]\n[evaluate(m, test) for m in ms]", ["W0503 evaluate"]),
    ("m = train |> fit(recipe)\na = evaluate(m, test)\nb = evaluate(m, test |> filter(.sex == \"m\"))\na + b", ["W0503 evaluate"]),
  ])
  func aTestPartEvaluatedTwiceIsFound(program: String, expected: [String]) {
    let checking = check(Self.start + program)
    #expect(checking.found.filter { !$0.hasPrefix("W0203") } == expected)
    #expect(!checking.result.hasErrors)
  }

  // MARK: Legitimate

  @Test(arguments: [
    "model = train |> fit(recipe, target: .species)\nevaluate(model, test)",
    "model = train |> fit(recipe, valid: valid)\nevaluate(model, valid)\nevaluate(model, valid)\nevaluate(model, test)",
    "scores = train |> cross_validate(recipe)\nexpect(mean(scores.accuracy) > 0.9)",
    "model = concat(train, valid) |> fit(recipe)\nevaluate(model, test)",
    "mu = mean(train.body_mass)\nmodel = train |> derive(z: .body_mass - mu) |> fit(recipe)\n"
      + "evaluate(model, test |> derive(z: .body_mass - mu))",
    "parts = {a: train, b: test}\nmodel = parts.a |> fit(recipe)\nevaluate(model, parts.b)",
    "parts = [train, test]\nmodel = fit(parts[0], recipe)\nevaluate(model, parts[1])",
    "fn center(t) = t |> derive(z: .body_mass - mean(.body_mass))\ncenter(test)\ncenter(train) |> fit(recipe)",
    "allow_leak(test, because: \"the last fit\") |> fit(recipe)",
    "concat(train, allow_leak(test, because: \"all of it\")) |> fit(recipe)",
    "describe(test)\ndescribe(raw)\nprint(mean(raw.body_mass), mean(test.body_mass))\ntrain |> fit(recipe)",
    "plans = [recipe, logistic()]\n[train |> cross_validate(p) for p in plans]",
    "fn run(t, fitting) = if fitting then fit(t, recipe) else describe(t)\nrun(test, false)\nrun(train, true)",
    "inner, held = train |> split(train: 0.8, test: 0.2)\nmodel = inner |> fit(recipe)\nevaluate(model, held)\n"
      + "final = train |> fit(recipe)\nevaluate(final, test)",
    "model = train |> fit(recipe)\nif 1 > 2 then evaluate(model, test) else evaluate(model, test)",
    "model = train |> fit(recipe)\nseen = predict(model, test)\nmean(seen.body_mass)",
    "final = raw |> fit(recipe)\noutput final",
    "names = columns(test)\ntrain |> select(names) |> fit(recipe)",
    "train |> fit(recipe)\nexpect(mean(test.body_mass) > 3)",
    "n = mean(valid.body_mass)\ntrain |> fit(logistic(l2: n))",
  ])
  func legitimateUsesPass(program: String) {
    #expect(found(program) == [])
  }

  @Test(arguments: [
    "describe(raw)\nmean(raw.body_mass)\nclean = raw |> filter(.body_mass < max(.body_mass))\n"
      + "train, test = clean |> split(train: 0.7, test: 0.3)\nmodel = train |> fit(logistic())\nevaluate(model, test)",
    "sums = raw |> aggregate(by: .species, mass: mean(.body_mass))\ntrain, test = sums |> split(train: 0.7, test: 0.3)\n"
      + "model = train |> fit(logistic())\nevaluate(model, test)",
    "groups = raw |> fit(logistic())\nraw |> predict(groups, raw)\ntrain, test = raw |> split(train: 0.7, test: 0.3)\n"
      + "model = train |> fit(logistic())\nevaluate(model, test)",
    "scores = raw |> cross_validate(logistic())\nscores\ntrain, test = raw |> split(train: 0.7, test: 0.3)\n"
      + "model = train |> fit(logistic())\nevaluate(model, test)",
    "train, test = raw |> split(train: 0.7, test: 0.3)\nmodel = train |> fit(logistic())\nevaluate(model, test)\n"
      + "final = raw |> fit(logistic())\npredict(final, read_csv(\"new.csv\"))",
    "train, test = raw |> split(train: 0.7, test: 0.3)\nother, more = read_csv(\"b.csv\") |> split(train: 0.7, test: 0.3)\n"
      + "a = train |> fit(logistic())\nevaluate(a, test)\nb = other |> fit(logistic())\nevaluate(b, more)",
    "ready = allow_leak(raw, because: \"by hand\") |> derive(z: .body_mass - mean(.body_mass))\n"
      + "train, test = ready |> split(train: 0.7, test: 0.3)\ntrain |> fit(logistic())\ntest",
  ])
  func explorationBeforeTheSplitPasses(program: String) {
    let text = program.replacing("raw |> predict(groups, raw)", with: "predict(groups, raw)")
    #expect(found(text, after: "raw = read_csv(\"penguins.csv\")\n") == [])
  }

  @Test func theMessageShowsWhereTheRowsComeIn() throws {
    let checking = check(Self.start + "both = concat(train, test)", "model = both |> fit(recipe, target: .species)")
    let diagnostic = try #require(checking.result.diagnostics.first { $0.code == DiagnosticCode(501) })
    #expect(diagnostic.primary.text == "holds rows of `test`")
    #expect(diagnostic.others.map(\.text) == ["they come in here"])
    let place = try #require(diagnostic.others.first?.span)
    #expect(checking.sources.text(at: place) == "test" && place.file == FileID(0))
  }

  @Test func partsAreCalledAsTheProgramCallsThem() {
    let checking = check(
      "learn, check = read_csv(\"a.csv\") |> split(train: 0.7, test: 0.3)\ncheck |> fit(logistic())\nlearn")
    #expect(checking.result.diagnostics.first?.primary.text == "holds rows of `check`")
  }
}
