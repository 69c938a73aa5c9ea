package import WeirBase

/// A network as data: the layers, the shape of a row, and the exact bytes of the numbers.
extension Network: Archivable {
  package static var archiveName: String { S.wide == 1 ? "network_f64" : "network_f32" }

  package init(archive: Archive) throws {
    let layers = try archive.part("layers").asList().map { try LayerKinds.standard.layer($0) }
    let shape = try archive.part("input").asInts().map { side in
      guard let small = Int(exactly: side), small >= 0 else { throw ArchiveError("a side of \(side) in a shape") }
      return small
    }
    do {
      var network = try Network(layers, inputShape: shape)
      network.parameters = try Network.numbers(archive.part("parameters"), count: network.learned.count)
      network.keptValues = try Network.numbers(archive.part("kept"), count: network.kept.count)
      self = network
    } catch let error as LayerError { throw ArchiveError(error.description) }
  }

  package var archive: Archive {
    .of([
      "layers": .list(layers.map(LayerKinds.tagged)), "input": .ints(inputShape.map { Int64($0) }),
      "parameters": Network.bytes(parameters), "kept": Network.bytes(keptValues),
    ])
  }

  private static func bytes(_ values: [S]) -> Archive { .bytes(values.withUnsafeBytes { Array($0) }) }

  private static func numbers(_ archive: Archive, count: Int) throws -> [S] {
    let bytes = try archive.asBytes()
    guard bytes.count == count * MemoryLayout<S>.stride else {
      throw ArchiveError("the layers have \(count) numbers, and the archive holds \(bytes.count) bytes of them")
    }
    return [S](unsafeUninitializedCapacity: count) { buffer, filled in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      filled = count
    }
  }
}
