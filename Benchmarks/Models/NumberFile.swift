import Glibc

/// Numbers of a file as NumPy writes it: version 1, little endian, row by row, 64-bit floats or whole numbers.
struct NumberFile {
  let shape: [Int]
  let values: [Double]

  struct Unreadable: Error { let path: String }

  init(_ path: String) throws {
    guard let file = fopen(path, "r") else { throw Unreadable(path: path) }
    defer { fclose(file) }
    var start = [UInt8](repeating: 0, count: 10)
    guard fread(&start, 1, 10, file) == 10, start[0] == 0x93, start[6] == 1 else { throw Unreadable(path: path) }
    var header = [UInt8](repeating: 0, count: Int(start[8]) | Int(start[9]) << 8)
    guard fread(&header, 1, header.count, file) == header.count else { throw Unreadable(path: path) }
    let text = String(decoding: header, as: UTF8.self)
    guard !text.contains("True"), let open = text.firstIndex(of: "("), let close = text.firstIndex(of: ")") else {
      throw Unreadable(path: path)
    }
    shape = text[text.index(after: open)..<close].split(separator: ",").compactMap { part in Int(part.filter(\.isNumber)) }
    let count = shape.reduce(1, *)
    if text.contains("<f8") {
      values = [Double](unsafeUninitializedCapacity: count) { buffer, read in read = fread(buffer.baseAddress, 8, count, file) }
    } else if text.contains("<i8") {
      values = [Int64](unsafeUninitializedCapacity: count) { buffer, read in
        read = fread(buffer.baseAddress, 8, count, file)
      }.map { Double($0) }
    } else {
      throw Unreadable(path: path)
    }
    guard values.count == count else { throw Unreadable(path: path) }
  }

  /// Column j of some rows of a matrix.
  func column(_ j: Int, _ rows: Range<Int>) -> [Double] { rows.map { values[$0 * shape[1] + j] } }
}
