/// How many columns of a terminal a text takes: wide East Asian characters and emoji two, combining marks none.
package func displayWidth(_ text: String) -> Int {
  if text.utf8.allSatisfy({ $0 < 128 }) { return text.utf8.count }
  return text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
}

private func width(of scalar: Unicode.Scalar) -> Int {
  switch scalar.value {
  case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F, 0x20D0...0x20FF: 0
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
    2
  default: 1
  }
}

/// Cut with `…` to at most so many columns; line ends and tabs shown as blanks.
package func fitted(_ text: String, to limit: Int) -> String {
  let line = text.contains(where: { $0.isNewline || $0 == "\t" })
    ? String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }) : text
  guard displayWidth(line) > limit else { return line }
  var out = "", used = 0
  for character in line {
    let size = displayWidth(String(character))
    if used + size > limit - 1 { break }
    out.append(character)
    used += size
  }
  return out + "…"
}

package func padded(_ text: String, to width: Int, right: Bool) -> String {
  let blanks = String(repeating: " ", count: max(0, width - displayWidth(text)))
  return right ? blanks + text : text + blanks
}
