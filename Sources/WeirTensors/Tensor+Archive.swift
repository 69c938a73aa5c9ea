package import WeirBase

extension Tensor: Archivable {
  package static let archiveName = "tensor"

  /// Kind, sizes and the elements byte for byte; every NaN is written as one.
  package var archive: Archive {
    let bytes = (try? elementBytes()) ?? []
    return .of(["dtype": .text(dtype.rawValue), "sizes": .ints(shape.sizes.map(Int64.init)), "elements": .bytes(bytes)])
  }

  private func elementBytes() throws -> [UInt8] {
    switch dtype {
    case .f32:
      try withElements(as: Float.self) { from in
        [UInt8](filling: from.count * 4) { out in
          let out = UnsafeMutableRawPointer(out)
          for i in 0..<from.count { out.storeBytes(of: from[i].isNaN ? Float.nan : from[i], toByteOffset: i * 4, as: Float.self) }
        }
      }
    case .f64:
      try withElements(as: Double.self) { from in
        [UInt8](filling: from.count * 8) { out in
          let out = UnsafeMutableRawPointer(out)
          for i in 0..<from.count { out.storeBytes(of: from[i].isNaN ? Double.nan : from[i], toByteOffset: i * 8, as: Double.self) }
        }
      }
    case .i64: try withElements(as: Int64.self) { Array(UnsafeRawBufferPointer($0)) }
    case .bool: try withElements(as: UInt8.self) { Array(UnsafeRawBufferPointer($0)) }
    }
  }

  package init(archive: Archive) throws {
    guard let dtype = DType(rawValue: try archive.part("dtype").asText()) else { throw ArchiveError("an unknown kind of numbers") }
    let sizes = try archive.part("sizes").asInts().map { size in
      guard let small = Int(exactly: size) else { throw ArchiveError("a size out of range") }
      return small
    }
    let bytes = try archive.part("elements").asBytes()
    let shape: Shape
    do { shape = try Shape(sizes, for: "read") } catch { throw ArchiveError("a shape that can't be: \(sizes)") }
    guard bytes.count == shape.count * dtype.width else { throw ArchiveError("the elements do not fill the shape \(shape)") }
    if dtype == .bool, bytes.contains(where: { $0 > 1 }) { throw ArchiveError("a truth that is neither 0 nor 1") }
    do {
      self = try Tensor(shape, dtype, for: "read") { out in
        bytes.withUnsafeBytes { from in if let base = from.baseAddress { out.copyMemory(from: base, byteCount: from.count) } }
      }
    } catch { throw ArchiveError("a tensor of shape \(shape) does not fit into memory") }
  }
}
