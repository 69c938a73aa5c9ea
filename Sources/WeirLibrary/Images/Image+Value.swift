import WeirBase
package import WeirCatalog
package import WeirDiagnostics
package import WeirImages
import WeirTables

extension Image: ForeignValue {
  package var typeName: String { Image.columnType }
  package var shortText: String { "<image \(shortDescription)>" }

  package func rendered(_ style: DisplayStyle) -> String {
    rendered(width: style.width, lines: max(4, style.rows * 2), color: style.color) + "\nimage \(shortDescription)"
  }

  package var png: [UInt8]? { try? PNGWriter.write(self) }

  package var html: String? {
    png.map { "<img alt=\"image \(shortDescription)\" src=\"data:image/png;base64,\(Base64.text(of: $0))\">" }
  }

  package var fieldNames: [String] { ["width", "height", "channels"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "width": .int(Int64(width))
    case "height": .int(Int64(height))
    case "channels": .int(Int64(channels))
    default: nil
    }
  }
}

extension ImageError: DiagnosedError {
  package var diagnostic: Diagnostic { .imageProblem(message, mend: mend) }
}

/// Bytes as text (RFC 4648), as pages carry pictures.
enum Base64 {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(of bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group: UInt32 = 0
      for i in 0..<3 { group = group << 8 | (i < count ? UInt32(bytes[start + i]) : 0) }
      for i in 0..<4 { out.append(i <= count ? letters[Int(group >> UInt32(18 - 6 * i) & 63)] : UInt8(ascii: "=")) }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
