import Testing

/// Ways past the verbs by which rows and facts reach what learns (SQL, files, choices, sizes), and honest programs beside each.
struct LeakageWaysTests {
  private static let start = """
    raw = read_csv("wine.csv")
    recipe = standardize() >> logistic()

    """
  private static let split = "train, valid, test = raw |> split(train: 0.6, valid: 0.2, test: 0.2)\n"

  private func found(_ program: String) -> [String] { LeakageTests.found(Self.start + program) }

  @Test(arguments: [
    ("mu = sql(\"select avg(alcohol) as a from t\", t: test)\ntrain |> derive(z: .alcohol - mu.a[0]) |> fit(recipe, target: .cultivar)",
     "W0504 sql"),
    ("fn mu(t) = sql(\"select max(alcohol) as a from t\", t: t).a[0]\n"
      + "train |> derive(z: .alcohol - mu(test)) |> fit(recipe, target: .cultivar)", "W0504 sql"),
    ("test |> write_sqlite(\"d.db\", table: \"t\")\n"
      + "read_sqlite(\"d.db\", query: \"select * from T\") |> fit(recipe, target: .cultivar)",
     "W0501 read_sqlite(\"d.db\", query: \"select * from T\")"),
    ("train |> write_sqlite(\"d.db\", table: \"a\")\ntest |> write_sqlite(\"d.db\", table: \"b\")\n"
      + "both = read_sqlite(\"d.db\", query: \"select * from a union all select * from \\\"b\\\"\")\n"
      + "both |> fit(recipe, target: .cultivar)", "W0501 both"),
    ("test |> write_sqlite(\"d.db\", table: \"t\")\ntrain |> write_sqlite(\"d.db\", table: \"t\", mode: \"append\")\n"
      + "both = read_sqlite(\"d.db\", table: \"t\")\nboth |> fit(recipe, target: .cultivar)", "W0501 both"),
    ("test |> write_csv(\"out/b.csv\")\nall = read_csv(\"out/*.csv\")\nall |> fit(recipe, target: .cultivar)", "W0501 all"),
    ("path = \"b\" + \".csv\"\ntest |> write_csv(path)\nall = read_csv(\"b.csv\")\nall |> fit(recipe, target: .cultivar)",
     "W0501 all"),
    ("n = count(test |> filter(.alcohol > 12))\ntrain |> derive(z: .alcohol / n) |> fit(recipe, target: .cultivar)", "W0504 count"),
    ("train |> join(test, on: .ash, how: \"semi\") |> fit(recipe, target: .cultivar)", "W0504 join"),
    ("hard = test |> aggregate(by: .cultivar, m: mean(.ash)) |> filter(.m > 2)\n"
      + "train |> join(hard, on: .cultivar, how: \"semi\") |> fit(recipe, target: .cultivar)", "W0504 mean"),
    ("near = train |> filter(.ash in test.ash)\nnear |> fit(recipe, target: .cultivar)", "W0501 near"),
    ("new = train |> derive(fresh: .ash not in test.ash)\nnew |> fit(recipe, target: .cultivar)", "W0501 new"),
    ("fn about(t) = {mu: mean(t.ash), all: [std(t.ash)]}\ns = about(test)\n"
      + "train |> derive(z: (.ash - s.mu) / s.all[0]) |> fit(recipe, target: .cultivar)", "W0504 mean"),
    ("least = min(test.ash)\nplan = impute(value: least) >> logistic()\ntrain |> fit(plan, target: .cultivar)", "W0504 min"),
    ("limit = \"{max(test.ash)}\"\ntrain |> filter(.ash < float(limit)) |> fit(recipe, target: .cultivar)", "W0504 max"),
    ("names = correlate(test).column\ntrain |> fit(recipe, target: .cultivar, features: names)", "W0504 correlate"),
    ("fn score(k) = accuracy(test.cultivar, predict(train |> fit(knn(k), target: .cultivar), test))\n"
      + "best = argmax([score(k) for k in [1, 3]])\ntrain |> fit(knn(best + 1), target: .cultivar)", "W0504 accuracy"),
  ])
  func aWayPastTheVerbsIsFound(program: String, expected: String) {
    #expect(found(Self.split + program) == [expected])
  }

  @Test(arguments: [
    ("ready = sql(\"select *, alcohol - (select avg(alcohol) from t) as a from t\", t: raw)", "W0502 sql"),
    ("ready = sql(\"select *, avg(ash) over (partition by cultivar) as a from t\", t: raw)", "W0502 sql"),
    ("ready = sql(\"select *, lead(ash) over (order by alcohol) as a from t\", t: raw)", "W0502 sql"),
    ("ready = sql(\"with m as (select avg(ash) as a from t) select t.* from t, m\", t: raw)", "W0502 sql"),
    ("means = sql(\"select cultivar, avg(ash) as a from t group by cultivar\", t: raw)\nready = raw |> join(means, on: .cultivar)",
     "W0502 sql"),
    ("mu = sql(\"select avg(ash) as a from t\", t: raw).a[0]\nready = raw |> derive(z: .ash - mu)", "W0502 sql"),
    ("raw |> write_sqlite(\"d.db\", table: \"r\")\nready = read_sqlite(\"d.db\", query: \"select *, sum(ash) over () as a from r\")",
     "W0502 read_sqlite"),
    ("ready = read_sqlite(\"e.db\", query: \"select *, rank() over (order by ash) as a from r\")", "W0502 read_sqlite"),
  ])
  func whatSQLLearnsBeforeTheSplitIsFound(preparation: String, expected: String) {
    #expect(found(preparation + Self.learning) == [expected])
  }

