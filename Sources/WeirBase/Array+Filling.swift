import CWeirKernels

extension Array where Element: BitwiseCopyable {
  /// An array of `count` elements, all of which `fill` must set: they hold anything before.
  package init(filling count: Int, _ fill: (UnsafeMutablePointer<Element>) throws -> Void) rethrows {
    guard count > 0 else {
      self = []
      return
    }
    try self.init(unsafeUninitializedCapacity: count) { buffer, filled in
      guard let base = buffer.baseAddress else { return }
      if count * MemoryLayout<Element>.stride >= largePages { weir_prefer_large_pages(base, count * MemoryLayout<Element>.stride) }
      try fill(base)
      filled = count
    }
  }
}

/// Arrays of so many bytes are worth large pages.
private let largePages = 4 << 20

/// A place in memory of which several threads fill one part each.
///
/// Safety: who makes one sees to it that no two threads touch the same element, and that the memory outlives the loop.
package struct Places<Element>: @unchecked Sendable {
  package let base: UnsafeMutablePointer<Element>
  package init(_ base: UnsafeMutablePointer<Element>) { self.base = base }

  @inlinable package subscript(index: Int) -> Element {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }
}

/// Memory that several threads read while nobody writes.
///
/// Safety: it is read only, and who makes one keeps the memory for as long.
package struct Readings<Element>: @unchecked Sendable {
  package let base: UnsafePointer<Element>
  package init(_ base: UnsafePointer<Element>) { self.base = base }
}
