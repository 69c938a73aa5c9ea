import Foundation
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEvaluator
import WeirLibrary
import WeirSyntax

/// Runs programs statement by statement on a thread with room for deep recursion.
struct ProgramRunner: Sendable {
  /// What became of one statement.
  enum Outcome: Sendable {
    case shown(Value)
    case silent
    case failed(Diagnostic)
  }

  struct Step: Sendable {
    /// The line that the statement ends on, from 1.
    let line: Int
    let outcome: Outcome
  }

  var limits = Limits()
  var seed: Int64 = 1
  var workers = Workers.one
  var host = MemoryHost()
  var catalog = Catalog.standard
  /// Values that programs find under these names.
  var given: [String: Value] = [:]

  /// Runs each statement as a cell of its own; one that fails does not keep the next from running.
  func run(_ text: String) -> [Step] {
    onLargeStack {
      let file = SourceFile(id: FileID(0), name: "program", text: text)
      let parsed = parse(file)
      let lines = LineNumbers(text)
      var steps = parsed.diagnostics.map { problem in
        Step(line: lines.line(at: problem.primary.span?.start ?? 0), outcome: .failed(problem))
      }
      var values = given, versions: [String: Int] = [:]
      for (number, statement) in parsed.tree.statements.enumerated() {
        if case .error = statement.kind { continue }
        let outcome = evaluate([statement], number, &values, &versions)
        steps.append(Step(line: lines.line(at: statement.span.end), outcome: outcome))
      }
      return steps
    }
  }

  /// Runs the whole text as one cell.
  func runAsCell(_ text: String) -> Outcome {
    onLargeStack {
      let parsed = parse(SourceFile(id: FileID(0), name: "program", text: text))
      if let problem = parsed.diagnostics.first { return .failed(problem) }
      var values: [String: Value] = [:], versions: [String: Int] = [:]
      return evaluate(parsed.tree.statements, 0, &values, &versions)
    }
  }

  private func evaluate(
    _ statements: [Statement], _ number: Int, _ values: inout [String: Value], _ versions: inout [String: Int]
  ) -> Outcome {
    let random = RandomStream(seed: seed)
    let machine = Machine(host: host, workers: workers, cancellation: Cancellation(), limits: limits, random: random)
    let known = values, defined = versions, catalog = catalog
    let surroundings = Surroundings(
      catalog: catalog, value: { known[$0] }, module: { _ in nil },
      known: { Array(known.keys) + catalog.all.map(\.name) })
    let task = CellTask(
      name: "cell\(number)", statements: statements, random: random, versions: { defined[$0] ?? 0 })
    do {
      let result = try CellEvaluation.run(task, surroundings, on: machine)
      for (name, value) in result.values {
        values[name] = value
        versions[name, default: 0] += 1
      }
      return result.shown.map { .shown($0) } ?? .silent
    } catch { return .failed(Diagnostic.from(error, at: nil)) }
  }

  private func onLargeStack<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
    let box = ResultBox<Result>()
    let done = DispatchSemaphore(value: 0)
    let thread = Thread {
      box.result = body()
      done.signal()
    }
    thread.stackSize = limits.threadStackSize
    thread.start()
    done.wait()
    guard let result = box.result else { preconditionFailure("the thread gave no result") }
    return result
  }
}

/// Safety: written by one thread before the semaphore is signalled, read by another after it.
private final class ResultBox<Result>: @unchecked Sendable {
  var result: Result?
}

/// Which line a byte stands on.
struct LineNumbers {
  private let ends: [UInt32]

  init(_ text: String) { ends = text.utf8.enumerated().filter { $0.element == 10 }.map { UInt32($0.offset) } }

  func line(at offset: UInt32) -> Int { ends.prefix { $0 < offset }.count + 1 }
}

extension ProgramRunner.Outcome {
  /// As an expectation writes it.
  var text: String {
    switch self {
    case .shown(let value): value.rendered(.plain)
    case .silent: ""
    case .failed(let problem): "\(problem.code) \(problem.title)" + (problem.mend.map { " (\($0))" } ?? "")
    }
  }
}
