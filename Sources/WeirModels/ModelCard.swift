package import WeirBase

/// What a model file says of its model beside the model: units, figures, where it comes from, and which engine made it.
package struct ModelCard: Sendable, Hashable {
  /// A file that the model depends on, with the hash of what it held.
  package struct Source: Sendable, Hashable {
    package let path: String
    package let hash: String
    package init(path: String, hash: String) {
      self.path = path
      self.hash = hash
    }
  }

  /// A figure for how well the model does, by the name of the metric.
  package struct Figure: Sendable, Hashable {
    package let name: String
    package let value: Double
    package init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// What an input is measured in.
  package struct Unit: Sendable, Hashable {
    package let input: String
    package let unit: String
    package init(input: String, unit: String) {
      self.input = input
      self.unit = unit
    }
  }

  package var engine: String
  package var units: [Unit] = []
  package var figures: [Figure] = []
  package var sources: [Source] = []
  package var note: String = ""

  package init(engine: String) { self.engine = engine }

  package func unit(of input: String) -> String? { units.first { $0.input == input }?.unit }
}

extension ModelCard: Archivable {
  package static let archiveName = "model_card"

  package init(archive: Archive) throws {
    func pairs(_ part: String) throws -> [(String, String)] {
      try archive.part(part).asList().map { entry in
        let texts = try entry.asTexts()
        guard texts.count == 2 else { throw ArchiveError("a pair has two parts") }
        return (texts[0], texts[1])
      }
    }
    engine = try archive.part("engine").asText()
    note = try archive.part("note").asText()
    units = try pairs("units").map { Unit(input: $0, unit: $1) }
    sources = try pairs("sources").map { Source(path: $0, hash: $1) }
    figures = try archive.part("figures").asList().map {
      Figure(name: try $0.part("name").asText(), value: try $0.part("value").asFloat())
    }
  }

  package var archive: Archive {
    .of([
      "engine": .text(engine), "note": .text(note), "units": .list(units.map { .texts([$0.input, $0.unit]) }),
      "sources": .list(sources.map { .texts([$0.path, $0.hash]) }),
      "figures": .list(figures.map { .of(["name": .text($0.name), "value": .float($0.value)]) }),
    ])
  }
}
