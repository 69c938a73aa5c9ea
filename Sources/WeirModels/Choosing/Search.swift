package import WeirBase

/// A way to go through the settings of a plan: all combinations, some at random, or many on few rows and the best of
/// them on more.
package struct Search: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case grid
    case random(Int)
    /// Each round keeps one of so many candidates and gives it so many times the rows (Jamieson, Talwalkar:
    /// "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016). `count` nil tries all
    /// combinations; `rows` nil starts with as many as let the last round have all.
    case halving(factor: Int, count: Int?, rows: Int?)
  }

  package let space: SearchSpace
  package let kind: Kind

  package init(_ kind: Kind, over space: SearchSpace) throws {
    switch kind {
    case .grid: break
    case .random(let n):
      guard (1...1_000_000).contains(n) else { throw ModelError("`n` is 1 to 1000000 candidates, not \(n)") }
    case .halving(let factor, let count, let rows):
      guard factor >= 2 else { throw ModelError("`factor` is at least 2, not \(factor)") }
      if let count, !(1...1_000_000).contains(count) { throw ModelError("`n` is 1 to 1000000 candidates, not \(count)") }
      if let rows, rows < 2 { throw ModelError("`rows` is at least 2, not \(rows)") }
    }
    self.kind = kind
    self.space = space
  }

  /// The candidates, one value for each dimension of the space.
  func candidates(random: RandomStream) throws -> [[Archive]] {
    switch kind {
    case .grid, .halving(_, nil, _): try space.combinations()
    case .random(let n), .halving(_, .some(let n), _): try space.drawn(n, random: random)
    }
  }
}

extension Search: Archivable {
  package static let archiveName = "search"

  package init(archive: Archive) throws {
    let dimensions = try archive.part("space").asList().map { entry in
      let step: String? = if case .text(let name) = try entry.part("step") { name } else { nil }
      return SearchSpace.Dimension(
        step: step, setting: try entry.part("setting").asText(), values: try SettingValues(archive: entry.part("values")))
    }
    func number(_ part: String) throws -> Int? {
      if case .int = try archive.part(part) { try archive.part(part).asInt() } else { nil }
    }
    let kind: Kind = switch try archive.part("kind").asText() {
    case "grid": .grid
    case "random": .random(try archive.part("n").asInt())
    case "halving": .halving(factor: try archive.part("factor").asInt(), count: try number("n"), rows: try number("rows"))
    default: throw ArchiveError("an unknown search")
    }
    do { try self.init(kind, over: SearchSpace(dimensions)) } catch let error as ModelError {
      throw ArchiveError(error.message)
    }
  }

  package var archive: Archive {
    func number(_ value: Int?) -> Archive { value.map { .int(Int64($0)) } ?? .none }
    let (name, n, factor, rows): (String, Int?, Int?, Int?) = switch kind {
    case .grid: ("grid", nil, nil, nil)
    case .random(let n): ("random", n, nil, nil)
    case .halving(let factor, let count, let rows): ("halving", count, factor, rows)
    }
    return .of([
      "kind": .text(name), "n": number(n), "factor": number(factor), "rows": number(rows),
      "space": .list(space.dimensions.map {
        .of([
          "step": $0.step.map { .text($0) } ?? .none, "setting": .text($0.setting), "values": $0.values.archive,
        ])
      }),
    ])
  }
}

extension SettingValues: Archivable {
  package static let archiveName = "setting_values"

  package init(archive: Archive) throws {
    func ends() throws -> (Double, Double) {
      let ends = try archive.part("ends").asFloats()
      guard ends.count == 2 else { throw ArchiveError("two ends are needed") }
      return (ends[0], ends[1])
    }
    switch try archive.part("kind").asText() {
    case "choices": self = .choices(try archive.part("values").asList())
    case "integers":
      let ends = try archive.part("ends").asInts()
      guard ends.count == 2 else { throw ArchiveError("two ends are needed") }
      self = .integers(ends[0], ends[1])
    case "uniform":
      let (low, high) = try ends()
      self = .uniform(low, high)
    case "log_uniform":
      let (low, high) = try ends()
      self = .logUniform(low, high)
    default: throw ArchiveError("an unknown kind of values")
    }
  }

  package var archive: Archive {
    switch self {
    case .choices(let values): .of(["kind": .text("choices"), "values": .list(values)])
    case .integers(let low, let high): .of(["kind": .text("integers"), "ends": .ints([low, high])])
    case .uniform(let low, let high): .of(["kind": .text("uniform"), "ends": .floats([low, high])])
    case .logUniform(let low, let high): .of(["kind": .text("log_uniform"), "ends": .floats([low, high])])
    }
  }
}
