import Glibc
import Testing

@testable import WeirREPL

struct HistoryTests {
  private final class Folder {
    let path: String
    init() {
      var template = Array("/tmp/weir-history-XXXXXX".utf8CString)
      path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }
    var file: String { path + "/state/weir/history" }
    func write(_ text: String) {
      mkdir(path + "/state", 0o700)
      mkdir(path + "/state/weir", 0o700)
      let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      _ = Glibc.write(descriptor, text, text.utf8.count)
      close(descriptor)
    }
    deinit {
      unlink(file)
      for folder in [path + "/state/weir", path + "/state", path] { rmdir(folder) }
    }
  }

  @Test func entriesOfSeveralLinesComeBackWhole() {
    let folder = Folder()
    let entries = ["x = 1", "fn f(x) {\n  \"a\\n{x}\" # \\\n}", "größe = \"日本\\\\\"", "a\rb"]
    var history = History(path: folder.file)
    for entry in entries { history.add(entry) }
    #expect(History(path: folder.file).entries() == entries)
  }

  @Test func repetitionsAndBlanksAreNotKept() {
    let folder = Folder()
    var history = History(path: folder.file)
    let added = ["x", "x\n", "  \n", "y", "x"].map { history.add($0) }
    #expect(added == [true, false, false, true, true])
    #expect(history.entries() == ["x", "y", "x"])
  }

  @Test func sessionsSideBySideKeepEachOthersEntries() {
    let folder = Folder()
    var one = History(path: folder.file), two = History(path: folder.file)
    for number in 0..<20 {
      one.add("one \(number)")
      two.add("two \(number)")
    }
    let entries = History(path: folder.file).entries()
    #expect(entries.count == 40)
    #expect(entries.filter { $0.hasPrefix("one") } == (0..<20).map { "one \($0)" })
  }

  @Test func aLineCutOffByAKilledProcessHarmsNoOther() {
    let folder = Folder()
    folder.write("first\nhalf a li")
    #expect(History(path: folder.file).entries() == ["first"])
    var history = History(path: folder.file)
    history.add("second")
    #expect(History(path: folder.file).entries() == ["first", "half a li", "second"])
  }

  @Test func ofALongFileOnlyTheEndIsRead() {
    let folder = Folder()
    folder.write((0..<200_000).map { "entry \($0)\n" }.joined())
    let clock = ContinuousClock()
    var entries: [String] = []
    let time = clock.measure { entries = History(path: folder.file).entries() }
    #expect(entries.count == History.entriesRead)
    #expect(entries.last == "entry 199999")
    #expect(entries.first == "entry 195000")
    #expect(time < .seconds(2))
  }

  @Test func whatCannotBeAHistoryIsLeftAlone() {
    let folder = Folder()
    var nowhere = History(path: "/proc/none/history"), none = History(path: nil), directory = History(path: folder.path)
    for _ in 0..<2 {
      nowhere.add("x")
      none.add("x")
      directory.add("x")
    }
    #expect(nowhere.entries() + none.entries() + directory.entries() == [])
    // A pipe without a reader would hold a program up for ever.
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    defer { unlink(pipe) }
    var waiting = History(path: pipe)
    waiting.add("x")
    #expect(waiting.entries() == [])
  }

  @Test func bytesThatAreNoTextDoNoHarm() {
    let folder = Folder()
    folder.write("a\u{0}b\n\n   \n\\\nok\\n\n")
    #expect(History(path: folder.file).entries() == ["ab", "ok\n"])
  }
}
