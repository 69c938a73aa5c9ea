/// A number of bytes as a person reads it, in powers of 1000: `950 B`, `1.2 MB`, `87 GB`.
package func byteSize(_ bytes: Int64) -> String {
  if bytes < 1000 { return "\(bytes) B" }
  var value = Double(bytes), unit = 0
  while value >= 999.5, unit < 5 {
    value /= 1000
    unit += 1
  }
  let text = value < 9.95 ? "\((value * 10).rounded() / 10)" : "\(Int64(value.rounded()))"
  return text + " " + ["B", "kB", "MB", "GB", "TB", "PB"][unit]
}
