import CommandSpec
import GuardModel
import IntentCache
import Posix
import Terminal
import TextFormats

/// `llmguard cache reject`, `clear` and `prune`.
enum CacheChangeCommands {
  static let undo = Flag("--undo", summary: "let pairs of this entry match again that were rejected")

  static let reject = Command<CLIHandler>(
    "reject", summary: "Say that an answer of an entry was wrong",
    description: [
      "The message of an answer says ID/REQUEST: the entry, and which of the requests that it answered this was. ID alone will "
        + "do where it answered a single one; otherwise it is said which there are, and nothing is rejected.",
      "The request that was answered and the entry's own never match again, whatever their payload. Where the "
        + "two were the same words, the answer itself was wrong or is out of date: the entry is removed, and its answer is "
        + "never given to this very request again. The next call asks anew; what it is answered is kept. `cache stats` counts "
        + "both, a pair of requests once. The call that is then made anew is no retry.",
    ],
    options: [undo.spec, SharedOptions.json.spec],
    operands: [
      OperandSpec(
        "ID", summary: "an entry's number, as 'cache list' shows it, or ID/REQUEST, as the answer's message says",
        completion: .names(kind: "cache-entries"))
    ],
    examples: [
      Example("llmguard cache reject 41/3fa92c", "This answer of entry 41 was not what was asked for.")
    ],
    handler: CLIHandler(run: runReject))

  private static let user = NamedUser.option("remove what this user's calls were answered")

  private static let verdicts = Flag(
    "--verdicts", summary: "forget what was rejected and judged, too; only with everything")

  static let clear = Command<CLIHandler>(
    "clear", summary: "Remove everything that is stored, or single entries",
    description: [
      "Without a number or a user all answers go, whichever of the file's users had them, and all lookups; it is said whose. "
        + "With single entries their lookups go, with a user's also those that nothing answered. What was rejected "
        + "or judged is kept, and how many answers were wrong: what nobody wants to be told again outlives the answers. "
        + "--verdicts forgets that as well. A damaged file is replaced by a new one, and all of it goes. "
        + "Where the disk is full the file is removed as a whole, if it holds no verdicts or --verdicts lets them go.",
      "The file is its account's own, and whoever may write it may clear it: everybody who calls llmguard has one, and a "
        + "server (`llmguard serve`) has one for all its keys.",
    ],
    options: [user.spec, verdicts.spec, CacheCommands.dryRun.spec, SharedOptions.json.spec],
    operands: [
      OperandSpec(
        "ID", summary: "entries to remove; all when none is given", count: .any,
        completion: .names(kind: "cache-entries"))
    ],
    examples: [
      Example("llmguard cache clear --dry-run", "See how much would go, and whose it is."),
      Example("llmguard cache clear --user bob", "Bob leaves: what his calls were answered goes."),
    ], handler: CLIHandler(run: runClear))

  static let prune = Command<CLIHandler>(
    "prune", summary: "Remove answers that are too old to be given in any phase",
    description: [
      "Nothing needs to be pruned by hand: what is least used leaves by itself when room is needed. Many are removed in steps, "
        + "between which others use the cache; what is ended before its end has removed some, and each of them whole."
    ],
    options: [CacheCommands.dryRun.spec, SharedOptions.json.spec], handler: CLIHandler(run: runPrune))

