import Ledger
import Posix
import SQLite

/// What is looked at before something is written.
extension SQLiteLedger {
  /// Whether a ledger that is there can be written, with the files beside it.
  public static func canWrite(_ path: String) -> Bool {
    File.isWritable(path) && File.isWritable(File.parent(of: path))
  }

  /// Looks whether the ledger is of this program's format still: a newer one may have brought it to its own since it was opened,
  /// and what this one writes is not of that.
  func checkVersion() throws(WriteFailure) {
    let version: Int64?
    do throws(SQLiteError) { version = try connection.row(Self.version)?.integer(0) } catch { throw .sqlite(error) }
    if let version, version != Schema.version {
      throw .ledger(.newer(path: path, version: version, supported: Schema.version))
    }
  }

  static let version = "PRAGMA user_version"
}
