/// Which columns a join gives, and from which side each comes.
package struct JoinColumns {
  package struct Output {
    package let name: String
    package let source: String
    /// The keys come from the left, and from the right where a row has no left side.
    package let fromLeft: Bool
  }

  package let outputs: [Output]
  private let keys: [String]

  package init(_ left: [String], _ right: [String], _ options: JoinOptions) {
    keys = options.on
    var outputs = left.map { Output(name: $0, source: $0, fromLeft: true) }
    if options.kind != .semi && options.kind != .anti {
      let taken = Set(left), on = Set(options.on)
      for name in right where !on.contains(name) {
        outputs.append(Output(name: taken.contains(name) ? name + options.suffix : name, source: name, fromLeft: false))
      }
    }
    self.outputs = outputs
  }

  package func schema(_ left: TableSchema, _ right: TableSchema) -> TableSchema {
    let (left, right, keys) = (left.byName, right.byName, Set(keys))
    return TableSchema(outputs.map { output in
      let type = (output.fromLeft ? left : right)[output.source]?.type
      // A key takes the type that holds the values of both sides.
      let isKey = output.fromLeft && right[output.source] != nil && keys.contains(output.source)
      return TableSchema.Field(output.name, isKey && right[output.source]?.type != type ? nil : type)
    })
  }

  /// The columns that each side must give for the outputs `needed` to come out under the same names.
  func needed(_ needed: Set<String>) -> (left: Set<String>, right: Set<String>) {
    var (left, right) = (Set(keys), Set(keys))
    for output in outputs where needed.contains(output.name) {
      if output.fromLeft {
        left.insert(output.source)
      } else {
        right.insert(output.source)
        // A suffix appears only where the other side has the name too.
        if output.name != output.source { left.insert(output.source) }
      }
    }
    return (left, right)
  }
}