  private static func runReject(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let (id, mark) = try answer(arguments.operands[0])
    guard let cache = try CacheCommands.open(context) else { throw CacheCommands.unknown(id) }
    let now = context.nowUnixMs
    if arguments[undo] {
      if let mark {
        throw Failure(
          "--undo is about all that was rejected of an entry, and not about one request",
          hint: "leave out '/\(mark)'", status: Failure.Status.usage)
      }
      guard let pairs = try CacheCommands.tried({ () throws(CacheTrouble) in try cache.acceptAgain(id) }) else {
        throw CacheCommands.unknown(id)
      }
      let isKept = try CacheCommands.tried { () throws(CacheTrouble) in try cache.entry(id) } != nil
      try say(
        context, arguments,
        isKept && pairs == 0
          ? "no answer of entry \(id) was rejected: nothing is taken back"
          : isKept
            ? "\(pairs) rejected \(pairs == 1 ? "pair" : "pairs") of entry \(id) may match again"
            : "the answer that was entry \(id) is gone; the same one, made anew, is kept again",
        [("accepted_pairs", .int(pairs))])
      return 0
    }
    func reject() throws(Failure) -> IntentCache.Rejection {
      try CacheCommands.tried { () throws(CacheTrouble) in try cache.reject(id, mark: mark, nowUnixMs: now) }
    }
    // A gateway notes what it has answered a moment later, and the last one is meant as likely as any.
    let end = Clock.monotonicNanoseconds + CacheCommands.notedWithinMs * 1_000_000
    try CacheCommands.awaitNoted(context)
    var rejection = try reject()
    while rejection == .unused, Clock.monotonicNanoseconds < end {
      Clock.sleep(ms: 10)
      rejection = try reject()
    }
    switch rejection {
    case .unknown: throw CacheCommands.unknown(id)
    case .several(let answers): throw several(answers, of: id, at: now)
    case .unused:
      if let mark {
        throw Failure(
          "entry \(id) has answered no request \(mark) that could be rejected, or it was rejected already",
          hint: "'llmguard cache reject \(id)' says which there are, or rejects the only one",
          status: Failure.Status.unavailable)
      }
      throw Failure(
        "entry \(id) has answered nothing that could be rejected",
        hint: "'llmguard cache clear \(id)' removes it", status: Failure.Status.unavailable)
    case .removed(let entry):
      try say(
        context, arguments,
        "entry \(id) is removed: its answer to the same request was rejected, and that answer is not given again; the next "
          + "call asks anew, and its answer is kept; 'llmguard cache reject --undo \(id)' lets it be given again",
        [("removed_entry", .int(entry.id))])
    case .pair(let asked, let stored, _):
      try say(
        context, arguments,
        "'\(Announcement.short(asked))' and '\(Announcement.short(stored))' never match again; "
          + "'llmguard cache reject --undo \(id)' takes it back",
        [("rejected", .array([.string(asked), .string(stored)]))])
    }
    return 0
  }

  /// Reads `41` and `41/3fa92c`.
  private static func answer(_ text: String) throws(Failure) -> (id: Int64, mark: String?) {
    guard let slash = text.firstIndex(of: "/") else { return (try CacheCommands.id(text), nil) }
    let mark = text[text.index(after: slash)...].lowercased()
    guard !mark.isEmpty else {
      throw Failure(
        "'\(text)' names no request", hint: "'llmguard cache reject \(text[..<slash])' says which there are",
        status: Failure.Status.usage)
    }
    return (try CacheCommands.id(String(text[..<slash])), mark)
  }

  /// How many answers are named, to choose one.
  private static let mostNamed = 16

  /// That an entry answered several requests, and which.
  private static func several(_ answers: [IntentCache.Given], of id: Int64, at nowUnixMs: Int64) -> Failure {
    var details = answers.prefix(mostNamed).map { given in
      "  \(id)/\(given.mark)  '\(Announcement.short(given.asked))', "
        + "\(HumanNumber.duration(milliseconds: max(0, nowUnixMs - given.atUnixMs))) ago, \(given.tier.rawValue)"
    }
    if answers.count > mostNamed { details.append("  and \(answers.count - mostNamed) before these") }
    return Failure(
      "entry \(id) answered \(answers.count) requests: nothing is rejected until it is said which of them wrongly",
      hint: "name one as it stands there, such as 'llmguard cache reject \(id)/\(answers[0].mark)'",
      details: details, status: Failure.Status.usage)
  }

  private static func say(
    _ context: Context, _ arguments: ParsedArguments, _ text: String, _ members: [(String, JSONValue)],
    isRehearsal: Bool = false
  ) throws(Failure) {
    guard arguments[SharedOptions.json] else { return context.say(.note, text) }
    let object = JSONWriter.pretty(.object(JSONObject([("schema", 1)] + members)))
    if isRehearsal { try context.print(object) } else { try context.confirm(object, that: text) }
  }

