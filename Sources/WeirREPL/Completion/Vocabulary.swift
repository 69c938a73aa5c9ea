package import WeirCatalog

/// What is known where something is typed: the words that completion and help choose from.
package struct Vocabulary: Sendable {
  /// A name that the session defines.
  package struct Name: Sendable {
    package var name: String
    package var type: ValueType
    /// Set where it can be called.
    package var info: CallableInfo?
    package init(_ name: String, _ type: ValueType = .any, info: CallableInfo? = nil) {
      self.name = name
      self.type = type
      self.info = info
    }
  }

  package struct Module: Sendable {
    package var name: String
    package var summary: String
    package var functions: [CallableInfo]
    package init(_ name: String, summary: String = "", functions: [CallableInfo] = []) {
      self.name = name
      self.summary = summary
      self.functions = functions
    }
  }

  package struct File: Sendable {
    package var name: String
    package var isFolder: Bool
    package init(_ name: String, isFolder: Bool = false) {
      self.name = name
      self.isFolder = isFolder
    }
  }

  /// The newest version of each, in the order they were defined.
  package var names: [Name]
  package var builtins: [CatalogInfo.Entry]
  package var modules: [Module]
  package var commands: [CommandInfo]
  /// What a folder holds; relative ones start at the notebook's.
  package var files: @Sendable (_ folder: String) -> [File]
  /// The type of an expression, given as source text; nil where nothing is known of it.
  package var type: @Sendable (_ expression: String) -> ValueType?

  package init(
    names: [Name] = [], builtins: [CatalogInfo.Entry] = [], modules: [Module] = [], commands: [CommandInfo] = [],
    files: @escaping @Sendable (String) -> [File] = { _ in [] },
    type: @escaping @Sendable (String) -> ValueType? = { _ in nil }
  ) {
    self.names = names
    self.builtins = builtins
    self.modules = modules
    self.commands = commands
    self.files = files
    self.type = type
  }

  /// What can be called under a name: the user's own before a builtin, `stats.iqr` from its module.
  func callable(_ written: String) -> CallableInfo? {
    if let dot = written.firstIndex(of: ".") {
      let module = modules.first { $0.name == written[..<dot] }
      return module?.functions.first { $0.name == written[written.index(after: dot)...] }
    }
    if let name = names.last(where: { $0.name == written }) { return name.info }
    return builtins.first { $0.name == written }.map {
      CallableInfo(name: $0.name, summary: $0.summary, parameters: $0.parameters)
    }
  }

  /// The words of the language that start or join something.
  static let keywords = [
    "and", "else", "false", "fn", "for", "if", "in", "match", "missing", "not", "or", "output", "param", "then", "true",
    "use",
  ]
}

/// A command of the REPL as completion and help see it.
package struct CommandInfo: Sendable, Hashable {
  package enum Argument: Sendable, Hashable { case none, file, folder, name, cell, topic, expression }

  package var name: String
  /// As help writes it (`NB.mlnb`, `[CELL]`); empty where there is none.
  package var usage: String
  package var argument: Argument
  package var summary: String

  package init(_ name: String, _ usage: String = "", _ argument: Argument = .none, _ summary: String) {
    self.name = name
    self.usage = usage
    self.argument = argument
    self.summary = summary
  }
}
