extension Tensor {
  /// As NumPy shows arrays: nested brackets, columns aligned, long axes cut in the middle.
  package func text(isShort: Bool = false, number: (Double) -> String) -> String {
    let isCut = count > 1000
    // Many axes show less of each, and the many of the last ones alone.
    let edge = rank <= 3 ? 3 : 1
    guard rank <= 10 else { return "[…]" }
    let shown = shape.sizes.map { size in isCut && size > 2 * edge ? Array(0..<edge) + [-1] + Array((size - edge)..<size) : Array(0..<size) }
    guard shape.rank > 0 else { return element([], number) }
    var cells: [[Int]: String] = [:], width = 0
    visit(shown, 0, []) { place in
      let text = element(place, number)
      width = isShort ? 0 : max(width, text.count)
      cells[place] = text
    }
    return block(shown, [], width, cells, isShort)
  }

  private func visit(_ shown: [[Int]], _ axis: Int, _ place: [Int], _ body: ([Int]) -> Void) {
    if axis == shown.count { return body(place) }
    for index in shown[axis] where index >= 0 { visit(shown, axis + 1, place + [index], body) }
  }

  private func element(_ place: [Int], _ number: (Double) -> String) -> String {
    guard let one = try? part(place.map { .at($0) }) else { return "?" }
    if dtype == .i64 { return (try? one.whole()).flatMap { $0 }.map(String.init) ?? "?" }
    guard let value = (try? one.number()).flatMap({ $0 }) else { return "?" }
    if dtype == .bool { return value == 0 ? "false" : "true" }
    return number(value)
  }

  private func block(_ shown: [[Int]], _ place: [Int], _ width: Int, _ cells: [[Int]: String], _ isShort: Bool) -> String {
    let axis = place.count
    if axis == shown.count {
      let text = cells[place] ?? ""
      return String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let parts = shown[axis].map { $0 < 0 ? "…" : block(shown, place + [$0], width, cells, isShort) }
    if isShort || axis == shown.count - 1 { return "[" + parts.joined(separator: ", ") + "]" }
    let gap = ",\n" + String(repeating: "\n", count: max(0, shown.count - axis - 2)) + String(repeating: " ", count: axis + 1)
    return "[" + parts.joined(separator: gap) + "]"
  }
}
