package import WeirBase
package import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Why a model says what it says.
  mutating func defineExplaining() {
    register(RowExplanation.self)
    defineExplain()
    defineImportance()
    definePartialDependence()
  }

  private mutating func defineExplain() {
    define("explain", "Says what each feature of a row contributes to what a model says of it.") { f in
      let model = f.required(ModelArgument.self, "model", "A linear model, a tree, a forest or boosted trees.")
      let row = f.required(
        Value.self, "row", "A table of one row, or a record.", accepts: .either([.anyTable, .anyRecord]))
      let label = f.optional(Value.self, "class", "The class to explain; the predicted one where left out.")
      let background = f.optional(
        Table.self, "background",
        "For linear models, rows whose means stand for knowing nothing of the row; without it, features of zero do.")
      f.returns(.other("explanation"))
      f.flow(.none)
      f.details("""
        Contributions and `base` add up to `result`. They are Shapley values: of trees by TreeSHAP, over the training rows at \
        each node. What they add up to is a number or a probability; for `gbm` and `logistic` of classes the log odds, for \
        counts their logarithm; `scale` says which. Its fields: `contributions`, a table, the largest first; `base`, \
        `result`, `scale` and `class`. Features are those that the model sees after the steps of its plan.
        """)
      f.example("""
        t = table(x: [0, 1, 8, 9], z: [5, 6, 5, 6], y: ["a", "a", "b", "b"])
        model = t |> fit(tree(), target: .y)
        explain(model, {x: 9, z: 5}).contributions |> map(row => row.contribution)
        """, gives: "[0.5, 0.0]")
      f.seeAlso("importance", "partial_dependence", "coefficients")
      f.body { call in
        let rows = try Table(oneRow: call[row])
        let wanted: Scalar? = switch try call[label] ?? .missing {
        case .missing: nil
        case let value: try Column.of([value]).scalar(at: 0)
        }
        let model = try call[model].model
        let found = try Workers.$current.withValue(call.context.fitContext.workers) {
          try RowContributions(of: model, row: rows, toward: wanted, background: try call[background])
        }
        let seen = try (model as? FittedPlan).map { try $0.transform(rows) } ?? rows
        return .other(RowExplanation(found, of: seen))
      }
    }
  }

  private mutating func defineImportance() {
    define("importance", "Says how much worse a model does where the values of a column are dealt out anew.") { f in
      let model = f.required(ModelArgument.self, "model", "A model that `fit` gave.")
      let rows = f.required(Table.self, "rows", "Rows with the column to be predicted.")
      let metric = f.optional(String.self, "metric", "The metric; accuracy for classes and r2 for numbers where left out.")
      let repeats = f.optional(Int.self, "repeats", default: 5, "How often to deal each column anew.")
      let target = f.optionalColumn("target", of: rows, "The column to be predicted, where it has another name here.")
      f.returns(.anyTable)
      f.flow(.none)
      f.random()
      f.details("""
        Gives `feature`, `importance` (the mean fall of the metric) and its `deviation`, the most important first. Works for \
        any model, and for rows that it has seen or not: rows not seen say what helps with new ones. Columns that tell the \
        same share their importance.
        """)
      f.example("""
        t = table(x: 1..40, z: [i % 3 for i in 1..40], y: [if i > 20 then "b" else "a" for i in 1..40])
        model = t |> fit(tree(), target: .y)
        importance(model, t) |> map(row => row.feature)
        """, gives: "[\"x\", \"z\"]")
      f.seeAlso("explain", "partial_dependence", "evaluate")
      f.body { call in
        let model = try call[model].model, rows = try call[rows], plan = model as? FittedPlan
        guard let name = try call[target] ?? plan?.target else {
          throw ModelError("`importance` needs the column to be predicted", mend: "say which it is: `target: .name`")
        }
        let columns = plan?.features ?? rows.names.filter { $0 != name }
        return .table(try PermutationImportance.table(
          of: model, on: rows, truth: rows.column(name), columns: columns, metric: call[metric].map(Metric.named),
          repeats: call[repeats], in: call.context.fitContext))
      }
    }
  }

  private mutating func definePartialDependence() {
    define("partial_dependence", "Says what a model predicts on average where a column has one value on all rows.") { f in
      let model = f.required(ModelArgument.self, "model", "A model that `fit` gave.")
      let rows = f.required(Table.self, "rows", "Rows with the columns that the model learned from.")
      let column = f.column("column", of: rows, "The column.")
      let points = f.optional(Int.self, "points", default: 20, "How many values to try where there are more.")
      f.returns(.anyTable)
      f.flow(.none)
      f.details("""
        A row for each value: all where there are at most `points`, else evenly between the quantiles 0.05 and 0.95. With the \
        mean `prediction`, or the mean probability of each class. `line` draws it.
        """)
      f.example("""
        t = table(x: 1..40, y: [if i > 20 then 3.0 else 1.0 for i in 1..40])
        model = t |> fit(tree(), target: .y)
        partial_dependence(model, t, .x, points: 3) |> map(row => row.prediction)
        """, gives: "[1.0, 1.0, 3.0]")
      f.seeAlso("importance", "explain", "line")
      f.body { call in
        .table(try PartialDependence.table(
          of: call[model].model, on: call[rows], column: call[column], points: call[points], in: call.context.fitContext))
      }
    }
  }
}

