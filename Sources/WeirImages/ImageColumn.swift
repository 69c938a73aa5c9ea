package import WeirBase
import WeirModels
package import WeirTables

extension Image {
  /// What a column of images says its type is.
  package static let columnType = "image"
}

extension Column {
  /// A column of images.
  package init(images: [Image]) { self.init(.objects(images, type: Image.columnType)) }

  /// One image a row, nil where it is missing; nil where the column holds something else.
  package var images: [Image?]? {
    guard case .objects(let values, Image.columnType) = storage else { return nil }
    return values.indices.map { isMissing($0) ? nil : values[$0] as? Image }
  }
}

extension Table {
  /// The names of the columns that hold images.
  package var imageColumns: [String] {
    zip(names, columns).filter { $0.1.type == .object(Image.columnType) }.map(\.0)
  }

  /// The table with each image replaced; missing ones stay missing. `body` is given the row.
  func mappingImages(
    for step: String, in workers: Workers = .one, _ body: @Sendable (Image, Int) throws -> Image
  ) throws -> Table {
    let wanted = Set(imageColumns)
    guard !wanted.isEmpty else { throw ModelError.noImages(for: step) }
    var columns: [(name: String, column: Column)] = []
    for (name, column) in zip(names, self.columns) {
      guard wanted.contains(name), case .objects(let values, let type) = column.storage else {
        columns.append((name, column))
        continue
      }
      let changed = try workers.map(values.count) { row -> any ColumnObject in
        guard !column.isMissing(row), let image = values[row] as? Image else { return values[row] }
        do { return try body(image, row) } catch let error as ImageError {
          throw ImageError("row \(row + 1): \(error.message)", mend: error.mend)
        }
      }
      columns.append((name, Column(.objects(changed, type: type), validity: column.validity)))
    }
    return try Table(columns, lineage: lineage)
  }
}

extension ModelError {
  static func noImages(for step: String) -> ModelError {
    ModelError("`\(step)` found no column of images", mend: "read them with `read_images(\"folder/*/*.png\")`")
  }
}

/// Labelled images as a table: columns `image`, `path`, `label`.
package enum ImageTable {
  /// Decodes the files side by side; an error names the file.
  package static func read(
    paths: [String], labels: Column, workers: Workers, _ contents: @Sendable (String) throws -> [UInt8]
  ) throws -> Table {
    let images = try workers.map(paths.count) { index -> Image in
      let bytes = try contents(paths[index])
      do { return try PNGReader.read(bytes) } catch let error as ImageError {
        throw ImageError("`\(paths[index])`: \(error.message)", mend: error.mend)
      }
    }
    return try Table([
      (name: "image", column: Column(images: images)),
      (name: "path", column: Column(.text(TextValues(paths)))),
      (name: "label", column: labels),
    ])
  }

  /// The name of the folder that a file lies in; empty where the path names none.
  package static func parentFolder(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    return parts.count >= 2 ? String(parts[parts.count - 2]) : ""
  }
}
