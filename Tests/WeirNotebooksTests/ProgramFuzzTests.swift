import Foundation
import Synchronization
import Testing
import WeirBase
import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirEngine
import WeirEvaluator
import WeirLibrary
import WeirNotebooks

/// Programs, notebooks and locks that were changed by chance: each gives a result or a diagnostic, in bounded time, and none
/// ends the process.
@Suite(.serialized) struct ProgramFuzzTests {
  /// Longer with WEIR_FUZZ_SECONDS; what a failure needs to be seen again is in its message.
  static let seconds = getenv("WEIR_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 1.2
  static let seed = getenv("WEIR_FUZZ_SEED").flatMap { Int64(String(cString: $0)) } ?? 1

  static let programs: [String] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Programs")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
    return files.filter { $0.pathExtension == "weir" }.sorted { $0.path < $1.path }
      .compactMap { try? String(contentsOf: $0, encoding: .utf8) }
  }()

  private func repeated(_ name: String, _ body: (inout Mutator) throws -> Void) rethrows {
    var random = RandomStream(seed: Self.seed).child(name)
    let end = ContinuousClock.now + .seconds(Self.seconds)
    var rounds = 0
    while ContinuousClock.now < end {
      var mutator = Mutator(random: random.child(rounds))
      _ = random.nextBits()
      try body(&mutator)
      rounds += 1
    }
    #expect(rounds > 3, "\(name) is too slow")
  }

  @Test func changedPrograms() throws {
    try #require(!Self.programs.isEmpty)
    let modules = Modules(catalog: .standard, folder: try LibraryFolder.find())
    repeated("programs") { mutator in
      let text = mutator.program(from: Self.programs)
      note(text, "fuzz-program.weir")
      run(text, modules)
    }
  }

