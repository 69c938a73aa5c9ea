import CWeirKernels
import Glibc
import WeirBase
import WeirNetworks

/// `weir-network-bench NET [THREADS [SAMPLES]]`: times training steps with Adam, forward passes and the forward pass of one row
/// of a network on inputs in memory, and prints a JSON line for each. Benchmarks/networks.py runs it beside PyTorch.
@main
struct NetworkBenchmark {
  struct Workload: Sendable {
    let shape: [Int]
    let batch: Int
    let layers: [any Layer]
    var isAutoencoder = false
  }

  static let workloads: [String: Workload] = [
    "mlp": Workload(
      shape: [784], batch: 128, layers: [Dense(256), Activation(.relu), Dense(128), Activation(.relu), Dense(10)]),
    "cnn": Workload(
      shape: [28, 28, 1], batch: 64,
      layers: [
        Convolution(16, padding: .same), Activation(.relu), Pool(.greatest), Convolution(32, padding: .same), Activation(.relu),
        Pool(.greatest), Flatten(), Dense(128), Activation(.relu), Dense(10),
      ]),
    "lstm": Workload(shape: [64, 32], batch: 32, layers: [Recurrent(.lstm, 128), Dense(10)]),
    "transformer": Workload(
      shape: [64, 128], batch: 32, layers: [TransformerBlock(heads: 4, feedForward: 512), GlobalAveragePool(), Dense(10)]),
    "autoencoder": Workload(
      shape: [784], batch: 128,
      layers: [
        Dense(256), Activation(.relu), Dense(64), Activation(.relu), Dense(32), Activation(.relu), Dense(64), Activation(.relu),
        Dense(256), Activation(.relu), Dense(784), Activation(.sigmoid),
      ], isAutoencoder: true),
    "images": Workload(
      shape: [28, 28, 1], batch: 64,
      layers: [
        Convolution(16, stride: [2], padding: .fixed(1)), Activation(.relu), Convolution(32, stride: [2], padding: .fixed(1)),
        Activation(.relu), TransposedConvolution(16, kernel: [4], stride: [2], padding: .fixed(1)), Activation(.relu),
        Upsample(mode: .bilinear), Convolution(1, padding: .same), Activation(.sigmoid),
      ], isAutoencoder: true),
    "iris": Workload(shape: [4], batch: 32, layers: [Dense(16), Activation(.relu), Dense(3)]),
    "cancer": Workload(
      shape: [30], batch: 32, layers: [Dense(32), Activation(.relu), Dense(16), Activation(.relu), Dense(2)]),
    "digits": Workload(
      shape: [8, 8, 1], batch: 32,
      layers: [Convolution(8, padding: .same), Activation(.relu), Pool(.greatest), Flatten(), Dense(10)]),
    "short": Workload(shape: [20, 4], batch: 32, layers: [Recurrent(.lstm, 16), Dense(2)]),
  ]

  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let name = arguments.first, let workload = workloads[name] else {
      print("usage: weir-network-bench \(workloads.keys.sorted().joined(separator: "|")) [THREADS [SAMPLES]]")
      Glibc.exit(2)
    }
    let numbers = arguments.dropFirst().map { Int($0) ?? 1 }
    let workers = Workers(numbers.first ?? 2), samples = numbers.count > 1 ? numbers[1] : 7
    let network = try Network<Float>(workload.layers, inputShape: workload.shape, random: RandomStream(seed: 1))
    Workers.$current.withValue(workers) {
      let training = Training(network, workload)
      report("\(name) train", measure(samples) { training.step(workers) }, "\"loss\": \(training.loss)")
      let whole = NetworkRun(network, capacity: workload.batch, isTraining: false)
      whole.input.value.update(from: training.run.input.value, count: workload.batch * whole.input.width)
      report("\(name) forward", measure(samples) { whole.forward(workload.batch, training: false, workers: workers) }, nil)
      let one = NetworkRun(network, capacity: 1, isTraining: false)
      for i in 0..<one.input.width { one.input.value[i] = training.run.input.value[i] }
      report("\(name) one row", measure(samples) { one.forward(1, training: false, workers: workers) }, nil)
      let alone = Workers(1)
      report("\(name) one row, one thread", measure(samples) { one.forward(1, training: false, workers: alone) }, nil)
    }
  }

  /// The times of one call, ascending, by samples of so many calls that each takes about a third of a second.
  private static func measure(_ samples: Int, _ body: () -> Void) -> [Double] {
    let warm = seconds()
    var calls = 0
    while seconds() - warm < 0.3 {
      body()
      calls += 1
    }
    return (0..<samples).map { _ in
      let start = seconds()
      for _ in 0..<calls { body() }
      return (seconds() - start) / Double(calls)
    }.sorted()
  }

  private static func report(_ workload: String, _ times: [Double], _ more: String?) {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    var fields = ["\"workload\": \"\(workload)\"", "\"median_s\": \(times[times.count / 2])", "\"least_s\": \(times[0])"]
    fields.append("\"peak_mb\": \(usage.ru_maxrss / 1024)")
    if let more { fields.append(more) }
    print("{\(fields.joined(separator: ", "))}")
  }

  private static func seconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
  }
}

