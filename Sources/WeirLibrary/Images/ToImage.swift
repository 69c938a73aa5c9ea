import WeirCatalog
import WeirImages
import WeirTables

extension CatalogBuilder {
  /// Numbers that become pictures.
  mutating func defineToImage() {
    define("to_image", "Makes a gray image of the numbers of its pixels, row by row from the top.") { f in
      let values = f.required([Double].self, "values", "One number a pixel.")
      let width = f.required(Int.self, "width", "Pixels across; the height follows.")
      let white = f.optional(Double.self, "white", default: 255, "The number that means white; 0 means black.")
      f.returns(.other(Image.columnType))
      f.details("Numbers below 0 or above `white` count as black and white.")
      f.example("to_image([0, 255, 255, 0], 2).height", gives: "2")
      f.seeAlso("image", "resize", "write_images")
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
