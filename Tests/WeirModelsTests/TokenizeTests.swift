import Testing
import WeirBase
import WeirModels
import WeirTables

/// Texts become numbered words that stand in their order.
@Suite struct TokenizeTests {
  static func sample(_ texts: [String?], name: String = "t") throws -> TrainingSample {
    let values = texts.map { $0.map { Scalar.text($0) } ?? .missing }
    return TrainingSample(features: try Table([(name: name, column: Column(scalars: values + [.text("")]).taking(Array(texts.indices)))]), target: nil)
  }

  /// The numbers of each row.
  static func rows(_ table: Table) -> [[Int64]] {
    (0..<table.rowCount).map { row in
      table.columns.map { if case .int(let value) = $0.scalar(at: row) { value } else { -1 } }
    }
  }

  static func rows(_ step: Tokenize, _ texts: [String?]) throws -> [[Int64]] {
    rows(try step.fit(sample(texts), in: testContext).sample.features)
  }

  /// The words of a text, as a vocabulary of their own shows them.
  static func words(_ text: String, unit: Tokenize.Unit = .word, lowercase: Bool = true) throws -> [String] {
    let (fitted, out) = try Tokenize(unit: unit, lowercase: lowercase).fit(sample([text]), in: testContext)
    let known = fitted.lessons.dropFirst().map { formatScalar($0.value) }
    return rows(out.features)[0].map { known[Int($0) - 2] }
  }

  @Test func numbersFallWithCountsAndThenFollowTheAlphabet() throws {
    let texts = ["b c a", "c b", nil, "c", "", "d"]
    #expect(try Self.rows(Tokenize(), texts) == [[3, 2, 4], [2, 3, 0], [0, 0, 0], [2, 0, 0], [0, 0, 0], [5, 0, 0]])
    #expect(try Self.rows(Tokenize(minCount: 2), texts)[0] == [3, 2, 1])
    #expect(try Self.rows(Tokenize(maxWords: 1), texts)[0] == [1, 2, 1])
    // Rows that repeat count as often as they stand there.
    #expect(try Self.rows(Tokenize(), ["x", "y", "y"]) == [[3], [2], [2]])
  }

  @Test func firstWordsAreKept() throws {
    // What no place keeps has no number.
    let (fitted, out) = try Tokenize(length: 2).fit(Self.sample(["a b c c c", "d"]), in: testContext)
    #expect(Self.rows(out.features) == [[2, 3], [4, 0]])
    #expect(out.features.names == ["t_1", "t_2"])
    #expect(fitted.lessons.map { formatScalar($0.value) } == ["2", "a", "b", "d"])
    #expect(try Self.rows(Tokenize(length: 4), ["a"]) == [[2, 0, 0, 0]])
    let long = [String](repeating: "w", count: 1000).joined(separator: " ")
    #expect(try Self.rows(Tokenize(), [long])[0].count == 256)
    #expect(try Self.rows(Tokenize(length: 700), [long])[0].count == 700)
  }

  @Test func newWordsAreOne() throws {
    let fitted = try Tokenize().fit(Self.sample(["good film", "bad film"]), in: testContext).fitted
    let new = try fitted.apply(to: Self.sample(["new FILM", nil, "bad bad bad", "..."]).features)
    #expect(Self.rows(new) == [[1, 2], [0, 0], [3, 3], [0, 0]])
  }

  @Test(arguments: [
    ("I am a B", ["i", "am", "a", "b"]), ("don't stop: it's 3 o'clock", ["don't", "stop", "it's", "3", "o'clock"]),
    ("'tis the ''quoted'' dogs' life'", ["tis", "the", "quoted", "dogs", "life"]), ("Don\u{2019}t", ["don't"]),
    ("a_b-c/d", ["a_b", "c", "d"]), ("Ärger über Öl, l'été", ["ärger", "über", "öl", "l'été"]), ("e\u{301}te\u{301}", ["été"]),
    ("ΑΒΓ где мир?", ["αβγ", "где", "мир"]), ("हिन्दी भाषा", ["हिन्दी", "भाषा"]), ("日本 東京", ["日本", "東京"]),
    ("so good😀😀 👍🏽!", ["so", "good", "😀", "😀", "👍🏽"]), ("👨‍👩‍👧🇮🇹", ["👨‍👩‍👧", "🇮🇹"]), ("tab\tline\r\nend\u{0}x", ["tab", "line", "end", "x"]),
  ])
  func wordsAreRunsOfLettersAndDigits(_ text: String, _ words: [String]) throws {
    #expect(try Self.words(text) == words)
  }

