import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirImages
import WeirTables

extension CatalogBuilder {
  /// Reading, writing and showing images.
  mutating func defineImageFiles() {
    register(Image.self)
    defineReadingImages()
    defineWritingImages()
    define("image_grid", "Puts many images into one, row by row.") { f in
      let images = f.required(Items.self, "images", "A table with a column of images, or a column or list of them.")
      let columns = f.optional(Int.self, "columns",
        "How many stand side by side; about as many as below each other where left out.")
      f.returns(.other(Image.columnType))
      f.flow(.none)
      f.example("image_grid([image(4, 4), image(4, 4, fill: 255)], columns: 2).width", gives: "11")
      f.seeAlso("read_images", "write_image")
      f.body { call in
        .other(try ImageGrid.make(try call.images(try call[images]), columns: try call[columns]))
      }
    }
    define("image", "Makes an image of one colour.") { f in
      let width = f.required(Int.self, "width", "Pixels across.")
      let height = f.required(Int.self, "height", "Pixels down.")
      let fill = f.optional(Value.self, "fill", "A level from 0 to 255, or three for a colour; black where left out.")
      f.returns(.other(Image.columnType))
      f.flow(.none)
      f.example("image(3, 2, fill: [255, 0, 0]).channels", gives: "3")
      f.seeAlso("read_image", "pad")
      f.body { call in
        let levels = try call.levels(try call[fill] ?? .int(0))
        let channels = levels.count, width = try call[width], height = try call[height]
        guard let count = Image.sampleCount(width: width, height: height, channels: channels), channels > 0 else {
          throw ImageError("an image of \(width)x\(height) pixels can't be made")
        }
        let pixel = levels.map { UInt8($0.rounded()) }
        var samples: [UInt8] = []
        samples.reserveCapacity(count)
        for _ in 0..<count / channels { samples += pixel }
        return .other(try Image(width: width, height: height, channels: channels, samples: .bytes(samples)))
      }
    }
  }

  private mutating func defineReadingImages() {
    define("read_image", "Reads an image from a PNG file.") { f in
      let path = f.required(String.self, "path", "The file; relative to the notebook.")
      f.returns(.other(Image.columnType))
      f.effect(.reads)
      f.example("write_image(image(4, 3), \"dot.png\")\nread_image(\"dot.png\").height", gives: "3")
      f.seeAlso("read_images", "write_image")
      f.body { call in
        let path = try call[path]
        do { return .other(try PNGReader.read(try call.host.read(path).bytes)) } catch let error as ImageError {
          throw ImageError("`\(path)`: \(error.message)", mend: error.mend)
        }
      }
    }
    define("parent_folder", "Gives the name of the folder that a file lies in.") { f in
      let path = f.required(String.self, "path", "The path of the file.")
      f.returns(.string)
      f.flow(.none)
      f.example("parent_folder(\"shapes/circle/1.png\")", gives: "\"circle\"")
      f.seeAlso("read_images")
      f.body { call in .string(ImageTable.parentFolder(of: try call[path])) }
    }
    define("read_images", "Reads many images into a table with the columns image, path and label.") { f in
      let pattern = f.required(String.self, "pattern", "Which files: shapes/*/*.png.")
      let label = f.optional(Value.self, "label",
        "A function from path to label (`parent_folder`), or one label for all; missing where left out.")
      f.returns { bound in
        let type: ColumnType? = if let name = bound.type(label), name != .function { name.columnType } else { nil }
        return .table(TableType(columns: [("image", .object(Image.columnType)), ("path", .text), ("label", type)]))
      }
      f.effect(.reads)
      f.example(
        "write_image(image(2, 2), \"shapes/dark/1.png\")\nread_images(\"shapes/*/*.png\", label: parent_folder) |> map(row => row.label)",
        gives: "[\"dark\"]")
      f.seeAlso("read_image", "image_grid", "augment")
      f.body { call in
        let paths = try call.host.matching(try call[pattern])
        guard !paths.isEmpty else { throw Diagnostic.noMatchingFiles(try call[pattern]) }
        let labels: Column
        switch try call[label] ?? .missing {
        case .function(let function): labels = try Column.of(try paths.map { try call.apply(function, .string($0)) })
        case let value: labels = try value.asColumn(rows: paths.count)
        }
        let host = call.host
        return .table(try ImageTable.read(paths: paths, labels: labels, workers: call.workers) { try host.read($0).bytes })
      }
    }
  }

  private mutating func defineWritingImages() {
    define("write_image", "Writes an image or a plot as a PNG file.") { f in
      let picture = f.required(
        Value.self, "picture", "An image, or a plot.", accepts: .either([.other(Image.columnType), .other("plot")]))
      let path = f.required(String.self, "path", "The file to write.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.writes)
      f.example("write_image(image(2, 2), \"dot.png\")")
      f.seeAlso("read_image", "write_images")
      f.body { call in
        guard case .other(let foreign) = try call[picture], let bytes = foreign.png else {
          throw ArgumentReader.wrongKind(call.raw(picture), wanted: "image or plot", "picture", in: call)
        }
        try call.host.write(try call[path], bytes)
        return .missing
      }
    }
    define("write_images", "Writes the images of a table as PNG files into a folder.") { f in
      let rows = f.required(Items.self, "rows", "A table with a column of images, or a column or list of them.")
      let folder = f.required(String.self, "folder",
        "The folder; images with a label go into a folder of that name in it.")
      f.returns(.int)
      f.flow(.none)
      f.effect(.writes)
      f.details("Files are numbered from 1 in the order of the rows. Gives how many were written.")
      f.example("write_images([image(2, 2), image(3, 3)], \"out\")", gives: "2")
      f.seeAlso("write_image", "read_images")
      f.body { call in
        let rows = try call[rows], folder = try call[folder]
        let images = try call.images(rows)
        var labels: [String?] = Array(repeating: nil, count: images.count)
        if case .table(let query) = rows, let column = try query.collect()["label"], column.count == images.count {
          labels = column.values().map { $0.isMissing ? nil : $0.plainText }
        }
        for (place, image) in images.enumerated() {
          let inside = labels[place].map { $0.split(separator: "/").joined(separator: "_") + "/" } ?? ""
          guard !inside.hasPrefix("."), !inside.hasPrefix("/") else {
            throw ImageError("the label of row \(place + 1) can't name a folder")
          }
          try call.host.write("\(folder)/\(inside)\(place + 1).png", try PNGWriter.write(image))
        }
        return .int(Int64(images.count))
      }
    }
  }
}

extension Call {
  /// The images of a list, a column, or the one column of a table that has some.
  func images(_ items: Items) throws -> [Image] {
    var values = items
    if case .table(let query) = items {
      let table = try query.collect()
      guard let name = table.imageColumns.first else { throw ImageError("the table has no column of images") }
      values = .column(try table.column(name))
    }
    return try values.items().enumerated().map { place, value in
      guard case .other(let foreign) = value, let image = foreign as? Image else {
        throw ImageError("item \(place) is no image but a \(value.typeName)")
      }
      return image
    }
  }

  /// The levels of a colour: one number, or a list of them.
  func levels(_ value: Value) throws -> [Double] {
    let levels = try Double.from(value).map { [$0] } ?? [Double].from(value) ?? []
    guard (1...4).contains(levels.count), levels.allSatisfy({ (0...255).contains($0) }) else {
      throw ImageError("`fill` is one to four levels from 0 to 255", mend: "write `fill: 128` or `fill: [255, 0, 0]`")
    }
    return levels
  }
}
