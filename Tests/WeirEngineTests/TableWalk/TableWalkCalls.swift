/// How each builtin that works on tables or columns is called in the walk over tables without rows or without values.
///
/// `t` is the table under test and `full` one that has rows and values, of the same columns: `n` and `k` whole numbers, `f`
/// a float, `s` and `g` texts (`g` of two kinds), `b` a bool, `d` a date, `w` a datetime. `@` stands for each of the columns in
/// turn. An elementwise function, an aggregate and a window function are written as expressions; the walk puts them
/// into the verbs that take such.
enum TableWalkCalls {
  static let all: [String: [String]] = [verbs, lists, columns, looking, statistics, plots, preparation, learning, models, metrics, pictures, other]
    .reduce(into: [:]) { $0.merge($1) { _, last in last } }

  /// Pure builtins whose parameters would take a table or a column for want of a narrower type, and which are not about one.
  static let withoutTables: Set<String> = [
    "type_of", "grid", "random_search", "halving", "image", "to_image", "image_grid", "date_range", "full", "solve", "inverse",
    "determinant", "svd", "qr", "eigen", "pixels", "flatten", "save",
  ]

  private static let verbs = [
    "filter": ["filter(t, is_missing(@))", "filter(t, .n > 3)", "filter(t, .n > mean(.n))"],
    "sort": ["sort(t, @)", "sort(t, .g, desc(.f))", "sort(t.n)"], "desc": ["sort(t, desc(@))"],
    "take": ["take(t, 1)", "take(t.s, 2)"], "skip": ["skip(t, 1)", "skip(t.s, 2)"], "head": ["head(t)"], "tail": ["tail(t)"],
    "sample": ["sample(t, n: 1)", "sample(t, fraction: 0.5)"],
    "concat": ["concat(t, t)", "concat(t, full)", "concat(full, t, how: \"shared\")", "concat(t.f, t.f)"],
    "table": ["table(t)", "table(a: t.n, b: t.s)"], "columns": ["columns(t)"], "select": ["select(t, @)", "select(t, .g, .n)"],
    "drop": ["drop(t, @)"], "rename": ["rename(t, other: @)"],
    "cast": ["cast(t, @: \"text\")", "cast(t, @: \"float\")", "cast(t, n: \"int\", f: \"float\")"],
    "derive": ["derive(t, new: @)", "derive(t, new: .n * 2 + .f, low: .n // .k)", "derive(t, new: .f - mean(.f))", "derive(t, a: 1, b: \"x\")"],
    "drop_missing": ["drop_missing(t)", "drop_missing(t, @)"],
    "fill_missing": ["fill_missing(t, how: \"forward\")", "fill_missing(t, @, how: \"backward\")", "fill_missing(t, n: 0, s: \"x\")"],
    "distinct": ["distinct(t)", "distinct(t, @)", "distinct(t, .g, keep: \"last\")"],
    "aggregate": ["aggregate(t, n: count())", "aggregate(t, by: @, rows: count(), m: mean(.f))", "aggregate(t, by: [.g, .b], rows: count(), s: sum(.n))"],
    "value_counts": ["value_counts(t, @)", "value_counts(t.g)"],
    "window": ["window(t, by: @, order: .n, before: lag(.f), i: row_number())"], "row_number": ["window(t, order: @, i: row_number())"],
    "join": ["left", "inner", "right", "full", "semi", "anti"].flatMap { how in
      ["join(t, t, on: @, how: \"\(how)\")", "join(t, full, on: .n, how: \"\(how)\")", "join(full, t, on: [.g, .n], how: \"\(how)\")"]
    } + ["join(t, full, how: \"cross\")", "join(full, t, left_on: .n, right_on: .k)"],
    "join_nearest": ["join_nearest(t, full, on: .n)", "join_nearest(full, t, on: .w, by: .g)", "join_nearest(t, t, on: .f, direction: \"nearest\")"],
    "align": ["align(t, like: full)", "align(full, like: t)", "align(t, like: t, report: true)"],
    "duplicates": ["duplicates(t)", "duplicates(t, @)", "duplicates(t, .s, fuzzy: 0.8)"],
    "pivot": ["pivot(t, .g, .f)", "pivot(t, .b, .n)"],
    "unpivot": ["unpivot(t, .n, .f)", "unpivot(t, @)"],
    "schema": ["schema(t)"],
    "sql": ["sql(\"select * from t\", t: t)", "sql(\"select g, sum(n) as s, avg(f) as m from t group by g\", t: t)"],
  ]

