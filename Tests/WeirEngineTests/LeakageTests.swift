import Foundation
import Testing
import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirLibrary
import WeirSyntax

/// The rule against leakage on the functions that people have, each way in and each way that is no leak.
struct LeakageTests {
  private static let start = """
    raw = read_csv("wine.csv")
    recipe = impute() >> standardize() >> logistic()
    train, test = raw |> split(train: 0.7, test: 0.3, stratify: .cultivar)

    """

  static func found(_ program: String) -> [String] {
    let file = SourceFile(id: FileID(0), name: "program", text: program)
    let graph = CellGraph([Cell(name: "program", tree: parse(file).tree)])
    let surroundings = CheckSurroundings(catalog: .standard, prelude: CheckerAgreementTests.prelude)
    let text = Array(program.utf8)
    return Checker.check(graph, in: surroundings).diagnostics.filter { $0.code != DiagnosticCode(203) }.map { diagnostic in
      let place = diagnostic.primary.span.map { text[Int($0.start)..<Int($0.end)] } ?? []
      return "\(diagnostic.code) \(String(decoding: place, as: UTF8.self))"
    }
  }

  @Test(arguments: [
    ("test |> filter(.alcohol > 3) |> fit(recipe, target: .cultivar)", "W0501 test"),
    ("both = concat(train, test) |> derive(a: .alcohol * 2) |> take(10)\nboth |> cross_validate(recipe, target: .cultivar)",
     "W0501 both"),
    ("both = join(train, test, on: .cultivar)\nfit(both, recipe, target: .cultivar)", "W0501 both"),
    ("sql(\"select * from t\", t: test) |> fit(recipe, target: .cultivar)", "W0501 test"),
    ("test |> sort(.alcohol) |> distinct(.cultivar) |> sample(n: 3) |> fit(recipe, target: .cultivar)", "W0501 test"),
    ("long = test |> unpivot(.alcohol, .ash)\nlong |> fit(tree(), target: .cultivar)", "W0501 long"),
    ("rows = [row for row in test]\nboth = concat(train, rows)\nboth |> fit(recipe, target: .cultivar)", "W0501 both"),
    ("table(a: test.alcohol, y: test.cultivar) |> fit(recipe, target: .y)", "W0501 test"),
    ("model = train |> fit(recipe, target: .cultivar)\nfit(concat(train, transform(model, test)), recipe, target: .cultivar)",
     "W0501 test"),
    ("test |> fit(kmeans(3))", "W0501 test"),
    ("train |> fit(gbm(stop_early: 5), target: .cultivar, valid: test)", "W0501 test"),
    ("held = concat(train |> take(5), test |> take(5))\ntrain |> fit(gbm(), target: .cultivar, valid: held)", "W0501 held"),
    ("train |> fit(gbm(), target: .cultivar, valid: test |> filter(.alcohol > 13))", "W0501 test"),
    ("test |> tune(recipe, target: .cultivar, over: grid(l2: [1, 2]))", "W0501 test"),
    ("tuned = raw |> filter(.alcohol > 1) |> tune(recipe, target: .cultivar, over: grid(l2: [1, 2]))\n"
      + "m = train |> fit(tuned.plan, target: .cultivar)\nevaluate(m, test)", "W0505 tune"),
    ("concat(train, test) |> compare([recipe, tree()], target: .cultivar)", "W0501 test"),
    ("test |> learning_curve(recipe, target: .cultivar)", "W0501 test"),
    ("test |> write_csv(\"t.csv\")\nread_csv(\"t.csv\") |> fit(recipe, target: .cultivar)", "W0501 read_csv(\"t.csv\")"),
    ("test |> write_sqlite(\"d.db\", table: \"t\")\nread_sqlite(\"d.db\", table: \"t\") |> fit(recipe, target: .cultivar)",
     "W0501 read_sqlite(\"d.db\", table: \"t\")"),
    ("q = quantile(test.alcohol, 0.9)\ntrain |> derive(z: clip(.alcohol, low: 0, high: q)) |> fit(recipe, target: .cultivar)",
     "W0504 quantile"),
    ("train |> filter(.alcohol < max(test.alcohol)) |> fit(recipe, target: .cultivar)", "W0504 max"),
    ("means = test |> aggregate(by: .cultivar, m: mean(.alcohol))\njoin(train, means, on: .cultivar) |> fit(recipe, target: .cultivar)",
     "W0504 mean"),
    ("about = describe(test)\ntrain |> derive(z: .alcohol - about.mean[0]) |> fit(recipe, target: .cultivar)", "W0504 describe"),
    ("seen = profile(test)\ntrain |> fit(logistic(l2: seen.rows), target: .cultivar)", "W0504 profile"),
    ("m = train |> fit(recipe, target: .cultivar)\nbest = if evaluate(m, test).accuracy > 0.5 then recipe else tree()\n"
      + "train |> fit(best, target: .cultivar)", "W0504 evaluate"),
    ("all = raw |> fit(recipe, target: .cultivar)\nevaluate(all, test)", "W0505 fit"),
    ("m = train |> fit(recipe, target: .cultivar)\nevaluate(m, test)\nevaluate(m, test |> take(9))", "W0503 evaluate"),
    ("[evaluate(train |> fit(knn(k), target: .cultivar), test).accuracy for k in [1, 3]]", "W0503 evaluate"),
  ])
  func aWayFromTheTestPartIsFound(program: String, expected: String) {
    #expect(Self.found(Self.start + program) == [expected])
  }

