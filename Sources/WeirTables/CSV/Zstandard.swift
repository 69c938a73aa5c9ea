import CZstd

/// Files packed by Zstandard (RFC 8878): several frames in a row make one text.
struct Zstandard: Unpacker {
  static let mark: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

  private let stream: OpaquePointer

  init?() {
    guard let stream = weir_zstd_open() else { return nil }
    self.stream = stream
  }

  func step(_ input: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) -> UnpackingStep {
    let step = weir_zstd_continue(
      stream, out.baseAddress?.assumingMemoryBound(to: UInt8.self), out.count,
      input.baseAddress?.assumingMemoryBound(to: UInt8.self), input.count)
    return UnpackingStep(
      used: step.used, made: step.made, outcome: step.status < 0 ? .damaged : step.status == 1 ? .ended : .more)
  }

  /// Whatever follows must be a frame.
  func startsAnother(_ first: UInt8) -> Bool { true }

  func close() { weir_zstd_close(stream) }
}
