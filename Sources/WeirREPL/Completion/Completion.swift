import WeirDiagnostics

/// What may stand at the cursor.
package struct Completion: Sendable, Equatable {
  package struct Candidate: Sendable, Equatable {
    /// What replaces the word that is being typed.
    package var text: String
    /// Added where it is the only one: `(`, a closing quote.
    package var ending: String
    /// One line about it, shown beside it where few are listed.
    package var hint: String

    package init(_ text: String, ending: String = "", hint: String = "") {
      self.text = text
      self.ending = ending
      self.hint = hint
    }
  }

  /// The word being replaced, in UTF-8 bytes from the start of the text to the cursor.
  package var start: Int
  package var word: String
  package var candidates: [Candidate]

  package init(start: Int, word: String, candidates: [Candidate]) {
    self.start = start
    self.word = word
    self.candidates = candidates
  }

  package static let none = Completion(start: 0, word: "", candidates: [])

  /// What Tab does: puts in as much as is certain, and shows the choices where that is nothing.
  package func action(width: Int) -> (replacement: String?, listing: String?) {
    guard let first = candidates.first else { return (nil, nil) }
    guard candidates.count > 1 else { return (first.text + first.ending, nil) }
    let certain = commonPrefix
    // Candidates that differ from the word in case only take nothing away from it.
    if certain.utf8.count > word.utf8.count || (certain != word && certain.utf8.count == word.utf8.count) {
      return (certain, nil)
    }
    return (nil, listing(width: width))
  }

  private var commonPrefix: String {
    guard var prefix = candidates.first?.text[...] else { return "" }
    // Bytes are compared at a fraction of the cost of characters, and decide nearly always.
    for candidate in candidates.dropFirst() where !candidate.text.utf8.starts(with: prefix.utf8) {
      prefix = prefix.commonStart(with: candidate.text)
    }
    return String(prefix)
  }

  static let listingLimit = 120

  /// The choices with what they are, one a line; in columns where they are many.
  func listing(width: Int) -> String {
    if candidates.count <= 16, candidates.contains(where: { !$0.hint.isEmpty }) {
      let room = min(30, candidates.map { displayWidth($0.text) }.max() ?? 0)
      return candidates.map { candidate in
        let gap = String(repeating: " ", count: max(0, room - displayWidth(candidate.text)) + 2)
        return candidate.hint.isEmpty ? candidate.text : fitted(candidate.text + gap + candidate.hint, to: width)
      }.joined(separator: "\n")
    }
    let shown = candidates.prefix(Self.listingLimit).map(\.text)
    var text = columns(shown, width: width)
    if candidates.count > shown.count { text += "\n… and \(candidates.count - shown.count) more" }
    return text
  }
}

/// Words down columns that fill the width, as `ls` does.
func columns(_ words: [String], width: Int) -> String {
  let room = (words.map(displayWidth).max() ?? 0) + 2
  let across = max(1, (width - 1) / max(room, 1))
  let lines = (words.count + across - 1) / across
  return (0..<lines).map { line in
    stride(from: line, to: words.count, by: lines).map { place in
      let isLast = place + lines >= words.count
      return words[place] + (isLast ? "" : String(repeating: " ", count: room - displayWidth(words[place])))
    }.joined()
  }.joined(separator: "\n")
}

/// Cut with `…` to at most so many columns.
func fitted(_ text: String, to limit: Int) -> String {
  guard displayWidth(text) > limit else { return text }
  var out = "", used = 0
  for character in text {
    used += displayWidth(character)
    if used > limit - 1 { break }
    out.append(character)
  }
  return out + "…"
}

extension Substring {
  func commonStart(with other: String) -> Substring {
    var a = startIndex, b = other.startIndex
    while a < endIndex, b < other.endIndex, self[a] == other[b] {
      formIndex(after: &a)
      other.formIndex(after: &b)
    }
    return self[..<a]
  }
}
