import WeirTables

/// Text made safe for XML and HTML.
enum Markup {
  /// For the inside of elements.
  static func escaped(_ text: String) -> String { escapedHTML(text) }

  /// For the inside of a quoted attribute: line ends and tabs outlive the reader that makes blanks of them.
  static func attribute(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": out += "&#10;"
      case "\t": out += "&#9;"
      case "\r": out += "&#13;"
      default: appendEscaped(scalar, to: &out)
      }
    }
    return out
  }
}
