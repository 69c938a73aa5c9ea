// swift-tools-version: 6.2
import PackageDescription

// The layers, from the ground up; a target imports only what stands above it in this file.
// `docs/architecture.md` says what each is for, and Tests/ArchitectureTests holds the imports to it.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

func layer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "weir",
  products: [.executable(name: "weir", targets: ["weir"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C: system libraries behind small shims
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png")]),
    .target(name: "CLZ4", linkerSettings: [.linkedLibrary("lz4")]),
    .target(name: "CReadline", linkerSettings: [.linkedLibrary("readline")]),
    .target(name: "CSnappy"),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CZstd", linkerSettings: [.linkedLibrary("zstd")]),
    .target(name: "CExpat", linkerSettings: [.linkedLibrary("expat")]),
    .target(name: "COpenBLAS"),

    // C: our own inner loops, fast in debug builds too
    .target(name: "CWeirKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),

    // ground
    layer("WeirDiagnostics"),
    layer("WeirBase", ["CWeirKernels", "COpenBLAS"]),

    // substance
    layer("WeirSyntax", ["WeirDiagnostics"]),
    layer("WeirTables", ["WeirBase", "CWeirKernels", "CExpat", "CLZ4", "CSnappy", "CZlib", "CZstd", sqlite]),
    layer("WeirTensors", ["WeirBase", "COpenBLAS", "CWeirKernels"]),
    layer("WeirModels", ["WeirBase", "WeirTables", "COpenBLAS", "CWeirKernels"]),
    layer("WeirNetworks", ["WeirBase", "WeirTables", "WeirModels", "COpenBLAS", "CWeirKernels"]),
    layer("WeirImages", ["WeirBase", "WeirTables", "WeirModels", "CPNG"]),
    layer("WeirPlots", ["WeirBase", "WeirTables", "WeirImages"]),
    layer("WeirStore", ["WeirBase", grdb, crypto]),

    // vocabulary
    layer("WeirCatalog", ["WeirDiagnostics", "WeirBase", "WeirTables", "WeirTensors", "WeirModels"]),

    // language
    layer("WeirChecker", ["WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirModels", "WeirCatalog"]),
    layer("WeirEvaluator", ["WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirModels", "WeirCatalog"]),
    layer("WeirLibrary", ["WeirDiagnostics", "WeirBase", "WeirTables", "WeirTensors", "WeirModels", "WeirNetworks", "WeirImages", "WeirPlots",
                          "WeirCatalog"]),

    // engine
    layer("WeirEngine", ["WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirTensors", "WeirModels", "WeirImages",
                         "WeirPlots", "WeirCatalog", "WeirChecker", "WeirEvaluator", "WeirLibrary", "WeirStore"]),

    // work and rim
    layer("WeirNotebooks", ["WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirCatalog", "WeirChecker",
                            "WeirStore", "WeirEngine", yams]),
    layer("WeirREPL", ["WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirCatalog", "WeirChecker",
                       "WeirEngine", "WeirNotebooks", "CReadline"]),
    .executableTarget(
      name: "weir",
      dependencies: ["WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirCatalog", "WeirChecker",
                     "WeirLibrary", "WeirStore", "WeirEngine", "WeirNotebooks", "WeirREPL", argumentParser],
      swiftSettings: strict),

    // benchmarks
    .executableTarget(
      name: "weir-model-bench", dependencies: ["WeirModels", "WeirTables", "WeirBase"], path: "Benchmarks/Models",
      swiftSettings: strict),
    .target(name: "CPeaks", path: "Benchmarks/Peaks", cSettings: [.unsafeFlags(["-O3"])]),
    .executableTarget(
      name: "weir-tensor-bench", dependencies: ["WeirTensors", "WeirBase", "CPeaks"], path: "Benchmarks/Tensors",
      swiftSettings: strict),
    .executableTarget(
      name: "weir-table-bench", dependencies: ["WeirModels", "WeirTables", "WeirBase", "CWeirKernels"],
      path: "Benchmarks/Tables", swiftSettings: strict),
    .executableTarget(
      name: "weir-network-bench", dependencies: ["WeirNetworks", "WeirBase", "CWeirKernels"], path: "Benchmarks/Networks",
      swiftSettings: strict),

    // tests
    tests("WeirDiagnosticsTests", ["WeirDiagnostics"]),
    tests("WeirBaseTests", ["WeirBase", "COpenBLAS"]),
    tests("WeirSyntaxTests", ["WeirSyntax", "WeirDiagnostics"]),
    tests("WeirTablesTests", ["WeirTables", "WeirBase", sqlite]),
    tests("WeirTensorsTests", ["WeirTensors", "WeirBase", "CWeirKernels"]),
    tests("WeirModelsTests", ["WeirModels", "WeirTables", "WeirBase"]),
    tests("WeirNetworksTests", ["WeirNetworks", "WeirModels", "WeirTables", "WeirBase"]),
    tests("WeirImagesTests", ["WeirImages", "WeirPlots", "WeirModels", "WeirTables", "WeirBase"]),
    tests("WeirStoreTests", ["WeirStore", "WeirBase", grdb]),
    tests("WeirCheckerTests", ["WeirChecker", "WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirModels",
                               "WeirCatalog"]),
    tests("WeirEngineTests", ["WeirEngine", "WeirTensors", "WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables", "WeirModels",
                              "WeirCatalog", "WeirChecker", "WeirEvaluator", "WeirLibrary", "WeirStore"]),
    tests("WeirNotebooksTests", ["WeirNotebooks", "WeirEngine", "WeirDiagnostics", "WeirBase", "WeirSyntax", "WeirTables",
                                 "WeirImages", "WeirPlots", "WeirCatalog", "WeirChecker", "WeirEvaluator",
                                 "WeirLibrary", "WeirStore"]),
    tests("WeirREPLTests", ["WeirREPL", "WeirBase", "WeirTables", "WeirCatalog", "WeirLibrary"]),
    .target(name: "CPseudoTerminal", path: "Tests/CPseudoTerminal"),
    tests("CommandLineTests", ["WeirBase", "WeirTables", "WeirStore", "CPseudoTerminal", "weir", sqlite]),
    tests("ArchitectureTests", ["WeirDiagnostics"]),
  ],
  swiftLanguageModes: [.v6]
)
