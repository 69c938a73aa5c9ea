import Foundation
import Testing
import WeirBase

struct AtomicFileTests {
  struct Stopped: Error {}

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map(Array.init) }

  /// What is on the disk at each step is what a kill there would leave.
  @Test(arguments: [0, 1, 100_000])
  func atEachStepTheFileIsTheOldOrTheNewOne(size: Int) throws {
    try withFolder { folder in
      let path = folder + "/nb.mlnb", old = Array("old".utf8), new = [UInt8](repeating: 7, count: size)
      try AtomicFile.write(old, to: path)
      var seen: [AtomicFile.Step: [UInt8]] = [:]
      try AtomicFile.write(new, to: path) { seen[$0] = bytes(path) }
      #expect(Set(seen.keys) == Set(AtomicFile.Step.allCases))
      for step in [AtomicFile.Step.created, .written, .synced] { #expect(seen[step] == old) }
      for step in [AtomicFile.Step.renamed, .folderSynced] { #expect(seen[step] == new) }
    }
  }

  @Test(arguments: AtomicFile.Step.allCases)
  func aFailureAtAnyStepLeavesOneWholeFileAndNothingBeside(step: AtomicFile.Step) throws {
    try withFolder { folder in
      let path = folder + "/nb.mlnb"
      for old in [nil, Array("old".utf8)] {
        if let old { try AtomicFile.write(old, to: path) }
        #expect(throws: Stopped.self) {
          try AtomicFile.write(Array("new".utf8), to: path) { if $0 == step { throw Stopped() } }
        }
        let isRenamed = step == .renamed || step == .folderSynced
        #expect(bytes(path) == (isRenamed ? Array("new".utf8) : old))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names == (isRenamed || old != nil ? ["nb.mlnb"] : []))
        try? FileManager.default.removeItem(atPath: path)
      }
    }
  }

  @Test func keepsPermissionsAndLinks() throws {
    try withFolder { folder in
      let path = folder + "/real", link = folder + "/link"
      try AtomicFile.write([1], to: path)
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      try AtomicFile.write([2], to: link)
      #expect(bytes(path) == [2])
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
      #expect(target == path)
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o640)
    }
  }

  @Test func saysWhatTheSystemSays() throws {
    try withFolder { folder in
      #expect(throws: FileFault.self) { try AtomicFile.write([1], to: folder + "/none/file") }
      #expect(throws: FileFault.self) { try AtomicFile.write([1], to: folder) }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.isEmpty)
    }
  }
}
