package import WeirCatalog
import WeirImages

extension Catalog {
  /// Every builtin; each family is one file (or folder) and one line here.
  package static let standard = Catalog { builtins in
    builtins.kinds.addImageSteps()
    builtins.family("Language")
    builtins.defineLanguage()
    builtins.family("Numbers")
    builtins.defineNumbers()
    builtins.defineConversions()
    builtins.family("Text")
    builtins.defineText()
    builtins.family("Dates")
    builtins.defineDates()
    builtins.family("Lists")
    builtins.defineLists()
    builtins.family("Columns")
    builtins.defineAggregates()
    builtins.defineChoices()
    builtins.family("Rows")
    builtins.defineItemVerbs()
    builtins.family("Tables")
    builtins.defineTables()
    builtins.defineProfile()
    builtins.family("Files")
    builtins.defineTableFiles()
    builtins.defineTextFiles()
    builtins.family("Images")
    builtins.defineImageFiles()
    builtins.defineToImage()
    builtins.defineImageSteps()
    builtins.definePadding()
    builtins.family("Plots")
    builtins.definePlots()
  }
}
