import Glibc
import Testing
import WeirBase
@testable import WeirTables

/// The most memory that a run of the binary holds, beside that of a program that does nothing: files several times larger
/// are gone through part by part.
@Suite(.serialized) struct PeakMemoryTests {
  /// How much more a run may hold.
  private static let room = 64 << 20
  /// What the files unpack to.
  private static let size = (slow ? 30 : 3) * room

  private static let header = "id,x,k,note\n"

  /// About a MiB of lines.
  private static let block: [UInt8] = {
    var random = RandomStream(seed: 5), text = ""
    for row in 0..<26_000 {
      let hundredths = Int(random.nextUniform() * 2e6)
      text += "\(row * 37),\(hundredths / 100).\(10 + hundredths % 90),k\(hundredths % 12),a note of \(hundredths % 500)\n"
    }
    return Array(text.utf8)
  }()

  /// Writes the same block again and again, each packed by itself.
  private func makeFile(_ project: Project, _ name: String, bytes: Int = PeakMemoryTests.size, codec: ParquetCodec = .none) throws {
    project.write(name, "")
    let descriptor = open(project.path + "/" + name, O_WRONLY | O_APPEND)
    defer { close(descriptor) }
    func append(_ bytes: [UInt8]) { #expect(write(descriptor, bytes, bytes.count) == bytes.count) }
    append(try codec.pack(Array(Self.header.utf8)))
    let packed = try codec.pack(Self.block)
    for _ in 0..<bytes / Self.block.count { append(packed) }
  }

  /// Runs a program and gives what it printed and how much memory it held at most.
  private func peak(_ project: Project, _ code: String) -> (output: String, bytes: Int) {
    project.write("p.weir", code)
    let run = project.weir("run", "p.weir", "--no-cache", "--json", "report.json", limit: slow ? 600 : 120)
    #expect(run.status == 0, "\(code): \(run.all)")
    let field = project.read("report.json").split(separator: "\"peak_memory\":").dropFirst().first
    let digits = field.map { String($0.drop { $0 == " " }.prefix { $0.isNumber }) } ?? ""
    return (run.output, Int(digits) ?? .max)
  }

  private func expectSmall(_ project: Project, _ programs: [String]) -> [String] {
    let empty = peak(project, "1").bytes
    #expect(empty > 10 << 20 && empty < 200 << 20)
    return programs.map { code in
      let found = peak(project, code)
      #expect(found.bytes - empty < Self.room, "\(code) held \((found.bytes - empty) >> 20) MiB more than an empty program")
      return found.output
    }
  }

  /// That the measure can fail: what keeps all rows holds as much.
  @Test func whatKeepsAllRowsHoldsThem() throws {
    let project = Project()
    try makeFile(project, "t.csv")
    let empty = peak(project, "1").bytes
    #expect(peak(project, "t = read_csv(\"t.csv\")\nt |> sort(.x) |> head(1) |> map(row => row.id)").bytes - empty > Self.room)
  }

  @Test func filteredAndAggregated() throws {
    let project = Project()
    let ends = ["csv", "csv.gz", "csv.zst"]
    for (end, codec) in zip(ends, [ParquetCodec.none, .gzip, .zstd]) { try makeFile(project, "t.\(end)", codec: codec) }
    let found = expectSmall(project, ends.map { end in
      "read_csv(\"t.\(end)\") |> filter(.x > 9000) |> aggregate(by: .k, n: count(), m: mean(.x), s: std(.x), last: max(.note))"
    })
    #expect(Set(found).count == 1 && found[0].contains("12 rows"), "\(found[0])")
    let counts = expectSmall(project, ["read_csv(\"t.csv\") |> count()", "read_csv(\"t.csv.gz\") |> filter(.x >= 0) |> count()"])
    #expect(Set(counts) == ["\(Self.size / Self.block.count * 26_000)\n"])
  }

  @Test func manyFiles() throws {
    let project = Project()
    for number in 0..<8 { try makeFile(project, "days/\(number).csv", bytes: Self.size / 8) }
    let found = expectSmall(project, [
      "read_csv(\"days/*.csv\") |> filter(.x > 9000) |> aggregate(by: .k, n: count(), m: mean(.x)) |> count()",
      "read_csv(\"days/*.csv\", source: \"day\") |> filter(.k == \"k3\") |> select(.day, .x) |> write_csv(\"some.csv\")",
    ])
    #expect(found[0] == "12\n" && project.read("some.csv").hasPrefix("day,x\ndays/0.csv,"))
  }

  /// Other files are written while one is read: of a packed one, and of Parquet by its groups of rows.
  @Test func writtenWhileRead() throws {
    let project = Project()
    try makeFile(project, "t.csv.zst", bytes: Self.size / 3 * 2, codec: .zstd)
    let read = "read_csv(\"t.csv.zst\")"
    _ = expectSmall(project, [
      "\(read) |> select(.id, .x, .k) |> write_parquet(\"t.parquet\")",
      "\(read) |> filter(.k == \"k3\") |> write_csv(\"k3.csv\")",
      "\(read) |> filter(.k == \"k3\") |> derive(half: .x / 2) |> write_jsonl(\"k3.jsonl\")",
    ])
    let counts = expectSmall(project, [
      "\(read) |> filter(.k == \"k3\") |> count()",
      "read_parquet(\"t.parquet\") |> filter(.k == \"k3\") |> count()",
      "read_parquet(\"t.parquet\") |> aggregate(by: .k, n: count(), m: mean(.x)) |> filter(.k == \"k3\") |> map(row => row.n)",
      "read_csv(\"k3.csv\") |> count()",
      "read_parquet(\"t.parquet\") |> filter(.k == \"k3\" and .x > 19000) |> write_csv(\"again.csv\")",
      "read_parquet(\"t.parquet\") |> filter(.x > 15000) |> write_parquet(\"some.parquet\", row_group: 100_000)",
    ])
    #expect(counts[0] == counts[1] && counts[2] == "[\(counts[0].dropLast())]\n" && counts[3] == counts[0])
    #expect(project.read("k3.jsonl").hasPrefix("{\"id\":"))
    #expect(project.read("again.csv").hasPrefix("id,x,k\n"))
    #expect(project.names("").filter { $0.contains(".tmp") }.isEmpty)
  }

  /// Ctrl-C while a file is written: nothing of it is left, and the run after it is as if that had not been.
  @Test func anInterruptedWriteLeavesNothing() throws {
    let project = Project()
    try makeFile(project, "t.csv")
    project.notebook([("some", "x = 41"), ("write", "read_csv(\"t.csv\") |> filter(.id >= 0) |> write_jsonl(\"all.jsonl\")")])
    let running = project.start(["run", "a.mlnb", "-j", "1"])
    while !running.isOver, !project.names("").contains(where: { $0.hasSuffix(".tmp") }) { usleep(1000) }
    usleep(50_000)
    running.send(SIGINT)
    let ended = running.wait(seconds: 30)
    #expect(ended.status == 130 && ended.errors.contains("interrupted"), "\(ended.all)")
    #expect(!project.exists("all.jsonl") && !project.names("").contains { $0.hasSuffix(".tmp") })
    project.write("a.mlnb", project.read("a.mlnb").replacing(".id >= 0", with: ".id == 37"))
    let again = project.weir("run", "a.mlnb")
    #expect(again.status == 0 && project.ran(again) == ["write"], "\(again.all)")
    #expect(project.read("all.jsonl").hasPrefix("{\"id\":37,"))
  }

  /// More files than a process may have open, each read at once.
  @Test func aThousandSmallFiles() {
    let project = Project()
    for number in 0..<1500 { project.write("many/\(1000 + number).csv", "id,x\n\(number),2.5\n\(number),missing\n") }
    let found = expectSmall(project, [
      "read_csv(\"many/*.csv\") |> count()", "read_csv(\"many/*.csv\", source: \"file\") |> map(row => row.file) |> n_unique()",
    ])
    #expect(found == ["3000\n", "1500\n"])
  }
}
