/// The catalog as plain data: what help, completion, the reference pages and `weir catalog --json` read.
package struct CatalogInfo: Codable, Sendable {
  package struct Entry: Codable, Sendable {
    package var name: String
    package var family: String
    package var signature: String
    package var summary: String
    package var details: String
    package var parameters: [CallableInfo.Parameter]
    package var gives: String
    package var effect: String
    package var isRandom: Bool
    package var examples: [Example]
    package var seeAlso: [String]

    package init(
      name: String, family: String = "", signature: String, summary: String, details: String = "",
      parameters: [CallableInfo.Parameter], gives: String = "", effect: String = Effect.pure.text,
      isRandom: Bool = false, examples: [Example] = [], seeAlso: [String] = []
    ) {
      self.name = name
      self.family = family
      self.signature = signature
      self.summary = summary
      self.details = details
      self.parameters = parameters
      self.gives = gives
      self.effect = effect
      self.isRandom = isRandom
      self.examples = examples
      self.seeAlso = seeAlso
    }
  }

  package struct Example: Codable, Sendable {
    package var code: String
    package var gives: String?

    package init(code: String, gives: String? = nil) {
      self.code = code
      self.gives = gives
    }
  }

  package var builtins: [Entry]

  package init(_ catalog: Catalog) { builtins = catalog.all.map(Entry.init) }
}

extension CatalogInfo.Entry {
  package init(_ builtin: Builtin) {
    self.init(
      name: builtin.name, family: builtin.family, signature: builtin.info.signature, summary: builtin.summary,
      details: builtin.details, parameters: builtin.info.parameters, gives: builtin.returns.text,
      effect: builtin.effect.text, isRandom: builtin.isRandom,
      examples: builtin.examples.map { CatalogInfo.Example(code: $0.code, gives: $0.gives) }, seeAlso: builtin.seeAlso)
  }
}

extension TypeRule {
  /// What a reader is told that comes out.
  package var text: String {
    switch self {
    case .type(let type): type.description
    case .rows: "table"
    case .same: "the same kind as given"
    case .elementwise(let type): type == .any ? "one value a row" : "\(type.description), or a column of them"
    case .computed: "depends on the arguments"
    }
  }
}

extension Effect {
  package var text: String {
    switch self {
    case .pure: "none"
    case .reads: "reads files"
    case .writes: "writes files"
    case .prints: "prints"
    case .observes: "depends on the moment it runs"
    }
  }
}
