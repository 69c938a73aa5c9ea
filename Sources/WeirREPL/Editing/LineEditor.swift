import CReadline
import WeirDiagnostics
import WeirSyntax

/// Reads inputs of one or several lines from a terminal, through GNU readline.
///
/// Belongs to the thread that reads; readline is one for the whole process.
package final class LineEditor {
  package enum Input: Sendable, Equatable {
    case text(String)
    /// Ctrl-C: whatever was typed is dropped.
    case interrupted
    /// Ctrl-D on an empty line.
    case end
  }

  private var history: History
  private let complete: (_ text: String, _ cursor: Int) -> Completion
  /// The lines of an input above the one being typed, each with its end.
  private var above = ""

  /// `complete` is asked for each Tab, with the cursor in UTF-8 bytes.
  package init(history: History, complete: @escaping (_ text: String, _ cursor: Int) -> Completion) {
    self.history = history
    self.complete = complete
    for entry in history.entries() { weir_add_history(entry) }
  }

  deinit { weir_set_completer(nil, nil) }

  /// Reads lines until they make a whole, or an empty one says that no more will come.
  package func read(_ prompt: String, continuation: String, initial: String? = nil) -> Input {
    above = ""
    var initial = initial
    while true {
      switch line(above.isEmpty ? prompt : continuation, initial) {
      case .interrupted: return .interrupted
      case .end: return above.isEmpty ? .end : finish(above)
      case .text(let line):
        initial = nil
        if line.trimmed.isEmpty { return finish(above) }
        above += line + "\n"
        if !Self.isOpen(above) { return finish(above) }
      }
    }
  }

  /// Reads one line that is no program and is not remembered; nil where none is given. The initial text may have more.
  package func ask(_ prompt: String, initial: String = "") -> String? {
    above = ""
    if case .text(let text) = line(prompt, initial) { return text } else { return nil }
  }

  /// Whether more lines are wanted before an input can be read as a program.
  package static func isOpen(_ text: String) -> Bool {
    let start = text.trimmed
    if start.hasPrefix(":") || start.hasPrefix("?") { return false }
    return parse(SourceFile(id: FileID(0), name: "", text: text)).isIncomplete
  }

  private func finish(_ text: String) -> Input {
    let text = String(text.trimmed)
    if history.add(text) { weir_add_history(text) }
    return .text(text)
  }

  private func line(_ prompt: String, _ initial: String?) -> Input {
    weir_set_completer(Self.completer, Unmanaged.passUnretained(self).toOpaque())
    var typed: UnsafeMutablePointer<CChar>?
    let outcome = Int(weir_read_line(prompt, initial, &typed))
    guard outcome == WEIR_LINE_TEXT, let typed else {
      return outcome == WEIR_LINE_INTERRUPTED ? .interrupted : .end
    }
    defer { weir_release_line(typed) }
    return .text(String(cString: typed))
  }

  /// Safety: the context is the editor that set itself before `weir_read_line`, which calls this while it runs.
  private static let completer: weir_completer = { context, line, cursor, found in
    guard let context, let line else { return }
    let editor = Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
    let before = editor.above.utf8.count
    let completion = editor.complete(editor.above + String(cString: line), before + cursor)
    let action = completion.action(width: Terminal.current().width)
    // What stands in lines above can no longer be changed.
    guard completion.start >= before else { return }
    weir_completion_set(found, completion.start - before, action.replacement, action.listing)
  }
}
