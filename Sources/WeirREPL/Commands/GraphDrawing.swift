import WeirDiagnostics

/// Cells one below the other, with lines from each to those that read it.
///
/// Every cell that is read has a lane to the right of the names, from its own row to that of its last reader.
///
///     raw   ─╮
///     clean ◂╯ ╮
///     plot  ◂──╯
package struct GraphDrawing: Sendable {
  package struct Node: Sendable {
    package var name: String
    /// Rows above that it reads, and what is read from each.
    package var reads: [(row: Int, names: [String])]
    /// Written behind the lines.
    package var note: String

    package init(_ name: String, reads: [(row: Int, names: [String])], note: String = "") {
      self.name = name
      self.reads = reads
      self.note = note
    }
  }

  private let nodes: [Node]
  /// For each node its lane and the row of its last reader; nil where nobody reads it.
  private let lanes: [(lane: Int, last: Int)?]

  package init(_ nodes: [Node]) {
    self.nodes = nodes
    var last = [Int?](repeating: nil, count: nodes.count)
    for (row, node) in nodes.enumerated() {
      for read in node.reads where read.row >= 0 && read.row < row { last[read.row] = row }
    }
    // The last row of each lane. Another starts below it, lest the two look like one.
    var free: [Int] = []
    lanes = last.enumerated().map { row, end in
      guard let end else { return nil }
      let lane = free.firstIndex { $0 < row } ?? free.count
      if lane == free.count { free.append(end) } else { free[lane] = end }
      return (lane, end)
    }
  }

  package var laneCount: Int { (lanes.compactMap { $0?.lane }.max() ?? -1) + 1 }

  /// One line a cell.
  package func lines(width: Int) -> [String] {
    let room = nodes.map { displayWidth($0.name) }.max() ?? 0
    return nodes.indices.map { row in
      let node = nodes[row]
      let name = node.name + String(repeating: " ", count: room - displayWidth(node.name) + 1)
      var line = name + marks(row)
      if !node.note.isEmpty { line += "  " + node.note }
      while line.last == " " { line.removeLast() }
      return fitted(line, to: width)
    }
  }

  /// The row's piece of every lane.
  private func marks(_ row: Int) -> String {
    let read = Set(nodes[row].reads.compactMap { $0.row >= 0 && $0.row < row ? lanes[$0.row]?.lane : nil })
    let ending = Set(nodes.indices.prefix(row).compactMap { lanes[$0]?.last == row ? lanes[$0]?.lane : nil })
    let passing = Set(nodes.indices.prefix(row).compactMap { above -> Int? in
      guard let lane = lanes[above], lane.last > row else { return nil }
      return lane.lane
    })
    let own = lanes[row]?.lane
    let reach = max(read.max() ?? -1, own ?? -1)
    var text = read.isEmpty ? (own == nil ? " " : "─") : "◂"
    for lane in 0..<laneCount {
      let goesOn = lane < reach
      let up = read.contains(lane), down = lane == own || (passing.contains(lane) && up)
      let mark: Character = switch (up, down) {
      case (true, true): goesOn ? "┼" : "┤"
      case (true, false): goesOn ? "┴" : "╯"
      case (false, true): goesOn ? "┬" : "╮"
      case (false, false): passing.contains(lane) && !ending.contains(lane) ? "│" : goesOn ? "─" : " "
      }
      text += goesOn ? "\(mark)─" : "\(mark) "
    }
    return text
  }
}
