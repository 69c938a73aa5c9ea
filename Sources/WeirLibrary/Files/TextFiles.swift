import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Files of plain text.
  mutating func defineTextFiles() {
    define("read_text", "Reads a text file, or with a pattern a table of several.") { f in
      let path = f.required(String.self, "path", "The file, or a pattern like notes/*.txt; relative to the notebook.")
      f.returns { bound in
        guard let path = bound.text(path) else { return .any }
        guard path.contains(where: { "*?[{".contains($0) }) else { return .string }
        return .table(TableType(columns: [("path", .text), ("text", .text)]))
      }
      f.effect(.reads)
      f.details("The table of a pattern has the columns `path` and `text`. The file must be UTF-8.")
      f.example("read_text(\"a.txt\") |> trim() |> split_text(by: \"\\n\") |> length()", gives: "2")
      f.example("read_text(\"*.txt\") |> columns()", gives: "[\"path\", \"text\"]")
      f.seeAlso("read_csv", "write_text", "split_text")
      f.body { call in
        let path = try call[path]
        guard path.contains(where: { "*?[{".contains($0) }) else { return .string(try call.text(of: path)) }
        let paths = try call.host.matching(path)
        let texts = try paths.map { try call.text(of: $0) }
        return .table(try Table([("path", Column(.text(TextValues(paths)))), ("text", Column(.text(TextValues(texts))))]))
      }
    }
    define("write_text", "Writes a text file.") { f in
      let text = f.required(String.self, "text", "The text.")
      let path = f.required(String.self, "path", "The file to write.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.writes)
      f.example("write_text(\"hello\", \"out.txt\")\nread_text(\"out.txt\")", gives: "\"hello\"")
      f.seeAlso("read_text", "write_csv")
      f.body { call in
        try call.host.write(try call[path], Array(try call[text].utf8))
        return .missing
      }
    }
  }
}

extension Call {
  fileprivate func text(of path: String) throws -> String {
    let contents = try host.read(path)
    guard let text = String(validating: contents.bytes, as: UTF8.self) else {
      throw Diagnostic.unreadableFile(path, problem: "it is not UTF-8 text")
    }
    return text
  }
}
