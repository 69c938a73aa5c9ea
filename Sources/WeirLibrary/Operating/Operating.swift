import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// What keeps models and numbers beyond a run.
  mutating func defineOperating() {
    defineRegistry()
    defineKeeping()
    define("track", "Notes numbers with the run, so that runs can be compared by them.") { f in
      let numbers = f.namedRest("numbers", "The numbers by name: `track(recall: 0.93)`.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.prints)
      f.details("`weir runs` lists them; those of `evaluate` and `cross_validate` are noted without asking.")
      f.example("track(recall: 0.93)")
      f.seeAlso("evaluate", "cross_validate")
      f.body { call in
        for field in try call[numbers] {
          guard let number = Double.from(field.value) else {
            throw ArgumentReader.wrongKind(.value(field.value), wanted: "number", field.name, in: call)
          }
          call.host.note(.metric(name: field.name, value: number))
        }
        return .missing
      }
    }
  }

  private mutating func defineRegistry() {
    define("register", "Keeps a model in the registry under a name; gives its version.") { f in
      let model = f.required(ModelArgument.self, "model", "A model that `fit` gave.")
      let name = f.required(String.self, "name", "What it is found by again; without `@`.")
      let tags = f.optional([String].self, "tags", default: [], "Tags that move to this version: `[\"production\"]`.")
      f.returns(.int)
      f.flow(.none)
      f.effect(.writes)
      f.details(
        "The registry is in the store beside the notebook. `weir models` lists it, and `weir models NAME --promote 3 --to "
          + "production` moves a tag. A cell that did not change registers nothing anew.")
      f.example("type_of(register)", gives: "\"function\"")
      f.seeAlso("load_model", "save")
      f.body { call in
        let bytes = try WeirData.encoded(.model(try call.carded(call[model].model, units: [], figures: nil, note: "")))
        return .int(try call.host.register(model: try call[name], bytes, tags: try call[tags]))
      }
    }
    define("load_model", "Gets a registered model.") { f in
      let reference = f.required(String.self, "reference", "`churn` for the newest, `churn@3`, or `churn@production`.")
      f.returns(.model)
      f.flow(.none)
      f.effect(.reads)
      f.example("type_of(load_model)", gives: "\"function\"")
      f.seeAlso("register", "load")
      f.body { call in
        let text = try call[reference]
        return try Self.value(try call.host.registeredModel(text), named: text)
      }
    }
  }

  private mutating func defineKeeping() {
    define("save", "Writes a model, or any other value that can be kept, as a file.") { f in
      let value = f.required(Value.self, "value", "A model, a table, a record and so on; no function.")
      let path = f.required(String.self, "path", "The file; `.weirdata` is the usual ending.")
      let units = f.optional(Record.self, "units", "Of a model: what its inputs are measured in, `{mass: \"g\"}`.")
      let metrics = f.optional(
        Value.self, "metrics", "Of a model: how well it does, a record of numbers or what `evaluate` gave; those noted by the cells it comes from where left out.",
        accepts: .either([.anyRecord, .other("evaluation")]))
      let note = f.optional(String.self, "note", "Of a model: words for whoever opens the file.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.writes)
      f.details("""
        The file is data: nothing in it can run, and a damaged one is an error when it is loaded. A model stands there with \
        the names and types of its inputs, their units, its classes, its figures, the files that it comes from with their \
        hashes, and the engine that made it: `summary(load(path)).card`.
        """)
      f.example("save({a: 1}, \"record.weirdata\")\nload(\"record.weirdata\").a", gives: "1")
      f.seeAlso("load", "register", "write_csv")
      f.body { call in
        var value = try call[value], path = try call[path]
        let units = try call[units], metrics = try call[metrics], note = try call[note]
        if case .model(let model) = value {
          value = .model(try call.carded(
            model, units: units?.fields ?? [], figures: metrics.map(Self.figures), note: note ?? ""))
        } else if units != nil || metrics != nil || note != nil {
          throw ModelError("`units`, `metrics` and `note` stand with a model, and this is a \(value.typeName)")
        }
        do { try call.host.write(path, try WeirData.encoded(value)) } catch let error as NotArchivable {
          throw ArgumentReader.wrongKind(.value(value), wanted: "value without a \(error.kind) in it", "value", in: call)
        }
        return .missing
      }
    }
    define("load", "Reads a file that `save` wrote.") { f in
      let path = f.required(String.self, "path", "The file.")
      f.returns(.any)
      f.flow(.none)
      f.effect(.reads)
      f.example("save([1, 2], \"list.weirdata\")\nload(\"list.weirdata\")", gives: "[1, 2]")
      f.seeAlso("save", "load_model")
      f.body { call in
        let name = try call[path]
        return try Self.value(try call.host.read(name).bytes, named: name)
      }
    }
  }

  /// Figures as an evaluation or a record has them.
  private static func figures(_ value: Value) throws -> [ModelCard.Figure] {
    if case .other(let evaluation as Evaluation) = value {
      return evaluation.scores.map { ModelCard.Figure(name: $0.name, value: $0.value) }
    }
    guard case .record(let record) = value else { throw ModelError("`metrics` is a record of numbers, not a \(value.typeName)") }
    return try record.fields.map { field in
      guard let number = Double.from(field.value) else { throw ModelError("the metric `\(field.name)` is no number") }
      return ModelCard.Figure(name: field.name, value: number)
    }
  }

  private static func value(_ bytes: [UInt8], named name: String) throws -> Value {
    try WeirData.value(from: bytes, named: name, catalog: .standard)
  }
}

extension Call {
  /// A model with what is to be known of it beside what it learned.
  fileprivate func carded(
    _ model: any FittedModel, units: [Record.Field], figures: [ModelCard.Figure]?, note: String
  ) throws -> any FittedModel {
    guard var plan = model as? FittedPlan else { return model }
    let origins = host.origins
    var card = ModelCard(engine: origins.engine)
    card.sources = origins.files
    card.figures = figures ?? origins.metrics
    card.note = note
    card.units = try units.map { field in
      guard plan.features.contains(field.name) || plan.target == field.name else {
        throw ModelError(
          "the model has no input `\(field.name)`", mend: "its inputs: " + plan.features.prefix(12).joined(separator: ", "))
      }
      guard case .string(let unit) = field.value else { throw ModelError("the unit of `\(field.name)` is a text") }
      return ModelCard.Unit(input: field.name, unit: unit)
    }
    plan.card = card
    return plan
  }
}
