import WeirBase
import WeirCatalog
import WeirModels
import WeirNetworks
import WeirTables

/// What `summary` says of a plan that was not fitted: its steps, and the layers of the network that it ends in.
struct NetworkSummary: ForeignValue {
  static let archiveName = "network_summary"
  let plan: String
  let table: Table
  let parameters: Int?
  /// As a person reads it.
  let text: String

  init(of plan: Plan, input: Value?) throws {
    guard let last = plan.steps.last, let step = last as? any LayeredStep else {
      throw ModelError(
        "`\(plan.steps.last?.name ?? "the plan")` has learned nothing yet, and it is no network whose layers could be shown",
        mend: "give `summary` a model that `fit` gave")
    }
    let shape = try NetworkSummary.shape(input)
    guard let outline = try step.outline(input: shape) else {
      throw ModelError(
        "how many numbers the layers of `\(last.name)` have depends on the columns",
        mend: "say how many there are: `summary(…, input: 4)`")
    }
    self.plan = plan.description
    table = outline.table
    parameters = outline.parameters
    let isOfBranches = (last as? NetworkEstimator)?.layers.first is ColumnBranches
    let open = outline.parameters == nil || outline.input == nil
    let hint = !open ? "" : isOfBranches
      ? "\n`?` depends on how many columns or categories a branch takes, which `fit` finds"
      : "\n`input: 4` or `input: [28, 28, 1]` says what a row is, and shapes follow from it"
    text = plan.steps.map(\.name).joined(separator: " >> ") + ", not fitted yet\n" + outline.text + hint
  }

  /// `4`, `[4]`, `[28, 28, 1]`.
  private static func shape(_ value: Value?) throws -> [Int]? {
    guard let value else { return nil }
    let sides = Int.from(value).map { [$0] } ?? (try? [Int].from(value)) ?? nil
    guard let sides, (1...3).contains(sides.count), sides.allSatisfy({ (1...1 << 24).contains($0) }) else {
      throw ModelError(
        "`input` is the shape of a row, and \(value.shortText) is none",
        mend: "write how many columns there are, or steps and features, or height, width and channels: `[28, 28, 1]`")
    }
    return sides
  }

  init(archive: Archive) throws {
    plan = try archive.part("plan").asText()
    text = try archive.part("text").asText()
    let count = try archive.part("parameters")
    parameters = if case .none = count { nil } else { try count.asInt() }
    table = try Table(archive: archive.part("layers")) { kind, _ in throw ArchiveError("a summary can't hold a \(kind)") }
  }

  var archive: Archive {
    .of([
      "plan": .text(plan), "text": .text(text), "parameters": parameters.map { .int(Int64($0)) } ?? .none,
      "layers": table.archive,
    ])
  }

  var typeName: String { "summary" }
  var shortText: String { "<summary of \(plan)>" }
  var fieldNames: [String] { ["plan", "layers", "parameters"] }

  func field(_ name: String) -> Value? {
    switch name {
    case "plan": .string(plan)
    case "layers": .table(table)
    case "parameters": parameters.map { .int(Int64($0)) } ?? .missing
    default: nil
    }
  }

  func rendered(_ style: DisplayStyle) -> String { text }
}
