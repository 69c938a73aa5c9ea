import Glibc
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirEvaluator
import WeirLibrary
import WeirNotebooks
import WeirStore

/// What commands need to run programs: the builtins, the standard library, the store beside the program.
struct Workspace {
  let modules: Modules
  let store: Store?
  let cache: CellCache?
  let hashing: FileHashing
  /// Why there is no store, where there is none and there should be one.
  let storeProblem: Diagnostic?

  /// `folder` is where the program lies; its store is `.weir` in it, or where WEIR_HOME says.
  init(folder: String, useStore: Bool = true) throws {
    modules = Modules(catalog: .standard, folder: try LibraryFolder.find(), localFolder: folder)
    var opened: Store?, problem: Diagnostic?
    if useStore {
      let home = getenv("WEIR_HOME").map { String(cString: $0) }
      do { opened = try Store(at: Store.location(beside: folder, home: home)) } catch { problem = error.diagnostic }
    }
    store = opened
    storeProblem = problem
    cache = opened.map { CellCache(store: $0, catalog: .standard) }
    hashing = FileHashing(store: opened)
  }

  func session(folder: String, seed: Int64 = 0, workers: Workers = .cores) -> Session {
    let settings = RunSettings(workers: workers)
    return Session(
      Session.Configuration(folder: folder, seed: seed, settings: settings), modules: modules, cache: cache, hashing: hashing)
  }
}

extension Workers {
  /// One for each core that this process may use.
  static var cores: Workers { Workers(max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) }
}
