extension Workers {
  /// Rows are worked on in blocks of this size (a multiple of 64, so that no two blocks share a word of a bitmap).
  package static let blockRows = 1 << 15

  package static func blockCount(_ rows: Int) -> Int { (rows + blockRows - 1) / blockRows }
  package static func block(_ number: Int, of rows: Int) -> Range<Int> {
    number * blockRows..<min(rows, (number + 1) * blockRows)
  }

  /// Runs `body` for blocks of `rows` rows; for none where there are no rows.
  package func overRows(_ rows: Int, _ body: @Sendable (Range<Int>) -> Void) {
    if rows <= Workers.blockRows {
      if rows > 0 { body(0..<rows) }
      return
    }
    run(Workers.blockCount(rows)) { body(Workers.block($0, of: rows)) }
  }

  /// The results of `body` for each block of `rows` rows, in their order.
  package func blocks<Result: Sendable>(of rows: Int, _ body: @Sendable (Range<Int>) -> Result) -> [Result] {
    results(Workers.blockCount(rows)) { body(Workers.block($0, of: rows)) }
  }

  /// The results of `body` for each part, in the order of the parts.
  package func results<Result: Sendable>(_ parts: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
    guard parts > 1, count > 1 else { return (0..<max(parts, 0)).map(body) }
    return [Result](unsafeUninitializedCapacity: parts) { buffer, filled in
      guard let base = buffer.baseAddress else { return }
      let out = Places(base)
      run(parts) { part in (out.base + part).initialize(to: body(part)) }
      filled = parts
    }
  }

  /// The range of rows of a part, where `rows` rows are in `parts` parts of nearly one size, a multiple of 64.
  package static func part(_ number: Int, of parts: Int, rows: Int) -> Range<Int> {
    let size = ((rows + parts - 1) / max(parts, 1) + 63) & ~63
    return min(rows, number * size)..<min(rows, (number + 1) * size)
  }
}
