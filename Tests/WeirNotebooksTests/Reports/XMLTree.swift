import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An element of XML, read by a parser that takes nothing that is not well formed.
final class XMLTree {
  let name: String
  let attributes: [String: String]
  private(set) var children: [XMLTree] = []
  /// Of the element and all in it.
  private(set) var text = ""

  init(_ name: String, _ attributes: [String: String]) {
    self.name = name
    self.attributes = attributes
  }

  static func parse(_ text: String) throws -> XMLTree {
    let parser = XMLParser(data: Data(text.utf8)), reader = Reader()
    parser.delegate = reader
    guard parser.parse(), reader.fault == nil, let root = reader.root else {
      throw reader.fault ?? parser.parserError ?? CocoaError(.fileReadCorruptFile)
    }
    return root
  }

  func elements(_ name: String) -> [XMLTree] { children.filter { $0.name == name } }

  /// All elements below, itself included.
  var all: [XMLTree] { [self] + children.flatMap(\.all) }

  private final class Reader: NSObject, XMLParserDelegate {
    var root: XMLTree?
    var open: [XMLTree] = []
    var fault: (any Error)?

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      let element = XMLTree(name, attributes)
      if let last = open.last { last.children.append(element) } else { root = element }
      open.append(element)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      _ = open.popLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { for element in open { element.text += text } }
    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { fault = error }
  }
}
