extension Metric {
  /// Metrics of predicted numbers.
  static let regression: [Metric] = [
    Metric("mae", "The mean distance between prediction and truth.", greaterIsBetter: false, needs: .numbers) {
      let (truth, predicted) = try $0.numbers(for: "mae")
      return meanOver(truth.count) { abs(predicted[$0] - truth[$0]) }
    },
    Metric(
      "rmse", "The square root of the mean square of the distance between prediction and truth.",
      greaterIsBetter: false, needs: .numbers
    ) {
      let (truth, predicted) = try $0.numbers(for: "rmse")
      return meanOver(truth.count) { (predicted[$0] - truth[$0]) * (predicted[$0] - truth[$0]) }.squareRoot()
    },
    Metric(
      "r2", "The share of the variance of the truth that is explained: 1 is perfect, 0 what the mean does.",
      greaterIsBetter: true, needs: .numbers
    ) {
      let (truth, predicted) = try $0.numbers(for: "r2")
      guard truth.count > 1 else { return .nan }
      let center = mean(truth)
      let left = meanOver(truth.count) { (predicted[$0] - truth[$0]) * (predicted[$0] - truth[$0]) }
      let whole = meanOver(truth.count) { (truth[$0] - center) * (truth[$0] - center) }
      // Of a constant truth, a perfect prediction explains all and any other nothing.
      return whole == 0 ? (left == 0 ? 1 : 0) : 1 - left / whole
    },
    Metric(
      "mape", "The mean distance between prediction and truth as a share of the truth.", greaterIsBetter: false,
      needs: .numbers
    ) {
      let (truth, predicted) = try $0.numbers(for: "mape")
      return meanOver(truth.count) { abs(predicted[$0] - truth[$0]) / max(abs(truth[$0]), Double.ulpOfOne) }
    },
  ]

  static func meanOver(_ count: Int, _ value: (Int) -> Double) -> Double {
    count == 0 ? .nan : (0..<count).reduce(0.0) { $0 + value($1) } / Double(count)
  }
}
