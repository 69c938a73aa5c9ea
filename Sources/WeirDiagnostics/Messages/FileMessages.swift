/// What can be wrong with files.
extension Diagnostic {
  package static func malformedFile(
    _ file: String, problem: String, line: Int?, offset: Int?, column: String?, at span: SourceSpan? = nil
  ) -> Diagnostic {
    var place: [String] = []
    if let line { place.append("line \(line)") }
    if let column { place.append("column `\(column)`") }
    if line == nil, let offset { place.append("byte \(offset)") }
    let title = "`\(file)`" + (place.isEmpty ? "" : ", \(place.joined(separator: ", "))") + ": \(problem)"
    return Diagnostic(DiagnosticCode(702), title, at: span)
  }

  package static func missingFile(_ path: String, near: [String], at span: SourceSpan? = nil) -> Diagnostic {
    let meant = nearest(to: path, among: near)
    return Diagnostic(
      DiagnosticCode(701), "there is no file `\(path)`", at: span, mend: meant.map { "did you mean `\($0)`?" })
  }

  package static func unreadableFile(_ path: String, problem: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(704), "`\(path)` can't be read: \(problem)", at: span)
  }

  package static func unwritableFile(_ path: String, problem: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(705), "`\(path)` can't be written: \(problem)", at: span)
  }

  package static func noMatchingFiles(_ pattern: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(706), "no file fits `\(pattern)`", at: span,
      mend: "paths start at the folder of the notebook; `*` stands for any name in one folder")
  }

  package static func missingLibrary(_ tried: [String]) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(703), "the standard library is not found; tried " + tried.joined(separator: ", "),
      mend: "set WEIR_STDLIB to the folder that holds `prelude.weir`")
  }

  package static func unsupportedColumnFile(
    _ file: String, problem: String, column: String?, at span: SourceSpan? = nil
  ) -> Diagnostic {
    let place = column.map { ", column `\($0)`" } ?? ""
    return Diagnostic(DiagnosticCode(755), "`\(file)`\(place): \(problem)", at: span)
  }

  package static func lockedDatabase(_ words: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(756), words, at: span, mend: "wait until that program is done writing, and run this again")
  }

  /// `isAlone` where nothing else stands in the column.
  package static func binaryData(_ words: String, column: String, isAlone: Bool, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(757), words, at: span,
      mend: isAlone
        ? "leave `blobs:` out to have their digits"
        : "`blobs: \"text\"` if the bytes are texts; else choose rows: `query: \"... where typeof(\(column)) = 'blob'\"`")
  }

  package static func unfinishedDatabase(_ words: String, file: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(758), words, at: span,
      mend: "open it once with a program that may write, as `sqlite3 \(file) \"select 1 from sqlite_master\"`")
  }
}