  private static let lists = [
    "map": ["map(t, row => row.n)", "map(t.s, x => x)"], "reduce": ["reduce(t, (a, row) => a + 1, 0)", "reduce(t.n, (a, x) => x)"],
    "zip": ["zip(t.n, t.s)"], "enumerate": ["enumerate(t)", "enumerate(t.s)"], "list": ["list(t)", "list(t.f)"],
    "reverse": ["reverse(t)", "reverse(t.s)"], "unique": ["unique(t)", "unique(t.g)", "unique(t.f)"],
    "length": ["length(t.s)", "length(list(t))"], "join_text": ["join_text(t.s, by: \",\")"], "split_text": ["derive(t, new: split_text(.s, part: 0))"],
  ]

  private static let columns = [
    "round": ["round(@, 1)"], "clip": ["clip(@, 0, 5)"], "repeat": ["repeat(@, 2)"], "contains": ["contains(@, \"a\")"],
    "starts_with": ["starts_with(@, \"a\")"], "ends_with": ["ends_with(@, \"a\")"], "matches": ["matches(@, \"[a-z]+\")"],
    "extract": ["extract(@, \"[a-z]+\")"], "count_matches": ["count_matches(@, \"a\")"], "replace": ["replace(@, \"a\", \"b\")"],
    "substring": ["substring(@, 0, 2)"], "text_similarity": ["text_similarity(@, .s)", "text_similarity(@, .g, how: \"jaro_winkler\")"],
    "int": ["derive(t, new: int(@))"], "float": ["derive(t, new: float(@))"], "bool": ["derive(t, new: bool(@))"],
    "text": ["derive(t, new: text(@))"], "date": ["derive(t, new: date(@))"], "datetime": ["derive(t, new: datetime(@))"],
    "format_date": ["format_date(@, \"%Y\")"], "parse_date": ["derive(t, new: parse_date(@, \"%Y\", unreadable: \"missing\"))"],
    "floor_date": ["derive(t, new: floor_date(@, \"month\"))"], "ceil_date": ["derive(t, new: ceil_date(@, \"month\"))"],
    "date_add": ["derive(t, new: date_add(@, 1, \"month\"))", "derive(t, new: date_add(.d, .n, \"day\"))"],
    "date_diff": ["derive(t, new: date_diff(@, .d))", "derive(t, new: date_diff(.w, @, \"hour\"))"],
    "in_zone": ["in_zone(@, \"Europe/Berlin\")"], "from_zone": ["from_zone(@, \"Europe/Berlin\")"], "utc_offset": ["utc_offset(@, \"Asia/Kolkata\")"],
    "if_else": ["if_else(is_missing(.n), @, @)", "if_else(.b, .n, .f)"], "cases": ["cases(.n < 3, @)", "cases(.n < 3, 1, .b, .n, otherwise: 2)"],
    "bin": ["derive(t, new: bin(@, [0, 5, 10]))", "derive(t, new: bin(@, 3))", "bin(t.f, 3, how: \"quantile\")"],
    "quantile": ["quantile(@, 0.9)"], "weighted_mean": ["weighted_mean(@, .n)"], "corr": ["corr(@, .n)"], "cov": ["cov(@, .n)"],
    "min": ["min(@)"], "max": ["max(@)"], "count": ["count()", "count(@)"],
    "lag": ["lag(@)", "lag(@, 2)"], "lead": ["lead(@)"], "difference": ["difference(@)"], "percent_change": ["percent_change(@)"],
    "rank": ["rank(@)", "rank(@, \"dense\", share: true)"],
  ].merging(["mean", "sum", "min", "max", "median", "count", "std", "var"].map { ("rolling_\($0)", ["rolling_\($0)(@, 3)", "rolling_\($0)(@, 3, min_periods: 1, center: true)"]) }) { _, last in last }

  private static let looking = [
    "describe": ["describe(t)"], "profile": ["profile(t)", "profile(t, target: @)"],
    "correlate": ["pearson", "spearman", "kendall", "association"].map { "correlate(t, how: \"\($0)\")" } + ["correlate(t, .n, .f)"],
    "check_columns": ["check_columns(t, n: int(0..5), unique: .n)", "check_columns(t, @: text(missing: false))", "check_columns(t, s: text(pattern: \"a+\"))"],
    "outliers": ["outliers(t)", "outliers(t, how: \"z\")", "outliers(t, .n, .f, how: \"isolation_forest\")", "outliers(t, @)"],
  ]

