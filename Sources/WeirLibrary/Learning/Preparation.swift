import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Steps that change features before a model sees them.
  mutating func definePreparation() {
    defineFilling()
    defineScaling()
    defineRowAndColumnSteps()
  }

  private static let chosen = "The columns to work on; all that fit where none is named."

  private mutating func defineFilling() {
    define("impute", "Fills missing values with one learned from the column.") { f in
      let columns = f.columns("columns", Self.chosen)
      let how = f.choice(
        "how", Impute.Method.allCases.map(\.rawValue), default: "median", "What to fill columns of numbers with.")
      let value = f.optional(
        Value.self, "value", "What `constant` fills in; 0 or \"missing\" where left out.",
        accepts: .either([.number, .string, .bool, .date, .dateTime, .duration]))
      f.returns(.plan)
      f.flow(.none)
      f.details("""
        Texts, bools and dates get their most frequent value whatever `how` says, but for `constant`; of equally \
        frequent values the smallest. A column without any value can't be learned from and is an error.
        """)
      f.example("impute(.age, how: \"mean\")", gives: "impute(.age, how: \"mean\")")
      f.example(
        "t = table(x: [1.0, missing, 3.0])\nt |> fit(impute()) |> transform(t) |> map(row => row.x)",
        gives: "[1.0, 2.0, 3.0]")
      f.seeAlso("fill_missing", "drop_missing")
      f.body { call in
        guard let method = Impute.Method(rawValue: try call[how]) else { return .missing }
        let given = try call[value] ?? .missing
        guard let scalar = given.scalar else { throw ModelError("`value` is a single value, not a \(given.typeName)") }
        guard scalar == .missing || method == .constant else {
          throw ModelError("`value` stands only with `constant`", mend: "write `how: \"constant\"`")
        }
        return .step(Impute(columns: try call[columns], how: method, value: scalar))
      }
    }
    define("one_hot", "Turns each category of a column into a column of its own.") { f in
      let columns = f.columns("columns", "The columns to work on; all of text where none is named.")
      let drop = f.choice(
        "drop", OneHot.Dropped.allCases.map(\.rawValue), default: "none",
        "\"first\" leaves the first category of each column out: it follows from the others.")
      f.returns(.plan)
      f.flow(.none)
      f.details("""
        The new columns are called `sex_male` and are true or false. A category that was not seen in training is false \
        in all of them. Missing values seen in training are a category of their own, `sex_missing`; others are false in all.
        """)
      f.example(
        "t = table(sex: [\"m\", \"f\"])\nt |> fit(one_hot()) |> transform(t) |> columns()", gives: "[\"sex_f\", \"sex_m\"]")
      f.body { call in
        guard let dropped = OneHot.Dropped(rawValue: try call[drop]) else { return .missing }
        return .step(OneHot(columns: try call[columns], drop: dropped))
      }
    }
  }

  private mutating func defineScaling() {
    define("standardize", "Brings columns of numbers to mean 0 and standard deviation 1.") { f in
      let columns = f.columns("columns", Self.chosen)
      f.returns(.plan)
      f.flow(.none)
      f.details("The deviation divides by n. Missing values stay missing; a constant column becomes 0.")
      f.example("t = table(x: [1, 2, 3, 4, 5])\nt |> fit(standardize()) |> transform(t) |> map(row => round(row.x, 3))",
        gives: "[-1.414, -0.707, 0.0, 0.707, 1.414]")
      f.seeAlso("min_max_scale")
      f.body { call in .step(Standardize(columns: try call[columns])) }
    }
    define("min_max_scale", "Brings columns of numbers into a range.") { f in
      let columns = f.columns("columns", Self.chosen)
      let low = f.optional(Double.self, "low", default: 0, "What the least value becomes.")
      let high = f.optional(Double.self, "high", default: 1, "What the greatest value becomes.")
      f.returns(.plan)
      f.flow(.none)
      f.details("New rows may lie beyond the ends. Missing values stay missing; a constant column becomes `low`.")
      f.example("t = table(x: [1, 2, 5])\nt |> fit(min_max_scale()) |> transform(t) |> map(row => row.x)",
        gives: "[0.0, 0.25, 1.0]")
      f.seeAlso("standardize")
      f.body { call in .step(try MinMaxScale(columns: call[columns], low: call[low], high: call[high])) }
    }
    define("clip_outliers", "Brings numbers far from the middle half back to its fences.") { f in
      let columns = f.columns("columns", Self.chosen)
      let factor = f.optional(
        Double.self, "factor", default: 1.5, "How many times the distance between the quartiles lies beyond each of them.")
      f.returns(.plan)
      f.flow(.none)
      f.example("t = table(x: [1, 2, 3, 4, 100])\nt |> fit(clip_outliers()) |> transform(t) |> map(row => row.x)",
        gives: "[1.0, 2.0, 3.0, 4.0, 7.0]")
      f.body { call in .step(try ClipOutliers(columns: call[columns], factor: call[factor])) }
    }
  }

  private mutating func defineRowAndColumnSteps() {
    define("remove_duplicates", "Leaves out rows like an earlier one, among the rows to learn from only.") { f in
      let columns = f.columns("columns", "The columns to compare; all features and the target where none is named.")
      f.returns(.plan)
      f.flow(.none)
      f.details("Rows that are predicted are never left out. `distinct` does the same to a table.")
      f.example("remove_duplicates() >> standardize()", gives: "remove_duplicates() >> standardize()")
      f.seeAlso("distinct")
      f.body { call in .step(RemoveDuplicates(columns: try call[columns])) }
    }
    define("select_columns", "Keeps the columns named and leaves the others out of what follows in a plan.") { f in
      let columns = f.columns("columns", "The columns to keep, in order.")
      f.returns(.plan)
      f.flow(.none)
      f.example("t = table(a: [1], b: [2], c: [3])\nt |> fit(select_columns(.c, .a)) |> transform(t) |> columns()",
        gives: "[\"c\", \"a\"]")
      f.seeAlso("select")
      f.body { call in .step(try SelectColumns(columns: call[columns])) }
    }
  }
}

extension Value {
  /// A plan of one step.
  static func step(_ step: any Step) -> Value { .plan(Plan([step])) }
}
