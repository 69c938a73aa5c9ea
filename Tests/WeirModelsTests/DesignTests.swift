import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct DesignTests {
  static let table = try? Table([
    (name: "a", column: Column(.int([1, 2, 3]))),
    (name: "b", column: Column(.float([0.5, 1.5, 2.5]))),
    (name: "c", column: Column(.bool([true, false, true]))),
  ])

  @Test func laysNumbersOutRowByRow() throws {
    let design = try Design(#require(Self.table), for: "knn")
    #expect(design.names == ["a", "b", "c"])
    #expect(design.values == [1, 0.5, 1, 2, 1.5, 0, 3, 2.5, 1])
    #expect(design.column(1) == [0.5, 1.5, 2.5])
    #expect(Array(design.row(2)) == [3, 2.5, 1])
  }

  @Test func matchesNewRowsByName() throws {
    let table = try #require(Self.table)
    #expect(try Design(table, named: ["c", "a"], for: "knn").values == [1, 1, 0, 2, 1, 3])
    #expect(throws: ModelError(
      "`knn` learned from the columns `x`, `y`, which are not here",
      mend: "give it rows with the same columns; here are: a, b, c")
    ) { try Design(table, named: ["a", "x", "y"], for: "knn") }
  }

  @Test func refusesWhatIsNoNumberAndNamesTheColumn() throws {
    func problem(_ column: Column) -> String? {
      do {
        _ = try Design(Table([(name: "age", column: column)]), for: "knn")
        return nil
      } catch { return (error as? ModelError).map { $0.message + " / " + ($0.mend ?? "") } }
    }
    #expect(problem(Column(.text(TextValues(["x"]))))?.contains("`one_hot()`") == true)
    #expect(problem(Column(.float([0, 1]), validity: Bitmap([false, true])))?.contains("missing on 1 of 2 rows") == true)
    #expect(problem(Column(.float([0, .nan])))?.contains("NaN in row 2") == true)
    #expect(problem(Column(.date([1])))?.contains("`age` holds a date") == true)
  }

  @Test func numbersClassesInAscendingOrder() throws {
    let labels = ClassLabels(of: Column(.text(TextValues(["b", "a", "c", "a"]))))
    #expect(labels.names == ["a", "b", "c"])
    #expect(labels.codes(of: Column(.text(TextValues(["c", "z", "a"])))) == [2, -1, 0])
    let numbers = ClassLabels(of: Column(.int([10, 9, 10])))
    #expect(numbers.codes(of: Column(.float([9, 10, 9.5]))) == [0, 1, -1])
    #expect(try ClassLabels(archive: numbers.archive).names == ["9", "10"])
  }

  @Test func takesATargetAsItsTypeSuggests() throws {
    func isClasses(_ column: Column, _ choice: TaskChoice = .auto) throws -> Bool {
      let features = try Table([(name: "x", column: Column(.int(Array(repeating: 1, count: column.count))))])
      if case .classes = try TrainingSample(features: features, target: column).target(for: "tree", as: choice) { return true }
      return false
    }
    #expect(try isClasses(Column(.int([0, 1, 1]))))
    #expect(try !isClasses(Column(.int([0, 1, 1])), .regression))
    #expect(try !isClasses(Column(.int(Array(0...20)))))
    #expect(try !isClasses(Column(.float([0, 1]))))
    #expect(try isClasses(Column(.float([0, 1])), .classification))
    #expect(try isClasses(Column(.text(TextValues(["a", "b"])))))
    #expect(throws: ModelError.self) { try isClasses(Column(.int([0, 1]), validity: Bitmap([true, false]))) }
  }
}
