/// Takes texts apart into words or characters, in the order in which they stand.
///
/// Words are runs of letters, digits, marks and `_`, of one at least, with apostrophes inside them. An emoji, as any other
/// symbol that is no letter, is a word by itself; punctuation and spaces part words.
struct TextUnits: Sendable {
  let unit: Tokenize.Unit
  let lowercase: Bool

  /// The first ones of a text; no more than `limit`.
  func first(_ limit: Int, of text: String) -> [String] {
    var text = lowercase ? text.lowercased() : text
    switch unit {
    case .character: return text.prefix(limit).map { String($0) }
    case .word: return text.withUTF8 { TextUnits.plainWords($0, limit) } ?? TextUnits.words(text, limit)
    }
  }

  /// Of bytes that are ASCII as far as they are needed; nil for others.
  private static func plainWords(_ bytes: UnsafeBufferPointer<UInt8>, _ limit: Int) -> [String]? {
    var words: [String] = [], start: Int?
    for (place, byte) in bytes.enumerated() {
      guard byte < 0x80 else { return nil }
      if isPartOfWord(byte) {
        if start == nil { start = place }
        continue
      }
      guard let first = start else { continue }
      if byte == UInt8(ascii: "'"), place + 1 < bytes.count {
        if bytes[place + 1] >= 0x80 { return nil }
        if isPartOfWord(bytes[place + 1]) { continue }
      }
      words.append(String(decoding: bytes[first..<place], as: UTF8.self))
      start = nil
      if words.count == limit { return words }
    }
    if let start { words.append(String(decoding: bytes[start...], as: UTF8.self)) }
    return words
  }

  private static func words(_ text: String, _ limit: Int) -> [String] {
    var words: [String] = [], word = "", apostrophe = false
    for character in text {
      guard let scalar = character.unicodeScalars.first else { continue }
      if Tokenizer.isPartOfWord(scalar) {
        if apostrophe { word.append("'") }
        apostrophe = false
        word.append(character)
        continue
      }
      if !word.isEmpty {
        if !apostrophe, character == "'" || character == "\u{2019}" {
          apostrophe = true
          continue
        }
        words.append(word)
        (word, apostrophe) = ("", false)
      }
      if words.count < limit, scalar.properties.generalCategory == .otherSymbol { words.append(String(character)) }
      if words.count >= limit { return words }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    default: false
    }
  }
}
