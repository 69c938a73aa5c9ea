import Foundation

/// The texts of the project, as they lie in the checkout.
struct SourceTree {
  struct File {
    /// From the root of the checkout: `Sources/WeirBase/Bitmap.swift`.
    let path: String
    let text: String

    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The lines of code without comments and without what stands in string literals.
    let code: [(number: Int, text: String)]

    init(path: String, text: String) {
      self.path = path
      self.text = text
      var isInLongText = false
      code = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { number, line in
        (number + 1, Self.code(of: Array(line.utf8), &isInLongText))
      }
    }

    private static func code(of line: [UInt8], _ isInLongText: inout Bool) -> String {
      let quote = UInt8(ascii: "\""), slash = UInt8(ascii: "/")
      var out: [UInt8] = [], place = 0, isInText = false
      while place < line.count {
        let rest = line[place...]
        if rest.starts(with: [quote, quote, quote]) {
          isInLongText.toggle()
          place += 3
        } else if isInLongText {
          place += 1
        } else if isInText, line[place] == UInt8(ascii: "\\") {
          place += 2
        } else {
          if line[place] == quote { isInText.toggle() }
          if !isInText, rest.starts(with: [slash, slash]) { break }
          if !isInText || line[place] == quote { out.append(line[place]) }
          place += 1
        }
      }
      return String(decoding: out, as: UTF8.self)
    }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func swiftFiles(in folder: String) -> [File] {
    let top = root.appending(path: folder)
    let names = FileManager.default.enumerator(atPath: top.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".swift") }.sorted().compactMap { name in
      (try? String(contentsOf: top.appending(path: name), encoding: .utf8)).map { File(path: "\(folder)/\(name)", text: $0) }
    }
  }

  static let sources = swiftFiles(in: "Sources")
  static let tests = swiftFiles(in: "Tests")
  static let package = (try? String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)) ?? ""
}
