package import WeirBase
import WeirTables

/// What a search found: the candidates with their scores, and the best plan.
package struct TuningResult: Sendable {
  package struct Candidate: Sendable {
    package let plan: Plan
    package let values: [Archive]
    /// The rows it learned from in its last round; nil for all.
    package let rows: Int?
    /// Nil where it could not be fitted.
    package let scores: FoldScores?
    package let problem: String?
  }

  /// The names of what was varied.
  package let settings: [String]
  /// From best to worst.
  package let candidates: [Candidate]

  init(space: SearchSpace, values: [[Archive]], plans: [Plan], rounds: [Tuning.Round]) throws {
    settings = space.dimensions.map(\.name)
    var ranked: [Candidate] = [], taken: Set<Int> = []
    // Those that came furthest stand first.
    for round in rounds.reversed() {
      for place in try Tuning.ranking(round.scores, nil) {
        let index = round.candidates[place]
        guard taken.insert(index).inserted else { continue }
        switch round.scores[place] {
        case .success(let scores):
          ranked.append(Candidate(plan: plans[index], values: values[index], rows: round.rows, scores: scores, problem: nil))
        case .failure(let error):
          ranked.append(Candidate(
            plan: plans[index], values: values[index], rows: round.rows, scores: nil, problem: error.message))
        }
      }
    }
    candidates = ranked.filter { $0.scores != nil } + ranked.filter { $0.scores == nil }
  }

  package var best: Candidate { candidates[0] }
  package var metrics: [String] { best.scores?.metrics ?? [] }
}

extension TuningResult: Composed {
  package static let archiveName = "tuning_result"

  package init(archive: Archive, kinds: ModelKinds) throws {
    settings = try archive.part("settings").asTexts()
    candidates = try archive.part("candidates").asList().map { entry in
      let scores = try entry.part("scores"), problem = try entry.part("problem"), rows = try entry.part("rows")
      return Candidate(
        plan: try Plan(archive: entry.part("plan"), kinds: kinds), values: try entry.part("values").asList(),
        rows: rows.present == nil ? nil : try rows.asInt(), scores: scores.present == nil ? nil : try FoldScores(archive: scores),
        problem: problem.present == nil ? nil : try problem.asText())
    }
    guard let first = candidates.first, first.scores != nil,
      candidates.allSatisfy({ $0.values.count == settings.count && $0.scores.map { $0.metrics == first.scores?.metrics } ?? true })
    else { throw ArchiveError("a search without results") }
  }

  package var archive: Archive {
    .of([
      "settings": .texts(settings),
      "candidates": .list(candidates.map { candidate in
        .of([
          "plan": candidate.plan.archive, "values": .list(candidate.values),
          "rows": candidate.rows.map { .int(Int64($0)) } ?? .none, "scores": candidate.scores?.archive ?? .none,
          "problem": candidate.problem.map { .text($0) } ?? .none,
        ])
      }),
    ])
  }
}
