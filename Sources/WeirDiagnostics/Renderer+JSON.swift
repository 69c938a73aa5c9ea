extension Renderer {
  /// One object: code, severity, title, place (lines and columns from 1), labels, mend and notes.
  package func jsonObject(_ diagnostic: Diagnostic) -> String {
    var lines: [FileID: SourceLines] = [:]
    return jsonObject(diagnostic, &lines)
  }

  /// All of them in the order of their places, one object a line.
  package func jsonArray(_ diagnostics: [Diagnostic]) -> String {
    var lines: [FileID: SourceLines] = [:]
    let objects = Self.sorted(diagnostics).map { jsonObject($0, &lines) }
    return objects.isEmpty ? "[]" : "[\n" + objects.joined(separator: ",\n") + "\n]"
  }

  private func jsonObject(_ diagnostic: Diagnostic, _ lines: inout [FileID: SourceLines]) -> String {
    var fields = [
      "\"code\": \(quoted(diagnostic.code.description))",
      "\"severity\": \(quoted(diagnostic.severity.rawValue))",
      "\"title\": \(quoted(diagnostic.title))",
    ]
    fields += placeFields(diagnostic.primary.span, &lines)
    var labels: [String] = []
    for label in [diagnostic.primary] + diagnostic.others {
      let inner = placeFields(label.span, &lines) + ["\"text\": \(quoted(label.text))"]
      labels.append("{" + inner.joined(separator: ", ") + "}")
    }
    fields.append("\"labels\": [\(labels.joined(separator: ", "))]")
    fields.append("\"mend\": \(diagnostic.mend.map(quoted) ?? "null")")
    fields.append("\"notes\": [\(diagnostic.notes.map(quoted).joined(separator: ", "))]")
    return "{" + fields.joined(separator: ", ") + "}"
  }

  private func placeFields(_ span: SourceSpan?, _ lines: inout [FileID: SourceLines]) -> [String] {
    guard let span, let source = Self.lines(of: span.file, sources, &lines) else {
      return ["file", "line", "column", "endLine", "endColumn"].map { "\"\($0)\": null" }
    }
    let start = source.place(of: span.start), end = source.place(of: span.end)
    return [
      "\"file\": \(quoted(source.file.name))", "\"line\": \(start.line)", "\"column\": \(start.column)",
      "\"endLine\": \(end.line)", "\"endColumn\": \(end.column)",
    ]
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
