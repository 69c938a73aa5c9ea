import WeirDiagnostics
import Yams

/// What stands between the two `---` lines at the top of a notebook or script.
package struct FrontMatter: Sendable, Hashable {
  package var title = ""
  package var seed: Int64 = 0
  /// Where relative paths start, seen from the folder of the file; the file's own folder where it is empty.
  package var folder = ""

  package init() {}

  /// Reads YAML. Keys that are not known are left alone; a known key with a wrong value is an error at its line.
  init(yaml: String, file: SourceFile, start: Int) throws {
    func span(_ line: Int) -> SourceSpan {
      var position = start, left = line - 1
      let bytes = Array(yaml.utf8)
      var offset = 0
      while left > 0, offset < bytes.count {
        if bytes[offset] == 10 { left -= 1 }
        offset += 1
      }
      position += offset
      let length = bytes[min(offset, bytes.count)...].prefix { $0 != 10 }.count
      return SourceSpan(file: file.id, start: UInt32(clamping: position), end: UInt32(clamping: position + length))
    }
    let node: Node?
    do { node = try Yams.compose(yaml: yaml) } catch let error as YamlError {
      let (problem, line) = FrontMatter.words(error)
      throw Diagnostic.frontMatter(problem, at: span(line))
    } catch { throw Diagnostic.frontMatter("it is not YAML", at: span(1)) }
    guard let node else { return }
    guard let mapping = node.mapping else { throw Diagnostic.frontMatter("it has to be `key: value` lines", at: span(1)) }
    for (key, value) in mapping {
      let place = span(value.mark?.line ?? key.mark?.line ?? 1)
      switch key.string {
      case "title": title = value.string ?? ""
      case "seed":
        guard let number = value.int else { throw Diagnostic.frontMatter("`seed` has to be a whole number", at: place) }
        seed = Int64(number)
      case "mlnb": if value.int != 1 { throw Diagnostic.newerNotebook(value.string ?? "?", at: place) }
      case "folder":
        guard let text = value.string else { throw Diagnostic.frontMatter("`folder` has to be a path", at: place) }
        folder = text
      default: break
      }
    }
  }

  private static func words(_ error: YamlError) -> (String, Int) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      (problem, mark.line)
    case .duplicatedKeysInMapping(let keys, _): ("a key stands there twice: \(keys.map { "\($0)" }.sorted().joined(separator: ", "))", 1)
    default: ("it is not YAML", 1)
    }
  }
}
