import GRDB
import WeirBase

/// What a store refuses; work can go on without a store after any of the first six.
package enum StoreError: Error, Sendable, Hashable {
  /// The folder or a file in it can't be made, written or read: its path and the system's words.
  case unwritable(path: String, problem: String)
  /// The disk has no room left.
  case full(path: String)
  /// The database or a record in it can't be read as what it should be.
  case damaged(path: String, problem: String)
  /// There is a database, and no store of ours.
  case foreign(path: String)
  /// A later version of Weir has written it: the version found, and the newest one known here.
  case newer(path: String, found: Int, known: Int)
  /// Another process kept the store locked for longer than the time waited.
  case busy(path: String)
  /// An object that a record names is not there, or not what it was when written.
  case noObject(ContentHash)
  case noRun(Int64)
  case noModel(String, models: [String])
  case noVersion(model: String, wanted: String, versions: Int64, tags: [String])
  /// A name or tag that can't be one, and why.
  case unusableName(String, problem: String)
}

extension StoreError {
  /// Says in our words what SQLite has said in its own.
  init(_ error: DatabaseError, path: String) {
    let words = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_FULL: self = .full(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: self = .unwritable(path: path, problem: words)
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_WRITE: self = .full(path: path)
    case .SQLITE_IOERR: self = .unwritable(path: path, problem: words)
    default: self = .damaged(path: path, problem: words)
    }
  }

  init(_ fault: FileFault, path: String) {
    switch fault.code {
    case 28, 122: self = .full(path: path)  // ENOSPC, EDQUOT
    default: self = .unwritable(path: path, problem: fault.message)
    }
  }

  /// Runs what touches the database, and throws nothing but store errors.
  static func translating<T>(_ path: String, _ body: () throws -> T) throws(StoreError) -> T {
    do { return try body() } catch let error as StoreError { throw error } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    } catch let fault as FileFault { throw StoreError(fault, path: path) } catch {
      throw .damaged(path: path, problem: "\(error)")
    }
  }
}

/// The numbered steps of writing, for tests that look at the files as a kill at that step would leave them.
package enum StoreStep: String, Sendable, Hashable, CaseIterable {
  case objectCreated, objectPartWritten, objectWritten, objectSynced, objectRenamed, objectFolderSynced
  case cellObjectsPlaced, cellRecordPrepared, cellSaved
  case runBegun, runCellPrepared, runCellSaved, runFinishPrepared, runFinished
  case modelObjectPlaced, modelPrepared, modelRegistered, modelPromoted
  case garbageListed, garbageRowsDropped, garbageFileRemoved
}

/// Something that the store put up with and a person should know.
package enum StoreNotice: Sendable, Hashable {
  /// A stored object is not what it was when written; it counts as absent.
  case damagedObject(ContentHash, path: String)
}
