import WeirBase

/// A form of packed texts.
protocol Unpacker: SendableMetatype {
  static var mark: [UInt8] { get }
  /// Nil only where memory is lacking.
  init?()
  func step(_ input: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) -> UnpackingStep
  /// Whether what follows where one text has ended, of which this is the first byte, is unpacked too.
  func startsAnother(_ first: UInt8) -> Bool
  func close()
}

/// What one step took and gave.
struct UnpackingStep {
  enum Outcome { case more, ended, damaged }

  let used: Int
  let made: Int
  let outcome: Outcome
}

/// A packed file that is unpacked from its beginning on, so much at a time as is asked for.
///
/// The file is read in small pieces and not mapped: of a file larger than memory no more is held than one of them.
final class Unpacking {
  private let contents: FileContents
  private let name: String
  private let unpacker: any Unpacker
  private var input = [UInt8](repeating: 0, count: 1 << 18)
  /// What of `input` was not unpacked yet.
  private var waiting = 0..<0
  /// Where in the file the next piece starts.
  private var next = 0
  /// How many bytes were made.
  private(set) var count = 0
  private var hasEnded = false

  /// What makes an unpacker of a file that is packed; nil of others.
  static func form(of contents: FileContents) -> (any Unpacker.Type)? {
    let forms: [any Unpacker.Type] = [Gzip.self, Zstandard.self]
    return contents.withUnsafeBytes { bytes in forms.first { bytes.starts(with: $0.mark) } }
  }

  init(_ contents: FileContents, _ form: any Unpacker.Type, name: String) throws(TableError) {
    (self.contents, self.name) = (contents, name)
    guard let unpacker = form.init() else {
      throw .malformed(file: name, problem: "there is no memory to unpack it", line: nil, offset: nil, column: nil)
    }
    self.unpacker = unpacker
  }

  deinit { unpacker.close() }

  /// Unpacks the next bytes into `out`, and returns how many: fewer than it holds only where the text ends.
  func read(into out: UnsafeMutableRawBufferPointer) throws(TableError) -> Int {
    var made = 0
    while made < out.count, !hasEnded {
      if waiting.isEmpty { try refill() }
      let step = input.withUnsafeBytes { bytes in
        unpacker.step(
          UnsafeRawBufferPointer(rebasing: bytes[waiting]), into: UnsafeMutableRawBufferPointer(rebasing: out[made...]))
      }
      waiting = waiting.lowerBound + step.used..<waiting.upperBound
      made += step.made
      count += step.made
      switch step.outcome {
      case .damaged: throw fault("the packed data is damaged after \(count) bytes")
      case .more:
        guard step.used == 0, step.made == 0 else { break }
        throw fault(waiting.isEmpty ? "the packed data ends early" : "the packed data is damaged after \(count) bytes")
      case .ended:
        if waiting.isEmpty { try refill() }
        hasEnded = waiting.isEmpty || !unpacker.startsAnother(input[waiting.lowerBound])
      }
    }
    return made
  }

  /// Goes past so many bytes; false where there are fewer.
  func skip(_ bytes: Int) throws(TableError) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var rest = bytes
    while rest > 0 {
      let got = try next(min(rest, chunk.count), of: &chunk)
      guard got > 0 else { return false }
      rest -= got
    }
    return true
  }

  /// The next bytes, up to so many, added to `bytes`; false where the text ends before.
  func append(_ wanted: Int, to bytes: inout [UInt8]) throws(TableError) -> Bool {
    var chunk = [UInt8](repeating: 0, count: min(max(wanted, 1), 1 << 18))
    var rest = wanted
    while rest > 0 {
      let got = try next(min(rest, chunk.count), of: &chunk)
      guard got > 0 else { return false }
      bytes.append(contentsOf: chunk[0..<got])
      rest -= got
    }
    return true
  }

  private func next(_ wanted: Int, of chunk: inout [UInt8]) throws(TableError) -> Int {
    let outcome: Result<Int, TableError> = chunk.withUnsafeMutableBytes { buffer in
      do throws(TableError) {
        return .success(try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])))
      } catch { return .failure(error) }
    }
    return try outcome.get()
  }

  private func refill() throws(TableError) {
    let outcome: Result<Int, FileFault> = input.withUnsafeMutableBytes { buffer in
      do throws(FileFault) { return .success(try contents.read(into: buffer, at: next)) } catch { return .failure(error) }
    }
    let got: Int
    do { got = try outcome.get() } catch { throw fault("it can't be read: \(error.message)") }
    next += got
    waiting = 0..<got
  }

  private func fault(_ problem: String) -> TableError {
    .malformed(file: name, problem: problem, line: nil, offset: nil, column: nil)
  }
}
