import CommandSpec
import Configuration
import Ledger
import Posix
import SQLiteLedger
import TextFormats

/// `llmguard budget pause` and `resume`: all calls of a user are refused at once, and let out again.
enum BudgetPauseCommands {
  private static let options = [
    NamedUser.stated.spec, LedgerCommands.reason.spec, LedgerCommands.dryRun.spec, SharedOptions.json.spec,
  ]

  static let pause = Command<CLIHandler>(
    "pause", summary: "Refuse all calls of a user from now on",
    description: [
      "It counts from the user's next call, also in scripts and servers that run already; calls under way end as they would, and "
        + "are charged. Answers from the cache are still given. What nobody can meter is refused, too, where it is plainly a call; "
        + "other requests (files, lists of models) still go out, unless `run --strict`. Budgets, top-ups and limits stay as they are: `llmguard budget resume` lets calls out again by them. Who "
        + "paused whom, and why, stands in `llmguard ledger audit`.",
      "A pause stands in the ledger, as a limit that no call fits into: it stops who forgets and what runs wild, not a user who may "
        + "write the ledger.",
    ],
    options: options, operands: [NamedUser.operand("whose")],
    examples: [Example("llmguard budget pause bob --reason 'runaway loop'", "Stop bob now.")],
    handler: CLIHandler { context, arguments throws(Failure) in try run(context, arguments, isPaused: true) })

  static let resume = Command<CLIHandler>(
    "resume", summary: "Let the calls of a paused user out again",
    options: options, operands: [NamedUser.operand("whose")],
    examples: [Example("llmguard budget resume bob", "By the budgets that bob had before.")],
    handler: CLIHandler { context, arguments throws(Failure) in try run(context, arguments, isPaused: false) })

  private static func run(
    _ context: Context, _ arguments: ParsedArguments, isPaused: Bool
  ) throws(Failure) -> Int32 {
    let user = try arguments.neededUser("budget \(isPaused ? "pause" : "resume")").user
    let isRehearsal = arguments[LedgerCommands.dryRun]
    let settings = context.settingsIfUsable()
    let ledger = try isRehearsal ? context.readingLedger(settings) : context.ledger(settings)
    let changes = try BudgetOwnCommands.known(user, ledger).isPaused != isPaused
    // Whoever only entries tell of was removed, and is known all the same.
    let isNew = try isPaused == changes ? !UnknownUser.hasEntries(user, ledger) : false
    let slip = try isNew ? UnknownUser.hint(user, settings, ledger, context) : nil
    let reason = arguments[LedgerCommands.reason] ?? "no reason given"
    if changes, !isRehearsal {
      try Failure.ledger { () throws(LedgerError) in
        try ledger.change(
          .paused(isPaused, reason: reason), of: user, actor: context.actor, nowUnixMs: context.nowUnixMs)
      }
    }
    let underWay = try Failure.ledger { () throws(LedgerError) in try ledger.holds() }.count { $0.facts.user == user }
    let text: String
    if arguments[SharedOptions.json] {
      text = JSONWriter.pretty([
        "schema": 1, "user": .string(user), "paused": .bool(isPaused), "changed": .bool(changes),
        "dry_run": .bool(isRehearsal), "reason": .string(orNull: changes ? reason : nil),
        "calls_under_way": .int(Int64(underWay)),
      ])
    } else {
      let would = isRehearsal ? "would be " : ""
      let state = isPaused ? "\(would)paused, no call goes out" : "\(would)resumed, calls go out by their budgets"
      let rest =
        underWay == 0 || !isPaused
        ? "" : "; \(underWay) under way \(underWay == 1 ? "ends as it would" : "end as they would")"
      text = "\(user): " + (changes ? state : isPaused ? "paused already" : "not paused") + rest + "\n"
    }
    if isRehearsal || !changes {
      try context.print(text)
    } else {
      try context.confirm(
        text, that: "the calls of \(user) are \(isPaused ? "paused" : "resumed")", shownBy: "ledger audit")
    }
    if let slip {
      context.say(
        .warning, "nobody knows \(user) yet: neither the ledger nor the configuration",
        hint: slip + "'llmguard user list' shows whom the ledger knows"
          + (isPaused ? "; 'llmguard budget resume \(ShellWord.text(user))' takes it back" : ""))
    }
    return 0
  }
}
