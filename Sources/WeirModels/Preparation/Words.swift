import WeirBase

/// How texts are taken apart into terms, and which terms count.
package struct WordRules: Sendable, Hashable {
  /// The most words that make a term.
  package var ngrams = 1
  package var lowercase = true
  package var minRows = RowShare.rows(1)
  package var maxRows = RowShare.part(1)
  /// The most frequent terms only; nil for all.
  package var maxFeatures: Int?
  /// Words that are left out; `english` stands for a list.
  package var stopWords: [String] = []

  package init() {}

  package func checked(for step: String) throws -> WordRules {
    guard (1...10).contains(ngrams) else { throw ModelError("`ngrams` of `\(step)` is 1 to 10 words, not \(ngrams)") }
    if let maxFeatures, maxFeatures < 1 {
      throw ModelError.settingTooSmall("max_features", of: step, least: 1, found: maxFeatures)
    }
    _ = try minRows.checked("min_df", of: step)
    _ = try maxRows.checked("max_df", of: step)
    return self
  }

  init(archive: Archive) throws {
    ngrams = try archive.part("ngrams").asInt()
    lowercase = try archive.part("lowercase").asBool()
    minRows = try RowShare(setting: archive.part("min_df"))
    maxRows = try RowShare(setting: archive.part("max_df"))
    maxFeatures = try archive.part("max_features").present?.asInt()
    stopWords = try archive.part("stop_words").asTexts()
  }

  var settings: [Setting] {
    [
      Setting("ngrams", .int(Int64(ngrams)), default: .int(1)), Setting("min_df", minRows.setting, default: .int(1)),
      Setting("max_df", maxRows.setting, default: .float(1)),
      Setting("max_features", maxFeatures.map { .int(Int64($0)) } ?? .none, default: Archive.none),
      Setting("stop_words", .texts(stopWords), default: .list([])),
      Setting("lowercase", .bool(lowercase), default: .bool(true)),
    ]
  }
}

/// Takes texts apart: runs of two letters, digits or underscores at least are words, as scikit-learn has it.
struct Tokenizer: Sendable {
  private let ngrams: Int
  private let lowercase: Bool
  private let stopWords: Set<String>

  init(_ rules: WordRules) {
    ngrams = rules.ngrams
    lowercase = rules.lowercase
    stopWords = rules.stopWords == ["english"] ? StopWords.english : Set(rules.stopWords)
  }

  /// How often each term stands in a text.
  func counts(of text: String) -> [String: Int] {
    let words = words(of: text)
    var counts: [String: Int] = [:]
    for length in 1...ngrams where words.count >= length {
      for first in 0...(words.count - length) {
        counts[length == 1 ? words[first] : words[first..<(first + length)].joined(separator: " "), default: 0] += 1
      }
    }
    return counts
  }

  private func words(of text: String) -> [String] {
    let text = lowercase ? text.lowercased() : text
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func end() {
      if word.count >= 2 {
        let found = String(word)
        if !stopWords.contains(found) { words.append(found) }
      }
      word.removeAll(keepingCapacity: true)
    }
    for scalar in text.unicodeScalars {
      if Tokenizer.isPartOfWord(scalar) { word.append(scalar) } else { end() }
    }
    end()
    return words
  }

  static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: return true
    case 0..<0x80: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber: return true
    default: return false
    }
  }
}
