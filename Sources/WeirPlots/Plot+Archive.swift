package import WeirBase

extension Plot {
  package static let archiveName = "plot"

  package var archive: Archive {
    .of(["kind": .text(kind), "title": .text(title), "caption": .text(caption), "content": content.archive])
  }

  package init(archive: Archive) throws {
    self.init(
      kind: try archive.part("kind").asText(), title: try archive.part("title").asText(),
      content: try Content(archive: archive.part("content")),
      // Plots of older archives have none.
      caption: try archive["caption"]?.asText() ?? "")
  }
}

extension Plot.Content {
  fileprivate var archive: Archive {
    switch self {
    case .chart(let chart):
      .of(["x": chart.x.archive, "y": chart.y.archive, "series": .list(chart.series.map(\.archive))])
    case .matrix(let matrix): matrix.archive
    case .grid(let plots, let columns): .of(["plots": .list(plots.map(\.archive)), "across": .int(Int64(columns))])
    }
  }

  fileprivate init(archive: Archive) throws {
    if let plots = archive["plots"] {
      self = .grid(
        try plots.asList().map { try Plot(archive: $0) }, columns: max(1, try archive.part("across").asInt()))
    } else if archive["rows"] != nil {
      self = .matrix(try Matrix(archive: archive))
    } else {
      self = .chart(
        Chart(
          x: try Axis(archive: archive.part("x")), y: try Axis(archive: archive.part("y")),
          series: try archive.part("series").asList().map { try Series(archive: $0) }))
    }
  }
}

extension Axis {
  fileprivate var archive: Archive {
    let scale: Archive =
      switch self.scale {
      case .number: .text("number")
      case .log: .text("log")
      case .time: .text("time")
      case .categories(let names): .texts(names)
      }
    let ends: Archive = range.map { .floats([$0.lowerBound, $0.upperBound]) } ?? .none
    return .of(["label": .text(label), "scale": scale, "range": ends])
  }

  fileprivate init(archive: Archive) throws {
    let scale: Scale
    switch try archive.part("scale") {
    case .text("time"): scale = .time
    case .text("log"): scale = .log
    case .list(let names): scale = .categories(try names.map { try $0.asText() })
    default: scale = .number
    }
    var range: ClosedRange<Double>?
    if case .floats(let ends) = try archive.part("range"), ends.count == 2, ends[0] <= ends[1] {
      range = ends[0]...ends[1]
    }
    self.init(try archive.part("label").asText(), scale: scale, range: range)
  }
}

extension Series {
  /// All marks are runs of a fixed number of floats, save boxes, whose outliers follow their count.
  fileprivate var archive: Archive {
    let (kind, numbers): (String, [Double]) =
      switch marks {
      case .line(let points): ("line", points.flatMap { [$0.x, $0.y] })
      case .guide(let points): ("guide", points.flatMap { [$0.x, $0.y] })
      case .points(let points): ("points", points.flatMap { [$0.x, $0.y] })
      case .bars(let bars): ("bars", bars.flatMap { [$0.low, $0.high, $0.value] })
      case .boxes(let boxes):
        ("boxes", boxes.flatMap { [$0.position] + $0.ordered + [Double($0.outliers.count)] + $0.outliers })
      case .cells(let tiles): ("cells", tiles.flatMap { [$0.left, $0.right, $0.low, $0.high, $0.count] })
      }
    return .of([
      "label": .text(label), "color": .int(Int64(color)), "marks": .text(kind), "numbers": .floats(numbers),
    ])
  }

  fileprivate init(archive: Archive) throws {
    let numbers = try archive.part("numbers").asFloats()
    func runs(of length: Int) throws -> [Int] {
      guard numbers.count % length == 0 else { throw ArchiveError("a series with numbers left over") }
      return Array(stride(from: 0, to: numbers.count, by: length))
    }
    func points() throws -> [Point] { try runs(of: 2).map { Point(numbers[$0], numbers[$0 + 1]) } }
    let marks: Marks
    switch try archive.part("marks").asText() {
    case "line": marks = .line(try points())
    case "guide": marks = .guide(try points())
    case "points": marks = .points(try points())
    case "bars": marks = .bars(try runs(of: 3).map { Bar(numbers[$0], numbers[$0 + 1], numbers[$0 + 2]) })
    case "boxes": marks = .boxes(try Series.boxes(numbers))
    case "cells":
      marks = .cells(
        try runs(of: 5).map {
          Tile(
            left: numbers[$0], right: numbers[$0 + 1], low: numbers[$0 + 2], high: numbers[$0 + 3],
            count: numbers[$0 + 4])
        })
    case let other: throw ArchiveError("no marks are called `\(other)`")
    }
    self.init(try archive.part("label").asText(), color: try archive.part("color").asInt(), marks)
  }

  private static func boxes(_ numbers: [Double]) throws -> [Box] {
    var boxes: [Box] = [], place = 0
    while place < numbers.count {
      guard numbers.count - place >= 7, let count = Int(exactly: numbers[place + 6]), count >= 0,
        count <= numbers.count - place - 7
      else { throw ArchiveError("a box plot with numbers missing") }
      let part = numbers[place..<place + 7].map { $0 }
      boxes.append(
        Box(
          position: part[0], low: part[1], lowerQuartile: part[2], median: part[3], upperQuartile: part[4],
          high: part[5], outliers: Array(numbers[place + 7..<place + 7 + count])))
      place += 7 + count
    }
    return boxes
  }
}

extension Matrix {
  fileprivate var archive: Archive {
    .of([
      "rows": .texts(rows), "columns": .texts(columns), "values": .floats(values), "row_title": .text(rowTitle),
      "column_title": .text(columnTitle), "diverging": .bool(shades == .diverging),
    ])
  }

  fileprivate init(archive: Archive) throws {
    try self.init(
      rows: archive.part("rows").asTexts(), columns: archive.part("columns").asTexts(),
      values: archive.part("values").asFloats(), rowTitle: archive.part("row_title").asText(),
      columnTitle: archive.part("column_title").asText(),
      shades: archive.part("diverging").asBool() ? .diverging : .sequential)
  }
}
