/// A text as the language writes it: between quotes, with escapes for what can't stand there.
package func quotedText(_ text: String) -> String {
  var out = "\""
  for character in text.unicodeScalars {
    switch character {
    case "\"": out += "\\\""
    case "\\": out += "\\\\"
    case "\n": out += "\\n"
    case "\t": out += "\\t"
    case "\r": out += "\\r"
    case "{": out += "{{"
    case "}": out += "}}"
    default:
      if character.value < 32 || character.value == 127 {
        out += "\\u{" + String(character.value, radix: 16) + "}"
      } else {
        out.unicodeScalars.append(character)
      }
    }
  }
  return out + "\""
}