extension Table {
  /// A row as an argument: a table of one, or a record.
  fileprivate init(oneRow value: Value) throws {
    switch value {
    case .table(let table): self = table
    case .record: self = try Table(records: [value])
    default:
      guard let table = try Table.from(value) else {
        throw ModelError("`explain` takes a row, as a table of one or as a record, not a \(value.typeName)")
      }
      self = table
    }
  }
}

/// What each feature of a row contributes, as a value of the language.
package struct RowExplanation: Sendable {
  let found: RowContributions
  /// What the row holds in each feature, as a person reads it.
  let values: [String]

  init(_ found: RowContributions, of row: Table) {
    self.found = found
    values = found.features.map { name in row[name].map { formatScalar($0.scalar(at: 0)) } ?? "" }
  }

  /// The largest first.
  func table() throws -> Table {
    let order = found.features.indices.sorted { (-abs(found.contributions[$0]), $0) < (-abs(found.contributions[$1]), $1) }
    return try Table([
      (name: "feature", column: Column(.text(TextValues(order.map { found.features[$0] })))),
      (name: "value", column: Column(.text(TextValues(order.map { values[$0] })))),
      (name: "contribution", column: Column(.float(order.map { found.contributions[$0] }))),
    ])
  }
}

extension RowExplanation: ForeignValue {
  package static let archiveName = "explanation"

  package init(archive: Archive) throws {
    let features = try archive.part("features").asTexts(), numbers = try archive.part("contributions").asFloats()
    values = try archive.part("values").asTexts()
    guard let scale = RowContributions.Scale(rawValue: try archive.part("scale").asText()), features.count == numbers.count,
      values.count == features.count
    else { throw ArchiveError("one contribution a feature is needed") }
    let name: String? = if case .text(let text) = try archive.part("class") { text } else { nil }
    found = RowContributions(
      model: try archive.part("model").asText(), features: features, contributions: numbers,
      base: try archive.part("base").asFloat(), scale: scale, className: name)
  }

  package var archive: Archive {
    .of([
      "model": .text(found.model), "features": .texts(found.features), "values": .texts(values),
      "contributions": .floats(found.contributions), "base": .float(found.base), "scale": .text(found.scale.rawValue),
      "class": found.className.map { .text($0) } ?? .none,
    ])
  }

  package var typeName: String { "explanation" }
  package var fieldNames: [String] { ["contributions", "base", "result", "scale"] + (found.className == nil ? [] : ["class"]) }

  package func field(_ name: String) -> Value? {
    switch name {
    case "contributions": (try? table()).map { .table($0) }
    case "base": .float(found.base)
    case "result": .float(found.result)
    case "scale": .string(found.scale.rawValue)
    case "class": found.className.map { .string($0) }
    default: nil
    }
  }

  private var headline: String {
    let what = found.className.map { "\(found.scale.rawValue) of \($0)" } ?? found.scale.rawValue
    return "\(found.model): \(what) \(fourDigits(found.result))"
  }

  package var shortText: String { "<\(headline)>" }

  package func rendered(_ style: DisplayStyle) -> String {
    var lines = ["\(headline) = \(fourDigits(found.base)) on average + what the features contribute"]
    if let table = try? table() {
      lines.append(table.rendered(width: style.width, rows: max(style.rows, 20), color: style.color))
    }
    return lines.joined(separator: "\n")
  }
}
