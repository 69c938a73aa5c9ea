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

  /// What is appended to a copy takes the place of what was appended since it was made.
  @Test func aDraftCanBeTakenBack() throws {
    try withFolder { folder in
      let path = folder + "/draft"
      try AtomicFile.write(to: path) { draft in
        try draft.append(Array("head,".utf8))
        let before = draft
        for _ in 0..<100 { try draft.append(Array("wrong and long,".utf8)) }
        draft = before
        try draft.append(Array("right".utf8))
      }
      #expect(bytes(path) == Array("head,right".utf8))
      // Nothing after the mark: what was too much is cut off.
      try AtomicFile.write(to: path) { draft in
        let before = draft
        try draft.append([1, 2, 3])
        draft = before
      }
      #expect(bytes(path) == [])
    }
    var kept = FileDraft(keepsBytes: true), counted = FileDraft(keepsBytes: false)
    try kept.append([1, 2])
    let before = kept
    try kept.append([3])
    #expect(kept.bytes == [1, 2, 3] && before.bytes == [1, 2] && kept.count == 3)
    try counted.append([1, 2])
    #expect(counted.bytes.isEmpty && counted.count == 2)
  }
}
