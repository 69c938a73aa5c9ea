import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Steps that shift and stretch numbers.
  mutating func defineScaling() {
    define("standardize", "Brings columns of numbers to mean 0 and standard deviation 1.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenNumbers)
      let center = f.optional(Bool.self, "center", default: true, "Whether the mean is taken away.")
      let scale = f.optional(Bool.self, "scale", default: true, "Whether the deviation is divided by.")
      f.details("""
        The deviation divides by n; weights count. Missing values stay missing; a constant column becomes 0.
        """)
      f.example("table(x: [1, 2, 3, 4, 5]) |> standardize(.x) |> map(row => round(row.x, 3))",
        gives: "[-1.414, -0.707, 0.0, 0.707, 1.414]")
      f.example("t = table(x: [1, 3])\nt |> fit(standardize()) |> transform(table(x: [5])) |> map(row => row.x)", gives: "[3.0]")
      f.seeAlso("min_max_scale", "robust_scale", "power_transform")
      f.makesStep(rows, columns, of: .numbers, .become(.float)) { call in
        Standardize(columns: try call[columns], center: try call[center], scale: try call[scale])
      }
    }
    define("min_max_scale", "Brings columns of numbers into a range.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenNumbers)
      let low = f.optional(Double.self, "low", default: 0, "What the least value becomes.")
      let high = f.optional(Double.self, "high", default: 1, "What the greatest value becomes.")
      let clip = f.optional(Bool.self, "clip", default: false, "Whether new values beyond the ends become the ends.")
      f.details("New rows may lie beyond the ends. Missing values stay missing; a constant column becomes `low`.")
      f.example("table(x: [1, 2, 5]) |> min_max_scale() |> map(row => row.x)", gives: "[0.0, 0.25, 1.0]")
      f.seeAlso("standardize")
      f.makesStep(rows, columns, of: .numbers, .become(.float)) { call in
        try MinMaxScale(columns: call[columns], low: call[low], high: call[high], clip: call[clip])
      }
    }
    define("robust_scale", "Brings columns of numbers to median 0 and distance of the quartiles 1.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenNumbers)
      let low = f.optional(Double.self, "low", default: 0.25, "The lower of the quantiles between which the spread is measured.")
      let high = f.optional(Double.self, "high", default: 0.75, "The higher one.")
      f.details("""
        Outliers hardly move it. Missing values stay missing; a column whose two quantiles are equal is only shifted.
        """)
      f.example("table(x: [1, 2, 3, 4, 100]) |> robust_scale() |> map(row => row.x)", gives: "[-1.0, -0.5, 0.0, 0.5, 48.5]")
      f.seeAlso("standardize", "clip_outliers")
      f.makesStep(rows, columns, of: .numbers, .become(.float)) { call in
        try RobustScale(columns: call[columns], low: call[low], high: call[high])
      }
    }
    define("normalize", "Stretches each row to length one.") { f in
      let rows = f.stepTable(learns: false)
      let columns = f.columns("columns", of: rows, Self.chosenNumbers)
      let norm = f.choice(
        "norm", Normalize.Norm.allCases.map(\.rawValue), default: "l2",
        "What length is: `l2` the root of the sum of squares, `l1` the sum, `max` the largest number.")
      f.details("Each row by itself: nothing is learned. Missing values stay missing; a row of zeros stays so.")
      f.example("table(a: [3, 0], b: [4, 0]) |> normalize() |> map(row => [row.a, row.b])", gives: "[[0.6, 0.8], [0.0, 0.0]]")
      f.seeAlso("standardize")
      f.makesStep(rows, columns, of: .numbers, .become(.float)) { call in
        Normalize(columns: try call[columns], norm: .init(rawValue: try call[norm]) ?? .l2)
      }
    }
  }

  /// Steps that bend numbers, and make new ones of them.
  mutating func defineBending() {
    define("power_transform", "Bends columns of numbers to come close to a normal distribution.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenNumbers)
      let method = f.choice(
        "method", PowerCurve.Method.allCases.map(\.rawValue), default: "yeo_johnson",
        "`yeo_johnson` for any numbers, `box_cox` for positive ones.")
      let standardize = f.optional(Bool.self, "standardize", default: true, "Whether to bring the result to mean 0 and deviation 1.")
      f.details("""
        The exponent of each column is the most likely one; 1 leaves the shape as it is, 0 is like a logarithm. Missing \
        values stay missing; a constant column becomes 0.
        """)
      f.example("""
        t = table(x: [1, 2, 4, 8, 16]) |> power_transform(method: "box_cox")
        t |> map(row => round(row.x, 3))
        """, gives: "[-1.414, -0.707, 0.0, 0.707, 1.414]")
      f.seeAlso("standardize", "quantile_transform", "log")
      f.makesStep(rows, columns, of: .amounts, .become(.float)) { call in
        PowerTransform(
          columns: try call[columns], method: .init(rawValue: try call[method]) ?? .yeoJohnson,
          standardize: try call[standardize])
      }
    }
    define("quantile_transform", "Puts its rank, from 0 to 1, in the place of each number.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, Self.chosenNumbers)
      let quantiles = f.optional(Int.self, "quantiles", default: 1000, "How many quantiles are kept; between them it is linear.")
      let output = f.choice(
        "output", QuantileTransform.Output.allCases.map(\.rawValue), default: "uniform",
        "`normal` gives the numbers of a normal distribution that have these ranks.")
      f.details("Numbers beyond those of the training rows get the ends. Missing values stay missing.")
      f.example("table(x: [1, 10, 1000]) |> quantile_transform() |> map(row => row.x)", gives: "[0.0, 0.5, 1.0]")
      f.seeAlso("power_transform", "rank")
      f.makesStep(rows, columns, of: .amounts, .become(.float)) { call in
        try QuantileTransform(
          columns: call[columns], quantiles: call[quantiles], output: .init(rawValue: call[output]) ?? .uniform)
      }
    }
    define("polynomial", "Adds the products of columns, up to a degree.") { f in
      let rows = f.stepTable(learns: false)
      let degree = f.optional(Int.self, "degree", default: 2, "How many factors a product has at most.")
      let columns = f.columns("columns", of: rows, Self.chosenNumbers)
      let interaction = f.optional(
        Bool.self, "interaction_only", default: false, "Whether no column is multiplied by itself.")
      let bias = f.optional(Bool.self, "bias", default: false, "Whether to add a column `one` that is 1 on every row.")
      f.details("The new columns are called `a^2` and `a*b`. A product is missing where one of its factors is.")
      f.example("table(a: [2], b: [3]) |> polynomial(2) |> columns()", gives: "[\"a\", \"b\", \"a^2\", \"a*b\", \"b^2\"]")
      f.seeAlso("derive", "linear", "ridge")
      f.makesStep(rows, columns, of: .numbers, .unknown) { call in
        try Polynomial(
          degree: call[degree], columns: call[columns], interactionOnly: call[interaction], bias: call[bias])
      }
    }
  }
}
