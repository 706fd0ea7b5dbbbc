import CommandSpec
import Configuration
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard ledger restore`: a backup is put in the ledger's place.
enum LedgerRestoreCommand {
  private static let whileInUse = Flag(
    "--while-in-use", summary: "also where somebody has the ledger open",
    details:
      "A server goes on with the restored ledger within seconds. A run that is under way cannot record its calls any more."
  )

  static let command = Command<CLIHandler>(
    "restore", summary: "Put a backup in the ledger's place, and keep the old one beside it",
    description: [
      "The backup is copied, brought up to date if an older llmguard made it, and verified; only a sound one takes the ledger's "
        + "place, in one step (where a symbolic link stands there, none does): whoever is killed meanwhile leaves the old ledger or the new one, each whole. What stood there "
        + "before keeps a name with the date, such as `ledger.sqlite3.until-20261128T173000Z`; where the disk knows no hard "
        + "links that is a copy, which needs its room. FILE itself stays as it is. `ledger audit` tells of it afterwards.",
      "What calls took since the backup was made counts no more; how many calls that are, and what they took, is said, with "
        + "--dry-run before it is done. Nothing is done while a run or a server has the ledger open "
        + "(--dry-run says so, and tells the rest all the same), unless --while-in-use says so. The keys of `serve` stay as they are: they are in `serve-keys.json` beside the ledger, and in no "
        + "backup.",
    ],
    options: [whileInUse.spec, LedgerCommands.dryRun.spec, SharedOptions.json.spec],
    operands: [OperandSpec("FILE", summary: "the backup", completion: .file)],
    examples: [
      Example("llmguard ledger restore backup.sqlite3 --dry-run", "Is it sound, and from when?"),
      Example("llmguard ledger restore backup.sqlite3", "Go on from there."),
    ],
    exitStatuses: [
      Term("65", "the backup is damaged, or none, or of a newer llmguard"), Term("66", "there is no such file"),
      Term("75", "the ledger is in use"),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = context.settingsIfUsable()
    let (path, backup, isRehearsal) = (
      try context.ledgerPath(), arguments.operands[0], arguments[LedgerCommands.dryRun]
    )
    try check(backup, path)
    // A rehearsal changes nothing, so nobody is in its way.
    let user = isRehearsal && !arguments[whileInUse] ? SQLiteLedger.user(of: path) : nil
    if !arguments[whileInUse], !isRehearsal { try checkIsIdle(path) }
    let zone = context.zone(settings)
    let folder = try place(of: path, isRehearsal: isRehearsal)
    defer { if isRehearsal { try? Folder.removeTree(folder) } }
    let now = context.nowUnixMs
    let old = name(ofOld: path, now)
    var kept: String? = old
    let stays = File.exists(path) ? ", which stays as \(File.name(of: old))" : ""
    let record = StagedLedger.Record(actor: context.actor, nowUnixMs: now) { count in
      "the backup '\(File.name(of: backup))' of \(count) \(count == 1 ? "entry" : "entries") took the place of this ledger\(stays)"
    }
    let staged: StagedLedger
    do throws(LedgerError) {
      staged = try StagedLedger(
        backup, beside: "\(folder)/\(File.name(of: path)).restored", zone: zone, record: record)
    } catch {
      throw notCopied(error, backup, to: folder, isRehearsal: isRehearsal) ?? failure(error, backup)
    }
    if !staged.problems.isEmpty {
      staged.discard()
      var failure = failure(
        .corrupt(path: backup, detail: ""), backup, staged.problems.map { TerminalText.safe("  \($0)") })
      if let remedy = LedgerCommands.remedy(of: staged.problems, backup) {
        failure.message = "the backup '\(backup)' is not sound"
        failure.hint = "the ledger is as it was; \(remedy)"
      }
      throw failure
    }
    let lost = lost(path, since: staged.last?.atUnixMs, zone, lockWaitMs: settings.lockWaitMs)
    if isRehearsal {
      staged.discard()
      if !File.exists(path) { kept = nil }
    } else {
      // Whoever came while the copy was made has it open now.
      if !arguments[whileInUse] { try checkIsIdle(path, { staged.discard() }) }
      do throws(LedgerError) {
        let isKept = try staged.replace(path, keptAs: old, lockDeadlineMs: settings.lockWaitMs)
        // Of one that was lost, its head or its log may be kept alone.
        if !isKept || !File.exists(old) { kept = nil }
      } catch {
        staged.discard()
        throw Failure(error)
      }
    }
    let last = staged.last
    let text: String
    if arguments[SharedOptions.json] {
      text = JSONWriter.pretty([
        "schema": 1, "dry_run": .bool(isRehearsal), "path": .string(path), "backup": .string(backup),
        "entries": .int(last?.sequence ?? 0), "last_entry_at_unix_ms": .int(last?.atUnixMs),
        "in_use": .bool(user != nil),
        "kept": .string(orNull: kept), "lost": lost?.json ?? .null,
      ])
    } else {
      let until = last.map { ", the last one of \(TimeText.rfc3339($0.atUnixMs, in: zone))" } ?? ""
      let entries = Self.entries(last?.sequence ?? 0)
      text =
        "\(TerminalText.safe(backup)) is sound: \(entries)\(until)\n"
        + "it \(isRehearsal ? "would take" : "took") the place of \(TerminalText.safe(path))"
        + (kept.map { ", and the old ledger \(isRehearsal ? "would stay" : "stays") as \(TerminalText.safe($0))" } ?? "")
        + "\n" + (lost?.words(isRehearsal: isRehearsal) ?? "")
    }
    if lost == nil, File.exists(isRehearsal ? path : old) {
      context.say(
        .warning, "the old ledger cannot be read, so what it has that the backup has not cannot be told",
        hint: "calls since the backup's last entry count no more")
    }
    LedgerCommands.tell(staged.additions, isRehearsal ? backup : path, context)
    if let user {
      context.say(
        .note,
        "\(Self.inUse(by: user)): without --dry-run this would be refused",
        hint: "end that first, or give --while-in-use")
    }
    if isRehearsal { try context.print(text) } else { try context.confirm(text, that: "the backup is restored") }
    if !isRehearsal { tellOfMissingKeys(settings, context) }
    return 0
  }

  /// How many entries a backup has, to the last one: whoever replaces a ledger by it compares the two.
  static func entries(_ count: Int64) -> String { "\(HumanNumber.exact(count)) \(count == 1 ? "entry" : "entries")" }

  /// What the ledger has that is later than the backup's last entry; `nil` where there is none, or it cannot be read. It is
  /// only read: an older one is not brought up to date for this.
  private static func lost(
    _ path: String, since lastUnixMs: Int64?, _ zone: ZoneOffsets, lockWaitMs: Int64
  ) -> LostCalls? {
    guard File.isRegular(path),
      let ledger = try? SQLiteLedger(reading: path, zone: zone, busyMs: lockWaitMs),
      let rows = try? ledger.usage(UsageQuery(sinceUnixMs: lastUnixMs.map { min($0, .max - 1) + 1 }))
    else { return nil }
    return LostCalls(sums: rows.first?.sums ?? UsageSums(), sinceUnixMs: lastUnixMs)
  }

  /// Says so where users of a server had keys by this ledger, and none are here: the backup has none.
  private static func tellOfMissingKeys(_ settings: Settings, _ context: Context) {
    guard let keys = try? ServeKeyFile(context).path, !File.exists(keys),
      let ledger = try? context.readingLedger(settings),
      let entries = try? ledger.administration(sinceUnixMs: 0, untilUnixMs: .max, limit: 100_000),
      ServeKey.haveLeftOver(entries.compactMap(\.note))
    else { return }
    context.say(
      .warning, "users of serve had keys by this ledger, and there are none beside it: a backup has no keys in it",
      hint:
        "put the serve-keys.json that was beside it to '\(keys)' (mode 600); else each user needs a new key: 'llmguard serve key "
        + "add USER'")
  }

  /// That there is no copy of the backup, for which the backup can do nothing; `nil` for another error.
  private static func notCopied(
    _ error: LedgerError, _ backup: String, to folder: String, isRehearsal: Bool
  ) -> Failure? {
    let reason: String?
    switch error {
    case .notBackedUp(_, _, true), .diskFull: reason = nil
    case .notBackedUp(_, let why, false): reason = why
    default: return nil
    }
    var failure = Failure(error)
    failure.message =
      "the backup '\(backup)' is not restored: "
      + (reason.map { "its copy in '\(folder)' cannot be made: \($0)" } ?? "no space left for its copy in '\(folder)'")
    let room =
      isRehearsal
      ? "make room there, or let TMPDIR name a folder that has some" : "make room there (or see 'ulimit -f')"
    failure.hint =
      "the ledger is as it was; " + (reason == nil ? room : "see that files can be made there, and try again")
    return failure
  }

  /// What keeps a backup from being restored; the ledger is as it was.
  private static func failure(_ error: LedgerError, _ backup: String, _ details: [String] = []) -> Failure {
    var failure = Failure(error)
    failure.details = details
    failure.hint = "the ledger is as it was; look at an older backup"
    switch error {
    case .corrupt(_, let detail):
      failure.message = "the backup '\(backup)' is damaged" + (detail.isEmpty ? "" : ": \(detail)")
    case .newer: failure.hint = "the ledger is as it was; upgrade llmguard"
    case .notALedger: break
    default: failure.hint = "the ledger is as it was; " + error.hint
    }
    return failure
  }

  private static func check(_ backup: String, _ path: String) throws(Failure) {
    guard File.exists(backup) else {
      throw Failure(
        "there is no backup at '\(backup)'", hint: "'llmguard ledger backup FILE' makes one",
        status: Failure.Status.noInput)
    }
    guard File.isRegular(backup) else {
      throw Failure(
        "'\(backup)' is no file, and so no backup", hint: "name the file that 'llmguard ledger backup' made",
        status: Failure.Status.noInput)
    }
    if let problem = File.problem(reading: backup) {
      throw Failure(
        reading: backup, as: "the backup", problem,
        hint: "let its owner allow you to read it; the ledger is as it was")
    }
    // No llmguard opens a ledger by a link, so one that came to stand there would be no use; and a rename would take the link's place.
    if File.isLink(path) {
      let target = Folder.resolved(path).map { " '\($0)'" } ?? ""
      throw Failure(
        "'\(path)' is a symbolic link, and no ledger is used by one: no backup takes its place",
        hint: "let LLMGUARD_LEDGER name the file itself\(target), or take the link away",
        status: Failure.Status.cannotCreate)
    }
    if File.identity(backup) == File.identity(path) {
      throw Failure(
        "'\(backup)' is the ledger itself", hint: "name a backup of it ('llmguard ledger backup FILE' makes one)",
        status: Failure.Status.usage)
    }
    if File.exists(path), !File.isRegular(path) {
      throw Failure(
        "'\(path)' is no file, so no backup takes its place", hint: "move it away first",
        status: Failure.Status.cannotCreate)
    }
  }

  private static func checkIsIdle(_ path: String, _ clear: () -> Void = {}) throws(Failure) {
    guard let user = SQLiteLedger.user(of: path) else { return }
    clear()
    throw Failure(
      "\(inUse(by: user)), and nothing was changed",
      hint:
        "end that first, or give --while-in-use: a server goes on with the restored ledger, but a run under way can record "
        + "no more of its calls",
      status: Failure.Status.refused)
  }

  private static func inUse(by process: Int32) -> String {
    "the ledger is in use\(process > 0 ? " by process \(process)" : "")"
  }

  /// Where the copy is made: a rename puts it in the ledger's place. A rehearsal changes nothing there.
  private static func place(of path: String, isRehearsal: Bool) throws(Failure) -> String {
    do throws(PosixError) {
      if isRehearsal { return try Folder.makeTemporary(prefix: "llmguard-restore") }
      let folder = File.parent(of: path)
      try Folder.makePrivate(folder, isDurable: true)
      return folder
    } catch {
      throw Failure(
        "cannot make a copy of the backup: \(error)", hint: "the ledger is as it was",
        status: Failure.Status.cannotCreate)
    }
  }

  /// A name that nothing has yet.
  private static func name(ofOld path: String, _ nowUnixMs: Int64) -> String {
    let date = CivilTime.rfc3339(nowUnixMs, in: .utc).filter { $0 != "-" && $0 != ":" }
    let name = "\(path).until-\(date)"
    var number = 1
    func numbered() -> String { number == 1 ? name : "\(name)-\(number)" }
    while ["", "-wal", ".head"].contains(where: { File.exists(numbered() + $0) }) { number += 1 }
    return numbered()
  }
}

/// Calls that a ledger has and the backup in its place has not.
private struct LostCalls {
  let sums: UsageSums
  /// The time of the backup's last entry; `nil` where it has none.
  let sinceUnixMs: Int64?

  /// One line; none where nothing is lost.
  func words(isRehearsal: Bool) -> String {
    if sums.requests == 0 { return "" }
    let parts = [
      (sums.answered, "call"), (sums.refusals, "refused call"), (sums.unmetered, "unmetered request"),
    ].filter { $0.0 > 0 }.map { HumanNumber.counted($0.0, $0.1) }
    return "later than the backup \(sums.requests == 1 ? "is" : "are") \(parts.joined(separator: ", ")) "
      + "(\(HumanNumber.counted(sums.chargeTokens, "token")) charged, \(sums.costBound.words)"
      + "\(HumanNumber.money(microUSD: sums.costMicroUSD))), which "
      + "\(isRehearsal ? "would count" : sums.requests == 1 ? "counts" : "count") no more\n"
  }

  var json: JSONValue {
    [
      "since_unix_ms": .int(sinceUnixMs), "calls": .int(sums.answered), "refused": .int(sums.refusals),
      "unmetered": .int(sums.unmetered), "charge_tokens": .int(sums.chargeTokens),
      "cost_micro_usd": .int(sums.costMicroUSD), "cost_bound": .string(sums.costBound.rawValue),
    ]
  }
}