  private static let statistics = [
    "t_test": ["t_test(t, .f, by: .g)", "t_test(t, .n, .f, paired: true)", "t_test(t.f, mean: 1)", "t_test(t, .n, .f, equal_var: false)"],
    "anova": ["anova(t, .f, by: .g)", "anova(t.f, t.n, t.k)"], "kruskal": ["kruskal(t, .f, by: .g)", "kruskal(t.n, t.f)"],
    "levene": ["levene(t, .f, by: .g)"], "bartlett": ["bartlett(t, .f, by: .g)"],
    "mann_whitney": ["mann_whitney(t, .f, by: .g)", "mann_whitney(t.n, t.f)"], "wilcoxon": ["wilcoxon(t, .n, .f)", "wilcoxon(t.f)"],
    "ks_test": ["ks_test(t, .n, .f)", "ks_test(t.f, \"normal\")"], "shapiro": ["shapiro(t, .f)"], "jarque_bera": ["jarque_bera(t, .f)"],
    "chi2_test": ["chi2_test(t, .g, .b)", "chi2_test(t.k)"], "fisher_test": ["fisher_test(t, .g, .b)"],
    "correlation_test": ["pearson", "spearman", "kendall"].map { "correlation_test(t, .n, .f, how: \"\($0)\")" },
  ]

  private static let plots = [
    "histogram": ["histogram(t, .f)", "histogram(t, .n, by: .g, log_x: true)", "histogram(t.f)", "histogram(t, @)"],
    "scatter": ["scatter(t, .n, .f)", "scatter(t, .d, .f, by: .g)", "scatter(t, .n, .f, log_x: true, log_y: true)"],
    "line": ["line(t, .d, .f)", "line(t, .n, .f, by: .g)", "line(t, .n, .k, log_y: true)"],
    "bar": ["bar(t, .g)", "bar(aggregate(t, by: [.g, .b], m: mean(.f)), .g, .m, by: .b)", "bar(t, @)"],
    "box": ["box(t, .f)", "box(t, .f, by: .g)", "box(t, .n, .f)"], "heatmap": ["heatmap(t)", "heatmap(select(t, .n, .f))"],
    "pairs": ["pairs(t, .n, .f)", "pairs(t, .n, .f, by: .g)"], "confusion_plot": ["confusion_plot(t.g, t.g)"],
    "roc_plot": ["roc_plot(t.g, t.f)", "roc_plot(t.b, t.f)"], "precision_recall_plot": ["precision_recall_plot(t.b, t.f)"],
    "roc_curve": ["roc_curve(t.g, t.f)", "roc_curve(t.b, t.f)"], "precision_recall_curve": ["precision_recall_curve(t.b, t.f)"],
    "calibration_curve": ["calibration_curve(t.b, t.f / 100)"],
    "calibration_plot": ["calibration_plot(t.b, t.f / 100)"],
    "learning_plot": ["learning_plot(t, .n, .f)", "learning_plot(select(t, .n, .f))"],
  ]

  /// Each step as a function, learned from the full table and used on the one under test, and learned from that one.
  private static let preparation = [
    "impute": ["mean", "median", "mode", "constant", "knn"].flatMap { steps("impute(.n, .f, how: \"\($0)\")") } + steps("impute(.s)") + ["impute(t)"],
    "standardize": steps("standardize(.n, .f)") + ["standardize(t)"], "min_max_scale": steps("min_max_scale(.n, .f)"),
    "robust_scale": steps("robust_scale(.n, .f)"), "normalize": steps("normalize(.n, .f)"),
    "power_transform": steps("power_transform(.n, .f)") + steps("power_transform(.n, method: \"box_cox\")"),
    "quantile_transform": steps("quantile_transform(.f)") + steps("quantile_transform(.f, output: \"normal\")"),
    "polynomial": steps("polynomial(2, .n, .f)"), "one_hot": steps("one_hot(.g)") + steps("one_hot(.g, min_frequency: 2)") + ["one_hot(t)"],
    "ordinal": steps("ordinal(.g)"), "target_encode": ["target_encode(t, .g, target: .f)", "m = full |> fit(target_encode(.g), target: .b)\ntransform(m, t)"],
    "clip_outliers": steps("clip_outliers(.f)"), "remove_outliers": steps("remove_outliers(.f)"), "remove_duplicates": steps("remove_duplicates()"),
    "select_columns": steps("select_columns(.n, .f)"), "select_features": ["select_features(t, 1, .n, .k, target: .f)", "select_features(t, 1, .n, .k, target: .g)"],
    "pca": steps("pca(1, .n, .f)"), "date_parts": steps("date_parts(.d)"),
    "count_words": steps("count_words(.s)"), "tf_idf": steps("tf_idf(.s)"),
    "tokenize": steps("tokenize(.s)") + steps("tokenize(.s, length: 2, unit: \"character\")"),
  ]