/// A network under Adam on one batch.
///
/// Safety: one caller.
final class Training: @unchecked Sendable {
  let run: NetworkRun<Float>
  private(set) var loss: Float = 0
  private let batch: Int, isAutoencoder: Bool
  private let labels: [Int]
  private let first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>
  private var steps = 0

  init(_ network: Network<Float>, _ workload: NetworkBenchmark.Workload) {
    run = NetworkRun(network, capacity: workload.batch)
    batch = workload.batch
    isAutoencoder = workload.isAutoencoder
    var stream = RandomStream(seed: 2)
    for i in 0..<batch * run.input.width { run.input.value[i] = Float(stream.nextUniform()) }
    let classes = run.output.width
    labels = (0..<batch).map { _ in stream.nextInt(below: classes) }
    first = .allocate(capacity: run.parameterCount)
    second = .allocate(capacity: run.parameterCount)
    first.initialize(repeating: 0, count: run.parameterCount)
    second.initialize(repeating: 0, count: run.parameterCount)
  }

  deinit {
    first.deallocate()
    second.deallocate()
  }

  func step(_ workers: Workers) {
    run.forward(batch, training: true, workers: workers)
    if isAutoencoder { meanSquares() } else { crossEntropy() }
    run.backward(batch, workers: workers)
    steps += 1
    let correction1 = 1 - pow(0.9, Double(steps)), correction2 = 1 - pow(0.999, Double(steps))
    let count = run.parameterCount, block = 1 << 15
    workers.run((count + block - 1) / block) { part in
      let from = part * block
      weir_net_adam(
        0, run.parameters + from, run.gradients + from, first + from, second + from, min(block, count - from), 1e-3, 0.9, 0.999,
        1e-8, 0, 0, correction1, correction2, 1)
    }
  }

  private func meanSquares() {
    guard let gradient = run.outputGradient else { return }
    let count = batch * run.output.width, share = 2 / Float(count), x = run.input.value, y = run.output.value
    var total: Float = 0
    for i in 0..<count {
      let miss = y[i] - x[i]
      total += miss * miss
      gradient[i] = share * miss
    }
    loss = total / Float(count)
  }

  private func crossEntropy() {
    guard let gradient = run.outputGradient else { return }
    let width = run.output.width
    gradient.update(from: run.output.value, count: batch * width)
    weir_net_softmax_rows(0, gradient, batch, width, 1, 0, nil)
    var total: Float = 0
    for row in 0..<batch {
      total -= log(gradient[row * width + labels[row]])
      gradient[row * width + labels[row]] -= 1
    }
    weir_net_scale(0, gradient, 1 / Double(batch), gradient, batch * width)
    loss = total / Float(batch)
  }
}
