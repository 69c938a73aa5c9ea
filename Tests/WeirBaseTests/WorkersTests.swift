import Synchronization
import Testing
import WeirBase

@Suite struct WorkersTests {
  struct Failed: Error, Equatable { let part: Int }

  @Test(arguments: [1, 2, 7]) func eachPartRunsOnce(_ threads: Int) throws {
    for parts in [0, 1, 2, 3, 100, 5000] {
      let counts = Mutex([Int](repeating: 0, count: parts))
      Workers(threads).run(parts) { part in counts.withLock { $0[part] += 1 } }
      #expect(counts.withLock { $0.allSatisfy { $0 == 1 } })
      #expect(try Workers(threads).map(parts) { $0 * $0 } == (0..<parts).map { $0 * $0 })
    }
  }

  @Test func loopsWithinLoopsAndFromSeveralThreadsRunToo() async throws {
    let sums = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try Workers(4).map(50) { part in try Workers(4).map(20) { $0 * part }.reduce(0, +) }.reduce(0, +)
        }
      }
      return try await group.reduce(into: [Int]()) { $0.append($1) }
    }
    #expect(sums == Array(repeating: 190 * 1225, count: 8))
  }

  @Test(arguments: [1, 2, 7]) func theLowestPartThatFailsIsTold(_ threads: Int) {
    #expect(throws: Failed(part: 3)) {
      try Workers(threads).forEach(100) { if $0 % 7 == 3 { throw Failed(part: $0) } }
    }
  }

  @Test func theThreadsOfThisTaskAreNotThoseOfAPart() throws {
    #expect(Workers.current == .one)
    try Workers.$current.withValue(Workers(3)) {
      #expect(Workers.current.count == 3)
      let counts = try Workers(2).map(2) { _ in Workers.current.count }
      #expect(counts.allSatisfy { $0 == 1 || $0 == 3 })
    }
  }
}
