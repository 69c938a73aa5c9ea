import WeirBase

/// How many rows at least or at most: a number of them, or a part of all.
package enum RowShare: Sendable, Hashable {
  case rows(Int)
  case part(Double)

  /// Throws for what is below zero, and for parts above 1.
  package func checked(_ name: String, of step: String) throws -> RowShare {
    switch self {
    case .rows(let count) where count >= 0: return self
    case .part(let part) where part >= 0 && part <= 1: return self
    default:
      throw ModelError(
        "`\(name)` of `\(step)` is a number of rows, or a part of them from 0.0 to 1.0", mend: "write `2` or `0.05`")
    }
  }

  func count(of rows: Int) -> Double {
    switch self {
    case .rows(let count): Double(count)
    case .part(let part): part * Double(rows)
    }
  }

  var setting: Archive {
    switch self {
    case .rows(let count): .int(Int64(count))
    case .part(let part): .float(part)
    }
  }

  init(setting: Archive) throws {
    switch setting {
    case .int: self = .rows(try setting.asInt())
    case .float(let part): self = .part(part)
    default: throw ArchiveError("expected a number of rows or a part of them")
    }
  }
}
