import WeirEngine

/// A command of the REPL, declared once: help, completion and the prompt read this table.
struct Command: Sendable {
  let info: CommandInfo
  let body: @Sendable (REPL, String) -> Void

  init(
    _ name: String, _ usage: String = "", _ argument: CommandInfo.Argument = .none, _ summary: String,
    body: @escaping @Sendable (REPL, String) -> Void
  ) {
    info = CommandInfo(name, usage, argument, summary)
    self.body = body
  }

  static let all: [Command] = [
    Command("help", "[TOPIC]", .topic, "Explains a function, a module, a command; without a topic what there is.") {
      $0.screen.show(HelpTopics($0.vocabulary, $0.terminal).page(on: $1))
    },
    Command("cells", "Lists the cells with their state.") { repl, _ in repl.listCells() },
    Command("graph", "Draws which cell reads which.") { repl, _ in repl.drawGraph() },
    Command("stale", "Lists the cells whose results no longer hold, and why.") { repl, _ in repl.listStale() },
    Command("why", "NAME", .name, "Says where a name comes from and whether it is up to date.") { $0.explain($1) },
    Command("run", "[CELL]", .cell, "Runs a cell with what it needs; without one all that are stale.") { $0.runCells($1) },
    Command("edit", "[CELL]", .cell, "Opens a cell, or the last one, in $EDITOR.") { $0.edit($1) },
    Command("remove", "CELL", .cell, "Takes a cell away.") { $0.remove($1) },
    Command("undo", "Takes the last change of the cells back.") { repl, _ in repl.undo() },
    Command("time", "EXPRESSION", .expression, "Evaluates, shows and times, and leaves no cell behind.") { $0.time($1) },
    Command("save", "FILE", .file, "Writes the cells as a notebook (.mlnb) or script (.weir).") { $0.save($1) },
    Command("load", "FILE", .file, "Reads the cells of a notebook or script, and runs them.") { $0.load($1) },
    Command("export", "FOLDER", .folder, "Writes the pipeline that the outputs need.") { $0.export($1) },
    Command("quit", "Leaves, as Ctrl-D does.") { repl, _ in repl.leave() },
  ]

  private init(_ name: String, _ summary: String, body: @escaping @Sendable (REPL, String) -> Void) {
    self.init(name, "", .none, summary, body: body)
  }
}