  private static func runClear(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let isRehearsal = arguments[CacheCommands.dryRun]
    let path = try context.cachePath()
    if arguments[verdicts], arguments[user] != nil || !arguments.operands.isEmpty {
      throw Failure(
        "--verdicts is about everything that was rejected or judged, and not about one user's answers or single ones",
        hint: "'cache reject --undo ID' takes back what was said of one entry", status: Failure.Status.usage)
    }
    if let user = arguments[user] {
      guard arguments.operands.isEmpty else {
        throw Failure(
          "entries and --user \(user) say two things at once", hint: "give one of them", status: Failure.Status.usage)
      }
      let cache = try CacheCommands.open(context)
      let gone = try CacheCommands.tried { () throws(CacheTrouble) in
        try cache?.remove(user: user, isRehearsal: isRehearsal)
      }
      if !isRehearsal { cache?.shortenLog(to: 0) }
      return try removed(context, arguments, gone?.entries ?? 0, gone?.bytes ?? 0)
    }
    if !arguments.operands.isEmpty { return try clear(entries: arguments.operands, context, arguments) }
    guard File.exists(path) else {
      return try removed(context, arguments, 0, 0)
    }
    let gone: (held: [IntentCache.Held], verdicts: Int64)
    do throws(CacheTrouble) {
      let cache = try IntentCache(path: path)
      if isRehearsal {
        gone = (try cache.held(), try cache.statistics().verdicts)
      } else {
        // Counted as they go: a gateway may keep another answer meanwhile.
        gone = try cache.clear(verdicts: arguments[verdicts])
      }
    } catch {
      if error.kind == .full, !isRehearsal { return try removeFile(path, context, arguments) }
      // Damage inside shows only when it is read.
      guard error.kind == .damaged || error.kind == .newer else { throw CacheCommands.failure(error) }
      if !isRehearsal { try CacheCommands.tried { () throws(CacheTrouble) in try IntentCache.remove(path) } }
      try say(
        context, arguments,
        "the file could not be read as a cache, and \(isRehearsal ? "would be" : "was") removed, with what was rejected or judged",
        [("removed_file", .string(path))], isRehearsal: isRehearsal)
      return 0
    }
    let (entries, bytes) = gone.held.reduce((0, 0)) { ($0.0 + $1.entries, $0.1 + $1.bytes) }
    return try removed(context, arguments, entries, bytes, of: gone.held, verdicts: gone.verdicts)
  }

  /// Makes room on a full disk, where nothing can be changed in the file: it goes as a whole. Verdicts go with it only where
  /// that was asked for. Whoever has it open goes on in a new one.
  private static func removeFile(
    _ path: String, _ context: Context, _ arguments: ParsedArguments
  ) throws(Failure) -> Int32 {
    if !arguments[verdicts] {
      let held: Int64?
      do throws(CacheTrouble) {
        held = try IntentCache(path: path).statistics().verdicts
      } catch { held = nil }
      guard held == 0 else {
        let words = held.map { HumanNumber.counted($0, "verdict") } ?? "whatever verdicts it holds"
        throw Failure(
          "no space is left to clear the cache '\(path)' in its place, and nothing was removed",
          hint: "'llmguard cache clear --verdicts' removes the file itself, which makes room, and with it \(words) "
            + "(what was rejected or judged); or free some space first",
          status: Failure.Status.inputOutput)
      }
    }
    try CacheCommands.tried { () throws(CacheTrouble) in try IntentCache.remove(path) }
    let text = "no space was left to clear the cache in its place, so its file was removed, with all that was in it"
    try say(context, arguments, text, [("removed_file", .string(path))])
    return 0
  }

  private static func clear(
    entries operands: [String], _ context: Context, _ arguments: ParsedArguments
  ) throws(Failure) -> Int32 {
    var ids: [Int64] = []
    for operand in operands { ids.append(try CacheCommands.id(operand)) }
    guard let cache = try CacheCommands.open(context) else { throw CacheCommands.unknown(ids[0]) }
    var (entries, bytes): (Int64, Int64) = (0, 0)
    for id in ids {
      let entry = try CacheCommands.tried { () throws(CacheTrouble) in
        arguments[CacheCommands.dryRun] ? try cache.entry(id)?.entry : try cache.remove(id)
      }
      guard let entry else { throw CacheCommands.unknown(id) }
      (entries, bytes) = (entries + 1, bytes + entry.bytes)
    }
    // What was overwritten in the file stands in its log until that is emptied.
    if !arguments[CacheCommands.dryRun] { cache.shortenLog(to: 0) }
    return try removed(context, arguments, entries, bytes)
  }

