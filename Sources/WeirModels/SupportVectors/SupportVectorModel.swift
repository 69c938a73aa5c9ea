import COpenBLAS
package import WeirBase
package import WeirTables

/// A fitted support vector machine: the rows that support it and how much each counts.
package struct SupportVectorModel: FittedModel {
  package enum Outcome: Sendable {
    /// The class of each supporting row.
    case classes(ClassLabels, codes: [Int32])
    case numbers
  }

  package static let archiveName = "svm_model"
  package let features: [String]
  package let outcome: Outcome
  /// For classes, for each other class (as many as there are, less one) how much each supporting row counts against it;
  /// for numbers one list.
  package let coefficients: [[Double]]
  /// One for each pair of classes, in the order (0, 1), (0, 2), ..., (1, 2), ...; one for numbers.
  package let intercepts: [Double]
  /// What makes probabilities of the decisions of each pair; none where they were not asked for.
  package let calibrators: [Calibrator]
  /// The values of the dual problems.
  package let objectives: [Double]
  package let converged: Bool
  private let data: KernelRows

  package var kernel: KernelFunction { data.kernel }
  package var supportCount: Int { data.rows }

  /// `coefficients` has a number for each row of `data`; rows that count nothing anywhere are left out.
  init(
    features: [String], data: KernelRows, outcome: Outcome, coefficients: [[Double]], intercepts: [Double],
    calibrators: [Calibrator], objectives: [Double], converged: Bool
  ) throws {
    let supports = (0..<data.rows).filter { row in coefficients.contains { $0[row] != 0 } }, d = data.columns
    // The rows as they came, so that a model that is read back computes the same.
    let values = supports.flatMap { row in (0..<d).map { data.values[row * d + $0] } }
    self.features = features
    self.data = try KernelRows(
      values, columns: d, kernel: data.kernel, centered: data.means)
    self.coefficients = coefficients.map { list in supports.map { list[$0] } }
    self.outcome = switch outcome {
    case .classes(let labels, let codes): .classes(labels, codes: supports.map { codes[$0] })
    case .numbers: .numbers
    }
    (self.intercepts, self.calibrators, self.objectives) = (intercepts, calibrators, objectives)
    self.converged = converged
  }

  package var name: String { "svm" }
  package var task: ModelTask {
    switch outcome {
    case .classes(let labels, _): .classification(classes: labels.column)
    case .numbers: .regression
    }
  }

  package func predict(_ features: Table) throws -> Column {
    let decisions = try decisions(features), width = intercepts.count
    guard case .classes(let labels, _) = outcome else { return Column(.float(decisions)) }
    let pairs = ClassPairs(classes: labels.count)
    return labels.values((0..<decisions.count / width).map { row in pairs.winner { decisions[row * width + $0] } })
  }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    guard case .classes(let labels, _) = outcome else { throw ModelError.noProbabilities(name) }
    guard calibrators.count == intercepts.count else {
      throw ModelError(
        "this `svm` has not learned probabilities",
        mend: "fit it with `svm(probabilities: true)`, or put `calibrate` around it")
    }
    let decisions = try decisions(features), width = intercepts.count, pairs = ClassPairs(classes: labels.count)
    let rows = (0..<decisions.count / width).map { row in
      pairs.coupled { calibrators[$0](PairMachine.share(decisions[row * width + $0])) }
    }
    return (0..<labels.count).map { c in rows.map { $0[c] } }
  }

  /// Rows x pairs of classes, above zero for the first of a pair; for numbers the predictions.
  package func decisions(_ features: Table) throws -> [Double] {
    let design = try Design(features, named: self.features, for: name, workers: .current)
    switch outcome {
    case .numbers:
      return try data.decisions(
        data.centering(design.values), coefficients: coefficients, intercepts: intercepts, workers: .current)
    case .classes(let labels, let codes):
      let pairs = ClassPairs(classes: labels.count)
      return try data.pairDecisions(
        data.centering(design.values), coefficients: coefficients, codes: codes, pairs: pairs, intercepts: intercepts,
        workers: .current)
    }
  }

  package func learned() throws -> Table {
    switch outcome {
    case .classes(let labels, let codes):
      let counts = ClassPairs.members(codes, classes: labels.count).map { Int64($0.count) }
      return try Table([
        ("class", labels.column), ("support_rows", Column(.int(counts))),
        ("converged", Column(.bool(counts.map { _ in converged }))),
      ])
    case .numbers:
      return try Table([
        ("support_rows", Column(.int([Int64(supportCount)]))), ("intercept", Column(.float(intercepts))),
        ("converged", Column(.bool([converged]))),
      ])
    }
  }
}

extension SupportVectorModel: Archivable {
  package init(archive: Archive) throws {
    let features = try archive.part("features").asFeatureNames()
    let kernel = try KernelFunction(archive: archive.part("kernel"))
    let rows = try archive.part("rows").asInt()
    guard rows >= 0 else { throw ArchiveError("a number of rows below zero") }
    let values = try archive.part("supports").asFiniteFloats(count: archivedSize(rows, features.count))
    let means = try archive.part("means").asFiniteFloats(count: features.count)
    var outcome = Outcome.numbers, lists = 1, machines = 1
    if let archived = try archive.part("labels").present {
      let labels = try ClassLabels(archive: archived)
      guard (2...10_000).contains(labels.count) else { throw ArchiveError("a machine of \(labels.count) classes") }
      outcome = .classes(labels, codes: try archive.part("codes").asCodes(count: rows, in: 0..<labels.count))
      (lists, machines) = (labels.count - 1, labels.count * (labels.count - 1) / 2)
    }
    let flat = try archive.part("coefficients").asFiniteFloats(count: archivedSize(lists, rows))
    let calibrators = try archive.part("calibrators").asList().map { try Calibrator(archive: $0) }
    guard calibrators.isEmpty || calibrators.count == machines else { throw ArchiveError("calibrators are absent") }
    self.features = features
    self.outcome = outcome
    coefficients = (0..<lists).map { Array(flat[$0 * rows..<($0 + 1) * rows]) }
    intercepts = try archive.part("intercepts").asFiniteFloats(count: machines)
    objectives = try archive.part("objectives").asFiniteFloats(count: machines)
    converged = try archive.part("converged").asBool()
    self.calibrators = calibrators
    do {
      data = try KernelRows(values, columns: features.count, kernel: kernel, centered: means)
    } catch let error as ModelError { throw ArchiveError(error.message) }
  }

  package var archive: Archive {
    var fields: [Archive.Field] = [
      .init("features", .texts(features)), .init("kernel", kernel.archive), .init("rows", .int(Int64(data.rows))),
      .init("supports", .floats(data.values)), .init("means", .floats(data.means)),
      .init("coefficients", .floats(coefficients.flatMap { $0 })), .init("intercepts", .floats(intercepts)),
      .init("calibrators", .list(calibrators.map(\.archive))), .init("objectives", .floats(objectives)),
      .init("converged", .bool(converged)),
    ]
    if case .classes(let labels, let codes) = outcome {
      fields += [.init("labels", labels.archive), .init("codes", .codes(codes))]
    } else {
      fields.append(.init("labels", .none))
    }
    return .record(fields)
  }
}
