import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Steps that change features before a model sees them.
  mutating func definePreparation() {
    defineFilling()
    defineScaling()
    defineBending()
    defineEncoding()
    defineOutlierSteps()
    defineRowAndColumnSteps()
    defineWordSteps()
    defineTokenizing()
  }

  static let chosenNumbers = "The columns to work on; all of numbers where none is named."
  static let chosenCategories = "The columns to work on; all of text where none is named."

  mutating func defineFilling() {
    define("impute", "Fills missing values with what the other values teach.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, "The columns to work on; all that fit where none is named.")
      let how = f.choice(
        "how", Impute.Method.allCases.map(\.rawValue), default: "median", "What to fill columns of numbers with.")
      let value = f.optional(
        Value.self, "value", "What `constant` fills in; 0 or \"missing\" where left out.",
        accepts: .either([.number, .string, .bool, .date, .dateTime, .duration]))
      let neighbors = f.optional(Int.self, "neighbors", default: 5, "How many of the nearest rows `knn` takes the mean of.")
      let indicator = f.optional(
        Bool.self, "indicator", default: false,
        "Whether a column `age_was_missing` says which rows were filled, for columns that lacked values in training.")
      f.details("""
        Texts, bools and dates get their most frequent value whatever `how` says, but for `constant`; of equally \
        frequent values the smallest. A column without any value can't be learned from and is an error. `knn` measures \
        how near rows are by the columns of numbers, so these should be on one scale.
        """)
      f.example("impute(.age, how: \"mean\")", gives: "impute(.age, how: \"mean\")")
      f.example("table(x: [1.0, missing, 3.0]) |> impute() |> map(row => row.x)", gives: "[1.0, 2.0, 3.0]")
      f.example(
        "t = table(x: [1.0, missing, 3.0])\nt |> fit(impute(how: \"mean\")) |> transform(t) |> map(row => row.x)",
        gives: "[1.0, 2.0, 3.0]")
      f.seeAlso("fill_missing", "drop_missing")
      f.makesStep(rows, columns, of: .values, .computed { table, worked, bound in
        // Whole numbers may become floats, and which columns lack values is not known yet.
        guard case .bool(false)? = bound.isAbsent(indicator) ? .bool(false) : bound.constant(indicator) else { return nil }
        let ints = Set(worked.filter { $0.type == .int }.map(\.name))
        return table.columns?.map { ints.contains($0.name) ? TableType.ColumnHeader($0.name) : $0 }
      }) { call in
        guard let method = Impute.Method(rawValue: try call[how]) else { throw ModelError("an unknown way to impute") }
        let given = try call[value] ?? .missing
        guard let scalar = given.scalar else { throw ModelError("`value` is a single value, not a \(given.typeName)") }
        return try Impute(
          columns: call[columns], how: method, value: scalar, neighbors: call[neighbors], indicator: call[indicator])
      }
    }
  }

  mutating func defineOutlierSteps() {
    let words = OutlierFences.Method.allCases.map(\.rawValue)
    let how = "How outliers are known: far from the quartiles, or from the mean."
    let factor = "How many times the distance of the quartiles, or the deviation, is far: 1.5 or 3 where left out."
    define("clip_outliers", "Brings numbers far from the middle back to fences.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenNumbers)
      let how = f.choice("how", words, default: "iqr", how)
      let factor = f.optional(Double.self, "factor", factor)
      f.details("Fences are learned in training and hold for new rows. Missing values stay missing.")
      f.example("table(x: [1, 2, 3, 4, 100]) |> clip_outliers() |> map(row => row.x)", gives: "[1.0, 2.0, 3.0, 4.0, 7.0]")
      f.seeAlso("remove_outliers", "robust_scale")
      f.makesStep(rows, columns, of: .amounts, .become(.float)) { call in
        try ClipOutliers(columns: call[columns], how: .init(rawValue: call[how]) ?? .iqr, factor: call[factor])
      }
    }
    define("remove_outliers", "Leaves out rows with numbers far from the middle, among the rows to learn from only.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenNumbers)
      let how = f.choice("how", words, default: "iqr", how)
      let factor = f.optional(Double.self, "factor", factor)
      f.details("Rows that are predicted are never left out, and missing values are no outliers.")
      f.example("table(x: [1, 2, 3, 4, 100]) |> remove_outliers() |> count()", gives: "4")
      f.seeAlso("clip_outliers", "remove_duplicates")
      f.makesStep(rows, columns, of: .amounts, .same) { call in
        try RemoveOutliers(columns: call[columns], how: .init(rawValue: call[how]) ?? .iqr, factor: call[factor])
      }
    }
  }

  mutating func defineRowAndColumnSteps() {
    define("remove_duplicates", "Leaves out rows like an earlier one, among the rows to learn from only.") { f in
      let rows = f.stepTable(learns: false)
      let columns = f.columns("columns", of: rows, "The columns to compare; all features and the target where none is named.")
      f.details("Rows that are predicted are never left out. `distinct` does the same to a table.")
      f.example("remove_duplicates() >> standardize()", gives: "remove_duplicates() >> standardize()")
      f.seeAlso("distinct", "remove_outliers")
      f.makesStep(rows, columns, .same) { call in RemoveDuplicates(columns: try call[columns]) }
    }
    define("select_columns", "Keeps the columns named and leaves the others out of what follows in a plan.") { f in
      let rows = f.stepTable(learns: false)
      let columns = f.columns("columns", of: rows, "The columns to keep, in order.")
      f.example("t = table(a: [1], b: [2], c: [3])\nt |> fit(select_columns(.c, .a)) |> transform(t) |> columns()",
        gives: "[\"c\", \"a\"]")
      f.seeAlso("select", "select_features")
      f.makesStep(rows, columns, .chosen) { call in try SelectColumns(columns: call[columns]) }
    }
    define("select_features", "Keeps the columns of numbers that tell most of the target.") { f in
      let rows = f.stepTable()
      let k = f.required(Int.self, "k", "How many columns to keep of those that are judged.")
      let columns = f.columns("columns", of: rows, "The columns to judge; all of numbers and bools where none is named.")
      let how = f.choice(
        "how", SelectFeatures.Score.allCases.map(\.rawValue), default: "auto",
        "What is measured: for classes `anova`, for numbers `f_regression`, for both `mutual_information`; without a "
          + "target `variance`.")
      let target = f.stepTarget(of: rows)
      f.random()
      f.details("""
        Each column is looked at alone. Columns that are not judged stay. A column that never changes is kept last; of \
        equal scores the first columns are kept. `summary` shows the scores.
        """)
      f.example("""
        t = table(a: [1, 2, 3, 4], b: [5, 1, 4, 2], y: [1.1, 1.9, 3.2, 4.0])
        t |> select_features(k: 1, target: .y) |> columns()
        """, gives: "[\"a\", \"y\"]")
      f.seeAlso("select_columns", "pca", "correlate")
      f.makesStep(rows, columns, of: .allNumbers, .unknown, target: target) { call in
        try SelectFeatures(k: call[k], columns: call[columns], how: .init(rawValue: call[how]) ?? .auto)
      }
    }
    define("pca", "Puts the directions in which columns vary most in place of the columns.") { f in
      let rows = f.stepTable()
      let k = f.optional(Int.self, "k", "How many directions; as many as there are where left out.")
      let columns = f.columns("columns", of: rows, "The columns to work on; all numbers where none is named.")
      let solver = f.choice(
        "solver", ComponentSolver.allCases.map(\.rawValue), default: "auto",
        "\"full\" finds all directions, \"randomized\" the leading ones from random ones, \"auto\" what is quick and as exact.")
      f.details("""
        Columns are centred, not scaled. The new ones are `pca1`, `pca2` and so on; the largest entry of each direction is \
        positive. "randomized" helps where there are many columns and few directions are wanted; it rounds weak directions.
        """)
      f.example("table(a: [1, 2, 3], b: [2, 4, 6]) |> pca(1) |> columns()", gives: "[\"pca1\"]")
      f.seeAlso("standardize", "fit", "select_features")
      f.makesStep(rows, columns, of: .allNumbers, .unknown) { call in
        try PrincipalComponents(
          k: call[k], columns: call[columns], solver: ComponentSolver(rawValue: call[solver]) ?? .auto)
      }
    }
    define("date_parts", "Puts year, month, day and weekday in the place of dates.") { f in
      let rows = f.stepTable(learns: false)
      let columns = f.columns("columns", of: rows, "The columns to work on; all of dates and datetimes where none is named.")
      let parts = f.optional(
        [String].self, "parts",
        "Which parts: " + DatePart.allCases.map(\.rawValue).joined(separator: ", ") + ". Where left out, year, month, day "
          + "and weekday, of datetimes also hour.")
      f.details("The new columns are called `born_year`. Missing values stay missing; the weekday of Monday is 1.")
      f.example("table(born: [date(2024, 2, 29)]) |> date_parts() |> map(row => [row.born_year, row.born_weekday])",
        gives: "[[2024, 4]]")
      f.seeAlso("year", "month", "weekday")
      f.makesStep(rows, columns, of: .dates, .unknown) { call in
        let chosen = try (try call[parts] ?? []).map { word in
          guard let part = DatePart(rawValue: word) else {
            throw ArgumentReader.notAChoice(word, DatePart.allCases.map(\.rawValue), "parts", in: call)
          }
          return part
        }
        return try TakeDateParts(columns: call[columns], parts: chosen)
      }
    }
  }
}
