package import WeirCatalog
import WeirImages

extension Catalog {
  /// Every builtin; each family is one file (or folder) and one line here.
  package static let standard = Catalog { builtins in
    builtins.kinds.addImageSteps()
    builtins.family("Language")
    builtins.defineLanguage()
  }
}
