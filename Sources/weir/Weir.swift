import ArgumentParser

/// The command line.
@main
struct Weir: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weir",
    abstract: "Notebooks, pipelines and a REPL for machine learning.",
    version: "0.1.0")
}