  private static func steps(_ step: String) -> [String] {
    let call = step.hasSuffix("()") ? step.replacing("()", with: "(t)") : step.replacing("(", with: "(t, ", maxReplacements: 1)
    return [call, "m = full |> fit(\(step))\ntransform(m, t)", "m = t |> fit(\(step))\ntransform(m, full)"]
  }

  private static let learning = [
    "split": ["split(t)", "split(t, train: 0.7, valid: 0.15, test: 0.15)", "split(t, stratify: .g)", "split(t, group: .s)", "split(t, time: .d)"],
    "kfold": ["cross_validate(t, knn(1), target: .g, features: [.n, .k], folds: kfold(2, stratify: .g))", "cross_validate(t, linear(), target: .f, features: [.n], folds: kfold(2, group: .g))"],
    "time_folds": ["cross_validate(t, linear(), target: .f, features: [.n], folds: time_folds(2, by: .d))"],
    "fit": ["fit(t, standardize(.n))", "fit(t, linear(), target: .f, features: [.n])", "fit(t, linear(), target: .f, features: [.n], weights: .k)"],
    "predict": ["m = full |> fit(linear(), target: .f, features: [.n, .k])\npredict(m, t)"],
    "probabilities": ["m = full |> fit(logistic(), target: .g, features: [.n, .k])\nprobabilities(m, t)"],
    "transform": ["m = full |> fit(standardize(.n) >> one_hot(.g))\ntransform(m, t)"],
    "cross_validate": ["cross_validate(t, linear(), target: .f, features: [.n], folds: 3)"],
    "evaluate": ["m = full |> fit(linear(), target: .f, features: [.n])\nevaluate(m, t)", "m = full |> fit(logistic(), target: .g, features: [.n])\nevaluate(m, t)", "m = full |> fit(logistic(), target: .b, features: [.n])\nevaluate(m, t, confidence: 0.9)"],
    "tune": ["tune(t, knn(1), target: .g, features: [.n], over: grid(k: [1, 2]), folds: 2)"],
    "compare": ["compare(t, [linear(), knn(1)], target: .f, features: [.n], folds: 2)"],
    "learning_curve": ["learning_curve(t, knn(1), target: .f, features: [.n], sizes: [0.5, 1.0], folds: 2)"],
    "allow_leak": ["allow_leak(t, because: \"a test\")"],
    "explain": ["m = full |> fit(tree(), target: .f, features: [.n, .k])\nexplain(m, take(t, 1), background: full)", "m = full |> fit(linear(), target: .f, features: [.n, .k])\nexplain(m, {n: 1, k: 2}, background: t)"],
    "importance": ["m = full |> fit(tree(), target: .f, features: [.n, .k])\nimportance(m, t)"],
    "partial_dependence": ["m = full |> fit(tree(), target: .f, features: [.n, .k])\npartial_dependence(m, t, .n)"],
    "outlier_scores": ["m = full |> select(.n, .f) |> fit(isolation_forest(trees: 5))\noutlier_scores(m, t)"],
    "reconstruction_errors": ["m = full |> select(.n, .f) |> fit(autoencoder(code: 1, epochs: 2))\nreconstruction_errors(m, t)"],
    "silhouette": ["silhouette(select(t, .n, .f), t.k)"],
  ]

