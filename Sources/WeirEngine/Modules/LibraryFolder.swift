import Glibc
import WeirDiagnostics

/// The folder of the standard library, found by its landmark `prelude.weir`.
package struct LibraryFolder: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Looks where `explicit` or `WEIR_STDLIB` says; else in `share/weir/stdlib` beside the folder of the binary; else in the
  /// folders above the binary, so that a build tree finds its checkout.
  package static func find(explicit: String? = nil) throws -> LibraryFolder {
    var tried: [String] = []
    for candidate in candidates(explicit) {
      if access(candidate + "/prelude.weir", R_OK) == 0 { return LibraryFolder(path: candidate) }
      tried.append(candidate)
    }
    throw Diagnostic.missingLibrary(tried)
  }

  private static func candidates(_ explicit: String?) -> [String] {
    if let explicit { return [explicit] }
    if let named = getenv("WEIR_STDLIB").map({ String(cString: $0) }), !named.isEmpty { return [named] }
    guard let binary = executablePath else { return [] }
    var folder = parent(of: binary)
    var found = [parent(of: folder) + "/share/weir/stdlib"]
    while folder != "/", !folder.isEmpty {
      found.append(folder == "/" ? "/stdlib" : folder + "/stdlib")
      folder = parent(of: folder)
    }
    return found
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static var executablePath: String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard length > 0 else { return nil }
    return String(decoding: buffer[0..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
