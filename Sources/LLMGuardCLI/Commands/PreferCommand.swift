import CommandSpec
import Guard
import GuardModel
import Ledger
import Posix
import TextFormats

/// `llmguard prefer`: what a user's calls give up first.
enum PreferCommand {
  private static let clear = Flag("--clear", summary: "leave it to the configuration again, as - does")

  static let command = Command<CLIHandler>(
    "prefer", summary: "Choose what your calls give up first when a budget is used up",
    description: [
      "In the soft phase a call is degraded. `model`, which holds without a choice, sends it to the next cheaper model, with "
        + "a shorter answer and after a short delay. `length` keeps the model while a shorter answer is enough; `delay` keeps "
        + "model and length while a longer wait is enough. Where that is not enough any more, the usual steps follow. It never "
        + "raises a limit.",
      "Without WORD it prints the choice that holds. `-` and --clear leave it to the configuration again. Where the administrator has "
        + "locked `prefer`, nobody chooses.",
    ],
    options: [SharedOptions.user.spec, clear.spec, SharedOptions.json.spec],
    operands: [
      OperandSpec(
        "WORD", summary: "what to give up first: model, length, delay, or - for what is configured", count: .optional,
        completion: .words(Sacrifice.allCases.map(\.rawValue) + ["-"]))
    ],
    examples: [
      Example("llmguard prefer length", "Rather a shorter answer than another model."),
      Example("llmguard prefer", "What holds for me."),
    ], handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let user = try arguments.user()
    let stated = arguments.operands.first
    if arguments[clear], let stated {
      throw Failure(
        "--clear takes the choice back, so it stands alone", hint: "leave it out to choose '\(stated)'",
        status: Failure.Status.usage)
    }
    let word = stated ?? (arguments[clear] ? "-" : nil)
    let ledger = try word == nil ? context.readingLedger(settings) : context.ledger(settings)
    if let word {
      if let place = settings.lockPlace(of: "prefer") {
        throw Failure(
          "'prefer' is locked by \(place)", hint: "ask whoever keeps the system file",
          status: Failure.Status.configuration)
      }
      let choice = Sacrifice(rawValue: word)
      if choice == nil, word != "-" {
        let known = Sacrifice.allCases.map(\.rawValue)
        let nearest = NearestName.suggestion(for: word, among: known).map { "did you mean '\($0)'? " } ?? ""
        throw Failure(
          "'\(word)' is nothing to give up", hint: nearest + "known: \(known.joined(separator: ", ")), -",
          status: Failure.Status.usage)
      }
      if choice != nil { try UnknownUser.warnOfSlip(user, settings, ledger, context) }
      try Failure.ledger { () throws(LedgerError) in
        try ledger.change(.sacrifice(choice), of: user, actor: context.actor, nowUnixMs: context.nowUnixMs)
      }
    }
    let chosen = try Failure.ledger { () throws(LedgerError) in try ledger.user(user) }?.givesUpFirst
    let holds = settings.sacrifice(chosen)
    let text =
      arguments[SharedOptions.json]
      ? JSONWriter.pretty([
        "schema": 1, "user": .string(user), "prefer": .string(holds.rawValue), "is_own_choice": .bool(chosen != nil),
      ]) : "\(user): \(holds.rawValue) first\(chosen == nil ? ", as configured" : "")\n"
    if word == nil {
      try UnknownNames(settings, ledger, context).warn(ofUser: user)
      try context.print(text)
    } else {
      try context.confirm(text, that: "the choice of \(user) is set", shownBy: "prefer --user \(ShellWord.text(user))")
    }
    return 0
  }
}
