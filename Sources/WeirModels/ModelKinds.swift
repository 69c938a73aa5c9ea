package import WeirBase

/// The kinds of steps, fitted steps and models that can be read back from an archive, by the names they are stored
/// under. A layer above adds its own to `standard`.
package struct ModelKinds: Sendable {
  private var steps: [String: any Step.Type] = [:]
  private var transformers: [String: any FittedTransformer.Type] = [:]
  private var models: [String: any FittedModel.Type] = [:]

  package init() {}

  /// Makes values of these types readable; each must be a step, a fitted step or a model.
  package mutating func add(_ types: any Archivable.Type...) {
    for type in types {
      if let step = type as? any Step.Type { steps[type.archiveName] = step }
      if let transformer = type as? any FittedTransformer.Type { transformers[type.archiveName] = transformer }
      if let model = type as? any FittedModel.Type { models[type.archiveName] = model }
    }
  }

  package func step(_ tagged: Archive) throws -> any Step {
    let (kind, value) = try ModelKinds.parts(tagged)
    guard let type = steps[kind] else { throw ArchiveError("an unknown kind of step, `\(kind)`") }
    return try read(type, value)
  }

  /// A step of the same kind with other settings; the kind need not be among those that were added.
  func another<S: Step>(_ step: S, _ archive: Archive) throws -> any Step { try read(S.self, archive) }

  package func transformer(_ tagged: Archive) throws -> any FittedTransformer {
    let (kind, value) = try ModelKinds.parts(tagged)
    guard let type = transformers[kind] else { throw ArchiveError("an unknown kind of fitted step, `\(kind)`") }
    return try read(type, value)
  }

  package func model(_ tagged: Archive) throws -> any FittedModel {
    let (kind, value) = try ModelKinds.parts(tagged)
    guard let type = models[kind] else { throw ArchiveError("an unknown kind of model, `\(kind)`") }
    return try read(type, value)
  }

  /// A value with the name of its kind, as the readers above take it.
  package static func tagged(_ value: any Archivable) -> Archive {
    .of(["kind": .text(type(of: value).archiveName), "value": value.archive])
  }

  private static func parts(_ tagged: Archive) throws -> (kind: String, value: Archive) {
    (try tagged.part("kind").asText(), try tagged.part("value"))
  }

  private func read<T: Archivable>(_ type: T.Type, _ archive: Archive) throws -> T {
    if let composed = type as? any Composed.Type, let value = try composed.init(archive: archive, kinds: self) as? T {
      return value
    }
    return try T(archive: archive)
  }
}

/// Something archived that holds steps or models of any kind, so that reading it back needs to know the kinds.
package protocol Composed: Archivable {
  init(archive: Archive, kinds: ModelKinds) throws
}

extension Composed {
  package init(archive: Archive) throws { try self.init(archive: archive, kinds: .standard) }
}
