import Configuration
import Guard
import Ledger
import Posix
import SQLiteLedger

/// Why a command failed: what happened, what to do, and the exit status that says so to scripts.
struct Failure: Error {
  var message: String
  var hint: String
  /// What belongs to it, a line each.
  var details: [String] = []
  var status: Int32
  /// Whether it failed because the ledger cannot be used: what `--fail-open` is for.
  var isLedgerUnusable = false
  /// Whether there is no place for the ledger or the configuration, which `--fail-open` is not for.
  var isOfNoPlace = false
  /// What to do about it where it goes on all the same; `nil` for the hint.
  var remedy: String?

  init(_ message: String, hint: String = "", details: [String] = [], status: Int32) {
    self.message = message
    self.hint = hint
    self.details = details
    self.status = status
  }

  init(_ error: LedgerError) {
    let status =
      switch error {
      case .diskFull, .inputOutput, .notBackedUp, .outOfMemory, .noFilesLeft: Status.inputOutput
      case .notALedger, .newer, .corrupt, .obstructed, .sumTooLarge: Status.data
      // The ledger is as it was: more was asked for than there can be.
      case .overflow: Status.usage
      case .readOnly, .cannotOpen, .replaced, .isFolder: Status.cannotCreate
      case .locked: Status.refused
      case .unknownHold, .unknownTicket: Status.unavailable
      }
    self.init(error.description, hint: Self.hint(error), status: status)
    isLedgerUnusable = error.isLedgerUnusable
    if error.remedy != error.hint { remedy = error.remedy }
    if let closed = ClosedFolder(error) {
      message += ": " + closed.message
      (hint, remedy) = (closed.hint, nil)
    }
  }

  /// What to do about a ledger that cannot be used. What stands in the place of one that was lost is not moved away alone: the
  /// next run would find the mark of its last entry, and begin no new one.
  private static func hint(_ error: LedgerError) -> String {
    guard case .notALedger(let path) = error, SQLiteLedger.lastEntryKnown(besideLost: path) != nil else {
      return error.hint
    }
    return LedgerCommands.remedy(ofLost: path)
  }

  init(_ error: GuardError) {
    if case .ledger(let error) = error {
      self.init(error)
    } else {
      self.init(error.message, hint: error.hint, status: Status.configuration)
    }
  }

  init(_ error: PosixError, hint: String = "") {
    self.init(error.description, hint: hint, status: Status.inputOutput)
  }

  /// A file that cannot be read.
  ///
  /// - Parameters:
  ///   - what: what it is, where that is not plain from its name: `the prompt`.
  ///   - hint: what to name in its place.
  init(reading path: String, as what: String = "", _ error: PosixError, hint: String) {
    let status =
      error.isOfPath ? Status.noInput : error.isTooLarge ? Status.data : Status.inputOutput
    self.init("cannot read \(what.isEmpty ? "" : what + " ")'\(path)': \(error.reason)", hint: hint, status: status)
  }

  /// A file that an option named and that cannot be written.
  ///
  /// - Parameters:
  ///   - option: the option, or the operand: `--output`.
  ///   - remains: what is as it was.
  init(writing path: String, _ option: String, _ error: PosixError, remains: String) {
    let remedy =
      if error.isFull {
        "make room, or give \(option) another disk"
      } else if error.isMissing {
        "make its folder first, or give \(option) a path in one that is there"
      } else if error.isFolder {
        "it is a folder: name a file in it"
      } else if error.isForeign {
        "give \(option) another path, or move that file away"
      } else {
        "give \(option) a path that you can write"
      }
    // An operand has no name that anybody wrote.
    let start = option.hasPrefix("-") ? "\(option): " : ""
    self.init(
      "\(start)cannot write '\(path)': \(error.reason)", hint: "\(remedy); \(remains)",
      status: error.isOfPath ? Status.cannotCreate : Status.inputOutput)
  }

  /// The same of a run that was to fail open: a ledger without a place is none that cannot be used for now, and who has no HOME
  /// has the rules of a configuration no more than a ledger.
  var notOpening: Failure {
    guard isOfNoPlace else { return self }
    var failure = self
    failure.message += "; the command was not started"
    failure.hint += "; --fail-open is for a ledger that cannot be used, and here is none"
    return failure
  }

  /// What becomes of a call that could not be settled: its hold stands, and is charged.
  static func hint(unsettled error: GuardError) -> String {
    guard error.isLedgerUnusable else { return error.hint }
    let remedy: String
    if case .ledger(.obstructed(let path, _, let statements)) = error {
      // Its statements may have a semicolon between them.
      remedy = LedgerError.remedy(of: path, by: statements)
    } else {
      remedy = error.hint.split(separator: ";").first.map(String.init) ?? error.hint
    }
    return remedy + "; its hold stays, and the next llmguard charges its estimate in place of what it took"
  }

  /// Runs something that fails with a ledger's error.
  static func ledger<Result>(_ body: () throws(LedgerError) -> Result) throws(Failure) -> Result {
    do throws(LedgerError) { return try body() } catch { throw Failure(error) }
  }

  /// Runs something that fails with the pipeline's error.
  static func pipeline<Result>(_ body: () throws(GuardError) -> Result) throws(Failure) -> Result {
    do throws(GuardError) { return try body() } catch { throw Failure(error) }
  }
}
