/// Where the cells of a graph stand in a drawing: each one column to the right of the farthest cell that it reads, and
/// within a column near those that it reads.
struct GraphLayout {
  struct Place: Equatable {
    var layer: Int
    /// From the top of the column, in rows.
    var row: Double
  }

  /// Of each cell.
  private(set) var places: [Place]
  /// The points that each edge passes, from the cell that is read to the reader.
  private(set) var routes: [(from: Int, to: Int, points: [Place])] = []
  private(set) var layerCount: Int
  private(set) var rowCount: Double = 1

  /// The most points that edges may pass on their way; beyond it they go straight.
  private static let bendLimit = 1500

  /// `edges` go up: for each cell, the ones above that it reads.
  init(_ edges: [[Int]]) {
    var layers = Array(repeating: 0, count: edges.count)
    for (index, above) in edges.enumerated() { layers[index] = (above.map { layers[$0] + 1 }.max() ?? 0) }
    layerCount = (layers.max() ?? -1) + 1
    places = layers.map { Place(layer: $0, row: 0) }
    var nodes = Nodes(layers: layers)
    let spans = edges.enumerated().flatMap { reader, above in above.map { layers[reader] - layers[$0] - 1 } }
    let bends = spans.reduce(0, +) <= GraphLayout.bendLimit
    var chains: [(from: Int, to: Int, nodes: [Int])] = []
    for (reader, above) in edges.enumerated() {
      for from in above { chains.append((from, reader, nodes.chain(from, reader, bends: bends))) }
    }
    nodes.order(layerCount)
    let rows = nodes.rows(layerCount)
    for index in edges.indices { places[index].row = rows[index] }
    routes = chains.map { chain in
      (chain.from, chain.to, chain.nodes.map { Place(layer: nodes.layers[$0], row: rows[$0]) })
    }
    rowCount = (rows.max() ?? 0) + 1
  }

  /// The cells, and a node for each column that an edge passes through.
  private struct Nodes {
    let cellCount: Int
    var layers: [Int]
    var before: [[Int]]
    var after: [[Int]]
    /// For each layer its nodes from the top down.
    var orders: [[Int]] = []

    init(layers: [Int]) {
      self.layers = layers
      cellCount = layers.count
      before = Array(repeating: [], count: layers.count)
      after = before
    }

    /// For each cell and column the node that its edges pass: what goes far goes together.
    private var trunks: [[Int]: Int] = [:]

    mutating func chain(_ from: Int, _ to: Int, bends: Bool) -> [Int] {
      var chain = [from]
      if bends, layers[from] + 1 < layers[to] {
        for layer in (layers[from] + 1)..<layers[to] {
          if let trunk = trunks[[from, layer]] {
            chain.append(trunk)
            continue
          }
          trunks[[from, layer]] = layers.count
          chain.append(layers.count)
          layers.append(layer)
          before.append([])
          after.append([])
        }
      }
      chain.append(to)
      for (a, b) in zip(chain, chain.dropFirst()) where !after[a].contains(b) {
        after[a].append(b)
        before[b].append(a)
      }
      return chain
    }

    /// Sorts each layer by the middle of its neighbours, left to right and back.
    mutating func order(_ count: Int) {
      orders = Array(repeating: [], count: count)
      for node in layers.indices { orders[layers[node]].append(node) }
      for sweep in 0..<6 {
        var position = [Double](repeating: 0, count: layers.count)
        for order in orders { for (place, node) in order.enumerated() { position[node] = Double(place) } }
        let forward = sweep % 2 == 0
        for layer in forward ? Array(orders.indices) : Array(orders.indices.reversed()) {
          let sorted = orders[layer].enumerated().map { place, node in
            let near = (forward ? before : after)[node]
            let middle = near.isEmpty ? Double(place) : near.reduce(0) { $0 + position[$1] } / Double(near.count)
            return (node: node, middle: middle, place: place)
          }.sorted { ($0.middle, $0.place) < ($1.middle, $1.place) }
          orders[layer] = sorted.map(\.node)
          for (place, node) in orders[layer].enumerated() { position[node] = Double(place) }
        }
      }
    }

    /// How far two neighbours of a column stand apart: edges that pass need less room than cells.
    private func distance(_ a: Int, _ b: Int) -> Double {
      a < cellCount && b < cellCount ? 1 : a < cellCount || b < cellCount ? 0.65 : 0.25
    }

    /// Rows that stand each node near the middle of its neighbours.
    func rows(_ count: Int) -> [Double] {
      var rows = [Double](repeating: 0, count: layers.count)
      for order in orders { for (a, b) in zip(order, order.dropFirst()) { rows[b] = rows[a] + distance(a, b) } }
      for _ in 0..<4 {
        // Everything is drawn a little to the middle, so that parts with few edges between them do not drift apart.
        let middle = ((rows.min() ?? 0) + (rows.max() ?? 0)) / 2
        rows = rows.map { $0 + 0.35 * (middle - $0) }
        for near in [before, after] {
          for order in orders {
            settle(order, near, &rows)
          }
        }
      }
      let top = rows.min() ?? 0
      return rows.map { $0 - top }
    }

    private func settle(_ order: [Int], _ near: [[Int]], _ rows: inout [Double]) {
      var wanted = order.map { node in
        near[node].isEmpty ? rows[node] : near[node].reduce(0) { $0 + rows[$1] } / Double(near[node].count)
      }
      // Push down what stands too close, then the whole column back to where it wanted to be on average.
      let middle = wanted.reduce(0, +)
      for place in wanted.indices.dropFirst() {
        wanted[place] = max(wanted[place], wanted[place - 1] + distance(order[place - 1], order[place]))
      }
      let shift = (wanted.reduce(0, +) - middle) / Double(max(1, wanted.count))
      for (place, node) in order.enumerated() { rows[node] = wanted[place] - shift }
    }
  }
}