  @Test func charactersStandAlone() throws {
    #expect(try Self.words("Ab a!", unit: .character) == ["a", "b", " ", "a", "!"])
    #expect(try Self.words("Ab", unit: .character, lowercase: false) == ["A", "b"])
    #expect(try Self.words("é👨‍👩‍👧日", unit: .character) == ["é", "👨‍👩‍👧", "日"])
  }

  /// Bytes that are all ASCII are read in another way than others.
  @Test func bothWaysOfReadingAgree() throws {
    var random = RandomStream(seed: 5)
    let letters = Array("aB1_'  .-\t")
    for _ in 0..<300 {
      let text = String((0..<random.nextInt(below: 24)).map { _ in letters[random.nextInt(below: letters.count)] })
      let texts = ["x \(text)", "x \(text) é"]
      let both = try Self.rows(Tokenize(length: 40), texts)
      let count = both[0].prefix { $0 != 0 }.count
      #expect(both[0].prefix(count) == both[1].prefix(count) && both[1].prefix { $0 != 0 }.count == count + 1, "\(text)")
      for limit in 1...4 {
        let cut = try Self.rows(Tokenize(length: limit), texts)
        #expect(cut[0].prefix(count) == cut[1].prefix(min(limit, count)), "\(text)")
      }
    }
  }

  @Test func theSameBytesAtAnyNumberOfWorkers() throws {
    let texts = (0..<3000).map { "w\($0 % 97) v\($0) \($0 % 7 == 0 ? "é" : "e")" }
    let seen = try Set([1, 2, 7].map { workers -> [UInt8] in
      let (fitted, out) = try Tokenize(minCount: 2).fit(Self.sample(texts), in: context(workers: workers))
      return fitted.archive.encoded() + out.features.archive.encoded()
    })
    #expect(seen.count == 1)
  }

  @Test func whatDoesNotFitIsSaid() throws {
    for make in [
      { try Tokenize(length: 0) }, { try Tokenize(length: 1 << 40) }, { try Tokenize(minCount: 0) }, { try Tokenize(maxWords: -1) },
    ] { #expect(throws: ModelError.self) { _ = try make() } }
    #expect(throws: ModelError.self) { _ = try Tokenize().fit(Self.sample(["", "?!"]), in: testContext) }
    #expect(throws: ModelError.self) { _ = try Tokenize(minCount: 2).fit(Self.sample(["a b"]), in: testContext) }
    let fitted = try Tokenize(length: 2).fit(Self.sample(["a b"]), in: testContext).fitted
    #expect(throws: PreparationError.typeChanged(step: "tokenize", column: "t", learned: "texts", found: "int")) {
      _ = try fitted.apply(to: Table([(name: "t", column: Column(.int([1])))]))
    }
    let twin = try Table([(name: "t", column: Column(.text(TextValues(["a"])))), (name: "t_1", column: Column(.int([1])))])
    #expect(throws: PreparationError.clash(step: "tokenize", column: "t_1")) {
      _ = try Tokenize().fit(TrainingSample(features: twin, target: nil), in: testContext)
    }
  }

  @Test func damagedArchivesAreRefused() throws {
    let fitted = try Tokenize(length: 2).fit(Self.sample(["a b"]), in: testContext).fitted
    func changed(_ length: Int64, _ words: [String]) -> Archive {
      .of([
        "names": .texts(["t"]), "unit": .text("word"), "lowercase": .bool(true),
        "tokens": .list([.of(["length": .int(length), "words": .texts(words)])]),
      ])
    }
    #expect(fitted.archive == changed(2, ["a", "b"]))
    for bad in [changed(0, ["a"]), changed(1 << 50, ["a"]), changed(2, ["a", "a"])] {
      #expect(throws: ArchiveError.self) { _ = try FittedTokens(archive: bad) }
    }
  }
}
