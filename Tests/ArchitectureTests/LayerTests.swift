import Testing

/// What each target may import.
struct LayerTests {
  /// From the ground up; a target imports only what stands above it here.
  static let layers: [(target: String, imports: Set<String>)] = [
    ("WeirDiagnostics", []),
    ("WeirBase", ["CWeirKernels", "COpenBLAS"]),
    ("WeirSyntax", ["WeirDiagnostics"]),
    ("WeirTables", ["WeirBase", "CWeirKernels", "CExpat", "CLZ4", "CSnappy", "CZlib", "CZstd", "SQLite3", "GRDBSQLite"]),
    ("WeirTensors", ["WeirBase", "COpenBLAS", "CWeirKernels"]),
    ("WeirModels", ["WeirBase", "WeirTables", "COpenBLAS", "CWeirKernels"]),
    ("WeirNetworks", ["WeirBase", "WeirTables", "WeirModels", "COpenBLAS", "CWeirKernels"]),
    ("WeirImages", ["WeirBase", "WeirTables", "WeirModels", "CPNG"]),
    ("WeirPlots", ["WeirBase", "WeirTables", "WeirImages"]),
    ("WeirStore", ["WeirBase", "GRDB", "Crypto", "Foundation"]),
    ("WeirCatalog", ["WeirDiagnostics", "WeirBase", "WeirTables", "WeirTensors", "WeirModels", "Foundation"]),
    ("WeirChecker", ["WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirModels", "WeirCatalog"]),
    ("WeirEvaluator", ["WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirModels", "WeirCatalog"]),
    ("WeirLibrary", ["WeirDiagnostics", "WeirBase", "WeirTables", "WeirTensors", "WeirModels", "WeirNetworks", "WeirImages", "WeirPlots", "WeirCatalog", "Foundation"]),
    ("WeirEngine", [
      "WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirModels", "WeirImages", "WeirPlots", "WeirCatalog",
      "WeirChecker", "WeirEvaluator", "WeirLibrary", "WeirStore", "Foundation", "COpenBLAS",
    ]),
    ("WeirNotebooks", [
      "WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirModels", "WeirCatalog", "WeirChecker", "WeirStore",
      "WeirEngine", "Yams", "Foundation",
    ]),
    ("WeirREPL", [
      "WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirModels", "WeirCatalog", "WeirChecker", "WeirEngine",
      "WeirStore", "WeirNotebooks", "CReadline", "Foundation",
    ]),
  ]
  static let system: Set<String> = ["Glibc", "_StringProcessing", "Synchronization", "Dispatch", "CDispatch"]

  private func imports(of file: SourceTree.File) -> [String] {
    file.code.compactMap { line in
      let words = line.text.split(separator: " ").map(String.init)
      guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
        words[..<place].allSatisfy({ ["package", "public", "internal", "private", "fileprivate"].contains($0) || $0.hasPrefix("@") })
      else { return nil }
      let what = words[(place + 1)...].first { !["struct", "func", "enum", "class", "protocol", "let", "var", "typealias"].contains($0) }
      return what.map { String($0.prefix { $0 != "." }) }
    }
  }

  @Test func targetsImportOnlyWhatIsBelowThem() {
    let rules = Dictionary(uniqueKeysWithValues: Self.layers.map { ($0.target, $0.imports) })
    #expect(SourceTree.sources.count > 100)
    for file in SourceTree.sources {
      let found = imports(of: file)
      if file.target == "weir" { continue }
      guard let allowed = rules[file.target] else {
        Issue.record("\(file.path) is in a target that has no rule")
        continue
      }
      for name in found where !allowed.contains(name) && !Self.system.contains(name) {
        Issue.record("\(file.path) imports \(name), which \(file.target) may not")
      }
    }
  }

  @Test func theTableIsThatOfThePackage() {
    // Each target of the package has a rule, and no rule lets a target see one that stands further down.
    var above: Set<String> = []
    for (target, imports) in Self.layers {
      #expect(SourceTree.package.contains("layer(\"\(target)\""), "\(target) is not in Package.swift")
      let unknown = imports.filter { $0.hasPrefix("Weir") }.subtracting(above)
      #expect(unknown.isEmpty, "\(target) would see \(unknown), which stand further down")
      above.insert(target)
    }
    let layers = SourceTree.package.ranges(of: "layer(\"").count
    #expect(layers == Self.layers.count, "a target of Package.swift has no rule here")
  }
}
