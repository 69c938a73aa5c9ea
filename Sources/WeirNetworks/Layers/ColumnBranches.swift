package import WeirBase

/// Columns that go through layers of their own, and come together again: the first layer of a network in a plan.
///
/// What the columns hold is known when the plan is fitted; then it becomes `Branches` (`NetworkInputs`).
package struct ColumnBranches: Layer, NamedByKind {
  package static let archiveName = "column_branches"

  package struct Branch: Sendable, Hashable {
    /// Names of columns, or of what their names begin with: those that a step made of one. Empty for all that no
    /// other branch names.
    package let columns: [String]
    package let layers: [any Layer]

    package init(columns: [String], layers: [any Layer]) {
      self.columns = columns
      self.layers = layers
    }

    package static func == (a: Branch, b: Branch) -> Bool { a.archive == b.archive }
    package func hash(into hasher: inout Hasher) { hasher.combine(archive) }

    var archive: Archive {
      .of(["columns": .texts(columns), "layers": .list(layers.map(LayerKinds.tagged))])
    }

    /// The columns of a name that none has, those that a step made of it: `name_…`. Where they become embedded, and some are
    /// numbered as `tokenize` does, others such as `name_length` are none of them.
    package func columns(madeOf name: String, among names: [String]) -> [String] {
      let made = names.filter { $0.hasPrefix(name + "_") }
      guard takesCategories else { return made }
      let numbered = made.filter { Branch.isNumbered($0, name) }
      return numbered.isEmpty ? made : numbered
    }

    static func isNumbered(_ column: String, _ name: String) -> Bool {
      let number = column.utf8.dropFirst(name.utf8.count + 1)
      return column.hasPrefix(name + "_") && !number.isEmpty && number.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Whether its columns are categories, each of which gets numbers of its own.
    var takesCategories: Bool { (layers.first as? Embedding)?.entries == nil && layers.first is Embedding }
  }
  package let branches: [Branch]

  package init(_ branches: [Branch]) { self.branches = branches }

  var kindName: String { branches.count == 1 ? "branch" : "branches" }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    throw plan.setting(
      "it stands first in the `sequential` of a plan, and several stand in `branches(…)` there")
  }

  /// Never called: nothing declares it.
  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> { input }

  package init(archive: Archive) throws {
    self.init(try archive.asList().map { item in
      Branch(
        columns: try item.part("columns").asTexts(),
        layers: try item.part("layers").asList().map { try LayerKinds.standard.layer($0) })
    })
  }
  package var archive: Archive { .list(branches.map(\.archive)) }
}
