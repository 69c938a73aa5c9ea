import WeirCatalog
import WeirDiagnostics
import WeirSyntax

/// Ways of rows and facts past the verbs: SQL, files, and conditions.
extension Walker {
  // MARK: SQL

  /// What the SQL statement in the slot `query` of a builtin makes of rows; nil where they travel row by row.
  func flowOfQuery(
    _ builtin: Builtin, _ slots: [SlotKnowledge], _ all: inout Provenance, as type: ValueType, at site: Provenance.Site,
    source: @autoclosure () -> RowSet
  ) -> Known? {
    guard case .rowwise = builtin.flow, let query = query(of: builtin, slots) else { return nil }
    // What the program did not make itself is a source like a file.
    if all.rows.isEmpty {
      guard query.outcome == .learning else { return nil }
      all.add(source())
    }
    switch query.outcome {
    case .rowwise: return nil
    case .learning:
      all.uniteLearned(all.asFact(at: site))
      return nil
    case .facts: return Known(type, all.asFact(at: site))
    case .size: return Known(type, Provenance(learned: all.learned))
    }
  }

  private func query(of builtin: Builtin, _ slots: [SlotKnowledge]) -> QueryReading? {
    guard let slot = builtin.slots.firstIndex(where: { $0.name == "query" }), slots.indices.contains(slot) else { return nil }
    return slots[slot].given.first?.known.text.map { QueryReading($0) }
  }

  // MARK: Files

  /// Rows that the program wrote to a file are the same rows when it reads the file.
  func noteFiles(of builtin: Builtin, _ slots: [SlotKnowledge], _ all: inout Provenance) {
    guard builtin.effect == .writes || (builtin.effect == .reads && !written.isEmpty) else { return }
    var texts: Set<String> = []
    for (slot, knowledge) in zip(builtin.slots, slots) where builtin.effect == .reads || slot.isRequired {
      texts.formUnion(knowledge.given.compactMap(\.known.text))
    }
    if texts.isEmpty { return }
    if builtin.effect == .writes {
      let isAdded = slots.flatMap(\.given).contains { $0.known.text == "append" }
      written[texts] = isAdded ? written[texts, default: .none].uniting(all) : all
      return
    }
    let words = query(of: builtin, slots)?.words ?? []
    // A database is written table by table: only what names all of it reads it.
    for entry in written {
      let isRead = entry.key.allSatisfy { text in
        texts.contains(text) || words.contains(text.lowercased()) || texts.contains { Self.pattern($0, fits: text) }
      }
      if isRead { all.unite(entry.value) }
    }
  }

  /// Whether `out/*.csv` may mean a path: what stands before the first star and after the last one is looked at.
  private static func pattern(_ pattern: String, fits path: String) -> Bool {
    guard let first = pattern.firstIndex(of: "*"), let last = pattern.lastIndex(of: "*") else { return false }
    return path.hasPrefix(pattern[..<first]) && path.hasSuffix(pattern[pattern.index(after: last)...])
  }

  // MARK: Conditions

  /// What is known of a condition on rows. To drop rows that stand in another table tells nothing of that table to what
  /// learns: `filter(.id not in test.id)` is an anti join.
  func condition(_ expression: Expression) -> Known {
    var known = walk(expression)
    known.provenance = dropping(expression) ?? known.provenance
    return known
  }

  /// The rows in a condition without those that it drops the likes of; nil where it is of another form.
  private func dropping(_ expression: Expression) -> Provenance? {
    switch expression.kind {
    case .binary(.notContained, let left, let right, _):
      return walk(left).provenance.uniting(Provenance(learned: walk(right).provenance.learned))
    case .binary(.and, let left, let right, _):
      let first = dropping(left), second = dropping(right)
      guard first != nil || second != nil else { return nil }
      return (first ?? walk(left).provenance).uniting(second ?? walk(right).provenance)
    default: return nil
    }
  }

  /// Whether a builtin that works row by row was given a condition on rows.
  func choosesRows(_ builtin: Builtin, _ slots: [SlotKnowledge]) -> Bool {
    zip(builtin.slots, slots).contains { slot, knowledge in
      if case .rows = slot.kind { !knowledge.given.isEmpty } else { false }
    }
  }

  /// What somebody learns of test parts who is told something of the rows.
  func testFacts(of rows: Provenance, at site: Provenance.Site) -> Provenance {
    let tests = Provenance(rows: rows.rows.filter { ledger.test(in: $0.key) != nil })
    return Provenance(learned: rows.learned.filter { ledger.test(in: $0.key) != nil }).uniting(tests.asFact(at: site))
  }
}
