import Ledger
import Posix
import SQLite

/// What went wrong beneath, in a ledger's words.
extension SQLiteLedger {
  static func error(_ error: WriteFailure, path: String) -> LedgerError {
    switch error {
    case .sqlite(let error): Self.error(error, path: path)
    case .overflow: .overflow
    case .ledger(let error): error
    case .owner(let error): Self.error(error, path: path)
    }
  }

  static func error(_ error: SQLiteError, path: String) -> LedgerError {
    switch error.kind {
    case .notADatabase: .notALedger(path: path)
    case .corrupt: .corrupt(path: path, detail: error.message)
    case .full: .diskFull(path: path)
    case .readOnly: .readOnly(path: path)
    case .busy: .locked(path: path, waitedMs: 0, holder: nil)
    case .cannotOpen: unopened(PosixError("open", code: error.systemCode), error.message, path)
    case .outOfMemory: .outOfMemory(path: path)
    case .inputOutput where isNoFile(path): noFile(path)
    case .inputOutput, .constraint, .other: .inputOutput(path: path, reason: error.description)
    }
  }

  static func error(_ error: PosixError, path: String) -> LedgerError {
    if error.isFull { return .diskFull(path: path) }
    if error.isPermission { return .readOnly(path: path) }
    return unopened(error, error.description, path)
  }

  private static func unopened(_ error: PosixError, _ reason: String, _ path: String) -> LedgerError {
    if error.isOfOpenFiles { return .noFilesLeft(path: path) }
    if isNoFile(path) { return noFile(path) }
    return error.isFolder || File.isFolder(path) ? .isFolder(path: path) : .cannotOpen(path: path, reason: reason)
  }

  /// Whether something stands there that is neither a file nor a folder: what SQLite says of it tells nobody that.
  private static func isNoFile(_ path: String) -> Bool {
    File.exists(path) && !File.isRegular(path) && !File.isFolder(path)
  }

  private static func noFile(_ path: String) -> LedgerError {
    .cannotOpen(path: path, reason: PosixError("open", code: PosixError.noFile).reason)
  }
}

/// Why a write transaction was given up.
enum WriteFailure: Error {
  case sqlite(SQLiteError)
  case overflow
  case ledger(LedgerError)
  case owner(PosixError)
}
