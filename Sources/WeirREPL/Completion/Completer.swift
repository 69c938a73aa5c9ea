import WeirCatalog
import WeirTables

/// Finds what may stand at the cursor: a function of the text and of what is known, and of nothing else.
package struct Completer: Sendable {
  let known: Vocabulary

  package init(_ known: Vocabulary) { self.known = known }

  /// The cursor counts UTF-8 bytes.
  package func complete(_ text: String, cursor: Int) -> Completion {
    let utf8 = text.utf8
    var cursor = min(max(0, cursor), utf8.count)
    // Never within a character.
    while cursor > 0, cursor < utf8.count, utf8[utf8.index(utf8.startIndex, offsetBy: cursor)] & 0xC0 == 0x80 { cursor -= 1 }
    let typed = String(decoding: utf8.prefix(cursor), as: UTF8.self)
    let blanks = typed.utf8.prefix { $0 == UInt8(ascii: " ") }.count
    let command = typed.dropFirst(blanks)
    var found: Completion
    if command.hasPrefix(":") {
      found = commandWord(String(command.dropFirst()), from: blanks + 1)
    } else if command.hasPrefix("?") {
      found = topics(String(command.dropFirst()), from: blanks + 1)
    } else {
      found = program(typed)
    }
    let rest = String(decoding: utf8.dropFirst(cursor), as: UTF8.self)
    for index in found.candidates.indices where !found.candidates[index].ending.isEmpty {
      // What stands behind the cursor already is not written twice.
      if rest.hasPrefix(found.candidates[index].ending.trimmed) { found.candidates[index].ending = "" }
    }
    return found
  }

  // MARK: Programs

  private func program(_ typed: String) -> Completion {
    let place = CursorPlace(typed, cursor: typed.utf8.count)
    switch place.kind {
    case .nothing: return .none
    case .text(let content):
      if let choices = choices(place.calls.last), !choices.isEmpty {
        return completion(place.start, content, choices.map { .init($0, ending: "\"") })
      }
      return files(content, from: place.start, ending: "\"", escaping: true)
    case .column(let word): return completion(place.start, word, columns(place.calls, word))
    case .field(let base, let word): return completion(place.start, word, fields(of: base))
    case .module(let word):
      return completion(place.start, word, known.modules.map { .init($0.name, hint: $0.summary) })
    case .word(let word): return words(word, place)
    }
  }

  /// Those that start with the word; where none does, those that do but for the case of letters.
  private func completion(_ start: Int, _ word: String, _ candidates: [Completion.Candidate]) -> Completion {
    var fitting = candidates
    if !word.isEmpty {
      let bytes = Array(word.utf8)
      func fits(_ candidate: Completion.Candidate) -> Bool { candidate.text.utf8.starts(with: bytes) }
      if !candidates.allSatisfy(fits) { fitting = candidates.filter(fits) }
      if fitting.isEmpty {
        let lower = word.lowercased()
        fitting = candidates.filter { $0.text.lowercased().hasPrefix(lower) }
      }
    }
    return Completion(start: start, word: word, candidates: fitting)
  }

  private func words(_ word: String, _ place: CursorPlace) -> Completion {
    var candidates: [Completion.Candidate] = []
    if let call = place.calls.last {
      if place.startsArgument { candidates += arguments(of: call) }
      if call.argument != nil, word.isEmpty {
        candidates += (choices(call) ?? []).map { .init("\"\($0)\"") }
      }
    }
    candidates += known.names.map(candidate)
    if !word.isEmpty {
      // The user's own names hide builtins.
      let own = known.names.isEmpty ? [] : Set(known.names.map(\.name))
      for entry in known.builtins where !own.contains(entry.name) {
        candidates.append(.init(entry.name, ending: "(", hint: entry.summary))
      }
      candidates += Vocabulary.keywords.map { .init($0) }
    }
    var seen: Set<String> = []
    var found = completion(place.start, word, candidates)
    found.candidates.removeAll { !seen.insert($0.text).inserted }
    return found
  }

  private func candidate(_ name: Vocabulary.Name) -> Completion.Candidate {
    if let info = name.info {
      return .init(name.name, ending: "(", hint: info.summary.isEmpty ? info.signature : info.summary)
    }
    return .init(name.name, hint: name.type == .any ? "" : describe(name.type))
  }

  private func describe(_ type: ValueType) -> String {
    guard case .table(let table) = type, let columns = table.columns else { return type.description }
    return "table: " + columns.prefix(8).map(\.name).joined(separator: ", ") + (columns.count > 8 ? ", …" : "")
  }

  // MARK: Calls

  /// The arguments that are not given yet, by name.
  private func arguments(of call: CursorPlace.OpenCall) -> [Completion.Candidate] {
    guard let info = known.callable(call.callee) else { return [] }
    return info.parameters.enumerated().compactMap { place, parameter in
      guard !parameter.isVariadic, place >= call.position, !call.given.contains(parameter.name) else { return nil }
      let standard = parameter.defaultText.map { " (\($0) if left out)" } ?? ""
      return .init(parameter.name + ":", ending: " ", hint: parameter.summary + standard)
    }
  }

  /// The texts that the argument at the cursor may be.
  private func choices(_ call: CursorPlace.OpenCall?) -> [String]? {
    guard let call, let info = known.callable(call.callee) else { return nil }
    if let name = call.argument { return info.parameters.first { $0.name == name }?.choices }
    return info.parameters.indices.contains(call.position) ? info.parameters[call.position].choices : nil
  }

  // MARK: Columns and fields

  /// The columns of the table that the innermost call around gives; where none is known, those of all tables.
  private func columns(_ calls: [CursorPlace.OpenCall], _ word: String) -> [Completion.Candidate] {
    for call in calls.reversed() {
      for source in [call.piped, call.first].compactMap({ $0 }) {
        if let columns = columns(of: source) { return candidates(columns, word) }
      }
    }
    var seen: Set<String> = []
    let all = known.names.flatMap { name -> [TableType.ColumnHeader] in
      if case .table(let table) = name.type { table.columns ?? [] } else { [] }
    }
    return candidates(all.filter { seen.insert($0.name).inserted }, word)
  }

  /// Of very many columns only those that can fit are drawn up.
  private func candidates(_ columns: [TableType.ColumnHeader], _ word: String) -> [Completion.Candidate] {
    let quoted = word.hasPrefix(".`")
    let start = Array(word.utf8.dropFirst(quoted ? 2 : 1))
    let fitting = start.isEmpty ? columns : columns.filter { $0.name.utf8.starts(with: start) }
    return (fitting.isEmpty ? columns : fitting).map { column($0, quoted: quoted) }
  }

  private func columns(of source: String) -> [TableType.ColumnHeader]? {
    guard case .table(let table)? = type(of: source) else { return nil }
    return table.columns
  }

  private func type(of source: String) -> ValueType? {
    if let name = known.names.last(where: { $0.name == source }) { return name.type }
    return known.type(source)
  }

  private func column(_ header: TableType.ColumnHeader, quoted: Bool) -> Completion.Candidate {
    let hint = header.type?.description ?? ""
    let plain = isWord(header.name) && !quoted
    return .init("." + (plain ? header.name : "`" + header.name.doubling("`") + "`"), hint: hint)
  }

  private func fields(of base: String) -> [Completion.Candidate] {
    if let module = known.modules.first(where: { $0.name == base }) {
      return module.functions.map {
        .init($0.name, ending: "(", hint: $0.summary.isEmpty ? $0.signature : $0.summary)
      }
    }
    switch type(of: base) {
    case .table(let table): return (table.columns ?? []).map { field($0.name, $0.type?.description ?? "") }
    case .record(let fields?): return fields.map { field($0.name, $0.type.description) }
    default: return []
    }
  }

  private func field(_ name: String, _ hint: String) -> Completion.Candidate {
    .init(isWord(name) ? name : "`" + name.doubling("`") + "`", hint: hint)
  }

  // MARK: Files

  /// The files of the folder that has been typed so far.
  func files(_ typed: String, from start: Int, ending: String, escaping: Bool) -> Completion {
    let slash = typed.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(typed[...$0]) } ?? ""
    let word = slash.map { String(typed[typed.index(after: $0)...]) } ?? typed
    let candidates = known.files(escaping ? folder.withoutEscapes : folder).filter {
      !$0.name.hasPrefix(".") || word.hasPrefix(".")
    }.map { file in
      let name = escaping ? file.name.escaped : file.name
      return Completion.Candidate(name + (file.isFolder ? "/" : ""), ending: file.isFolder ? "" : ending)
    }
    return completion(start + typed.utf8.count - word.utf8.count, word, candidates)
  }

  // MARK: Commands

  private func commandWord(_ typed: String, from start: Int) -> Completion {
    guard let blank = typed.firstIndex(of: " ") else {
      return completion(start, typed, known.commands.map {
        .init($0.name, ending: $0.usage.isEmpty ? "" : " ", hint: $0.summary)
      })
    }
    let name = typed[..<blank]
    let argument = String(typed[typed.index(after: blank)...].drop { $0 == " " })
    let from = start + typed.utf8.count - argument.utf8.count
    switch known.commands.first(where: { $0.name == name })?.argument {
    case .file: return files(argument, from: from, ending: "", escaping: false)
    case .folder:
      var found = files(argument, from: from, ending: "", escaping: false)
      found.candidates.removeAll { !$0.text.hasSuffix("/") }
      return found
    case .name, .cell: return completion(from, argument, known.names.map(plain))
    case .topic: return topics(argument, from: from)
    case .expression:
      var found = program(argument)
      found.start += from
      return found
    case .some(.none), nil: return .none
    }
  }

  private func plain(_ name: Vocabulary.Name) -> Completion.Candidate {
    .init(name.name, hint: candidate(name).hint)
  }

  private func topics(_ typed: String, from start: Int) -> Completion {
    let blanks = typed.utf8.prefix { $0 == UInt8(ascii: " ") }.count
    let word = String(typed.dropFirst(blanks))
    if let dot = word.firstIndex(of: "."), let module = known.modules.first(where: { $0.name == word[..<dot] }) {
      return completion(start + blanks, word, module.functions.map { .init(module.name + "." + $0.name, hint: $0.summary) })
    }
    return completion(start + blanks, word,
      known.names.filter { $0.info != nil }.map(plain) + known.builtins.map { .init($0.name, hint: $0.summary) }
        + known.modules.map { .init($0.name, hint: $0.summary) } + known.commands.map { .init(":" + $0.name, hint: $0.summary) })
  }
}

/// Whether a column of this name can be written without backticks.
func isWord(_ name: String) -> Bool {
  var first = true
  for byte in name.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): break
    case UInt8(ascii: "0")...UInt8(ascii: "9"): if first { return false }
    // Other letters take a look into Unicode's tables.
    default: return byte >= 0x80 && isUnicodeWord(name)
    }
    first = false
  }
  return !first
}

private func isUnicodeWord(_ name: String) -> Bool {
  guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return false }
  return name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue }
}

extension String {
  func doubling(_ mark: Character) -> String {
    contains(mark) ? String(flatMap { $0 == mark ? [$0, $0] : [$0] }) : self
  }

  /// As it stands inside a text of the language.
  var escaped: String {
    String(flatMap { "\"\\{".contains($0) ? ["\\", $0] : [$0] })
  }

  var withoutEscapes: String {
    guard contains("\\") else { return self }
    var out = "", escaped = false
    for character in self {
      if character == "\\", !escaped { escaped = true } else {
        out.append(character)
        escaped = false
      }
    }
    return out
  }
}
