import Ledger
import Posix
import SQLite

/// What is looked at before something is written.
extension SQLiteLedger {
  /// Whether a ledger that is there can be written, with the files beside it.
  public static func canWrite(_ path: String) -> Bool {
    File.isWritable(path) && File.isWritable(File.parent(of: path))
  }

  /// Whether a file is a ledger of an older format, which whoever opens it to write brings up to date. It is only read.
  public static func isOlder(_ path: String) -> Bool {
    guard File.isRegular(path),
      let connection = try? Connection(
        path: path, isReadOnly: true, isImmutable: StagedLedger.isQuiet(path), busyMs: 10_000),
      let stored = try? connection.row(version)?.integer(0),
      let identity = try? connection.row("PRAGMA application_id")?.integer(0)
    else { return false }
    return identity == Schema.applicationID && stored > 0 && stored < Schema.version
  }

  /// Whether a file is no ledger, such as an empty one: whoever opened it to write would make one of it. It is only read. What cannot be
  /// read is told of by whoever opens it.
  public static func isNone(_ path: String) -> Bool {
    guard File.isRegular(path),
      let connection = try? Connection(
        path: path, isReadOnly: true, isImmutable: StagedLedger.isQuiet(path), busyMs: 10_000),
      let identity = try? connection.row("PRAGMA application_id")?.integer(0)
    else { return false }
    return identity != Schema.applicationID
  }

  /// Looks whether the ledger is of this program's format still: a newer one may have brought it to its own since it was opened,
  /// or something else may have written to it, and what this one writes is not of that.
  func checkVersion() throws(WriteFailure) {
    let version: Int64?
    do throws(SQLiteError) { version = try connection.row(Self.version)?.integer(0) } catch { throw .sqlite(error) }
    if let version, version != Schema.version {
      throw .ledger(Self.unfit(version, path))
    }
  }

  /// That a ledger which is in use has another format than this program's.
  static func unfit(_ version: Int64, _ path: String) -> LedgerError {
    if version > Schema.version { return .newer(path: path, version: version, supported: Schema.version) }
    let detail =
      version > 0
      ? "it was of format \(Schema.version), and became one of the older format \(version) while it was in use: something wrote over it"
      : noFormat(version)
    return .corrupt(path: path, detail: detail)
  }

  /// What is said of a ledger whose format is none that any llmguard has.
  static func noFormat(_ version: Int64) -> String {
    "it says that its format is \(version), which is none: something else wrote to it"
  }

  static let version = "PRAGMA user_version"
}
