import WeirBase

/// A picture of numbers as data: drawn anew for each terminal, page or file.
package struct Plot: Archivable, Hashable {
  package enum Content: Sendable, Hashable {
    case chart(Chart)
    case matrix(Matrix)
    /// Several plots row by row.
    indirect case grid([Plot], columns: Int)
  }

  /// What a user calls it ("histogram").
  package var kind: String
  package var title: String
  package var content: Content
  /// What a reader must know of what is shown: rows left out, points counted in cells.
  package var caption: String

  package init(kind: String, title: String = "", content: Content, caption: String = "") {
    self.kind = kind
    self.title = title
    self.content = content
    self.caption = caption
  }
}

/// Series over two axes.
package struct Chart: Sendable, Hashable {
  package var x: Axis
  package var y: Axis
  package var series: [Series]

  package init(x: Axis, y: Axis, series: [Series]) {
    self.x = x
    self.y = y
    self.series = series
  }
}

package struct Axis: Sendable, Hashable {
  package enum Scale: Sendable, Hashable {
    case number
    /// Each power of ten as long as the next; only numbers above 0 have a place.
    case log
    /// Microseconds since 1970.
    case time
    /// Category `i` stands at `i`.
    case categories([String])
  }

  package var label: String
  package var scale: Scale
  /// The ends to show; nil takes them from the data.
  package var range: ClosedRange<Double>?

  package init(_ label: String = "", scale: Scale = .number, range: ClosedRange<Double>? = nil) {
    self.label = label
    self.scale = scale
    self.range = range
  }
}

/// Marks of one colour, under one name in the legend.
package struct Series: Sendable, Hashable {
  package enum Marks: Sendable, Hashable {
    case line([Point])
    /// A thin broken line to compare with.
    case guide([Point])
    case points([Point])
    case bars([Bar])
    case boxes([Box])
    /// How many points lie where, in place of the points.
    case cells([Tile])
  }

  package var label: String
  /// The place in the palette.
  package var color: Int
  package var marks: Marks

  package init(_ label: String = "", color: Int = 0, _ marks: Marks) {
    self.label = label
    self.color = color
    self.marks = marks
  }
}

package struct Point: Sendable, Hashable {
  package var x: Double
  package var y: Double
  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
  var isFinite: Bool { x.isFinite && y.isFinite }
}

/// A bar from zero to `value`, over `low...high` of the other axis.
package struct Bar: Sendable, Hashable {
  package var low: Double
  package var high: Double
  package var value: Double
  package init(_ low: Double, _ high: Double, _ value: Double) {
    self.low = low
    self.high = high
    self.value = value
  }
}

/// How many points lie within a rectangle of the chart.
package struct Tile: Sendable, Hashable {
  package var left: Double
  package var right: Double
  package var low: Double
  package var high: Double
  package var count: Double
}

/// The five numbers of a box plot (Tukey 1977): the whiskers end at the farthest values within 1.5 box lengths.
package struct Box: Sendable, Hashable {
  package var position: Double
  package var low: Double
  package var lowerQuartile: Double
  package var median: Double
  package var upperQuartile: Double
  package var high: Double
  package var outliers: [Double]

  var ordered: [Double] { [low, lowerQuartile, median, upperQuartile, high] }
}

/// Numbers in rows and columns, shown as shades.
package struct Matrix: Sendable, Hashable {
  package enum Shades: Sendable, Hashable {
    /// From the least to the greatest value.
    case sequential
    /// About zero, both signs alike.
    case diverging
  }

  package var rows: [String]
  package var columns: [String]
  /// Row by row; `nan` where there is none.
  package var values: [Double]
  package var rowTitle: String
  package var columnTitle: String
  package var shades: Shades

  /// Throws where the labels do not fit the values.
  package init(
    rows: [String], columns: [String], values: [Double], rowTitle: String = "", columnTitle: String = "",
    shades: Shades = .sequential
  ) throws(PlotError) {
    guard !rows.isEmpty, !columns.isEmpty, values.count == rows.count * columns.count else {
      throw PlotError("\(values.count) values do not make \(rows.count) rows of \(columns.count)")
    }
    guard values.count <= 250_000 else { throw PlotError("a matrix of more than 250000 cells cannot be shown") }
    self.rows = rows
    self.columns = columns
    self.values = values
    self.rowTitle = rowTitle
    self.columnTitle = columnTitle
    self.shades = shades
  }

  /// The values at both ends of the shades.
  var range: ClosedRange<Double> {
    let known = values.filter(\.isFinite)
    let low = known.min() ?? 0, high = known.max() ?? 0
    if shades == .diverging {
      let most = max(low.magnitude, high.magnitude)
      return -most...most
    }
    return min(low, 0) == 0 ? 0...high : low...high
  }

  /// The place of a value between both ends, 0 to 1.
  func share(_ value: Double) -> Double {
    let range = range
    return range.upperBound > range.lowerBound ? (value - range.lowerBound) / (range.upperBound - range.lowerBound) : 0
  }
}

/// What can go wrong with plots, in the user's words; the layer above adds code and span.
package struct PlotError: Error, Sendable, Hashable, CustomStringConvertible {
  package let message: String
  package let mend: String?

  package init(_ message: String, mend: String? = nil) {
    self.message = message
    self.mend = mend
  }

  package var description: String { message }
}
