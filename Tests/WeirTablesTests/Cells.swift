import WeirBase
import WeirTables

/// The cell of a column as plain data, read without the code under test.
func cell(_ column: Column, _ row: Int) -> Scalar {
  if column.isMissing(row) { return .missing }
  return switch column.storage {
  case .bool(let values): .bool(values[row])
  case .int(let values): .int(values[row])
  case .float(let values): .float(values[row])
  case .text(let values): .text(values[row])
  case .date(let values): .date(Day(values[row]))
  case .dateTime(let values): .dateTime(Instant(values[row]))
  case .duration(let values): .duration(TimeSpan(values[row]))
  case .objects: .missing
  }
}

func cells(_ column: Column) -> [Scalar] { (0..<column.count).map { cell(column, $0) } }

func rows(_ table: Table) -> [[Scalar]] {
  (0..<table.rowCount).map { row in table.columns.map { cell($0, row) } }
}

func readCSV(_ text: String, _ options: CSVOptions = CSVOptions(), partSize: Int = 1 << 20, workers: Int = 1) throws -> Table {
  try CSVReader(FileContents(Array(text.utf8)), name: "test.csv", options: options, partSize: partSize)
    .read(workers: Workers(workers)).table
}

/// Seeded tables with every kind of column, gaps, and texts that need quoting.
struct TableMaker {
  var random: RandomStream

  init(_ seed: Int) { random = RandomStream(seed: Int64(seed)) }

  mutating func table(rows: Int, columns: Int) throws -> Table {
    var made: [(name: String, column: Column)] = []
    for i in 0..<columns { made.append(("c\(i)", column(rows: rows, kind: random.nextInt(below: 7)))) }
    return try Table(made, rowCount: rows)
  }

  mutating func column(rows: Int, kind: Int, distinct: Int = 5) -> Column {
    let gaps = random.nextInt(below: 3) == 0
    var validity: Bitmap? = nil
    if gaps { validity = Bitmap((0..<rows).map { _ in random.nextInt(below: 4) > 0 }) }
    let draws = (0..<rows).map { _ in random.nextInt(below: distinct) }
    switch kind {
    case 0: return Column(.bool(draws.map { $0 & 1 == 0 }), validity: validity)
    case 1: return Column(.int(draws.map { Int64($0) - 2 }), validity: validity)
    case 2: return Column(.float(draws.map { Double($0) * 0.1 - 0.2 }), validity: validity)
    case 3: return Column(.date(draws.map { Int32($0 * 1000 - 2000) }), validity: validity)
    case 4: return Column(.dateTime(draws.map { Int64($0) * 1_234_567_890_123 - 5 }), validity: validity)
    case 5: return Column(.duration(draws.map { Int64($0) * 12_345_678 - 3 }), validity: validity)
    default:
      let words = ["a", "b, c", "say \"hi\"", "", " two\nlines ", "NA", "ü€😀", "007", "x\r\ny", "|;\t"]
      return Column(.text(TextValues(draws.map { words[$0 % words.count] })), validity: validity)
    }
  }
}
