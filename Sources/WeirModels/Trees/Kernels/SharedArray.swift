/// Numbers in one place, which the parts of a parallel loop fill and read.
///
/// Safety: parts of one loop write elements that no other part of it touches, and a loop has ended before anybody else
/// reads. The memory lives as long as the object, which the loops hold.
final class SharedArray<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  init(repeating value: Element, count: Int) {
    base = .allocate(capacity: max(count, 1))
    base.initialize(repeating: value, count: max(count, 1))
    self.count = count
  }

  init(_ values: [Element], or empty: Element) {
    base = .allocate(capacity: max(values.count, 1))
    base.initialize(repeating: empty, count: 1)
    count = values.count
    values.withUnsafeBufferPointer { if let from = $0.baseAddress { base.update(from: from, count: values.count) } }
  }

  deinit { base.deallocate() }

  subscript(index: Int) -> Element {
    get { base[index] }
    set { base[index] = newValue }
  }

  var array: [Element] { Array(UnsafeBufferPointer(start: base, count: count)) }
}
