import CWeirKernels
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
    let old = try features.columns(named: names, for: step)
    let new = try workers.columns(names.count, rows: features.rowCount) { place, workers in
      let values = try old[place].amounts(named: names[place], for: step)
      return Column(.float(scales[place].applied(to: values, workers)), validity: old[place].validity)
    }
    return try features.putting(zip(names, new).map { [($0, $1)] }, inPlaceOf: names, for: step)
  }

  package var lessons: [Lesson] {
    zip(names, scales).flatMap { name, scale -> [Lesson] in
      [Lesson(name, step == "min_max_scale" ? "least" : "center", .float(scale.shift)),
        Lesson(name, step == "min_max_scale" ? "width" : "spread", .float(scale.divisor))]
    }
  }
}

extension FittedScale: RestoringTransformer {
  /// Columns back on the scale that they came in.
  package func restored(_ rows: Table) throws -> Table {
    let old = try rows.columns(named: names, for: step)
    let new = try zip(names, zip(old, scales)).map { name, pair in
      let (column, scale) = pair
      guard scale.factor != 0 else { throw ModelError("`\(step)` has made one value of `\(name)`, whose others are lost") }
      let values = try column.amounts(named: name, for: step)
      return Column(
        .float(values.map { ($0 - scale.offset) / scale.factor * scale.divisor + scale.shift }), validity: column.validity)
    }
    return try rows.putting(zip(names, new).map { [($0, $1)] }, inPlaceOf: names, for: step)
  }
}

extension FittedScale.Scale {
  fileprivate func applied(to values: [Double], _ workers: Workers) -> [Double] {
    let stretches: Int32 = factor == 1 && offset == 0 ? 0 : 1
    return values.withUnsafeBufferPointer { values in
      [Double](filling: values.count) { out in
        guard let base = values.baseAddress else { return }
        let (x, out) = (Readings(base), Places(out))
        workers.overRows(values.count) { rows in
          let start = rows.lowerBound
          let isFar = weir_shift_and_scale(
            x.base + start, rows.count, shift, divisor, stretches, factor, offset, out.base + start)
          // Numbers so far from the center that the distance is no double: by a quarter it is one.
          if isFar != 0 {
            for row in rows where !out[row].isFinite && x.base[row].isFinite {
              out[row] = (x.base[row] * 0.25 - shift * 0.25) / divisor * 4 * factor + offset
            }
          }
          if let ends { for row in rows { out[row] = ends.holding(out[row]) } }
        }
      }
    }
  }
}

extension ClosedRange<Double> {
  /// The nearest number in the range; NaN stays what it is.
  func holding(_ x: Double) -> Double { x < lowerBound ? lowerBound : x > upperBound ? upperBound : x }
}
