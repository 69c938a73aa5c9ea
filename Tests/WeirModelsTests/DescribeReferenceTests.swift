import Testing
import WeirBase
import WeirModels
import WeirTables

/// `describe`, quantiles, skewness, kurtosis, aggregates by group and correlations of the classic sets against pandas
/// (Tests/Reference/describe_*.json).
@Suite struct DescribeReferenceTests {
  static let sets = ["iris", "wine", "breast_cancer", "diabetes"]

  /// The stored set with its target as a number, as pandas had it.
  private func table(_ name: String, _ reference: JSON) throws -> Table {
    // The diabetes set that was described is the one with scaled features.
    let table = try StoredNumbers.table(name == "diabetes" ? "Reference/data/diabetes.csv" : "../notebooks/data/\(name).csv")
    let target = try #require(table.columns.last), last = try #require(table.names.last)
    var columns = zip(table.names, table.columns).map { name, column in
      (name: name == "od280_od315_of_diluted_wines" ? "od280/od315_of_diluted_wines" : name, column: column)
    }
    if case .text(let texts) = target.storage {
      let values = (0..<target.count).map { texts[$0] }
      // The classes of this set are numbered against the alphabet.
      let classes = Set(values).sorted(by: name == "breast_cancer" ? (>) : (<))
      let codes = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Int64($0)) })
      columns[columns.count - 1].column = Column(.int(values.map { codes[$0] ?? -1 }))
    }
    columns[columns.count - 1].name = reference["describe"][last].value is [String: Any] ? last : "target"
    return try Table(columns)
  }

  /// Within 1e-12 of the number, or of how widely the column is spread where that is more.
  private func check(_ found: Double, _ wanted: JSON, spread: Double, _ note: String) {
    let b = wanted.number
    #expect((found - b).magnitude <= 1e-12 * max(b.magnitude, spread), "\(note): \(found) is not \(b)")
  }

  @Test(arguments: sets) func columnsAreDescribed(name: String) throws {
    let reference = try StoredNumbers.reference("describe_\(name)"), table = try table(name, reference)
    let described = try table.described(), whole = Grouping.whole(table.rowCount)
    let points = reference["quantile_points"].numbers
    try #require(points.count > 5)
    for (row, (column, values)) in zip(table.names, table.columns).enumerated() {
      let wanted = reference["describe"][column], spread = wanted["std"].number
      func note(_ what: String) -> String { "\(what) of \(column)" }
      for (ours, theirs) in [("mean", "mean"), ("std", "std"), ("min", "min"), ("q25", "25%"), ("median", "50%"), ("q75", "75%"), ("max", "max")] {
        check(try described.column(ours).doubles[row], wanted[theirs], spread: spread, note(ours))
      }
      #expect(try described.column("count").doubles[row] == wanted["count"].number)
      #expect(try described.column("distinct").doubles[row] == reference["nunique"][column].number)
      check(try NumberAggregate.variance(values, whole, ddof: 1, root: false).doubles[0], reference["var"][column], spread: 0, note("var"))
      check(try NumberAggregate.shape(values, whole, power: 3).doubles[0], reference["skew"][column], spread: 1, note("skew"))
      check(try NumberAggregate.shape(values, whole, power: 4).doubles[0], reference["kurtosis"][column], spread: 1, note("kurtosis"))
      for (place, point) in points.enumerated() {
        let found = try NumberAggregate.quantile(values, whole, at: point, for: "quantile").doubles[0]
        check(found, reference["quantiles"]["linear"][column][place], spread: spread, note("quantile \(point)"))
      }
    }
  }

  @Test(arguments: sets) func columnsCorrelate(name: String) throws {
    let reference = try StoredNumbers.reference("describe_\(name)"), table = try table(name, reference)
    let pearson = try table.correlations(), spearman = try table.correlations(ranked: true)
    for (i, column) in table.names.enumerated() {
      for (j, other) in table.names.enumerated() {
        let note = "\(column) and \(other)"
        check(try pearson.column(column).doubles[j], reference["corr"]["pearson"][i][j], spread: 1, note)
        check(try spearman.column(column).doubles[j], reference["corr"]["spearman"][i][j], spread: 1, note)
        guard j < i else { continue }
        let tau = CorrelationTests.Concordance(table.columns[i].doubles, table.columns[j].doubles).tau
        check(tau, reference["corr"]["kendall"][i][j], spread: 1, note)
      }
    }
  }

  @Test(arguments: ["iris", "wine", "breast_cancer"]) func groupsAggregate(name: String) throws {
    let reference = try StoredNumbers.reference("describe_\(name)"), table = try table(name, reference)
    let target = try #require(table.columns.last), labels = target.doubles
    let grouping = Grouping(by: [target], count: table.rowCount)
    let wanted = reference["groupby_target"]
    for (column, values) in zip(table.names, table.columns).dropLast() {
      let means = try NumberAggregate.mean(values, grouping).doubles
      let spreads = try NumberAggregate.variance(values, grouping, ddof: 1, root: true).doubles
      let medians = try NumberAggregate.quantile(values, grouping, at: 0.5, for: "median").doubles
      for (group, firstRow) in Dictionary(zip(grouping.groups.map { Int($0) }, labels.indices), uniquingKeysWith: { a, _ in a }) {
        let label = String(Int(labels[firstRow]))
        check(means[group], wanted["mean"][column][label], spread: 0, "mean of \(column) in \(label)")
        check(spreads[group], wanted["std"][column][label], spread: 0, "std of \(column) in \(label)")
        check(medians[group], wanted["median"][column][label], spread: 0, "median of \(column) in \(label)")
      }
    }
  }

  @Test func numbersNearTheLargestHaveFiniteMeans() throws {
    let values = Column(.float([1e308, 1.2e308, 1.4e308, -1e308, 1.6e308, -1.7e308])), whole = Grouping.whole(6)
    let small = Column(.float([1, 1.2, 1.4, -1, 1.6, -1.7]))
    func agree(_ body: (Column) throws -> Double, _ note: String) throws {
      let found = try body(values), wanted = try body(small) * 1e308
      #expect((found / wanted - 1).magnitude < 1e-14, "\(note): \(found) is not \(wanted)")
    }
    try agree({ try NumberAggregate.mean($0, whole).doubles[0] }, "mean")
    try agree({ try NumberAggregate.variance($0, whole, ddof: 1, root: true).doubles[0] }, "std")
    try agree({ try NumberAggregate.mean(ofParts: NumberAggregate.meanParts($0, whole)).doubles[0] }, "mean of parts")
    for name in ["mean", "std", "q25", "median", "q75"] {
      try agree({ try Table([("x", $0)]).described().column(name).doubles[0] }, "\(name) of describe")
    }
    let same = Column(.float([Double](repeating: .greatestFiniteMagnitude, count: 7)))
    #expect(try NumberAggregate.mean(same, Grouping.whole(7)).doubles == [.greatestFiniteMagnitude])
    #expect(try NumberAggregate.variance(same, Grouping.whole(7), ddof: 1, root: false).doubles == [0])
    // A sum that is too large, and squares that add to something finite.
    let near = Column(.float([1.5e308, 1.5e308, 1.5e308 + 1e293]))
    #expect(try NumberAggregate.variance(near, Grouping.whole(3), ddof: 1, root: true).doubles[0] < 1e293)
    #expect(throws: TableError.self) { try NumberAggregate.variance(values, whole, ddof: 1, root: false) }
    let endless = Column(.float([1, .infinity]))
    #expect(try NumberAggregate.mean(endless, Grouping.whole(2)).doubles == [.infinity])
  }

  /// Shape and correlation are the same at any scale, and moments grow with it: held to the same numbers about 1, which
  /// the references above hold to pandas.
  @Test(arguments: [1e308, 1e300, 1e150, 1e-150, 1e-300]) func momentsHoldAtAnyScale(scale: Double) throws {
    let ones = [1, 0.2, -0.7, 1.5, 0.1, -1.2, 0.3, 0.9], others = [0.5, 0.1, -1, 1.25, 0.6, -0.3, 0.2, 0.7]
    let groups = Grouping(by: [Column(.int([0, 1, 0, 1, 0, 1, 0, 1]))], count: 8)
    func close(_ found: [Double], _ wanted: [Double], _ note: String) {
      for (a, b) in zip(found, wanted) {
        #expect(a == b || (a / b - 1).magnitude < 1e-12, "\(note) at \(scale): \(found) is not \(wanted)")
      }
    }
    let plain = Column(.float(ones)), large = Column(.float(ones.map { $0 * scale })), beside = Column(.float(others))
    let besideLarge = Column(.float(others.map { $0 * scale }))
    for grouping in [Grouping.whole(8), groups] {
      close(try NumberAggregate.mean(large, grouping).doubles, try NumberAggregate.mean(plain, grouping).doubles.map { $0 * scale }, "mean")
      close(
        try NumberAggregate.variance(large, grouping, ddof: 1, root: true).doubles,
        try NumberAggregate.variance(plain, grouping, ddof: 1, root: true).doubles.map { $0 * scale }, "std")
      for power in [3, 4] {
        close(
          try NumberAggregate.shape(large, grouping, power: power).doubles,
          try NumberAggregate.shape(plain, grouping, power: power).doubles, "shape \(power)")
      }
      for partner in [beside, besideLarge] {
        close(
          try NumberAggregate.covariance(large, partner, grouping, scaled: true).doubles,
          try NumberAggregate.covariance(plain, beside, grouping, scaled: true).doubles, "corr")
      }
      close(
        try NumberAggregate.covariance(large, beside, grouping, scaled: false).doubles,
        try NumberAggregate.covariance(plain, beside, grouping, scaled: false).doubles.map { $0 * scale }, "cov")
    }
  }
}
