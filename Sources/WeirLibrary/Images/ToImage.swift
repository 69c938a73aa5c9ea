import WeirCatalog
import WeirImages
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Numbers that become pictures, and pictures that become numbers.
  mutating func defineToImage() {
    define("pixels", "Turns each picture of a plan's rows into one number a pixel and channel.") { f in
      let size = f.optional([Int].self, "size", "Width and height that pictures are brought to first: `[32, 32]`.")
      f.returns(.plan)
      f.flow(.none)
      f.details(
        "Numbers go from 0 (black) to 1 (white). Pictures in colour give three columns a pixel, gray ones one; the column "
          + "of pictures is dropped. All pictures must have one size where none is given.")
      f.example("pixels() >> standardize() >> logistic()")
      f.seeAlso("to_image", "augment", "standardize")
      f.body { call in
        guard let size = try call[size] else { return .plan(Plan([try Pixels()])) }
        guard size.count == 2 else { throw ImageError("`size` is a width and a height, not \(size.count) numbers") }
        return .plan(Plan([try Pixels(size: Pixels.Size(size[0], size[1]))]))
      }
    }

    define("to_image", "Makes a gray image of the numbers of its pixels, row by row from the top.") { f in
      let values = f.required([Double].self, "values", "One number a pixel.")
      let width = f.required(Int.self, "width", "Pixels across; the height follows.")
      let white = f.optional(Double.self, "white", default: 255, "The number that means white; 0 means black.")
      f.returns(.other(Image.columnType))
      f.details("Numbers below 0 or above `white` count as black and white.")
      f.example("to_image([0, 255, 255, 0], 2).height", gives: "2")
      f.seeAlso("pixels", "image", "resize", "write_images")
      f.body { call in
        let values = try call[values], width = try call[width], white = try call[white]
        guard width > 0, !values.isEmpty, values.count % width == 0 else {
          throw ImageError(
            "\(values.count) numbers don't make rows of \(width) pixels", mend: "give a `width` that the number of pixels divides by")
        }
        guard white > 0, white.isFinite else { throw ImageError("`white` must be a number above 0") }
        let samples = values.map { UInt8((min(max($0.isNaN ? 0 : $0 / white, 0), 1) * 255).rounded()) }
        return .other(try Image(width: width, height: values.count / width, channels: 1, samples: .bytes(samples)))
      }
    }
  }
}
