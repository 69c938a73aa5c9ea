package import WeirBase

/// A network made ready to compute batches of at most `capacity` rows. All of its memory is taken once.
///
/// Use: fill `input`, `forward`; for training write the gradient of the loss to `outputGradient` and call `backward`; then
/// `gradients` holds what an optimiser needs. Row `i` of a signal begins at `i * width`.
///
/// Safety: one caller at a time.
package final class NetworkRun<S: NetworkScalar>: @unchecked Sendable {
  package let capacity: Int
  package let isTraining: Bool
  package let input: Signal<S>
  package let output: Signal<S>
  package let parameterCount: Int
  package let keptCount: Int
  let memory: RunMemory<S>
  let names: [String]
  let signals: [(row: Int, signal: Signal<S>)]
  let operations: [Operation<S>]
  private let forwardSegments: [Segment], backwardSegments: [Segment]
  private let tasks: [(operation: Int, task: Int)], preparations: [(operation: Int, task: Int)]
  private var isPrepared = false
  private let gathering: [Int]
  private let leastRows: Int

  package var parameters: UnsafeMutablePointer<S> { memory.parameters }
  package var gradients: UnsafeMutablePointer<S> { memory.gradients }
  package var kept: UnsafeMutablePointer<S> { memory.kept }
  /// The gradient of the loss to the output: what `backward` starts from. nil in runs that don't train.
  package var outputGradient: UnsafeMutablePointer<S>? { output.gradient }
  /// The memory that is taken, in bytes.
  package var bytes: Int { memory.bytes }

  /// `inputGradient` asks for the gradient to the input as well.
  package init(_ network: Network<S>, capacity: Int, isTraining: Bool = true, inputGradient: Bool = false) {
    self.capacity = max(capacity, 1)
    self.isTraining = isTraining
    parameterCount = network.learned.count
    keptCount = network.kept.count
    memory = RunMemory(learned: network.learned.count, kept: network.kept.count, isTraining: isTraining)
    let assembly = Assembly<S>(
      capacity: self.capacity, isTraining: isTraining, memory: memory, learned: network.learned, kept: network.kept)
    input = assembly.signal(network.inputShape, withGradient: inputGradient)
    output = assembly.assemble(network.layers, input)
    let operations = assembly.operations
    self.operations = operations
    signals = assembly.signals
    names = network.rows.map(\.name)
    leastRows = operations.map(\.leastRows).max() ?? 1
    forwardSegments = Segment.make(operations.indices.map { ($0, operations[$0].forwardPhases) })
    backwardSegments = Segment.make(operations.indices.reversed().map { ($0, operations[$0].backwardPhases) })
    // The longest tasks first, so that the threads end together.
    let works = operations.map(\.gradientWork)
    tasks = operations.indices.flatMap { operation in (0..<operations[operation].gradientTasks).map { (operation, $0) } }
      .sorted { works[$0.0] != works[$1.0] ? works[$0.0] > works[$1.0] : ($0.0, $0.1) < ($1.0, $1.1) }
    preparations = operations.indices.flatMap { operation in
      (0..<operations[operation].preparations).map { (operation, $0) }
    }
    gathering = operations.indices.filter { operations[$0].gathersGradients }
    load(network)
  }

  /// A run, where the machine has the memory for it.
  package static func checked(
    _ network: Network<S>, capacity: Int, isTraining: Bool = true, inputGradient: Bool = false
  ) throws(LayerError) -> NetworkRun<S> {
    let run = NetworkRun(network, capacity: capacity, isTraining: isTraining, inputGradient: inputGradient)
    guard !run.memory.isTooLarge else {
      throw LayerError(
        network.rows.first?.name ?? "net", .setting("the network needs more memory for \(capacity) rows at once than there is"),
        mend: isTraining ? "take a smaller `batch`" : nil)
    }
    return run
  }

  /// Takes over what `network` has learned; it must be one of the same layers.
  package func load(_ network: Network<S>) {
    guard network.parameters.count == parameterCount, network.keptValues.count == keptCount, !memory.isTooLarge else { return }
    parameters.update(from: network.parameters, count: parameterCount)
    kept.update(from: network.keptValues, count: keptCount)
    isPrepared = false
  }

  /// Gives what was learned here to `network`.
  package func store(in network: inout Network<S>) {
    network.parameters = Array(UnsafeBufferPointer(start: parameters, count: parameterCount))
    network.keptValues = Array(UnsafeBufferPointer(start: kept, count: keptCount))
  }

  // MARK: Passes

  /// Computes the output of the first `count` rows of the input.
  package func forward(
    _ count: Int, training: Bool, random: RandomStream = RandomStream(key: 0), workers: Workers = .current
  ) {
    guard !memory.isTooLarge else { return }
    let pass = Pass(count: min(max(count, 0), capacity), isTraining: training, random: random, workers: workers)
    // Where nothing is trained, what is learned changes by `load` alone.
    if isTraining || !isPrepared {
      workers.run(preparations.count) { operations[preparations[$0].operation].prepare(task: preparations[$0].task) }
      isPrepared = true
    }
    run(forwardSegments, pass, workers) { operation, phase, part, rows in
      operation.forward(pass, phase: phase, part: part, rows: rows)
    } gather: { operation, phase, parts in
      operation.gatherForward(pass, phase: phase, parts: parts)
    }
  }

  /// Computes `gradients` from `outputGradient`, after a forward pass of the same rows with the same stream.
  package func backward(_ count: Int, random: RandomStream = RandomStream(key: 0), workers: Workers = .current) {
    guard isTraining, !memory.isTooLarge else { return }
    let pass = Pass(count: min(max(count, 0), capacity), isTraining: true, random: random, workers: workers)
    run(backwardSegments, pass, workers) { operation, phase, part, rows in
      operation.backward(pass, phase: phase, part: part, rows: rows)
    } gather: { operation, phase, parts in
      operation.gatherBackward(pass, phase: phase, parts: parts)
    }
    workers.run(tasks.count) { index in
      let task = tasks[index]
      operations[task.operation].gradients(pass, task: task.task)
    }
    for operation in gathering { operations[operation].gatherGradients(pass) }
  }

  /// How many parts so many rows make. From the shapes and the rows alone, so that the bytes are the same on any threads.
  package func parts(_ count: Int) -> Int { min(16, max(1, count / max(leastRows, 1))) }

  private func run(
    _ segments: [Segment], _ pass: Pass, _ workers: Workers,
    _ body: @Sendable (Operation<S>, _ phase: Int, _ part: Int, _ rows: Range<Int>) -> Void,
    gather: (Operation<S>, _ phase: Int, _ parts: Int) -> Void
  ) {
    let count = pass.count, parts = parts(count)
    for segment in segments {
      workers.run(parts) { part in
        let rows = count * part / parts..<count * (part + 1) / parts
        for step in segment.steps { body(operations[step.operation], step.phase, part, rows) }
      }
      if let last = segment.gathers { gather(operations[last.operation], last.phase, parts) }
    }
  }

  /// Phases of operations that rows go through without waiting for other rows.
  private struct Segment: Sendable {
    var steps: [(operation: Int, phase: Int)] = []
    var gathers: (operation: Int, phase: Int)?

    static func make(_ order: [(operation: Int, phases: Int)]) -> [Segment] {
      var segments = [Segment()]
      for (operation, phases) in order {
        for phase in 0..<phases {
          segments[segments.count - 1].steps.append((operation, phase))
          if phase + 1 < phases {
            segments[segments.count - 1].gathers = (operation, phase)
            segments.append(Segment())
          }
        }
      }
      return segments.filter { !$0.steps.isEmpty }
    }
  }

  // MARK: Where it went wrong

  /// The first layer whose output for the first `count` rows holds something that is no finite number.
  package func firstNotFinite(_ count: Int) -> String? {
    let rows = memory.isTooLarge ? 0 : min(count, capacity)
    return signals.first { !isFinite($0.signal.value, rows * $0.signal.width) }.map { names[$0.row] }
  }

  private func isFinite(_ values: UnsafeMutablePointer<S>, _ count: Int) -> Bool {
    for i in 0..<max(count, 0) where !values[i].isFinite { return false }
    return true
  }
}
