import Glibc

extension RandomStream {
  /// The next draw of the standard normal distribution (Box and Muller 1958, the cosine branch: one draw, two uniforms).
  package mutating func nextNormal() -> Double {
    let u = 1 - nextUniform()
    let v = nextUniform()
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }
}
