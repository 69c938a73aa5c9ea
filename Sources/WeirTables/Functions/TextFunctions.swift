extension Column {
  /// The texts of a column; throws for other types.
  package func texts(for name: String) throws(TableError) -> TextValues {
    guard case .text(let texts) = storage else {
      if missingCount == count { return TextValues(Array(repeating: "", count: count)) }
      throw .wrongType(operation: "`\(name)`", column: nil, type: type.description, expected: "text")
    }
    return texts
  }

  /// A column of texts from one of texts; each distinct text is worked on once.
  package func mappingTexts(_ name: String, _ function: (String) throws -> String) throws -> Column {
    let coded = try texts(for: name).dictionaryCoded
    var dictionary = TextDictionary()
    var map: [UInt32] = []
    for entry in 0..<coded.entryCount { map.append(dictionary.code(of: Array(try function(coded.entry(entry)).utf8)[...])) }
    let codes = (coded.codes ?? []).map { map[Int($0)] }
    return Column(.text(TextValues(bytes: dictionary.bytes, offsets: dictionary.offsets, codes: codes)), validity: validity)
  }

  /// The same with a text that may come out missing.
  package func mappingTextsToOptional(_ name: String, _ function: (String) throws -> String?) throws -> Column {
    let results = try texts(for: name).mapping(function)
    return try Column(
      scalars: results.enumerated().map { row, text in isMissing(row) ? .missing : text.map { .text($0) } ?? .missing }, as: .text)
  }

  package func mappingTextsToBools(_ name: String, _ function: (String) throws -> Bool) throws -> Column {
    Column(.bool(try texts(for: name).mapping(function)), validity: validity)
  }

  package func mappingTextsToInts(_ name: String, _ function: (String) throws -> Int) throws -> Column {
    Column(.int(try texts(for: name).mapping { Int64(try function($0)) }), validity: validity)
  }
}

extension String {
  /// Every occurrence of a text replaced.
  package func replacingTexts(_ old: String, with new: String) -> String {
    guard !old.isEmpty else { return self }
    let whole = Array(utf8), wanted = Array(old.utf8), put = Array(new.utf8)
    var out: [UInt8] = []
    var i = 0
    while i < whole.count {
      if i + wanted.count <= whole.count, whole[i..<(i + wanted.count)].elementsEqual(wanted) {
        out += put
        i += wanted.count
      } else {
        out.append(whole[i])
        i += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  package func splitTexts(by separator: String) -> [String] {
    guard !separator.isEmpty else { return map { String($0) } }
    let whole = Array(utf8), wanted = Array(separator.utf8)
    var parts: [String] = [], start = 0, i = 0
    while i + wanted.count <= whole.count {
      if whole[i..<(i + wanted.count)].elementsEqual(wanted) {
        parts.append(String(decoding: whole[start..<i], as: UTF8.self))
        i += wanted.count
        start = i
      } else { i += 1 }
    }
    parts.append(String(decoding: whole[start...], as: UTF8.self))
    return parts
  }

  package func containsText(_ part: String) -> Bool {
    let whole = Array(utf8), wanted = Array(part.utf8)
    guard wanted.count <= whole.count else { return false }
    return wanted.isEmpty || (0...(whole.count - wanted.count)).contains { whole[$0..<($0 + wanted.count)].elementsEqual(wanted) }
  }
}
