import Glibc
import WeirBase
import WeirModels
import WeirTables

/// `weir-model-bench DATA WORKLOAD [THREADS [RUNS [TRAIN [TEST]]]]`: times fit and predict of one model on the `.npy` files
/// in the folder DATA and prints a JSON line for each. Benchmarks/compare.py runs it beside the peers.
@main
struct ModelBenchmark {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 2, let workload = Workload.all[arguments[1]] else {
      print("usage: weir-model-bench DATA \(Workload.all.keys.sorted().joined(separator: "|")) [THREADS [RUNS [TRAIN [TEST]]]]")
      Glibc.exit(2)
    }
    let numbers = arguments.dropFirst(2).map { Int($0) ?? 1 }
    func number(_ place: Int, _ usual: Int) -> Int { place < numbers.count ? numbers[place] : usual }
    let workers = Workers(number(0, 2)), runs = number(1, 5)
    let data = try BenchmarkData(
      arguments[0], workload.data, scaled: workload.scaled, train: number(2, workload.rows?.train ?? 100_000),
      test: number(3, workload.rows?.test ?? 20_000))
    let step = try workload.step()
    try Workers.$current.withValue(workers) {
      let context = FitContext(random: RandomStream(seed: 1), workers: workers)
      if let steps = try workload.folded?() {
        let parts = try UsualFolds(5).parts(of: data.train.features, target: data.train.target, random: context.random)
        let validation = try CrossValidation(Plan(steps + [step]), on: data.train, parts: parts, metrics: [.named("accuracy")])
        let (times, scores) = try measure(runs) { try validation.run(in: context) }
        report(arguments[1], "5 folds", times, scores.summary(0).mean, nil)
        return
      }
      let (fit, model) = try measure(runs) { try step.fit(data.train, in: context) }
      let (predict, predicted) = try measure(max(runs, 5)) { try model.predict(data.test) }
      let (score, loss): (Double?, Double?) = switch model.task {
      case .classification: (data.score(predicted), try? data.logLoss(model.probabilities(data.test)))
      case .regression: (data.score(predicted), nil)
      case .clustering: ((model as? KMeansModel)?.inertia, nil)
      case .transformation: (nil, nil)
      }
      report(arguments[1], "fit", fit, score, loss)
      report(arguments[1], "predict", predict, nil, nil)
      let one = try data.test.taking([0]), single = try measure(200) { try model.predict(one) }.0
      report(arguments[1], "predict one row", single, nil, nil)
    }
  }

  /// The times of `runs` runs, ascending, after one to warm up where there are several; and the last result.
  private static func measure<Result>(_ runs: Int, _ body: () throws -> Result) throws -> ([Double], Result) {
    func timed() throws -> (Double, Result) {
      let start = seconds(), result = try body()
      return (seconds() - start, result)
    }
    var (first, result) = try timed(), times: [Double] = []
    guard runs > 1 else { return ([first], result) }
    for _ in 0..<runs {
      (first, result) = try timed()
      times.append(first)
    }
    return (times.sorted(), result)
  }

  private static func report(_ workload: String, _ part: String, _ times: [Double], _ score: Double?, _ loss: Double?) {
    var fields = [
      "\"workload\": \"\(workload) \(part)\"", "\"runs\": \(times.count)", "\"median_s\": \(times[times.count / 2])",
      "\"min_s\": \(times.first ?? 0)", "\"max_s\": \(times.last ?? 0)", "\"peak_mb\": \(peakMegabytes())",
    ]
    if let score { fields.append("\"score\": \(score)") }
    if let loss { fields.append("\"log_loss\": \(loss)") }
    print("{\(fields.joined(separator: ", "))}")
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The most memory that this process held. `getrusage` tells of the process that started it as well.
  private static func peakMegabytes() -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix("VmHWM:") { return (Int(text.filter(\.isNumber)) ?? 0) / 1024 }
    }
    return 0
  }
}

/// Rows to learn from and rows to predict.
struct BenchmarkData {
  let train: TrainingSample
  let test: Table
  private let truth: [Double]
  private let isClasses: Bool

  init(_ folder: String, _ kind: String, scaled: Bool, train: Int, test: Int) throws {
    let x = try NumberFile("\(folder)/\(kind)_X.npy"), y = try NumberFile("\(folder)/\(kind)_y.npy"), rows = x.shape[0]
    let learn = 0..<min(train, rows), others = max(0, rows - test)..<rows
    func table(_ rows: Range<Int>) throws -> Table {
      try Table((0..<x.shape[1]).map { j in
        let values = x.column(j, rows)
        guard scaled else { return ("x\(j)", Column(.float(values))) }
        let known = x.column(j, learn), count = Double(known.count), mean = known.reduce(0, +) / count
        let spread = (known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        return ("x\(j)", Column(.float(values.map { ($0 - mean) / spread })))
      })
    }
    isClasses = kind != "reg"
    let target = isClasses ? Column(.int(learn.map { Int64(y.values[$0]) })) : Column(.float(Array(y.values[learn])))
    self.train = TrainingSample(features: try table(learn), target: target, targetName: "y")
    self.test = try table(others)
    truth = Array(y.values[others])
  }

  /// Minus the mean logarithm of the probability of the true class.
  func logLoss(_ probabilities: [[Double]]) -> Double {
    -truth.indices.reduce(0) { $0 + log(max(probabilities[Int(truth[$1])][$1], 1e-15)) } / Double(truth.count)
  }

  /// Accuracy, or the share of the variance that is explained.
  func score(_ predicted: Column) -> Double {
    if case .int(let classes) = predicted.storage {
      return Double(zip(classes, truth).count { Double($0) == $1 }) / Double(truth.count)
    }
    guard case .float(let numbers) = predicted.storage else { return .nan }
    let mean = truth.reduce(0, +) / Double(truth.count)
    let left = zip(numbers, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return 1 - left / truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }
}
