package import WeirBase
package import WeirModels

/// All builtins by name, and the foreign kinds that can be read back from an archive.
package final class Catalog: Sendable {
  package let builtins: [String: Builtin]
  /// In the order of definition.
  package let all: [Builtin]
  package let foreign: [String: @Sendable (Archive) throws -> any ForeignValue]
  /// The steps and models that can be read back.
  package let kinds: ModelKinds

  package init(_ define: (inout CatalogBuilder) -> Void) {
    var builder = CatalogBuilder()
    define(&builder)
    all = builder.all
    builtins = Dictionary(builder.all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    foreign = builder.foreign
    kinds = builder.kinds
  }

  package subscript(name: String) -> Builtin? { builtins[name] }
}

/// Collects builtins; each family is an extension with one `mutating func`.
package struct CatalogBuilder {
  private(set) var all: [Builtin] = []
  private(set) var foreign: [String: @Sendable (Archive) throws -> any ForeignValue] = [:]
  /// The steps and models that can be read back; a family adds its own.
  package var kinds = ModelKinds.standard
  private var currentFamily = "Other"

  /// Names the chapter of the reference for the builtins that follow.
  package mutating func family(_ name: String) { currentFamily = name }

  package mutating func define(_ name: String, _ summary: String, _ build: (inout BuiltinDefinition) -> Void) {
    var definition = BuiltinDefinition(name: name, summary: summary)
    build(&definition)
    all.append(Builtin(definition, family: currentFamily))
  }

  mutating func add(_ definition: BuiltinDefinition) { all.append(Builtin(definition, family: currentFamily)) }

  /// Makes values of a foreign kind readable from the store.
  package mutating func register<T: ForeignValue>(_ type: T.Type) {
    foreign[T.archiveName] = { try T(archive: $0) }
  }
}
