import Foundation
package import WeirDiagnostics
import WeirEngine

/// `pipeline.lock`: what a pipeline was made of and what it gave, so that a later run can be held to it.
package struct PipelineLock: Codable, Sendable, Hashable {
  package struct Stage: Codable, Sendable, Hashable {
    package var name: String
    /// Of the code without comments and layout.
    package var code: String
  }

  /// The version of this format.
  package var lock = 1
  package var engine: String
  /// Version, linear algebra kernels and C library: what the last bits may depend on.
  package var fingerprint: String
  package var notebook: String
  package var seed: Int64
  package var parameters: [String: String]
  /// The hash of each file read, by the path that the script gives.
  package var data: [String: String]
  package var modules: [String: String]
  package var stages: [Stage]
  /// The hash of each output.
  package var outputs: [String: String]
  package var metrics: [String: Double]

  package init(
    engine: String, fingerprint: String, notebook: String, seed: Int64, parameters: [String: String], data: [String: String],
    modules: [String: String], stages: [Stage], outputs: [String: String], metrics: [String: Double]
  ) {
    self.engine = engine
    self.fingerprint = fingerprint
    self.notebook = notebook
    self.seed = seed
    self.parameters = parameters
    self.data = data
    self.modules = modules
    self.stages = stages
    self.outputs = outputs
    self.metrics = metrics
  }

  package func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self)) + [10]
  }

  package init(decoding bytes: [UInt8], path: String) throws {
    do { self = try JSONDecoder().decode(PipelineLock.self, from: Data(bytes)) } catch {
      throw Diagnostic.unreadableLock(path, problem: PipelineLock.words(error))
    }
    guard lock == 1 else { throw Diagnostic.unreadableLock(path, problem: "its format \(lock) is newer than this engine") }
  }

  private static func words(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "the part `\(key.stringValue)` is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "the part `\(context.codingPath.map(\.stringValue).joined(separator: "."))` is of another kind"
    default: "it is not the JSON that `weir export` writes"
    }
  }

  // MARK: Comparing

  /// What makes a run another than the one locked, before anything runs: engine, code, parameters, modules, seed.
  package func causesBefore(_ now: PipelineLock) -> [Diagnostic] {
    var causes: [Diagnostic] = []
    if engine != now.engine { causes.append(.lockDiffers("the engine", was: engine, is: now.engine)) }
    if seed != now.seed { causes.append(.lockDiffers("the seed", was: "\(seed)", is: "\(now.seed)")) }
    for name in Set(parameters.keys).union(now.parameters.keys).sorted() where parameters[name] != now.parameters[name] {
      causes.append(.lockDiffers(
        "the parameter `\(name)`", was: parameters[name] ?? "not there", is: now.parameters[name] ?? "not there"))
    }
    let before = Dictionary(stages.map { ($0.name, $0.code) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(now.stages.map { ($0.name, $0.code) }, uniquingKeysWith: { first, _ in first })
    for name in Set(before.keys).union(after.keys).sorted() where before[name] != after[name] {
      let how = before[name] == nil ? "is new" : after[name] == nil ? "is gone" : "is another"
      causes.append(.lockedCodeDiffers(name, how: how))
    }
    for name in Set(modules.keys).union(now.modules.keys).sorted() where modules[name] != now.modules[name] {
      causes.append(.lockedModuleDiffers(name))
    }
    return causes
  }

  /// What the data of a run differs in.
  package func dataCauses(_ current: (String) -> String?) -> [Diagnostic] {
    data.keys.sorted().compactMap { path in
      let found = current(path)
      if found == data[path] { return nil }
      return .lockedDataDiffers(path, isMissing: found == nil || found == "missing")
    }
  }

  /// What the results of a run differ in.
  package func causesAfter(_ now: PipelineLock) -> [Diagnostic] {
    var causes: [Diagnostic] = []
    for path in now.data.keys.sorted() where data[path] == nil { causes.append(.lockedDataIsNew(path)) }
    for name in Set(outputs.keys).union(now.outputs.keys).sorted() where outputs[name] != now.outputs[name] {
      causes.append(.lockedOutputDiffers(name, was: fingerprint, is: now.fingerprint))
    }
    for name in Set(metrics.keys).union(now.metrics.keys).sorted() where metrics[name] != now.metrics[name] {
      causes.append(.lockDiffers(
        "the metric `\(name)`", was: metrics[name].map { "\($0)" } ?? "not there", is: now.metrics[name].map { "\($0)" } ?? "not there"))
    }
    return causes
  }
}
