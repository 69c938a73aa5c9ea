/// Runs a `LineProgram` over texts, one after the other.
struct LineMatcher {
  private let program: LineProgram
  /// Where each slot was noted last; -1 for nowhere.
  private(set) var places: [Int]
  private var trail: [Trail] = []
  private let firstByte: UInt8?
  private let isAnchored: Bool

  /// Tries for one text beyond which it is given up.
  static let mostTries = 1 << 22

  enum Outcome { case found, notFound, givenUp }

  /// A place to go back to.
  private struct Trail {
    enum Kind: UInt8 {
      /// Another way: on from `step`.
      case way
      /// A run that may give back down to `limit`, or take more up to there; then on after `step`.
      case giving, taking
      /// A note in slot `limit` to be taken back.
      case note
    }

    let kind: Kind
    var step = 0
    let position: Int
    var limit = 0
  }

  init(_ program: LineProgram) {
    self.program = program
    places = Array(repeating: -1, count: program.names.count * 2)
    let first = program.steps.first { $0.operation != .save }
    firstByte = first?.operation == .byte ? UInt8(truncatingIfNeeded: first?.a ?? 0) : nil
    isAnchored = first?.operation == .atStart
  }

  /// Finds the first place where the pattern fits; the text must be ASCII.
  mutating func find(in text: UnsafeRawBufferPointer) -> Outcome {
    var tries = 0
    for start in 0...text.count {
      if let firstByte, start == text.count || text[start] != firstByte {
        if isAnchored { return .notFound }
        continue
      }
      switch run(text, from: start, &tries) {
      case .notFound: if isAnchored { return .notFound }
      case let outcome: return outcome
      }
    }
    return .notFound
  }

  private mutating func run(_ text: UnsafeRawBufferPointer, from start: Int, _ tries: inout Int) -> Outcome {
    for i in places.indices { places[i] = -1 }
    trail.removeAll(keepingCapacity: true)
    let program = program
    return program.steps.withUnsafeBufferPointer { steps in
      program.sets.withUnsafeBufferPointer { sets in
        var (step, position) = (0, start)
        while true {
          if let next = advance(steps[step], step, &position, text, sets) {
            if next == LineMatcher.done { return .found }
            step = next
            continue
          }
          tries &+= 1
          guard tries < LineMatcher.mostTries else { return .givenUp }
          guard let back = goBack(&position, steps, sets, text) else { return .notFound }
          step = back
        }
      }
    }
  }

  private static let done = -1

  /// The step to go on with; nil where this way fails.
  @inline(__always)
  private mutating func advance(
    _ step: LineProgram.Step, _ number: Int, _ position: inout Int, _ text: UnsafeRawBufferPointer,
    _ sets: UnsafeBufferPointer<LineProgram.ByteSet>
  ) -> Int? {
    switch step.operation {
    case .byte:
      guard position < text.count, Int(text[position]) == step.a else { return nil }
      position &+= 1
    case .set:
      guard position < text.count, sets[step.a].contains(text[position]) else { return nil }
      position &+= 1
    case .runMost, .runAll:
      let set = sets[step.a]
      let start = position, end = step.c < text.count &- start ? start &+ step.c : text.count
      while position < end, set.contains(text[position]) { position &+= 1 }
      guard position &- start >= step.b else { return nil }
      if step.operation == .runMost, position > start &+ step.b {
        trail.append(Trail(kind: .giving, step: number, position: position, limit: start &+ step.b))
      }
    case .runLeast:
      let set = sets[step.a]
      let start = position
      guard step.b <= text.count &- start else { return nil }
      while position < start &+ step.b {
        guard set.contains(text[position]) else { return nil }
        position &+= 1
      }
      let most = step.c < text.count &- start ? start &+ step.c : text.count
      if position < most { trail.append(Trail(kind: .taking, step: number, position: position, limit: most)) }
    case .split:
      trail.append(Trail(kind: .way, step: step.b, position: position))
      return step.a
    case .jump: return step.a
    case .save:
      trail.append(Trail(kind: .note, position: places[step.a], limit: step.a))
      places[step.a] = position
    case .atStart: guard position == 0 else { return nil }
    case .atEnd: guard position == text.count else { return nil }
    case .match: return LineMatcher.done
    }
    return number &+ 1
  }

  /// The last place where another way was open.
  private mutating func goBack(
    _ position: inout Int, _ steps: UnsafeBufferPointer<LineProgram.Step>,
    _ sets: UnsafeBufferPointer<LineProgram.ByteSet>, _ text: UnsafeRawBufferPointer
  ) -> Int? {
    while let last = trail.popLast() {
      switch last.kind {
      case .note: places[last.limit] = last.position
      case .way:
        position = last.position
        return last.step
      case .giving:
        position = last.position &- 1
        if position > last.limit {
          trail.append(Trail(kind: .giving, step: last.step, position: position, limit: last.limit))
        }
        return last.step &+ 1
      case .taking:
        guard sets[steps[last.step].a].contains(text[last.position]) else { continue }
        position = last.position &+ 1
        if position < last.limit {
          trail.append(Trail(kind: .taking, step: last.step, position: position, limit: last.limit))
        }
        return last.step &+ 1
      }
    }
    return nil
  }
}
