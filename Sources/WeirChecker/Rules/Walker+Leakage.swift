import WeirCatalog
import WeirDiagnostics
import WeirSyntax
import WeirTables

/// The rule against leakage. It knows no function by name: how rows travel, the catalog says.
extension Walker {
  /// What a builtin gives, with the rows that it holds or was learned from.
  func flow(
    through builtin: Builtin, _ slots: [SlotKnowledge], _ called: Provenance, _ arguments: [Argument],
    as type: ValueType, at span: SourceSpan, name: SourceSpan
  ) -> Known {
    var all = called
    for slot in slots { all.unite(slot.provenance) }
    let site = Provenance.Site(function: builtin.name, span: name, order: order, isFit: false)
    noteFiles(of: builtin, slots, &all)
    if let result = flowOfQuery(
      builtin, slots, &all, as: type, at: site, source: ledger.source(sourceKey(of: builtin, slots, at: span)))
    { return result }
    switch builtin.flow {
    case .rowwiseChoosing(let from, let by, let words)
    where slots.indices.contains(by) && slots[by].given.first?.known.text.map(words.contains) ?? false:
      var own = slots.indices.contains(from) ? slots[from].provenance : .none
      // To keep rows because the test part has their like lets it say what is learned; to drop them does not.
      if slots[by].given.first?.known.text == "semi" {
        let others = slots.enumerated().reduce(into: Provenance.none) { if $1.offset != from { $0.unite($1.element.provenance) } }
        own.uniteLearned(testFacts(of: others, at: site))
      }
      judgeUse(of: own, in: slots)
      return Known(type, own)
    case .rowwiseOf(let slot):
      let own = slots.indices.contains(slot) ? slots[slot].provenance : .none
      judgeUse(of: own, in: slots)
      return Known(type, own)
    case .rowwise, .rowwiseLearning, .rowwiseChoosing:
      if learnsFromRows(builtin, slots) { all.uniteLearned(all.asFact(at: site)) }
      judgeUse(of: all, in: slots)
      if type.isScalar || type.isModel { return Known(type, all.asFact(at: site)) }
      if case .table = type, all.rows.isEmpty { all.add(ledger.source(sourceKey(of: builtin, slots, at: span))) }
      return Known(type, choosesRows(builtin, slots) ? all.chosen : all)
    case .statistic: return Known(type, all.asFact(at: site))
    case .fits:
      judgeFit(builtin, slots)
      return Known(type, all.asFact(at: Provenance.Site(function: builtin.name, span: name, order: order, isFit: true)))
    case .evaluates(let slot):
      judgeEvaluation(slots, on: slot, all, at: name)
      return Known(type, all.asFact(at: site))
    case .splits(let slot): return parts(of: builtin, slots, slot, arguments, as: type, all, at: span)
    case .allowsLeak: return Known(type)
    case .none:
      // How large a part is, the split says; how many of its rows are such and such, their values say.
      let chosen = type == .int ? all.keepingRows { $1.isChosen } : .none
      return Known(type, Provenance(learned: all.learned).uniting(testFacts(of: chosen, at: site)))
    }
  }

  /// Whether a builtin that works row by row was told to put a fact about all rows into each.
  private func learnsFromRows(_ builtin: Builtin, _ slots: [SlotKnowledge]) -> Bool {
    guard case .rowwiseLearning(let slot, let words) = builtin.flow, slots.indices.contains(slot),
      let known = slots[slot].given.first?.known
    else { return false }
    if case .missing = known.type { return false }
    return known.text.map(words.contains) ?? true
  }

  /// The same file read with the same settings gives the same rows wherever that is written.
  private func sourceKey(of builtin: Builtin, _ slots: [SlotKnowledge], at span: SourceSpan) -> String {
    let place = "\(span.file.number):\(span.start):\(span.end)"
    guard builtin.effect == .reads else { return place }
    var texts: [String] = []
    for (known, _) in slots.flatMap(\.given) {
      guard let constant = known.constant else { return place }
      texts.append(constant.shortText)
    }
    return "\(builtin.name)(\(texts.joined(separator: ",")))"
  }

  // MARK: Splits

  private func parts(
    of builtin: Builtin, _ slots: [SlotKnowledge], _ slot: Int, _ arguments: [Argument], as type: ValueType,
    _ all: Provenance, at span: SourceSpan
  ) -> Known {
    let parts = partsWritten(builtin, slots, arguments, type)
    var held = slots.indices.contains(slot) ? slots[slot].provenance : all
    if held.rows.isEmpty { held.add(ledger.source("\(span.file.number):\(span.start):\(span.end)")) }
    let number = ledger.split(at: span, order: order, over: held.rows.keys.sorted(), parts: parts, loops: loops)
    var table = slots.indices.contains(slot) ? slots[slot].given.first?.known.type ?? .anyTable : .anyTable
    if case .table = table {} else { table = .anyTable }
    let knowns = parts.map { part in
      (part.rawValue, Known(table, Provenance(rows: [RowSet(number: number, part: part): .init()], learned: all.learned)))
    }
    return Known(parts: knowns, as: type)
  }

