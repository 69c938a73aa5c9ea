import Glibc
import WeirBase
import WeirDiagnostics
import WeirEngine

extension REPL {
  /// `:edit`: the cell in an editor; then it runs, and what depends on it is named.
  func edit(_ name: String) {
    guard let name = cell(called: name), let index = session.program.index(ofCell: name) else { return }
    let old = session.cells[index].file.text
    guard let edited = edited(old) else { return }
    let text = edited.trimmed
    if text.isEmpty { return remark("the cell is left as it was; `:remove \(name)` takes it away") }
    if text == old.trimmed { return remark(terminal.dim("nothing changed")) }
    let mistakes = session.edit(name, to: text)
    report(mistakes)
    if mistakes.contains(where: { $0.severity == .error }) {
      // Nothing that somebody wrote gets lost: it is there to be mended.
      if session.cells[index].file.text == text { _ = session.undo() }
      draft = text
      return remark("the cell is left as it was")
    }
    run(cell: name)
    sayStale(besides: name)
  }

  /// What an editor makes of a text; nil where that did not work, and has been said. Without an editor the line serves.
  private func edited(_ text: String) -> String? {
    guard let editor = [environment("VISUAL"), environment("EDITOR")].compactMap({ $0?.trimmed }).first(where: { !$0.isEmpty })
    else { return ask("edit> ", initial: text) }
    let template = (environment("TMPDIR") ?? "/tmp") + "/weir-XXXXXX.weir"
    var path = Array(template.utf8CString)
    let descriptor = mkstemps(&path, 5)
    guard descriptor >= 0 else {
      remark("no file for the editor could be made in \(template): \(String(cString: strerror(errno)))")
      return nil
    }
    let file = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(file) }
    let bytes = Array((text + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    close(descriptor)
    let quoted = "'" + file.replacing("'", with: "'\\''") + "'"
    let status = system("\(editor) \(quoted)")
    _ = Interrupts.take()
    guard status == 0 else {
      remark("`\(editor)` failed; the cell is left as it was")
      return nil
    }
    return (try? FileContents(mapping: file)).map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}