  @Test func changedNotebooks() throws {
    let modules = Modules(catalog: .standard, folder: try LibraryFolder.find())
    let start = "---\nmlnb: 1\ntitle: A title\nseed: 42\nfolder: x\n---\n\n# Words\n\n```weir a timeout=10m cache=off\nx = 1 + 2\n```\n\n"
      + "```output 00ff\n3\n```\n\n~~~~weir b skip\nx\n~~~~\n\n```python\nprint(1)\n```\n"
    repeated("notebooks") { mutator in
      let text = mutator.bytes(of: start)
      note(text, "fuzz-notebook.mlnb")
      let file = SourceFile(id: FileID(0), name: "a.mlnb", text: text)
      let (notebook, diagnostics) = MLNBReader.read(file)
      #expect(notebook.text == text, "open and save changes \(text.debugDescription)")
      for diagnostic in diagnostics { #expect(isPlaced(diagnostic, [file]), "\(diagnostic) in \(text.debugDescription)") }
      _ = Renderer(sources: SourceMap([file])).render(diagnostics)
      let program = notebook.program(path: "a.mlnb", folder: "/nonexistent")
      #expect(Set(program.cells.map(\.name)).count == program.cells.count || !diagnostics.isEmpty)
      _ = ProgramCheck.run(program, modules: modules)
    }
  }

  @Test func changedLocks() throws {
    let text = #"{"lock": 1, "engine": "weir 1", "fingerprint": "f", "notebook": "a.mlnb", "seed": 42, "parameters": {"n": "1"}, "#
      + #""data": {"d.csv": "00"}, "modules": {"prelude": "11"}, "stages": [{"name": "a", "code": "22"}], "#
      + #""outputs": {"x": "33"}, "metrics": {"m": 0.5}}"#
    let lock = try PipelineLock(decoding: Array(text.utf8), path: "pipeline.lock")
    let start = String(decoding: try lock.encoded(), as: UTF8.self)
    repeated("locks") { mutator in
      let bytes = Array(mutator.bytes(of: start).utf8)
      do {
        let read = try PipelineLock(decoding: bytes, path: "pipeline.lock")
        _ = lock.causesBefore(read) + read.causesAfter(lock) + read.dataCauses { _ in nil }
        let again = try PipelineLock(decoding: try read.encoded(), path: "pipeline.lock")
        #expect(again == read)
      } catch let problem as Diagnostic {
        #expect(problem.title.contains("pipeline.lock"))
      } catch { Issue.record("\(error)") }
    }
  }

  // MARK: One program

  private func run(_ text: String, _ modules: Modules) {
    let file: ProgramFile
    do { file = try ProgramFile.load("/nonexistent/fuzz.weir", text: text) } catch let problems as FileProblems {
      #expect(!problems.diagnostics.isEmpty)
      return
    } catch {
      Issue.record("\(error) of \(text.debugDescription)")
      return
    }
    let program = file.program
    let problems = ProgramCheck.run(program, modules: modules)
    for problem in problems { #expect(isPlaced(problem, program.cells.map(\.file)), "\(problem) in \(text.debugDescription)") }
    _ = Renderer(sources: program.sources).render(problems)
    let errors = problems.filter { $0.severity == .error }
    // What the check refuses is run all the same, as cells of their own: the check must not be what keeps the run safe.
    guard errors.allSatisfy({ $0.code.number >= 200 }) else { return }
    var settings = RunSettings()
    settings.limits.depth = 400
    settings.limits.items = 100_000
    let runner = CellRunner(program, modules: modules, cache: nil, hashing: FileHashing(store: nil), settings: settings)
    let cancellation = Cancellation(), clock = ContinuousClock(), start = clock.now
    let limits = RunLimits(cells: 1, timeLimit: 0.2, memoryLimit: 3 << 30, keepsGoing: true)
    let results = ProgramRunner(runner, store: nil, command: "", parameters: []).run(limits: limits, cancellation: cancellation)
    let took = clock.now - start
    #expect(took < .seconds(3), "\(took) for \(text.debugDescription)")
    for result in results.results.compactMap({ $0 }) {
      switch result.status {
      case .failed: #expect(result.diagnostic.map { !$0.title.isEmpty } == true, "\(result.name) of \(text.debugDescription)")
      case .ran: for shown in result.shown.all { if case .value(let value) = shown { _ = value.rendered(.plain) } }
      default: break
      }
    }
  }

  private func isPlaced(_ diagnostic: Diagnostic, _ files: [SourceFile]) -> Bool {
    guard let span = diagnostic.primary.span else { return true }
    guard let file = files.first(where: { $0.id == span.file }) else { return span.file.number >= 1 << 30 }
    return span.start <= span.end && Int(span.end) <= file.text.utf8.count
  }

  /// A trap ends the process without a word: what it ran on is in this file then.
  private func note(_ text: String, _ name: String) {
    guard let folder = getenv("WEIR_FUZZ_NOTES") else { return }
    try? Data(text.utf8).write(to: URL(filePath: String(cString: folder)).appending(path: name))
  }
}

/// Changes texts by chance.
struct Mutator {
  var random: RandomStream

  private static let words = [
    "-1", "0", "9223372036854775807", "-9223372036854775808", "1e308", "missing", "true", "\"\"", "[]", "{}", "{a: 1}", "[[1], []]",
    "..", "..<", "1..0", "0..9223372036854775807", "|>", ">>", "=>", "(", ")", "[", "]", "{", "}", ",", ":", "=", "==", "+", "-", "*", "/",
    "//", "%", "^", "@", "??", "in", "not", "and", "or", "if", "then", "else", "match", "for", "fn f(x) = f(x)", "use stats", "param p = 1",
    "output x", "stage s", ".a", ".`b c`", "x", "\n", "\"{", "\"\"\"", "}", "10m", "99999999d", "\u{0}", "é", "👍🏽", "table(a: [1, missing])",
    "print", "map", "reduce", "zip", "repeat(\"ab\", 1000000)", "sum", "mean", "quantile", "sort", "take", "skip", "date(\"0001-01-01\")",
    "[1, 2.5, \"a\"]", "x => x", "table()", "pivot", "join", "window", "sample", "split_text", "replace", "matches", "extract", "pad",
  ]

  mutating func program(from programs: [String]) -> String {
    let text = programs[random.nextInt(below: programs.count)]
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let first = random.nextInt(below: max(1, lines.count - 12))
    lines = Array(lines[first..<min(lines.count, first + 12)])
    return random.nextInt(below: 3) == 0 ? bytes(of: lines.joined(separator: "\n")) : tokens(of: lines.joined(separator: "\n"))
  }

  /// Puts words in the place of others, doubles, drops or swaps some.
  mutating func tokens(of text: String) -> String {
    var parts: [Substring] = []
    var rest = text[...]
    while let first = rest.first {
      let isWord = first.isLetter || first.isNumber || first == "_"
      let part = isWord ? rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" } : rest.prefix(1)
      parts.append(part)
      rest = rest.dropFirst(part.count)
    }
    guard !parts.isEmpty else { return text }
    for _ in 0...random.nextInt(below: 5) {
      let place = random.nextInt(below: parts.count)
      switch random.nextInt(below: 5) {
      case 0, 1: parts[place] = Self.words[random.nextInt(below: Self.words.count)][...]
      case 2: parts[place] = parts[random.nextInt(below: parts.count)]
      case 3: parts.insert(parts[random.nextInt(below: parts.count)], at: place)
      default: parts[place] = ""
      }
    }
    return parts.joined()
  }

  /// Changes, drops and doubles bytes; the text stays UTF-8.
  mutating func bytes(of text: String) -> String {
    var bytes = Array(text.utf8)
    for _ in 0...random.nextInt(below: 6) where !bytes.isEmpty {
      let place = random.nextInt(below: bytes.count)
      switch random.nextInt(below: 5) {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: random.nextBits())
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(contentsOf: Self.words[random.nextInt(below: Self.words.count)].utf8, at: place)
      case 3: bytes.replaceSubrange(place..<min(bytes.count, place + random.nextInt(below: 30)), with: [])
      default:
        let from = random.nextInt(below: bytes.count)
        bytes.insert(contentsOf: bytes[from..<min(bytes.count, from + random.nextInt(below: 40))], at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