  /// The parts in the order in which they are given: as the type names them, or the call, or the defaults.
  private func partsWritten(
    _ builtin: Builtin, _ slots: [SlotKnowledge], _ arguments: [Argument], _ type: ValueType
  ) -> [Lineage.Part] {
    if case .record(let fields?) = type {
      let parts = fields.compactMap { Lineage.Part(rawValue: $0.name) }
      if parts.count == fields.count, !parts.isEmpty { return parts }
    }
    let written = arguments.compactMap { $0.name.flatMap(Lineage.Part.init(rawValue:)) }
    if !written.isEmpty { return written }
    let standard = builtin.slots.filter { $0.defaultText != nil }.compactMap { Lineage.Part(rawValue: $0.name) }
    return standard.isEmpty ? [.train, .test] : standard
  }

  /// Gives a part the name under which the program knows it.
  func nameParts(_ known: Known, _ name: String) {
    guard name != "_", known.provenance.rows.count == 1, let set = known.provenance.rows.keys.first,
      set.part != nil, known.provenance.rows[set]?.span == nil
    else { return }
    ledger.name(set, name)
  }

  // MARK: Judgements

  private func judgeFit(_ builtin: Builtin, _ slots: [SlotKnowledge]) {
    let given = slots.flatMap(\.given)
    let rows = given.reduce(into: Provenance.none) { $0.unite($1.known.provenance) }
    for (known, span) in given {
      for set in known.provenance.rows.keys.sorted() {
        guard let test = ledger.test(in: set) else { continue }
        let entry = known.provenance.rows[set]?.span
        let isInside = entry.map { span.holds($0) && $0 != span } ?? true
        report(.testRowsReach(
          builtin.name, part: ledger.name(of: test), at: isInside ? entry ?? span : span,
          from: isInside || entry == span ? nil : entry))
        break
      }
      for set in known.provenance.learned.keys.sorted() {
        guard let site = known.provenance.learned[set], let test = ledger.test(in: set) else { continue }
        report(.statisticOfTest(
          site.function, part: ledger.name(of: test), at: site.span, use: span.holds(site.span) ? nil : span))
      }
      judge(known.provenance, beside: rows)
    }
  }

  private func judgeEvaluation(_ slots: [SlotKnowledge], on slot: Int, _ all: Provenance, at span: SourceSpan) {
    guard slots.indices.contains(slot) else { return }
    let rows = slots[slot].provenance
    judge(all, beside: rows)
    var tests: Set<RowSet> = []
    for set in rows.rows.keys.sorted() { if let test = ledger.test(in: set) { tests.insert(test) } }
    for test in tests.sorted() { noteEvaluation(of: test, at: span) }
  }

  /// What a fit learned from all rows before they were split must not be used on the parts.
  private func judgeUse(of all: Provenance, in slots: [SlotKnowledge]) {
    guard all.learned.values.contains(where: \.isFit), all.rows.keys.contains(where: { $0.part != nil }) else { return }
    let fits = Provenance(learned: all.learned.filter { $0.value.isFit })
    judge(fits, beside: all, onlyBefore: true)
  }

  /// Reports what was learned from rows that a test part beside the given ones was taken from.
  private func judge(_ learned: Provenance, beside rows: Provenance, onlyBefore: Bool = false) {
    if learned.learned.isEmpty { return }
    for set in rows.rows.keys.sorted() {
      guard set.part != nil, let tests = ledger.splits[set.number]?.tests else { continue }
      for known in learned.learned.keys.sorted() {
        guard let site = learned.learned[known], ledger.test(in: known) == nil else { continue }
        guard let test = tests.first(where: { ledger.overlaps(known, $0) }), let split = ledger.splits[test.number] else {
          continue
        }
        if site.order <= split.order {
          var diagnostic = Diagnostic.fittedBeforeSplit(site.function, at: site.span, split: split.span)
          if !site.isFit { diagnostic.severity = .warning }
          report(diagnostic)
        } else if !onlyBefore {
          report(.learnedFromAllRows(
            site.function, part: ledger.name(of: test), at: site.span, split: split.span, isFit: site.isFit))
        }
      }
    }
  }

  /// Notes that a test part is evaluated; the second time is one too many.
  func noteEvaluation(of test: RowSet, at span: SourceSpan) {
    // A body that nobody calls here evaluates nothing.
    guard uncalled == 0 else { return }
    evaluationLog.append(test)
    let name = ledger.name(of: test)
    if let first = evaluated[test] {
      if first != span { report(.testEvaluatedTwice(name, at: span, first: first)) }
    } else if loops > ledger.splits[test.number]?.loops ?? 0 {
      report(.testEvaluatedInLoop(name, at: span))
    }
    evaluated[test] = evaluated[test] ?? span
  }

  // MARK: Types

  /// The type with the parts of splits whose rows are in it, for whoever reads the result of the check.
  func typeWithOrigins(_ known: Known) -> ValueType {
    guard case .table(var table) = known.type else { return known.type }
    for set in known.provenance.rows.keys.sorted() {
      guard let part = set.part else { continue }
      table.origins.insert(TableType.Origin(split: set.number, part: part, name: ledger.name(of: set)))
    }
    return .table(table)
  }
}

extension SourceSpan {
  func holds(_ other: SourceSpan) -> Bool { file == other.file && start <= other.start && end >= other.end }
}