  private static func runPrune(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let rules = settings.tiers.values.map(\.cache) + settings.operations.values.map(\.cache)
    // What some operation still gives stays.
    let longest = ([settings.cache.ttlMs] + rules.compactMap(\.ttlMs)).flatMap(\.list).max() ?? 0
    let cache = try CacheCommands.open(context)
    let now = context.nowUnixMs
    var progress: CountProgress?
    defer { progress?.end() }
    let isRehearsal = arguments[CacheCommands.dryRun]
    let gone = try CacheCommands.tried { () throws(CacheTrouble) in
      try cache?.prune(olderThanMs: longest, isRehearsal: isRehearsal, nowUnixMs: now) { done, all in
        var shown =
          progress
          ?? CountProgress(
            "removing", "answers", of: all, isTerminal: context.error.isTerminal && !FullScreen.isDumb,
            isQuiet: context.isQuiet)
        shown.show(done)
        progress = shown
      }
    }
    progress?.end()
    return try removed(context, arguments, gone?.entries ?? 0, gone?.bytes ?? 0)
  }

  /// The most users who are named by themselves.
  private static let mostUsersNamed = 3

  /// `of ana (12), ben (3) and 2 others`; nothing where there are no answers.
  private static func whose(_ held: [IntentCache.Held]) -> String {
    if held.count < 2 { return held.first.map { " of \(TerminalText.safe($0.user))" } ?? "" }
    let named = held.prefix(held.count == mostUsersNamed + 1 ? held.count : mostUsersNamed)
    var words = named.map { "\(TerminalText.safe($0.user)) (\(HumanNumber.count($0.entries)))" }
    if named.count < held.count { words.append("\(held.count - named.count) others") }
    let last = words.removeLast()
    return " of " + words.joined(separator: ", ") + " and " + last
  }

  /// - Parameters:
  ///   - held: whose they were, where all of them are concerned.
  ///   - verdicts: how many were there, where all of them are concerned.
  private static func removed(
    _ context: Context, _ arguments: ParsedArguments, _ entries: Int64, _ bytes: Int64,
    of held: [IntentCache.Held]? = nil,
    verdicts: Int64? = nil
  ) throws(Failure) -> Int32 {
    let isRehearsal = arguments[CacheCommands.dryRun]
    var text = "\(HumanNumber.counted(entries, "answer"))\(whose(held ?? [])) (\(CacheCommands.bytes(bytes)))"
    var members: [(String, JSONValue)] = [("entries", .int(entries)), ("bytes", .int(bytes))]
    if let held {
      let users = held.map { one -> JSONValue in
        ["user": .string(one.user), "entries": .int(one.entries), "bytes": .int(one.bytes)]
      }
      members.append(("users", .array(users)))
    }
    let said = HumanNumber.counted(verdicts ?? 0, "verdict")
    let areRemoved = verdicts != nil && arguments[Self.verdicts]
    if areRemoved { text += " and \(said)" }
    text += isRehearsal ? " would be removed" : " removed"
    if let verdicts {
      if verdicts > 0, !areRemoved {
        text +=
          "; \(said) (what was rejected or judged) \(isRehearsal ? "would stay" : verdicts == 1 ? "stays" : "stay")"
          + ": --verdicts removes \(verdicts == 1 ? "it" : "them"), too"
      }
      members += [
        ("verdicts_removed", .int(areRemoved ? verdicts : 0)), ("verdicts_kept", .int(areRemoved ? 0 : verdicts)),
      ]
    }
    try say(context, arguments, text, members + [("dry_run", .bool(isRehearsal))], isRehearsal: isRehearsal)
    return 0
  }
}
