import WeirCatalog
import WeirModels
import WeirNetworks
import WeirTables

/// What is known of the shapes of a network before anything runs: plan and columns as they are written.
struct ShapesAhead {
  private let plan: Plan
  private let columns: Columns
  private let target: ColumnType?

  /// What the network takes.
  private enum Columns {
    case all(Int)
    /// How many columns each branch takes; nil where that is not known.
    case branches(ColumnBranches, [Int?])
  }

  /// Throws where the network of a plan, or of one of several, can't take the columns or gives other numbers than the target
  /// has, as far as that is known. A search may change how many columns the steps make.
  static func check<Rows, Plans>(
    _ bound: BoundTypes, rows: Parameter<Rows>, plans: Parameter<Plans>, target: Parameter<String?>,
    features: Parameter<[String]>, weights: Parameter<String?>, isSearched: Bool = false
  ) throws {
    for plan in ShapesAhead.plans(bound.constant(plans)) {
      if isSearched, plan.steps.contains(where: { $0 is PrincipalComponents || $0 is Impute }) { continue }
      try ShapesAhead(bound, rows: rows, plan: plan, target: target, features: features, weights: weights)?.check()
    }
  }

  private static func plans(_ value: Value?) -> [Plan] {
    switch value {
    case .plan(let plan): [plan]
    case .list(let values): values.compactMap { if case .plan(let plan) = $0 { plan } else { nil } }
    default: []
    }
  }

  /// Nil where the columns, or what the steps make of them, is not known.
  private init?<Rows>(
    _ bound: BoundTypes, rows: Parameter<Rows>, plan: Plan, target: Parameter<String?>, features: Parameter<[String]>,
    weights: Parameter<String?>
  ) {
    guard plan.steps.last is any LayeredStep, let headers = bound.table(rows).columns, let chosen = bound.columns(features),
      let target = bound.columns(target), let weights = bound.columns(weights)
    else { return nil }
    self.plan = plan
    self.target = target.first.flatMap { bound.table(rows).column($0)?.type }
    if let network = plan.steps.last as? NetworkEstimator, let branches = network.layers.first as? ColumnBranches {
      let table = chosen.isEmpty ? bound.table(rows).dropping(target + weights) : bound.table(rows).keeping(chosen)
      // A step that can't take a column says so itself.
      let given = try? ColumnsAhead.columns(of: Plan(plan.steps.dropLast()), from: table, bound)
      columns = .branches(branches, ShapesAhead.widths(of: branches, in: given?.columns?.map(\.name)))
      return
    }
    let aside = Set(target + weights)
    let used = chosen.isEmpty ? headers.filter { !aside.contains($0.name) } : chosen.compactMap { bound.table(rows).column($0) }
    guard !used.isEmpty, used.allSatisfy({ $0.type?.isNumeric ?? true }) else { return nil }
    var width = used.count
    for step in plan.steps.dropLast() {
      guard let next = ShapesAhead.width(after: step, of: width) else { return nil }
      width = next
    }
    columns = .all(width)
  }

  /// How many columns each branch takes; nil for those that find none, of which the run tells.
  private static func widths(of branches: ColumnBranches, in names: [String]?) -> [Int?] {
    guard let names else { return branches.branches.map { _ in nil } }
    let taken = branches.branches.map { branch in
      branch.columns.flatMap { name in names.contains(name) ? [name] : branch.columns(madeOf: name, among: names) }
    }
    let named = Set(taken.joined())
    return zip(branches.branches, taken).map { branch, taken in
      let count = branch.columns.isEmpty ? names.count { !named.contains($0) } : taken.count
      return count > 0 ? count : nil
    }
  }

  private func outline() throws -> NetworkOutline? {
    switch columns {
    case .all(let width): return try (plan.steps.last as? any LayeredStep)?.outline(input: [width])
    case .branches(let branches, let widths):
      guard let network = plan.steps.last as? NetworkEstimator else { return nil }
      return try NetworkOutline(branches, Array(network.layers.dropFirst()), widths: widths)
    }
  }

  /// How many columns there are after a step that takes columns of numbers; nil where that depends on what they hold.
  private static func width(after step: any Step, of width: Int) -> Int? {
    switch step {
    case is Standardize, is MinMaxScale, is RobustScale, is Normalize, is PowerTransform, is QuantileTransform, is ClipOutliers,
      is RemoveOutliers, is RemoveDuplicates:
      width
    case let step as Impute where !step.indicator: width
    case let step as PrincipalComponents where step.columns.isEmpty: step.k
    default: nil
    }
  }

  private func check() throws {
    guard let outline = try outline(),
      let network = plan.steps.last as? NetworkEstimator, let output = outline.output,
      let name = outline.rows.last(where: { $0.depth == 0 })?.name, network.training.task == .auto
    else { return }
    let count = output.reduce(1, *)
    switch target {
    case .float where count != 1: throw LayerError(name, .output(shape: output, wanted: 1, for: "the target is one number"))
    case .bool where count > 2: throw LayerError(name, .output(shape: output, wanted: 2, for: "the target has 2 classes"))
    default: break
    }
  }
}