  /// Each model fitted to the table under test, and to the full one and asked about the one under test.
  private static let models = [
    "linear": fits("linear()", of: [".f"]), "ridge": fits("ridge()", of: [".f"]), "lasso": fits("lasso()", of: [".f"]),
    "elastic_net": fits("elastic_net()", of: [".f"]), "logistic": fits("logistic()", of: [".g", ".b"]),
    "linear_svm": fits("linear_svm()", of: [".g"]), "knn": fits("knn(2)", of: [".g", ".f"]), "svm": fits("svm()", of: [".g"]),
    "naive_bayes": fits("naive_bayes()", of: [".g"]) + fits("naive_bayes(\"multinomial\")", of: [".g"]),
    "tree": fits("tree()", of: [".g", ".f"]), "forest": fits("forest(trees: 3)", of: [".g", ".f"]), "gbm": fits("gbm(trees: 3)", of: [".g", ".f"]),
    "kmeans": groups("kmeans(2)"), "dbscan": groups("dbscan(eps: 1.5)"), "hierarchical": groups("hierarchical(2)"),
    "gaussian_mixture": groups("gaussian_mixture(2)"), "isolation_forest": groups("isolation_forest(trees: 5)"),
    "branch": fits("sequential(branches(branch(embedding(size: 2), columns: .k), branch(dense(2))), dense(1), epochs: 2)", of: [".f"]),
    "sequential": fits("sequential(dense(2), relu(), dense(1), epochs: 2)", of: [".f"]) + fits("sequential(dense(2), epochs: 2)", of: [".g"]),
    "autoencoder": Array(groups("autoencoder(code: 1, epochs: 2)").dropLast()), "calibrate": fits("calibrate(naive_bayes(), folds: 2)", of: [".g"]),
  ]

  private static func fits(_ plan: String, of targets: [String]) -> [String] {
    targets.flatMap { target in
      let fit = "fit(\(plan), target: \(target), features: [.n, .k])"
      return ["m = t |> \(fit)\npredict(m, full)", "m = full |> \(fit)\npredict(m, t)"]
    }
  }

  private static func groups(_ plan: String) -> [String] {
    let kept = "select(.n, .k) |> fit(\(plan))"
    return ["m = t |> \(kept)\nsummary(m)", "m = full |> \(kept)\ntransform(m, t)", "m = full |> \(kept)\npredict(m, t)"]
  }

  private static let metrics: [String: [String]] = {
    var calls: [String: [String]] = [:]
    for name in ["accuracy", "balanced_accuracy", "precision", "recall", "f1", "adjusted_rand", "confusion_matrix"] {
      calls[name] = ["\(name)(t.g, t.g)", "\(name)(t.b, t.b)"]
    }
    for name in ["roc_auc", "average_precision", "log_loss", "brier"] { calls[name] = ["\(name)(t.b, t.f / 100)", "\(name)(t.g, t.f / 100)"] }
    calls["roc_curve"] = ["roc_curve(t.b, t.f / 100)"]
    calls["precision_recall_curve"] = ["precision_recall_curve(t.b, t.f / 100)"]
    calls["calibration_curve"] = ["calibration_curve(t.b, t.f / 100)"]
    for name in ["mae", "rmse", "r2", "mape"] { calls[name] = ["\(name)(t.n, t.f)", "\(name)(t.f, t.f)"] }
    return calls
  }()

  /// Columns of pictures with as many rows as the table under test, one of them missing where there are two.
  private static let pictures: [String: [String]] = {
    let column = "p = join(table(a: [1, 2]), table(a: [1], i: [image(4, 4)]), on: .a, how: \"left\") |> take(count(t))\n"
    let calls = ["rotate": "90", "flip": "horizontal: true", "crop": "2, 2", "resize": "2, 2", "color_shift": "hue: 0.1", "grayscale": ""]
    return calls.reduce(into: [:]) { all, call in
      let arguments = call.value.isEmpty ? ".i" : ".i, \(call.value)"
      all[call.key] = [column + "derive(p, new: \(call.key)(\(arguments)))"]
    }
  }()

  private static let other = [
    "tensor": ["tensor(t.f)"], "to_tensor": ["to_tensor(select(t, .n, .f))", "to_tensor(t.f)"], "to_table": ["to_table(tensor(t.f))"],
    "shape": ["shape(tensor(t.f))"], "reshape": ["reshape(tensor(t.f), [-1])"], "transpose": ["transpose(tensor(t.f))"],
    "squeeze": ["squeeze(tensor(t.f))"], "unsqueeze": ["unsqueeze(tensor(t.f))"], "expand": ["expand(tensor(t.f), [2, count(t)])"],
    "slice": ["slice(tensor(t.f), 0, 1)"], "argmax": ["argmax(t.f)"], "argmin": ["argmin(t.f)"], "softmax": ["softmax(t.f)"],
    "log_softmax": ["log_softmax(tensor(t.f))"], "relu": ["relu(t.f)"], "pad": ["pad(t.s, 20)", "derive(t, new: pad(@, 5, fill: \"0\"))"], "stack": ["stack([tensor(t.f), tensor(t.f)])"],
  ]
}
