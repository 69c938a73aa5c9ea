import COpenBLAS
import Glibc
import WeirBase
import WeirTables

/// Which engine computes: results have the same bytes wherever version and fingerprint agree.
package enum EngineVersion {
  package static let text = "0.1.0"

  /// The version, the linear algebra library with the kernels it chose for this processor, whether products are our own, the
  /// C library, SQLite and the time zone database: what the last bits of a result, or local times, may depend on.
  package static var fingerprint: String {
    "\(computing), tzdata \(timeZones)"
  }

  /// The fingerprint without the time zone database: few cells look into that, and they name it themselves.
  static var computing: String {
    let core = openblas_get_corename().map { String(cString: $0) } ?? "unknown"
    return "weir \(text), OpenBLAS \(core)\(MatrixProduct.isOwn ? " and own products" : ""), glibc \(libraryVersion), SQLite \(SQLiteQuery.libraryVersion)"
  }

  /// "2025b": the version of the time zone database.
  package static var timeZones: String { TimeZoneRules.databaseVersion }

  /// "2.36" of the C library.
  private static var libraryVersion: String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard confstr(Int32(_CS_GNU_LIBC_VERSION), &buffer, buffer.count) > 0 else { return "unknown" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      .split(separator: " ").last.map(String.init) ?? "unknown"
  }
}
