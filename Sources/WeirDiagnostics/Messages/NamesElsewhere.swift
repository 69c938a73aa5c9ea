/// What people from other languages and libraries write for what is called something else here.
package enum NamesElsewhere {
  /// By the name in lower case without `_`: what to write.
  package static let known: [String: String] = {
    var known: [String: String] = [:]
    func add(_ here: String, _ elsewhere: String...) { for name in elsewhere { known[name] = here } }
    add("missing", "none", "null", "nil", "nan", "na", "undefined", "pd.na")
    add("true", "true", "t")
    add("false", "false", "f")
    add("length(…)", "len", "nchar", "size")
    add("text(…)", "str", "string", "tostring", "ascharacter")
    add("int(…)", "integer", "asinteger")
    add("float(…)", "double", "number", "asnumeric", "tonumeric")
    add("aggregate(by: .column, …)", "groupby", "group", "summarise", "summarize", "agg")
    add("derive(name: …)", "mutate", "assign", "withcolumn", "withcolumns")
    add("filter(…)", "where", "query", "loc", "iloc", "subset")
    add("sort(…)", "arrange", "orderby", "sortvalues", "sorted")
    add("join(…)", "merge", "innerjoin", "leftjoin")
    add("concat(…)", "bindrows", "rbind", "append", "union", "vstack")
    add("drop_missing(…)", "dropna", "dropnulls", "naomit")
    add("fill_missing(…)", "fillna", "fillnull")
    add("distinct(…)", "dropduplicates")
    add("cast(…)", "astype")
    add("take(n)", "limit", "slice")
    add("pivot(…)", "pivottable", "pivotwider", "crosstab")
    add("unpivot(…)", "melt", "pivotlonger")
    add("lag(…)", "shift")
    add("a ?? b", "coalesce", "ifnull", "nvl", "combinefirst")
    add(".x in [1, 2]", "isin")
    add("cases(…)", "casewhen", "fcase", "npselect", "select_case")
    add("floor_date(…)", "truncatedate", "datetrunc")
    add("date_diff(…)", "datediff")
    add("date_add(…)", "dateadd", "addmonths", "dateoffset")
    add("date_range(…)", "daterange")
    add("in_zone(…)", "tzconvert", "converttimezone")
    add("from_zone(…)", "tzlocalize", "replacetimezone")
    add("substring(…)", "substr", "strslice")
    add("parse_date(…)", "strptime", "todatetime", "todate")
    add("format_date(…)", "strftime")
    add("join_nearest(…)", "joinasof", "mergeasof", "asofjoin")
    add("join(…, how: \"cross\")", "crossjoin", "expandgrid", "cartesian")
    add("window(…)", "over", "rolling", "partitionby", "windowby")
    add("cumulative_sum(…)", "cumsum", "cumulativesum")
    add("cumulative_max(…)", "cummax")
    add("cumulative_min(…)", "cummin")
    add("cumulative_count(…)", "cumcount")
    add("difference(…)", "diff")
    add("percent_change(…)", "pctchange")
    add("row_number()", "rownumber", "withrowindex")
    add("fill_forward(…)", "ffill", "forwardfill")
    add("fill_backward(…)", "bfill", "backwardfill")
    add("mean(…)", "avg", "average")
    add("std(…)", "stdev", "sd", "stddev")
    add("n_unique(…)", "nunique", "ndistinct")
    add("print(…)", "println", "echo", "puts", "display")
    add("split(train: 0.8, test: 0.2)", "traintestsplit", "initialsplit")
    add("standardize()", "standardscaler", "scale", "zscore")
    add("min_max_scale()", "minmaxscaler")
    add("one_hot()", "onehotencoder", "getdummies")
    add("impute()", "simpleimputer")
    add("linear()", "linearregression", "lm", "ols")
    add("ridge()", "ridgeregression")
    add("logistic()", "logisticregression", "glm")
    add("lasso()", "lassocv")
    add("elastic_net()", "elasticnet", "elasticnetcv", "glmnet")
    add("tree()", "decisiontreeclassifier", "decisiontreeregressor", "rpart")
    add("forest()", "randomforestclassifier", "randomforestregressor", "randomforest", "ranger", "extratreesclassifier",
        "extratreesregressor")
    add("gbm()", "gradientboostingclassifier", "gradientboostingregressor", "histgradientboostingclassifier",
        "histgradientboostingregressor", "lgbmclassifier", "lgbmregressor", "xgbclassifier", "xgbregressor", "xgboost",
        "lightgbm", "xgb", "lgb", "catboost")
    add("svm()", "svc", "svr", "nusvc")
    add("linear_svm()", "linearsvc", "linearsvr")
    add("knn()", "kneighborsclassifier", "kneighborsregressor")
    add("naive_bayes()", "gaussiannb")
    add("naive_bayes(\"multinomial\")", "multinomialnb")
    add("naive_bayes(\"bernoulli\")", "bernoullinb")
    add("hierarchical()", "agglomerativeclustering", "hclust", "linkage")
    add("gaussian_mixture()", "gmm", "mclust")
    add("robust_scale()", "robustscaler")
    add("power_transform()", "powertransformer", "boxcox")
    add("quantile_transform()", "quantiletransformer")
    add("polynomial()", "polynomialfeatures")
    add("ordinal()", "ordinalencoder", "labelencoder")
    add("target_encode()", "targetencoder")
    add("tf_idf()", "tfidfvectorizer", "tfidftransformer")
    add("count_words()", "countvectorizer")
    add("tokenize()", "textvectorization", "padsequences", "tokenizer")
    add("select_features()", "selectkbest", "rfe")
    add("a >> b", "pipeline", "makepipeline", "columntransformer")
    add("tune(…)", "gridsearchcv", "randomizedsearchcv", "optuna")
    add("calibrate(…)", "calibratedclassifiercv")
    add("importance(…)", "permutationimportance", "featureimportances")
    add("explain(…)", "shap", "treeexplainer")
    add("sequential(…)", "nn", "keras", "torch")
    add("cross_validate(…)", "crossvalscore", "crossval")
    add("kfold(…)", "stratifiedkfold", "groupkfold", "repeatedkfold")
    add("time_folds(…)", "timeseriessplit")
    add("leave_one_out()", "leaveoneout")
    add("read_csv(…)", "readtable", "loadcsv", "scancsv")
    add("histogram(…)", "hist")
    add("box(…)", "boxplot")
    add("bar(…)", "barplot")
    add("is_missing(…)", "isna", "isnull", "isnan")
    add("probabilities(…)", "predictproba")
    add("schema(…)", "info", "dtypes", "glimpse")
    add("count(…)", "shape", "nrow", "dim", "height")
    add("columns(…)", "colnames", "names")
    add("0..<n", "range", "seq", "xrange")
    add("histogram(…)`, `scatter(…)` or `line(…)", "plot", "plt", "ggplot", "seaborn", "sns", "matplotlib")
    add(":quit", "exit", "quit", "bye")
    add(":help", "help", "man")
    add("type_of(…)", "type", "typeof", "isinstance")
    add("trim(…)", "strip")
    add("write_csv(…)", "tocsv", "savecsv")
    add("read_csv(…)", "pd", "pandas", "pl", "polars")
    add("write_parquet(…)", "toparquet")
    add("write_arrow(…)", "tofeather", "writefeather", "writeipc", "sinkipc")
    add("read_arrow(…)", "readfeather", "readipc")
    add("write_json(…)", "tojson")
    add("derive(name: …)", "apply", "applymap", "transformcolumns")
    add("rename(…)", "renamecolumns", "setaxis")
    add("window(order: .column, n: row_number())", "setindex", "resetindex")
    add("sort(…, descending: true) |> take(n)", "nlargest", "toplargest")
    add("sort(…) |> take(n)", "nsmallest")
    add("table(name: […])", "dataframe", "tibble", "dataframefromdict")
    add("map(row => …)", "iterrows", "itertuples")
    add("fit(step >> model, target: .column)`, which learns the steps as well, and `predict(…)", "fittransform", "fitpredict")
    add("r2(…)", "r2score")
    add("accuracy(…)", "accuracyscore")
    add("kmeans(k)", "kmeans")
    add("pca(k)", "pca")
    add("save(…)", "joblib", "pickle", "dump")
    add("evaluate(model, rows)", "classificationreport")
    add(".x >= a and .x <= b", "between")
    return known
  }()

  /// Libraries whose work is done here without one.
  package static let libraries: Set<String> = [
    "numpy", "pandas", "polars", "sklearn", "scipy", "matplotlib", "seaborn", "torch", "tensorflow", "keras", "xgboost",
    "lightgbm", "dplyr", "tidyverse", "tidyr", "ggplot2", "caret", "os", "sys", "math", "re", "json", "csv", "random", "time",
    "datetime", "pathlib", "sqlite3", "duckdb", "pyarrow", "foundation",
  ]

  /// By the name of an argument in lower case without `_`: what it may be called here, by function.
  private static let arguments: [String: [String]] = [
    "maxdepth": ["depth"], "alpha": ["l2"], "lambda": ["l2"], "nclusters": ["k"], "nneighbors": ["k"], "ncomponents": ["k"],
    "nsplits": ["k", "folds"], "cv": ["folds"], "scoring": ["metrics"], "testsize": ["test"], "trainsize": ["train"],
    "color": ["by"], "colour": ["by"], "hue": ["by"], "groupby": ["by"], "ascending": ["descending"], "desc": ["descending"],
    "sep": ["delimiter"], "navalues": ["missing"], "dtype": ["types"], "usecols": ["columns"], "encodingerrors": ["rejects"],
    "y": ["target"], "nestimators": ["trees"], "niter": ["trees", "n"], "numleaves": ["max_leaves"], "maxleafnodes": ["max_leaves"],
    "eta": ["learning_rate"], "lr": ["learning_rate"], "maxfeatures": ["features"], "colsamplebytree": ["features"],
    "subsample": ["rows"], "mtry": ["features"], "earlystopping": ["stop_early"], "earlystoppingrounds": ["stop_early"],
    "patience": ["stop_early"], "ninit": ["starts"], "ccpalpha": ["prune"], "oobscore": ["oob"], "batchsize": ["batch"],
    "nepochs": ["epochs"], "gradientclip": ["clip"], "probability": ["probabilities"], "tol": ["tolerance"],
    "covariancetype": ["covariance"], "linkage": ["how"], "minsamples": ["min_samples"], "regalpha": ["l1"], "reglambda": ["l2"],
    "groups": ["group"], "nrepeats": ["repeats"], "mindatainleaf": ["min_samples_leaf"], "objective": ["loss"], "label": ["target"], "columns": ["names"], "left_on": ["on"], "lefton": ["on"], "size": ["n"],
    "frac": ["fraction"], "sampleweight": ["weights"], "maxiter": ["max_iterations"],
  ]

  /// What an argument from elsewhere is called by a function that has these.
  static func argument(_ name: String, among known: [String]) -> String? {
    arguments[String(name.lowercased().filter { $0 != "_" })]?.first(where: known.contains)
  }

  /// Where what an argument from elsewhere says is said here, if no argument says it.
  static func place(ofArgument name: String) -> String? {
    switch name.lowercased().filter({ $0 != "_" }) {
    case "seed", "randomstate", "generator", "shuffle":
      "all that is random comes from the seed of the notebook, `seed: 42` at its head; every run gives the same"
    case "njobs", "nthread", "nthreads", "numthreads", "workers", "threadcount":
      "the number of threads is said when the program starts, `-j 2`; the results are the same at any"
    case "inplace", "copy": "tables do not change: give the result a name, `clean = table |> …`"
    case "target": "the target is named where it is learned from: `fit(plan, target: .name)`, `cross_validate(plan, target: .name)`"
    case "axis": "verbs of tables go along rows; for a statistic of each column, `describe(table)`, for tensors `axis:`"
    case "ignoreindex", "asindex", "index", "dropindex", "indexcol": "tables have no index: what identifies a row is a column"
    case "verbose": "long work shows how far it is by itself"
    default: nil
    }
  }

  /// What a property of tables elsewhere is called here.
  static func property(_ name: String) -> String? {
    switch name {
    case "shape", "size", "nrow": "count(table)"
    case "columns", "names": "columns(table)"
    case "dtypes", "schema", "info": "schema(table)"
    case "values": "to_tensor(table)"
    case "T": "transpose(to_tensor(table))"
    case "loc", "iloc": "table |> filter(…)` and `table[0..9]"
    case "head": "table |> take(5)"
    default: nil
    }
  }

  /// What is meant by a name from elsewhere; nil for one that is not known, or that is written the same here.
  static func meant(by name: String) -> String? {
    let plain = String(name.lowercased().filter { $0 != "_" })
    guard let here = known[plain], here != name, here.prefix(while: { $0 != "(" }) != name else { return nil }
    return here
  }
}
