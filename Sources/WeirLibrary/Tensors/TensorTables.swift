import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirImages
import WeirTables
import WeirTensors

extension Variable {
  /// The numbers of a table, a column, a list, an image or images.
  init(numbersOf value: Value, _ dtype: DType, _ call: Call) throws {
    switch value {
    case .table(let table): self.init(try Tensor(table, dtype))
    case .other(let foreign):
      if let image = foreign as? Image { self.init(try Tensor(image, dtype)); return }
      guard let variable = try Variable(value, as: dtype) else { throw Variable.notNumbers(value, call) }
      self = variable
    default:
      if let items = try value.items(), case .other(let first)? = items.first, first is Image {
        let parts = try items.map { item in
          guard case .other(let object) = item, let image = object as? Image else { throw Variable.notNumbers(item, call) }
          return try Tensor(image, dtype)
        }
        self.init(try Tensor.stacked(parts, axis: 0))
        return
      }
      guard let variable = try Variable(value, as: dtype) else { throw Variable.notNumbers(value, call) }
      self = variable
    }
  }

  private static func notNumbers(_ value: Value, _ call: Call) -> Diagnostic {
    ArgumentReader.wrongKind(.value(value), wanted: "table, column, list, image or tensor", "values", in: call)
  }
}

extension Tensor {
  /// A row for each row, a column for each column.
  init(_ table: Table, _ dtype: DType) throws {
    guard table.columnCount > 0 else { throw TensorError.other("a table without columns has no numbers", mend: nil) }
    var columns: [Tensor] = []
    for (name, column) in zip(table.names, table.columns) {
      guard column.type.isNumeric || column.type == .duration else {
        throw TensorError.other(
          "column `\(name)` holds \(column.type.description), and a tensor holds numbers",
          mend: "`select` the columns with numbers, or make numbers of categories with `one_hot`")
      }
      columns.append(try Tensor(column, floats: dtype == .f64 ? .f64 : .f32).converted(to: dtype))
    }
    self = try Tensor.stacked(columns, axis: 1)
  }

  /// Rows, columns and channels, samples between 0 and 1.
  init(_ image: Image, _ dtype: DType) throws {
    let shape = try Shape([image.height, image.width, image.channels], for: "to_tensor")
    let greatest: Double
    let numbers: [Double]
    switch image.samples {
    case .bytes(let samples): (greatest, numbers) = (255, samples.map { Double($0) })
    case .words(let samples): (greatest, numbers) = (65535, samples.map { Double($0) })
    }
    let whole = dtype.isFloat ? numbers.map { $0 / greatest } : numbers
    self = try Tensor(whole, shape, dtype)
  }

  /// A matrix as a table, in the kind of its numbers.
  func table(names: [String]?) throws -> Table {
    guard rank == 1 || rank == 2 else {
      throw TensorError.other(
        "a table has rows and columns, and the shape \(shape) has \(rank) axes", mend: "`reshape` it to two axes")
    }
    let matrix = rank == 1 ? try unsqueezed(1) : self, columns = matrix.shape.sizes[1]
    let names = names ?? (0..<columns).map { "c\($0 + 1)" }
    guard names.count == columns else {
      throw TensorError.other("\(names.count) names are given for \(columns) columns", mend: nil)
    }
    return try Table(try (0..<columns).map { number in
      (names[number], try matrix.part([.all, .at(number)]).column())
    }, rowCount: matrix.shape.sizes[0])
  }

  /// A vector as a column; NaN is how a tensor says missing.
  private func column() throws -> Column {
    switch dtype {
    case .i64: Column(.int(try withElements(as: Int64.self) { Array($0) }))
    case .bool: Column(.bool(try withElements(as: UInt8.self) { $0.map { $0 != 0 } }))
    default: Column(doubles: try doubles())
    }
  }
}
