package import WeirCatalog

extension Catalog {
  /// Every builtin; each family is one file (or folder) and one line here.
  package static let standard = Catalog { builtins in
    builtins.family("Language")
    builtins.defineLanguage()
  }
}
