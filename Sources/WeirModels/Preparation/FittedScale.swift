package import WeirBase
package import WeirTables

/// What the steps learned that shift and stretch columns: `(x - shift) / divisor * factor + offset` for each.
package struct FittedScale: ParallelTransformer {
  package static let archiveName = "fitted_scale"

  struct Scale: Sendable {
    var shift = 0.0
    var divisor = 1.0
    var factor = 1.0
    var offset = 0.0
    /// Where results are cut off.
    var ends: ClosedRange<Double>?
  }

  let step: String
  let names: [String]
  let scales: [Scale]

  init(step: String, names: [String], scales: [Scale]) {
    self.step = step
    self.names = names
    self.scales = scales
  }

  package init(archive: Archive) throws {
    step = try archive.part("step").asText()
    names = try archive.part("names").asTexts()
    scales = try archive.part("scales").asList().map { scale in
      let numbers = try scale.asFloats()
      guard numbers.count == 4 || numbers.count == 6, numbers.allSatisfy(\.isFinite), numbers[1] != 0,
        numbers.count == 4 || numbers[4] <= numbers[5]
      else { throw ArchiveError("a scale is out of range") }
      return Scale(
        shift: numbers[0], divisor: numbers[1], factor: numbers[2], offset: numbers[3],
        ends: numbers.count == 6 ? numbers[4]...numbers[5] : nil)
    }
    guard scales.count == names.count else { throw ArchiveError("one scale a column is needed") }
  }

  package var archive: Archive {
    .of([
      "step": .text(step), "names": .texts(names),
      "scales": .list(scales.map { scale in
        .floats(
          [scale.shift, scale.divisor, scale.factor, scale.offset]
            + (scale.ends.map { [$0.lowerBound, $0.upperBound] } ?? []))
      }),
    ])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    try features.replacing(names, for: step, workers: workers) { place, column in
      let scale = scales[place]
      let values = try column.amounts(named: names[place], for: step)
      var scaled = scale.factor == 1 && scale.offset == 0
        ? values.map { ($0 - scale.shift) / scale.divisor }
        : values.map { ($0 - scale.shift) / scale.divisor * scale.factor + scale.offset }
      // Numbers so far from the center that the distance is no double: by a quarter it is one.
      for i in scaled.indices where !scaled[i].isFinite && values[i].isFinite {
        scaled[i] = (values[i] * 0.25 - scale.shift * 0.25) / scale.divisor * 4 * scale.factor + scale.offset
      }
      if let ends = scale.ends { for i in scaled.indices { scaled[i] = ends.holding(scaled[i]) } }
      return Column(.float(scaled), validity: column.validity)
    }
  }

  package var lessons: [Lesson] {
    zip(names, scales).flatMap { name, scale -> [Lesson] in
      [Lesson(name, step == "min_max_scale" ? "least" : "center", .float(scale.shift)),
        Lesson(name, step == "min_max_scale" ? "width" : "spread", .float(scale.divisor))]
    }
  }
}

extension ClosedRange<Double> {
  /// The nearest number in the range; NaN stays what it is.
  func holding(_ x: Double) -> Double { x < lowerBound ? lowerBound : x > upperBound ? upperBound : x }
}
