import CommandSpec
import Configuration
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard ledger`: the record itself.
enum LedgerCommands {
  static let reason = Option<String>("--reason", metavar: "TEXT", summary: "why, for the audit")
  static let dryRun = Flag("--dry-run", summary: "print what would happen, and change nothing")

  static let command = Command<CLIHandler>(
    "ledger", summary: "Verify, back up, restore and compact the ledger",
    description: [
      "The ledger is one SQLite database with three small files beside it: `.lock` (who writes), `.owners` (whose calls are "
        + "alive) and `.head` (the last entry's hash). Entries are never changed; each holds the hash of the one before it."
    ],
    subcommands: [
      LedgerAuditCommand.command,
      Command(
        "verify", summary: "Check the file, the chain, the balances and the sums",
        description: [
          "Prints what is wrong and where, and exits with 65; prints nothing but `ok` for a sound ledger.",
          "FILE is only read: of one that an older llmguard made, or beside which a log or a lock stands, a copy for a while is "
            + "looked over; TMPDIR says where.",
          "On one of the ledger's tables a trigger that somebody put there, and an index that is unique or has an expression, a WHERE "
            + "or a COLLATE, can change what is booked or keep it from being booked: with one of these the ledger is not sound. "
            + "Tables, views and indexes of columns alone do no harm, and are told in passing. Each is named with the statement "
            + "that takes it away. So is a trigger or an index of "
            + "the ledger's own that is missing, or another one, with the statement that puts it right.",
        ],
        options: [SharedOptions.json.spec],
        operands: [
          OperandSpec(
            "FILE", summary: "a backup, in place of the ledger in use", count: .optional, completion: .file)
        ],
        examples: [Example("llmguard ledger verify backup.sqlite3", "Is it a sound backup?")],
        handler: CLIHandler(run: verify)),
      Command(
        "backup", summary: "Copy the ledger while it is in use",
        description: [
          "The copy is whole, whoever writes meanwhile; until it is, it stands as `FILE.part`. Not in it are the configuration "
            + "and `serve-keys.json` beside the ledger, by which `serve` knows its users: copy them as well, or every user needs a "
            + "new key on another machine. Where there are keys, that is said."
        ],
        options: [SharedOptions.json.spec],
        operands: [
          OperandSpec("FILE", summary: "the new file; an existing one is never overwritten", completion: .file)
        ],
        examples: [Example("llmguard ledger backup monday.sqlite3", "In use or not.")],
        handler: CLIHandler(run: backup)),
      LedgerRestoreCommand.command,
      Command(
        "path", summary: "Print where the ledger is",
        handler: CLIHandler { context, _ throws(Failure) in
          try context.print(context.line(of: try context.ledgerPath()))
          return 0
        }),
      Command(
        "compact", summary: "Give free space back; no entry is removed",
        description: [
          "The whole file is written anew, so the disk must have room for it twice more. Calls wait meanwhile, and those that "
            + "wait for longer than `lock_wait` are refused: a million entries take seconds. Little of a ledger is ever free."
        ],
        options: [SharedOptions.json.spec],
        handler: CLIHandler(run: compact)),
      Command(
        "repair-clock", summary: "Set the ledger's clock back to this machine's",
        description: [
          "The ledger's clock never runs backwards, so that setting the machine's clock back frees no budget. After the "
            + "machine's clock once ran ahead, the ledger's therefore stays there and windows stand still until it is "
            + "caught up with; this is the remedy. Make sure first that this machine's clock is right.",
          "Whatever lasts for a while (rolling windows, replenishing budgets, top-ups, remembered retries) keeps the time "
            + "it has left. Today's windows go on where they stood; what was used in windows still to come counts when "
            + "they come. The change is recorded with who made it.",
        ],
        options: [reason.spec, dryRun.spec, SharedOptions.json.spec],
        examples: [Example("llmguard ledger repair-clock --dry-run", "See how far it is ahead; change nothing.")],
        handler: CLIHandler(run: repairClock)),
    ])

  static func verify(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let own = try? context.ledgerPath()
    if let file = arguments.operands.first { try checkIsFile(file) }
    let context = arguments.operands.first.map(context.reading(ledger:)) ?? context
    let settings = context.settingsIfUsable()
    let path = try existingPath(context)
    // Opened, it would become one. Of a ledger that was emptied the file beside it knows.
    if context.namesLedger, !File.exists(path + ".head"), SQLiteLedger.isNone(path) {
      throw Failure(
        LedgerError.notALedger(path: path).description,
        hint: "a backup that was cut short is an empty file; this one is as it was", status: Failure.Status.data)
    }
    let (problems, additions): ([LedgerProblem], [LedgerProblem])
    let lead: Int64
    do throws(Failure) {
      // A ledger that is opened is written to, and files stand beside it: that is for the one in use alone.
      let isAnother = context.namesLedger && own.map(File.identity) != File.identity(path)
      let isBesideFiles = [".lock", "-wal"].contains { File.exists(path + $0) }
      if isAnother && isBesideFiles && File.isRegular(path) && SQLiteLedger.canWrite(path)
        || (context.namesLedger || !SQLiteLedger.canWrite(path)) && SQLiteLedger.isOlder(path)
      {
        (problems, additions, lead) = try lookAtCopy(of: path, settings, context)
      } else {
        let ledger = try context.readingLedger(settings, mayHaveLost: true)
        problems = try Failure.ledger { () throws(LedgerError) in try ledger.verify() }
        // Of a damaged file it may be told no more.
        additions = (try? ledger.additions()) ?? []
        lead = problems.isEmpty ? try context.warnOfClockAhead(ledger) : (try? context.warnOfClockAhead(ledger)) ?? 0
      }
    } catch {
      // Its usual remedy is this command.
      guard error.hint.contains(LedgerError.verifyTellsMore) else { throw error }
      var failure = error
      failure.hint =
        context.namesLedger ? verifyHint(context) : error.hint.replacing(LedgerError.verifyTellsMore, with: "")
      throw failure
    }
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1, "path": .string(path), "clock_lead_ms": .int(lead),
          "problems": .array(problems.map(json)), "additions": .array(additions.map(json)),
        ]))
    } else if problems.isEmpty {
      try context.print("ok\n")
    } else {
      try context.print(problems.map { "\(TerminalText.safe("\($0)"))\n" }.joined())
    }
    tell(additions, path, context, beside: problems)
    if problems.isEmpty { return 0 }
    if let remedy = remedy(of: problems, path) {
      context.say(.error, "the ledger is not sound", hint: remedy)
    } else {
      let isCut = !context.namesLedger && problems.contains { $0.place == SQLiteLedger.placeOfLoss }
      context.say(
        .error, "the ledger is damaged",
        hint: verifyHint(context)
          + (isCut ? ". Without a backup move the '.head' file away to go on with what is left" : ""))
    }
    return Failure.Status.data
  }

  /// Fails where what is to be looked over is none that could be read.
  private static func checkIsFile(_ file: String) throws(Failure) {
    if file.isEmpty {
      throw Failure("there is no ledger at ''", hint: "name a backup that is there", status: Failure.Status.noInput)
    }
    if File.exists(file), !File.isRegular(file) {
      throw Failure(
        "'\(file)' is no file, and so no ledger", hint: "name a file that 'llmguard ledger backup' made",
        status: Failure.Status.noInput)
    }
    if File.exists(file), let problem = File.problem(reading: file) {
      throw Failure(reading: file, as: "the backup", problem, hint: "let its owner allow you to read it")
    }
  }

  /// Looks over one that stays as it is: a copy of it is opened, and brought up to date.
  private static func lookAtCopy(
    of path: String, _ settings: Settings, _ context: Context
  ) throws(Failure) -> ([LedgerProblem], [LedgerProblem], leadMs: Int64) {
    let staged: StagedLedger
    do throws(LedgerError) {
      let folder: String
      do throws(PosixError) { folder = try Folder.makeTemporary(prefix: "llmguard-verify") } catch {
        throw LedgerError.notBackedUp(path: "copy of \(path)", reason: error.reason, isFull: error.isFull)
      }
      defer { try? Folder.removeTree(folder) }
      staged = try StagedLedger(path, beside: folder + "/ledger.sqlite3", zone: context.zone(settings), hasHead: true)
      staged.discard()
    } catch {
      guard case .notBackedUp(_, let reason, _) = error else { throw Failure(error) }
      throw Failure(
        "'\(path)' cannot be copied to be looked at: \(reason)",
        hint: "make room, or let TMPDIR name a folder that has some; the file is as it was",
        status: Failure.Status.cannotCreate)
    }
    // What its .head file said is in the problems: read again here, it would know what was booked since the copy was made.
    let leadMs = max(0, staged.clockUnixMs - context.nowUnixMs)
    context.warnOfClock(aheadByMs: leadMs)
    return (staged.problems, staged.additions, leadMs)
  }

  private static func json(_ problem: LedgerProblem) -> JSONValue {
    [
      "place": .string(problem.place), "problem": .string(problem.problem), "remedy": .string(orNull: problem.remedy),
    ]
  }

  /// What takes away, or puts right, all that is wrong with a ledger's file; `nil` where statements do not do that.
  static func remedy(of problems: [LedgerProblem], _ path: String) -> String? {
    let statements = problems.compactMap(\.remedy)
    guard statements.count == problems.count, !statements.isEmpty else { return nil }
    return LedgerError.remedy(of: path, by: statements.joined(separator: "; "))
  }

  /// Says what a ledger's file has beyond a ledger.
  ///
  /// - Parameter problems: what is wrong with it.
  static func tell(
    _ additions: [LedgerProblem], _ path: String, _ context: Context, beside problems: [LedgerProblem] = []
  ) {
    guard let remedy = remedy(of: additions, path) else { return }
    context.say(
      .note, additions.map { TerminalText.safe("\($0)") }.joined(separator: "; "),
      hint: SQLiteLedger.lacksTable(problems)
        ? "it may be what is missing, renamed: then give it its name back (ALTER TABLE … RENAME TO …)"
        : "a newer llmguard may need its name for itself; to \(remedy)")
  }

  private static func verifyHint(_ context: Context) -> String {
    context.namesLedger
      ? "it is no good as a backup: look at an older one"
      : "put a backup in its place: 'llmguard ledger restore FILE' keeps this one beside it"
  }

  /// Where the ledger is.
  ///
  /// - Throws: that there is none. Nor is one made here: a backup of it would look like one of the ledger that is missed.
  private static func existingPath(_ context: Context) throws(Failure) -> String {
    let path = try context.ledgerPath()
    if context.isMissing(path) {
      try checkIsNotLost(path, context)
      throw Failure(
        "there is no ledger at '\(path)'",
        hint: context.namesLedger ? "name a backup that is there" : "the first 'llmguard run' makes one",
        status: Failure.Status.noInput)
    }
    return path
  }

  /// Throws where a ledger was and is no more: one that is made in its place would lack what is known to have been in it.
  static func checkIsNotLost(_ path: String, _ context: Context) throws(Failure) {
    guard context.isMissing(path), let entry = SQLiteLedger.lastEntryKnown(besideLost: path) else { return }
    throw Failure(
      "the ledger '\(path)' is lost: its .head file knows entry \(entry)", hint: remedy(ofLost: path),
      status: Failure.Status.data)
  }

  /// What to do where a ledger was and is no more: its log and its head belong to it, and go with it.
  static func remedy(ofLost path: String) -> String {
    "put a backup in its place ('llmguard ledger restore FILE'); without one, move what is left of it ('\(path)*') away: the next "
      + "run then begins a new ledger, whose budgets count from zero"
  }

  private static func existingLedger(_ context: Context, _ settings: Settings) throws(Failure) -> SQLiteLedger {
    _ = try existingPath(context)
    return try context.ledger(settings)
  }

  static func repairClock(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = context.settingsIfUsable()
    let ledger = try existingLedger(context, settings)
    let now = context.nowUnixMs
    let isDryRun = arguments[dryRun]
    let leadMs = try Failure.ledger { () throws(LedgerError) -> Int64? in
      if isDryRun { return try ledger.clockLeadMs(over: now) }
      return try ledger.repairClock(
        reason: arguments[reason] ?? "no reason given", actor: context.actor, nowUnixMs: now)
    }
    if arguments[SharedOptions.json] {
      let text = JSONWriter.pretty([
        "schema": 1, "dry_run": .bool(isDryRun), "moved_back_ms": .int(leadMs ?? 0), "clock_unix_ms": .int(now),
      ])
      try context.confirm(text, that: "the ledger's clock is \(isDryRun ? "not touched" : "set back")")
    } else if let leadMs, leadMs > 0 {
      let text =
        "the ledger's clock \(isDryRun ? "would go" : "went") back by \(HumanNumber.duration(milliseconds: leadMs)) "
        + "to \(TimeText.rfc3339(now, in: context.zone(settings)))\n"
      if isDryRun {
        try context.print(text)
      } else {
        try context.confirm(text, that: "the ledger's clock is set back", shownBy: "ledger audit")
      }
    } else {
      try context.print("the ledger's clock is not ahead\n")
    }
    return 0
  }

  static func backup(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = context.settingsIfUsable()
    let path = try existingPath(context)
    // Of a disk that nobody can write to any more, for its errors, a backup is wanted all the more.
    let ledger = try SQLiteLedger.canWrite(path) ? context.ledger(settings) : context.readingLedger(settings)
    let target = arguments.operands[0]
    if target == "-" {
      throw Failure(
        "a backup goes to a file, not to standard output", hint: "name the file; one that is called '-' is './-'",
        status: Failure.Status.usage)
    }
    if File.exists(target) {
      throw Failure(
        "'\(target)' exists already, and a backup overwrites nothing", hint: "give a name that is not taken",
        status: Failure.Status.cannotCreate)
    }
    if let problem = GrowingFile.problem(at: target) {
      throw Failure(writing: target, "FILE", problem, remains: "the ledger is as it was")
    }
    try Failure.ledger { () throws(LedgerError) in try ledger.backup(to: target) }
    try context.confirm(
      arguments[SharedOptions.json]
        ? JSONWriter.pretty(["schema": 1, "path": .string(target), "ledger": .string(path)])
        : context.line(of: target), that: "the backup '\(target)' is made")
    let keys = try ServeKeyFile(context).path
    if File.exists(keys) {
      context.say(
        .note, "the keys of serve are not in it: they stand in '\(keys)'",
        hint:
          "keep a copy of that file, too: cp -p \(ShellWord.text(keys)) \(ShellWord.text(target + ".serve-keys.json"))")
    }
    return 0
  }

  static func compact(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let ledger = try existingLedger(context, context.settingsIfUsable())
    let (before, after) = try Failure.ledger { () throws(LedgerError) in try ledger.compact() }
    try context.confirm(
      arguments[SharedOptions.json]
        ? JSONWriter.pretty(["schema": 1, "bytes_before": .int(before), "bytes_after": .int(after)])
        : "\(before) bytes before, \(after) after\n", that: "the ledger is compacted")
    return 0
  }
}
