import CWeirKernels
package import WeirBase

/// A row of a table for each token: steps of whole numbers become steps x size.
package struct Embedding: Layer {
  package static let archiveName = "embedding"
  /// How many tokens there are: 0 ..< entries. Nil in a branch of columns, where each category is one.
  package let entries: Int?
  package let size: Int
  /// The token that stands for nothing; layers above leave its steps out.
  package let padding: Int?

  package init(_ entries: Int?, size: Int, padding: Int? = nil) {
    self.entries = entries
    self.size = size
    self.padding = padding
  }

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    guard let entries else {
      throw plan.setting("how many tokens there are is known by itself in a branch of columns alone; else write `embedding(100, \(size))`")
    }
    try plan.positive(entries, "entries")
    try plan.positive(size, "size")
    guard input.count == 1 else { throw plan.misfit(input, needs: "steps of tokens, as one side") }
    if let padding, padding < 0 || padding >= entries {
      throw plan.setting("`padding` must be a token from 0 to \(entries - 1), and is \(padding)")
    }
    try plan.learn("weight", [entries, size], .normal(1))
    return input + [size]
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let mask = padding == nil ? nil : assembly.bytes(perRow: input.width)
    let output = assembly.signal(input.shape + [size], mask: mask)
    assembly.add(EmbeddingOperation(self, input, output, assembly.takeLearned()))
    return output
  }

  package init(archive: Archive) throws {
    let padding = try archive.part("padding")
    self.init(
      try archive["entries"]?.asInt(), size: try archive.part("size").asInt(),
      padding: padding == .none ? nil : try padding.asInt())
  }
  package var archive: Archive {
    let rest: [Archive.Field] = [
      .init("size", .int(Int64(size))), .init("padding", padding.map { .int(Int64($0)) } ?? .none),
    ]
    return .record((entries.map { [.init("entries", .int(Int64($0)))] } ?? []) + rest)
  }
}

final class EmbeddingOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let layer: Embedding
  private let input: Signal<S>, output: Signal<S>
  private let table: Assembly<S>.Learned
  private let entries: Int

  init(_ layer: Embedding, _ input: Signal<S>, _ output: Signal<S>, _ table: Assembly<S>.Learned) {
    self.layer = layer
    self.input = input
    self.output = output
    self.table = table
    entries = layer.entries ?? 0
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let start = rows.lowerBound * input.width, count = rows.count * input.width
    weir_net_embed(S.wide, input.value + start, table.value, output.value + start * layer.size, count, entries, layer.size)
    guard let mask = output.mask, let padding = layer.padding else { return }
    let nothing = S(padding)
    for i in start..<start + count { mask[i] = input.value[i] == nothing ? 0 : 1 }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient else { return }
    // Tokens have no slope.
    (dx + rows.lowerBound * input.width).clear(rows.count * input.width)
  }

  // By columns of the table: two tokens of a batch may be the same.
  override var gradientTasks: Int { table.gradient == nil ? 0 : max(1, min(8, layer.size / 16)) }
  override var gradientWork: Int { (input.width + entries / 16) * layer.size / max(1, gradientTasks) }
  override func gradients(_ pass: Pass, task: Int) {
    guard let dtable = table.gradient, let dy = output.gradient else { return }
    let from = layer.size * task / gradientTasks, to = layer.size * (task + 1) / gradientTasks
    weir_net_embed_back(
      S.wide, input.value, dy, dtable, pass.count * input.width, entries, layer.size, from, to, layer.padding ?? -1)
  }
}

/// Adds to each step a row that is learned for its place.
package struct PositionalEmbedding: Layer {
  package static let archiveName = "positional_embedding"
  package init() {}

  package func declare(_ plan: inout LayerPlan, _ input: [Int]) throws(LayerError) -> [Int] {
    guard input.count == 2 else { throw plan.misfit(input, needs: "steps x features") }
    try plan.learn("weight", input, .normal(0.02))
    return input
  }

  package func assemble<S>(_ assembly: Assembly<S>, _ input: Signal<S>) -> Signal<S> {
    let output = assembly.signal(input.shape, mask: input.mask)
    assembly.add(PositionalOperation(input, output, assembly.takeLearned()))
    return output
  }
  package init(archive: Archive) throws {}
  package var archive: Archive { .none }
}

final class PositionalOperation<S: NetworkScalar>: Operation<S>, @unchecked Sendable {
  private let input: Signal<S>, output: Signal<S>
  private let places: Assembly<S>.Learned

  init(_ input: Signal<S>, _ output: Signal<S>, _ places: Assembly<S>.Learned) {
    self.input = input
    self.output = output
    self.places = places
  }

  override func forward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    let width = input.width
    for row in rows { weir_net_add(S.wide, input.value + row * width, places.value, output.value + row * width, width) }
  }

  override func backward(_ pass: Pass, phase: Int, part: Int, rows: Range<Int>) {
    guard let dx = input.gradient, let dy = output.gradient else { return }
    let start = rows.lowerBound * input.width
    (dx + start).update(from: dy + start, count: rows.count * input.width)
  }

  override var gradientTasks: Int { places.gradient == nil ? 0 : max(1, min(4, input.width / 4096)) }
  override var gradientWork: Int { input.width / max(1, gradientTasks) }
  override func gradients(_ pass: Pass, task: Int) {
    guard let sums = places.gradient, let dy = output.gradient else { return }
    let from = input.width * task / gradientTasks, to = input.width * (task + 1) / gradientTasks
    weir_net_column_sums(S.wide, dy + from, pass.count, input.width, to - from, sums + from)
  }
}