  @Test(arguments: [
    "ready = sql(\"select * from t where ash < (select max(ash) from t) -- avg(ash)\", t: raw)",
    "ready = sql(\"select *, max(ash, 2) as a, 'avg(ash)' as b from t\", t: raw)",
    "ready = sql(\"select *, lag(ash) over (order by alcohol) as b, sum(ash) over (order by alcohol) as s from t\", t: raw)",
    "ready = sql(\"select cultivar, avg(ash) as ash from t group by cultivar\", t: raw)",
    "ready = read_sqlite(\"e.db\", query: \"select *, ash / 2 as a from r where ash > 1\")",
    "n = count(raw |> filter(.ash > 2))\nexpect(n > 10)\nready = raw |> derive(id: 1..count(raw))",
  ])
  func honestPreparationPasses(preparation: String) {
    #expect(found(preparation + Self.learning) == [])
  }

  @Test(arguments: [
    "train |> join(test, on: .ash, how: \"anti\") |> fit(recipe, target: .cultivar)",
    "train |> filter(.alcohol > 3 and .ash not in test.ash) |> fit(recipe, target: .cultivar)",
    "m = train |> fit(recipe, target: .cultivar)\nevaluate(m, test |> join(train, on: .ash, how: \"anti\"))",
    "print(count(train |> join(test, on: .ash, how: \"semi\")))\ntrain |> fit(recipe, target: .cultivar)",
    "k = if count(raw) > 100 then 5 else 3\nm = train |> fit(knn(k), target: .cultivar)\nevaluate(m, test)",
    "train |> sample(n: count(test)) |> fit(recipe, target: .cultivar)",
    "n = sql(\"select count(*) as n from t\", t: raw).n[0]\nm = train |> fit(knn(if n > 50 then 5 else 3), target: .cultivar)\n"
      + "evaluate(m, test)",
    "mu = sql(\"select avg(ash) as a from t\", t: train).a[0]\nm = train |> derive(z: .ash - mu) |> fit(recipe, target: .cultivar)\n"
      + "evaluate(m, test |> derive(z: .ash - mu))",
    "train |> write_sqlite(\"d.db\", table: \"a\")\ntest |> write_sqlite(\"d.db\", table: \"b\")\n"
      + "read_sqlite(\"d.db\", query: \"select * from a where ash > 2\") |> fit(recipe, target: .cultivar)",
    "keep = filter(correlate(train), .ash > 0.3).column\ntrain |> fit(recipe, target: .cultivar, features: keep)",
    "train |> fit(gbm(stop_early: 5), target: .cultivar, valid: valid)",
    "a = train |> fit(recipe, target: .cultivar)\nevaluate(a, valid)\nfinal = concat(train, valid) |> fit(recipe, target: .cultivar)\n"
      + "evaluate(final, test)",
    "m = train |> fit(recipe, target: .cultivar)\nevaluate(m, test)\nprint(count(test |> filter(.ash > 2)), mean(test.ash))\n"
      + "test |> histogram(.ash)",
    "m = train |> fit(recipe, target: .cultivar)\nout = test |> derive(guess: predict(m, test))\n"
      + "out |> aggregate(by: .cultivar, wrong: mean(.guess != .cultivar)) |> sort(desc(.wrong))\nout |> write_csv(\"out.csv\")\n"
      + "sql(\"select cultivar, sum(guess != cultivar) as wrong from t group by cultivar\", t: out)",
    "means = train |> aggregate(by: .cultivar, e: mean(.ash))\nm = train |> join(means, on: .cultivar) |> fit(recipe, target: .cultivar)\n"
      + "evaluate(m, test |> join(means, on: .cultivar, how: \"left\"))",
    "expect(count(train) + count(valid) + count(test) == count(raw))\ntrain |> fit(recipe, target: .cultivar)",
    "names = columns(raw) |> filter(n => n != \"cultivar\")\ntrain |> fit(recipe, target: .cultivar, features: names)",
  ])
  func honestUsesPass(program: String) {
    #expect(found(Self.split + program) == [])
  }

  @Test func sharesThatAreComputedMayLeaveOutTheValidationPart() {
    #expect(found("n = count(raw)\nlearn, rest = raw |> split(train: 1 - 50 / n, test: 50 / n)\n"
      + "m = learn |> fit(recipe, target: .cultivar)\nevaluate(m, rest)") == [])
  }

  private static let learning = """

    train, test = ready |> split(train: 0.7, test: 0.3)
    model = train |> fit(tree(), target: .cultivar)
    evaluate(model, test)
    """
}
