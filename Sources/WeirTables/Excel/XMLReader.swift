import CExpat
import Glibc

/// Who is told of the elements of an XML text as they come.
class XMLReceiver {
  func opened(_ name: XMLName, _ attributes: XMLAttributes) throws {}
  func closed(_ name: XMLName) throws {}
  func text(_ bytes: UnsafeRawBufferPointer) {}
  /// Set where nothing more is of interest.
  var isDone = false
}

/// The name of an element without its prefix.
struct XMLName {
  private let start: UnsafePointer<CChar>

  init(_ raw: UnsafePointer<CChar>) { start = strrchr(raw, 58).map { UnsafePointer($0 + 1) } ?? raw }

  @inline(__always) static func == (name: XMLName, word: StaticString) -> Bool {
    UnsafeRawPointer(word.utf8Start).withMemoryRebound(to: CChar.self, capacity: word.utf8CodeUnitCount + 1) {
      strcmp(name.start, $0) == 0
    }
  }

  static func ~= (word: StaticString, name: XMLName) -> Bool { name == word }
}

/// The attributes of an element, by their names without prefixes.
struct XMLAttributes {
  private let start: UnsafeMutablePointer<UnsafePointer<CChar>?>?

  init(_ start: UnsafeMutablePointer<UnsafePointer<CChar>?>?) { self.start = start }

  /// The value as it lies in the parser.
  @inline(__always) func raw(_ name: StaticString) -> UnsafePointer<CChar>? {
    guard let start else { return nil }
    var i = 0
    while let key = start[i], let value = start[i + 1] {
      if XMLName(key) == name { return value }
      i += 2
    }
    return nil
  }

  subscript(name: StaticString) -> String? { raw(name).map { String(cString: $0) } }
}

/// Reads XML by expat. A document type is refused: office files have none, and entities that grow live in it.
final class XMLReader {
  struct Fault: Error { let problem: String }

  private let parser: XML_Parser
  private let receiver: XMLReceiver
  private var failure: (any Error)?

  init(_ receiver: XMLReceiver) throws {
    guard let parser = XML_ParserCreate("UTF-8") else { throw Fault(problem: "there is no memory to read it") }
    (self.parser, self.receiver) = (parser, receiver)
    XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    XML_SetElementHandler(
      parser,
      { data, name, attributes in
        guard let name else { return }
        XMLReader.from(data)?.tell { try $0.opened(XMLName(name), XMLAttributes(attributes)) }
      },
      { data, name in
        guard let name else { return }
        XMLReader.from(data)?.tell { try $0.closed(XMLName(name)) }
      })
    XML_SetCharacterDataHandler(parser) { data, text, count in
      guard let text, let reader = XMLReader.from(data), reader.failure == nil else { return }
      reader.receiver.text(UnsafeRawBufferPointer(start: text, count: Int(count)))
    }
    XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
      XMLReader.from(data)?.tell { _ in throw Fault(problem: "it has a document type, which is not read") }
    }
  }

  deinit { XML_ParserFree(parser) }

  private static func from(_ data: UnsafeMutableRawPointer?) -> XMLReader? {
    data.map { Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
  }

  private func tell(_ body: (XMLReceiver) throws -> Void) {
    guard failure == nil, !receiver.isDone else { return }
    do { try body(receiver) } catch { failure = error }
    if failure != nil || receiver.isDone { XML_StopParser(parser, XML_Bool(0)) }
  }

  /// Takes the next piece of the text; gives false where no more is needed.
  func feed(_ bytes: UnsafeRawBufferPointer, isLast: Bool = false) throws -> Bool {
    let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    let status = XML_Parse(parser, start, Int32(truncatingIfNeeded: bytes.count), isLast ? 1 : 0)
    if let failure { throw failure }
    if receiver.isDone { return false }
    guard status == XML_STATUS_OK else {
      let words = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "it is malformed"
      throw Fault(problem: "\(words), in line \(XML_GetCurrentLineNumber(parser)) of the part")
    }
    return true
  }
}
