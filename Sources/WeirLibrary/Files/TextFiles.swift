import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Files of plain text.
  mutating func defineTextFiles() {
    define("read_text", "Reads a text file, or with a pattern a table of several.") { f in
      let path = f.required(String.self, "path", "The file, or a pattern like notes/*.txt; relative to the notebook.")
      let encoding = f.choice("encoding", CSVOptions.Encoding.allCases.map(\.rawValue), default: "utf-8",
        "How characters are stored; a mark at the beginning of the file counts more.")
      f.returns { bound in
        guard let path = bound.text(path) else { return .any }
        guard path.contains(where: { "*?[{".contains($0) }) else { return .string }
        return .table(TableType(columns: [("path", .text), ("text", .text)]))
      }
      f.effect(.reads)
      f.details("The table of a pattern has the columns `path` and `text`. Files packed by gzip are read as they are.")
      f.example("read_text(\"a.txt\") |> trim() |> split_text(by: \"\\n\") |> length()", gives: "2")
      f.example("read_text(\"*.txt\") |> columns()", gives: "[\"path\", \"text\"]")
      f.seeAlso("read_csv", "write_text", "split_text")
      f.body { call in
        let path = try call[path]
        let encoding = CSVOptions.Encoding(rawValue: try call[encoding]) ?? .utf8
        guard path.contains(where: { "*?[{".contains($0) }) else { return .string(try call.text(of: path, encoding)) }
        let texts = try call.files(path).map { (path: $0, text: try call.text(of: $0, encoding)) }
        return .table(try Table([("path", Column(.text(TextValues(texts.map(\.path))))), ("text", Column(.text(TextValues(texts.map(\.text)))))]))
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
  fileprivate func text(of path: String, _ encoding: CSVOptions.Encoding) throws -> String {
    try TextFile.text(of: try host.read(path), name: path, encoding: encoding)
  }
}