  @Test(arguments: [
    ("prep = raw |> fit(standardize())\nready = transform(prep, raw)", "W0502 fit"),
    ("groups = raw |> fit(kmeans(3))\nready = raw |> derive(group: predict(groups, raw))", "W0502 fit"),
    ("ready = raw |> derive(z: (.alcohol - mean(.alcohol)) / 2)", "W0502 mean"),
    ("ready = raw |> derive(b: bin(.alcohol, 5))", "W0502 bin"),
    ("ready = raw |> fill_missing(how: \"mean\")", "W0502 fill_missing"),
    ("ready = raw |> window(by: .cultivar, m: mean(.alcohol))", "W0502 mean"),
    ("ready = raw |> window(order: .ash, next: lead(.alcohol))", "W0502 lead"),
    ("ready = raw |> window(order: .ash, m: rolling_mean(.alcohol, 3, center: true))", "W0502 rolling_mean"),
    ("ready = raw |> window(r: rank(.alcohol))", "W0502 rank"),
    ("ready = raw |> standardize(.alcohol)", "W0502 standardize"),
    ("ready = one_hot(raw)", "W0502 one_hot"),
    ("ready = raw |> tokenize(.origin)", "W0502 tokenize"),
    ("ready = raw |> impute(how: \"mean\") |> polynomial(2)", "W0502 impute"),
    ("ready = raw |> fill_missing(.alcohol, how: \"mode\")", "W0502 fill_missing"),
    ("means = raw |> aggregate(by: .origin, m: mean(.alcohol))\nready = raw |> join(means, on: .origin)", "W0502 aggregate"),
  ])
  func whatIsLearnedBeforeTheSplitIsFound(preparation: String, expected: String) {
    #expect(Self.found("raw = read_csv(\"wine.csv\")\n\(preparation)\n" + """
      train, test = ready |> split(train: 0.7, test: 0.3)
      model = train |> fit(tree(), target: .cultivar)
      evaluate(model, test)
      """) == [expected])
  }

  @Test(arguments: [
    "model = train |> fit(recipe, target: .cultivar)\nevaluate(model, test)\npredict(model, test)\nprobabilities(model, test)",
    "model = train |> fit(recipe, target: .cultivar)\nguess = predict(model, test)\naccuracy(test.cultivar, guess)\n"
      + "confusion_matrix(test.cultivar, guess) |> heatmap()",
    "scores = train |> cross_validate(recipe, target: .cultivar, folds: kfold(5))\nexpect(mean(scores.accuracy) > 0.5)",
    "inner, held = train |> split(train: 0.8, valid: 0.2)\ninner |> fit(gbm(stop_early: 5), target: .cultivar, valid: held)",
    "[mean(cross_validate(train, plan, target: .cultivar).accuracy) for plan in [recipe, tree(), knn(3)]]",
    "describe(raw)\nprofile(test)\nraw |> correlate() |> heatmap()\ntest |> histogram(.alcohol)\ntrain |> fit(recipe, target: .cultivar)",
    "mu = mean(train.alcohol)\nmodel = train |> derive(z: .alcohol - mu) |> fit(recipe, target: .cultivar)\n"
      + "evaluate(model, test |> derive(z: .alcohol - mu))",
    "model = train |> fill_missing(how: \"mean\") |> fit(recipe, target: .cultivar)\n"
      + "evaluate(model, test |> fill_missing(how: \"forward\"))",
    "prep = train |> fit(standardize())\nmodel = transform(prep, train) |> fit(logistic(), target: .cultivar)\n"
      + "evaluate(model, transform(prep, test))",
    "sets = train |> fit(kmeans(3))\npredict(sets, test)",
    "clean = train |> join(test, on: .alcohol, how: \"anti\")\nclean |> fit(recipe, target: .cultivar)",
    "same = train |> align(like: test)\nsame |> fit(recipe, target: .cultivar)",
    "train |> write_csv(\"a.csv\")\ntest |> write_csv(\"b.csv\")\nmodel = read_csv(\"a.csv\") |> fit(recipe, target: .cultivar)\n"
      + "evaluate(model, read_csv(\"b.csv\"))",
    "train |> write_sqlite(\"d.db\", table: \"a\")\ntest |> write_sqlite(\"d.db\", table: \"b\")\n"
      + "read_sqlite(\"d.db\", table: \"a\") |> fit(recipe, target: .cultivar)",
    "tuned = train |> tune(recipe, target: .cultivar, over: grid(l2: [1, 2]))\nfinal = train |> fit(tuned.plan, target: .cultivar)\n"
      + "evaluate(final, test)",
    "board = train |> compare([recipe, tree()], target: .cultivar)\nfinal = train |> fit(board.best, target: .cultivar)\n"
      + "evaluate(final, test)",
    "train |> cross_validate(tune(recipe, over: grid(l2: [1, 2])), target: .cultivar)",
    "train |> learning_curve(recipe, target: .cultivar, folds: time_folds(3, by: .alcohol))",
    "final = train |> fit(calibrate(recipe), target: .cultivar)\nevaluate(final, test, confidence: 0.9)",
    "inner, held = train |> split(train: 0.8, test: 0.2)\nmodel = inner |> fit(recipe, target: .cultivar)\nevaluate(model, held)\n"
      + "final = train |> fit(recipe, target: .cultivar)\nevaluate(final, test)",
    "concat(train, allow_leak(test, because: \"the last fit\")) |> fit(recipe, target: .cultivar)",
    "final = raw |> fit(recipe, target: .cultivar)\noutput final",
  ])
  func whatIsNoLeakPasses(program: String) {
    #expect(Self.found(Self.start + program) == [])
  }

  @Test(arguments: [
    "ready = raw |> drop_missing() |> distinct() |> filter(.alcohol < quantile(.alcohol, 0.99))",
    "ready = raw |> fill_missing(alcohol: 0.0) |> derive(l: log(.alcohol), big: .alcohol > 12) |> sort(.alcohol)",
    "ready = raw |> window(by: .cultivar, order: .ash, before: lag(.alcohol), m: rolling_mean(.alcohol, 3), n: row_number())",
    "ready = raw |> derive(weight: 1 / count(raw))",
    "ready = raw |> fill_missing(how: \"forward\") |> cast(ash: \"float\") |> rename(a: .alcohol)",
  ])
  func workRowByRowBeforeTheSplitPasses(preparation: String) {
    #expect(Self.found("raw = read_csv(\"wine.csv\")\n\(preparation)\n" + """
      train, test = ready |> split(train: 0.7, test: 0.3)
      model = train |> fit(tree(), target: .cultivar)
      evaluate(model, test)
      """) == [])
  }
}

/// What is offered for a word of another language is there.
struct NamesElsewhereTests {
  @Test func theFunctionsOfferedExist() {
    for (word, here) in NamesElsewhere.known {
      guard let name = here.firstMatch(of: /^(\w+)\(/)?.1 else { continue }
      #expect(Catalog.standard[String(name)] != nil, "\(word): \(name)")
    }
  }
}
