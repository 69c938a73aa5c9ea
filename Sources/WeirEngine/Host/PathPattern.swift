/// A path with `*`, `?`, `[a-z]` and `**` in it, matched against what lies in folders.
package struct PathPattern: Sendable {
  package let text: String
  private let parts: [String]
  private let isAbsolute: Bool

  package init(_ text: String) {
    self.text = text
    parts = text.split(separator: "/").map(String.init)
    isAbsolute = text.hasPrefix("/")
  }

  package static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

  /// The files that it fits, sorted, as paths that start where the pattern starts. Hidden names need their dot written.
  package func matches(in folder: String) -> [String] {
    var found: [String] = []
    walk(isAbsolute ? "/" : "", parts[...], folder, &found, depth: 0)
    return Array(Set(found)).sorted()
  }

  private func walk(_ prefix: String, _ rest: ArraySlice<String>, _ folder: String, _ found: inout [String], depth: Int) {
    guard let part = rest.first, depth < 64 else { return }
    let here = Folder.join(folder, prefix.isEmpty ? "." : prefix)
    if part == "**" {
      walk(prefix, rest.dropFirst(), folder, &found, depth: depth + 1)
      for name in Folder.names(in: here) where !name.hasPrefix(".") && Folder.isFolder("\(here)/\(name)") {
        walk(joined(prefix, name), rest, folder, &found, depth: depth + 1)
      }
      return
    }
    let names = PathPattern.isPattern(part) ? Folder.names(in: here).filter { PathPattern.fits($0, part) } : [part]
    for name in names {
      let path = joined(prefix, name), place = Folder.join(folder, path)
      if rest.count == 1 {
        if Folder.isFile(place) { found.append(path) }
      } else if Folder.isFolder(place) {
        walk(path, rest.dropFirst(), folder, &found, depth: depth + 1)
      }
    }
  }

  private func joined(_ prefix: String, _ name: String) -> String {
    prefix.isEmpty ? name : prefix.hasSuffix("/") ? prefix + name : "\(prefix)/\(name)"
  }

  /// Whether one name fits one part of a pattern.
  package static func fits(_ name: String, _ pattern: String) -> Bool {
    if name.hasPrefix("."), !pattern.hasPrefix(".") { return false }
    let name = Array(name.unicodeScalars), pattern = Array(pattern.unicodeScalars)
    var i = 0, j = 0
    // Where the last `*` stood and what it has taken so far: on a mismatch it takes one more.
    var star: (pattern: Int, name: Int)?
    while i < name.count {
      if j < pattern.count, pattern[j] == "*" {
        star = (j, i)
        j += 1
      } else if j < pattern.count, let next = one(name[i], pattern, j) {
        i += 1
        j = next
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        i = last.name + 1
        j = last.pattern + 1
      } else {
        return false
      }
    }
    return pattern[j...].allSatisfy { $0 == "*" }
  }

  /// The place in the pattern after one that fits the character, or nil.
  private static func one(_ character: Unicode.Scalar, _ pattern: [Unicode.Scalar], _ j: Int) -> Int? {
    if pattern[j] == "?" { return j + 1 }
    guard pattern[j] == "[", let end = pattern[(j + 1)...].dropFirst().firstIndex(of: "]") else {
      return pattern[j] == character ? j + 1 : nil
    }
    var set = Array(pattern[(j + 1)..<end])
    let negated = set.first == "!" || set.first == "^"
    if negated { set.removeFirst() }
    var fits = false, k = 0
    while k < set.count {
      if k + 2 < set.count, set[k + 1] == "-" {
        fits = fits || (set[k] <= character && character <= set[k + 2])
        k += 3
      } else {
        fits = fits || set[k] == character
        k += 1
      }
    }
    return fits != negated ? end + 1 : nil
  }
}
