import CWeirKernels

/// The texts that stand for a missing value.
///
/// Safety: the memory is filled once, before anybody else sees the object, and then only read.
final class MissingMarkers: @unchecked Sendable {
  private let markers: [[UInt8]]
  private let longest: Int
  /// Whether an empty text is among them.
  let holdsEmpty: Bool
  // The same for the kernels.
  private let starts: UnsafeMutablePointer<UInt8>
  private let bytes: UnsafeMutablePointer<UInt8>
  private let lengths: UnsafeMutablePointer<UInt32>

  init(_ texts: [String]) {
    markers = texts.map { Array($0.utf8) }
    longest = markers.map(\.count).max() ?? 0
    holdsEmpty = texts.contains("")
    starts = .allocate(capacity: 256)
    starts.initialize(repeating: 0, count: 256)
    for marker in markers { if let first = marker.first { starts[Int(first)] = 1 } }
    let all = markers.flatMap { $0 }
    bytes = .allocate(capacity: all.count + 1)
    bytes.initialize(repeating: 0, count: all.count + 1)
    for (i, byte) in all.enumerated() { bytes[i] = byte }
    lengths = .allocate(capacity: markers.count + 1)
    lengths.initialize(repeating: 0, count: markers.count + 1)
    for (i, marker) in markers.enumerated() { lengths[i] = UInt32(clamping: marker.count) }
  }

  deinit {
    starts.deallocate()
    bytes.deallocate()
    lengths.deallocate()
  }

  func holds(_ raw: UnsafeRawBufferPointer) -> Bool {
    if raw.isEmpty { return holdsEmpty }
    guard raw.count <= longest else { return false }
    for marker in markers where marker.count == raw.count {
      if raw.elementsEqual(marker) { return true }
    }
    return false
  }

  /// Tells a kernel of them; they must outlive its work.
  func give(to column: inout weir_csv_column) {
    column.empty_is_missing = holdsEmpty ? 1 : 0
    column.marker_starts = UnsafePointer(starts)
    column.markers = UnsafePointer(bytes)
    column.marker_lengths = UnsafePointer(lengths)
    column.marker_count = markers.count
  }
}
