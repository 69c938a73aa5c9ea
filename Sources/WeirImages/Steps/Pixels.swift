package import WeirBase
package import WeirModels
package import WeirTables

/// Turns each picture into one number a pixel and channel, from 0 (black) to 1 (white).
///
/// Pictures in colour give three columns a pixel, gray ones one; a column of both gives three. Alpha is laid over
/// black. Columns are called `image_y_x` (and `_r`, `_g`, `_b`); the picture itself is dropped.
package struct Pixels: Transformer {
  package static let archiveName = "pixels"
  /// The most columns that pictures may give.
  static let columnLimit = 100_000
  /// Width and height that pictures are brought to first; nil keeps theirs.
  package let size: Size?

  package struct Size: Sendable, Hashable {
    package let width: Int
    package let height: Int
    package init(_ width: Int, _ height: Int) {
      self.width = width
      self.height = height
    }
  }

  package init(size: Size? = nil) throws(ImageError) {
    if let size { try Image.checkSize(width: size.width, height: size.height, channels: 3) }
    self.size = size
  }

  package init(archive: Archive) throws {
    if case .ints(let sides) = archive {
      guard sides.count == 2 else { throw ArchiveError("a size is width and height") }
      try self.init(size: Size(Int(sides[0]), Int(sides[1])))
    } else {
      try self.init()
    }
  }

  package var archive: Archive { size.map { .ints([Int64($0.width), Int64($0.height)]) } ?? .none }
  package var name: String { "pixels" }
  package var settings: [Setting] { [Setting("size", archive, default: Archive.none)] }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let names = sample.features.imageColumns
    guard !names.isEmpty else { throw ModelError.noImages(for: name) }
    let shapes = try names.map { try shape(of: $0, in: sample.features) }
    let fitted = FittedPixels(shapes: shapes, resizes: size != nil)
    var out = sample
    out.features = try fitted.apply(to: sample.features, in: context.workers)
    return (fitted, out)
  }

  private func shape(of name: String, in table: Table) throws -> FittedPixels.Shape {
    let images = (table[name]?.images ?? []).compactMap { $0 }
    guard let first = images.first else { throw ModelError("the column `\(name)` has no images to learn from") }
    let width = size?.width ?? first.width, height = size?.height ?? first.height
    let channels = images.contains { $0.isColor } ? 3 : 1
    guard let count = Image.sampleCount(width: width, height: height, channels: channels), count <= Pixels.columnLimit
    else {
      throw ModelError(
        "images of \(width)x\(height) pixels would give more than \(Pixels.columnLimit) columns",
        mend: "make them smaller: `pixels(size: [32, 32])`")
    }
    return FittedPixels.Shape(column: name, width: width, height: height, channels: channels)
  }
}

/// What `pixels` learned: the size and the channels of the pictures of each column.
package struct FittedPixels: FittedTransformer {
  package static let archiveName = "fitted_pixels"

  struct Shape: Sendable {
    let column: String
    let width: Int
    let height: Int
    let channels: Int
    var sampleCount: Int { width * height * channels }
  }

  let shapes: [Shape]
  let resizes: Bool

  init(shapes: [Shape], resizes: Bool) {
    self.shapes = shapes
    self.resizes = resizes
  }

  package init(archive: Archive) throws {
    resizes = try archive.part("resizes").asBool()
    shapes = try archive.part("shapes").asList().map { shape in
      let sides = try shape.part("sides").asInts()
      guard sides.count == 3, sides[2] == 1 || sides[2] == 3,
        let count = Image.sampleCount(width: Int(sides[0]), height: Int(sides[1]), channels: Int(sides[2])),
        count <= Pixels.columnLimit
      else { throw ArchiveError("pictures of a wrong shape") }
      return Shape(
        column: try shape.part("column").asText(), width: Int(sides[0]), height: Int(sides[1]),
        channels: Int(sides[2]))
    }
  }

  package var archive: Archive {
    .of([
      "resizes": .bool(resizes),
      "shapes": .list(shapes.map { shape in
        .of([
          "column": .text(shape.column),
          "sides": .ints([Int64(shape.width), Int64(shape.height), Int64(shape.channels)]),
        ])
      }),
    ])
  }

  package func apply(to features: Table) throws -> Table { try apply(to: features, in: .one) }

  func apply(to features: Table, in workers: Workers) throws -> Table {
    var columns: [(name: String, column: Column)] = []
    for (name, column) in zip(features.names, features.columns) {
      if let shape = shapes.first(where: { $0.column == name }) {
        columns += try expand(column, shape, workers)
      } else {
        columns.append((name, column))
      }
    }
    for shape in shapes where features[shape.column] == nil {
      throw ModelError("the plan reads images from the column `\(shape.column)`, which is not here")
    }
    return try Table(columns, rowCount: features.rowCount, lineage: features.lineage)
  }

  private func expand(_ column: Column, _ shape: Shape, _ workers: Workers) throws -> [(name: String, column: Column)] {
    guard let images = column.images else {
      throw ModelError("the column `\(shape.column)` holds \(column.type), and the plan learned from images")
    }
    let rows = try workers.map(images.count) { row in try images[row].map { try levels(of: $0, shape, row) } }
    let validity = rows.contains { $0 == nil } ? Bitmap(rows.map { $0 != nil }) : nil
    return (0..<shape.sampleCount).map { place in
      (name(of: place, shape), Column(.float(rows.map { $0?[place] ?? 0 }), validity: validity))
    }
  }

  private func name(of place: Int, _ shape: Shape) -> String {
    let pixel = place / shape.channels
    let plain = "\(shape.column)_\(pixel / shape.width)_\(pixel % shape.width)"
    return shape.channels == 1 ? plain : plain + ["_r", "_g", "_b"][place % 3]
  }

  private func levels(of image: Image, _ shape: Shape, _ row: Int) throws -> [Double] {
    var image = resizes ? try image.resized(width: shape.width, height: shape.height) : image
    guard image.width == shape.width, image.height == shape.height else {
      throw ModelError(
        "row \(row + 1): an image of \(image.width)x\(image.height) pixels among images of "
          + "\(shape.width)x\(shape.height)",
        mend: "put `resize(\(shape.width), \(shape.height))` before `pixels()`")
    }
    image = image.flattened(over: .black)
    image = shape.channels == 3 ? image.colored() : image.grayscaled()
    switch image.samples {
    case .bytes(let values): return values.map { Double($0) / 255 }
    case .words(let values): return values.map { Double($0) / 65_535 }
    }
  }
}

extension FittedPixels: RestoringTransformer {
  /// The pictures whose pixels these are; numbers below 0 and above 1 count as black and white.
  package func restored(_ rows: Table) throws -> Table {
    var columns: [(name: String, column: Column)] = [], gone: Set<String> = []
    for shape in shapes {
      let names = (0..<shape.sampleCount).map { name(of: $0, shape) }
      let levels = try names.map { name -> [Double] in
        guard case .float(let values) = try rows.column(name).cast(to: .float).storage else { return [] }
        return values
      }
      let images = try (0..<rows.rowCount).map { row in
        let samples = levels.map { UInt8((min(max($0[row].isNaN ? 0 : $0[row], 0), 1) * 255).rounded()) }
        return try Image(width: shape.width, height: shape.height, channels: shape.channels, samples: .bytes(samples))
      }
      gone.formUnion(names)
      columns.append((shape.column, Column(images: images)))
    }
    columns += zip(rows.names, rows.columns).filter { !gone.contains($0.0) }.map { (name: $0, column: $1) }
    return try Table(columns, rowCount: rows.rowCount, lineage: rows.lineage)
  }
}
