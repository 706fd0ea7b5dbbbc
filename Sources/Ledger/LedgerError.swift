import TextFormats

/// Why the ledger could not do what was asked. Messages name the file and the remedy, never a value from a call.
public enum LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is not a ledger.
  case notALedger(path: String)
  /// The file was written by a newer llmguard.
  case newer(path: String, version: Int64, supported: Int64)
  /// The file or its folder cannot be written.
  case readOnly(path: String)
  /// Another process held the lock for too long.
  case locked(path: String, waitedMs: Int64, holder: String?)
  /// No space is left.
  case diskFull(path: String)
  /// The file is damaged.
  case corrupt(path: String, detail: String)
  /// Something in the file that is none of the ledger's, or not as its format has it, is in the way.
  ///
  /// - Parameters:
  ///   - what: each by its name, without a value from a row.
  ///   - statements: SQL that takes it away, or puts it right.
  case obstructed(path: String, what: String, statements: String)
  /// The file or a folder on the way cannot be opened.
  case cannotOpen(path: String, reason: String)
  /// The file was deleted or replaced by another one while it was in use.
  case replaced(path: String, LedgerReplacement)
  /// A folder stands where the file should be.
  case isFolder(path: String)
  /// No file can be opened any more.
  case noFilesLeft(path: String)
  /// Reading or writing failed.
  case inputOutput(path: String, reason: String)
  /// A copy of it could not be made. The ledger is as it was; where no room is left, it is on the copy's disk.
  case notBackedUp(path: String, reason: String, isFull: Bool)
  /// No memory is left.
  case outOfMemory(path: String)
  /// A sum does not fit.
  case overflow
  /// The calls that were asked for cannot be counted together.
  case sumTooLarge
  /// The hold is not open.
  case unknownHold(HoldID)
  /// The ticket has left the waiting line.
  case unknownTicket(TicketID)

  /// Whether it is the ledger that cannot be used, and not what was asked of it that it cannot do.
  public var isLedgerUnusable: Bool {
    switch self {
    case .notALedger, .newer, .readOnly, .locked, .diskFull, .corrupt, .obstructed, .cannotOpen, .replaced, .isFolder,
      .noFilesLeft, .inputOutput, .outOfMemory:
      true
    case .notBackedUp, .overflow, .sumTooLarge, .unknownHold, .unknownTicket: false
    }
  }

  /// What happened, for a person.
  public var description: String {
    switch self {
    case .notALedger(let path): "'\(path)' is not an llmguard ledger"
    case .newer(let path, let version, let supported):
      "the ledger '\(path)' was written by a newer llmguard (format \(version), this one knows \(supported))"
    case .readOnly(let path): "the ledger '\(path)' cannot be written"
    case .locked(let path, 0, nil): "the ledger '\(path)' is in use by another program"
    case .locked(let path, let waitedMs, let holder):
      "the ledger '\(path)' stayed locked for \(waitedMs / 1000).\(waitedMs % 1000 / 100) s"
        + (holder.map { " by \($0)" } ?? "")
    case .diskFull(let path): "no space left on the disk of the ledger '\(path)'"
    case .corrupt(let path, let detail): "the ledger '\(path)' is damaged: \(detail)"
    case .obstructed(let path, let what, _): "cannot use the ledger '\(path)': \(what)"
    case .cannotOpen(let path, let reason): "cannot open the ledger '\(path)': \(reason)"
    case .replaced(let path, let what): "the ledger '\(path)' was \(what.description)"
    case .isFolder(let path): "the ledger '\(path)' is a folder"
    case .noFilesLeft(let path): "too many open files: the ledger '\(path)' cannot be opened"
    case .inputOutput(let path, let reason): "cannot use the ledger '\(path)': \(reason)"
    case .notBackedUp(let path, _, true): "no space left on the disk of the backup '\(path)'"
    case .notBackedUp(let path, let reason, false): "cannot make the backup '\(path)': \(reason)"
    case .outOfMemory(let path): "out of memory: the ledger '\(path)' cannot be used"
    case .overflow: "an amount is too large for the ledger"
    case .sumTooLarge: "the sum of these calls is too large to be told"
    case .unknownHold(let hold): "hold \(hold) is not open"
    case .unknownTicket(let ticket): "ticket \(ticket) is not in the waiting line"
    }
  }

  /// What to do about it, and that nothing is lost where that is so.
  public var hint: String {
    switch self {
    case .diskFull: remedy + "; nothing was recorded and nothing is lost"
    case .noFilesLeft, .outOfMemory: remedy + "; nothing is lost"
    default: remedy
    }
  }

  /// What the remedy of a damaged ledger says of the command that looks it over.
  public static let verifyTellsMore = "; 'llmguard ledger verify' tells more"

  /// What to do about it. Of a call that goes out all the same, what it costs is lost to the ledger.
  public var remedy: String {
    switch self {
    case .notALedger: "move the file away, or point LLMGUARD_LEDGER at another path; a new ledger is made where none is"
    case .newer:
      "upgrade llmguard, and restart 'llmguard serve' where an older one runs; or point LLMGUARD_LEDGER at another ledger"
    case .readOnly: "make the file and its folder writable for you, or point LLMGUARD_LEDGER at another path"
    case .locked(let path, let waitedMs, nil):
      "see who has it with 'fuser \(path)\(waitedMs == 0 ? "" : ".lock")', end or continue that process, then try again"
    case .locked: "the process may be stopped (see 'ps'): continue it with 'kill -CONT PID' or end it, then try again"
    case .diskFull: "free some space (or see 'ulimit -f')"
    case .corrupt:
      "put a backup in its place ('llmguard ledger restore FILE')\(Self.verifyTellsMore). Without a "
        + "backup move the '.head' file away to go on with what is left, or every file of it where nothing can be read"
    case .obstructed(let path, _, let statements):
      Self.remedy(of: path, by: statements) + "; 'llmguard ledger verify' then tells whether all is well"
    case .cannotOpen, .inputOutput: "check the path and its permissions; 'llmguard ledger path' prints where it is"
    case .replaced(let path, let what): what.hint(path)
    case .isFolder: "point LLMGUARD_LEDGER at a file, or move the folder away: a new ledger is made where nothing is"
    case .noFilesLeft: "let it have more ('ulimit -n 1024' before it; 'LimitNOFILE=' of a service)"
    case .notBackedUp(_, _, let isFull):
      (isFull ? "make room (or see 'ulimit -f'), or name a file on another disk" : "name another file")
        + "; the ledger is as it was"
    case .outOfMemory: "see what 'ulimit -v' and the machine leave"
    case .overflow: "use smaller amounts; nothing was recorded"
    case .sumTooLarge: "ask for fewer calls (--since, --user); 'llmguard usage list' shows which of them is absurd"
    case .unknownHold: "it was settled, voided or recovered before; 'llmguard ledger verify' checks the balances"
    case .unknownTicket: "it has left the line, or was cancelled; run the command again"
    }
  }

  /// How statements that take something out of a ledger's file away, or put something in it right, are carried out.
  public static func remedy(of path: String, by statements: String) -> String {
    let isTakenAway = statements.hasPrefix("DROP ") && !statements.contains("CREATE ")
    return "\(isTakenAway ? "take it away" : "put it right") while no llmguard runs: sqlite3 \(ShellWord.text(path)) "
      + ShellWord.text(statements)
  }
}
