import CommandSpec
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard ledger`: the record itself.
enum LedgerCommands {
  static let command = Command<CLIHandler>(
    "ledger", summary: "Verify, back up and compact the ledger",
    description: [
      "The ledger is one SQLite database with three small files beside it: `.lock` (who writes), `.owners` (whose calls are "
        + "alive) and `.head` (the last entry's hash). Entries are never changed; each holds the hash of the one before it."
    ],
    subcommands: [
      Command(
        "verify", summary: "Check the file, the chain, the balances and the sums",
        description: ["Prints what is wrong and where, and exits with 65; prints nothing but `ok` for a sound ledger."],
        options: [SharedOptions.json.spec], handler: CLIHandler(run: verify)),
      Command(
        "backup", summary: "Copy the ledger while it is in use",
        operands: [
          OperandSpec("FILE", summary: "the new file; an existing one is never overwritten", completion: .file)
        ],
        handler: CLIHandler(run: backup)),
      Command(
        "path", summary: "Print where the ledger is",
        handler: CLIHandler { context, _ throws(Failure) in
          try context.print(try context.ledgerPath() + "\n")
          return 0
        }),
      Command("compact", summary: "Give free space back; no entry is removed", handler: CLIHandler(run: compact)),
    ])

  static func verify(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let path = try context.ledgerPath()
    guard File.exists(path) else {
      throw Failure(
        "there is no ledger at '\(path)'", hint: "the first 'llmguard run' makes one", status: Failure.Status.noInput)
    }
    let ledger = try context.ledger(settings)
    let problems = try Failure.ledger { () throws(LedgerError) in try ledger.verify() }
    let lead = try Failure.ledger { () throws(LedgerError) in try ledger.clockLeadMs(over: context.nowUnixMs) }
    if lead > 60_000 {
      context.say(
        .warning, "the ledger's clock is \(HumanNumber.duration(milliseconds: lead)) ahead of this machine's",
        hint: "the clock was set back, or once ran ahead; windows stand still until it has caught up")
    }
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1, "path": .string(path), "clock_lead_ms": .int(lead),
          "problems": .array(problems.map { ["place": .string($0.place), "problem": .string($0.problem)] }),
        ]))
    } else if problems.isEmpty {
      try context.print("ok\n")
    } else {
      try context.print(problems.map { "\($0)\n" }.joined())
    }
    if problems.isEmpty { return 0 }
    context.say(
      .error, "the ledger is damaged",
      hint: "keep this file, and put a backup in its place ('llmguard ledger backup' makes them)")
    return Failure.Status.data
  }

  static func backup(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let ledger = try context.ledger(try context.settings())
    let target = arguments.operands[0]
    try Failure.ledger { () throws(LedgerError) in try ledger.backup(to: target) }
    try context.print("\(target)\n")
    return 0
  }

  static func compact(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let ledger = try context.ledger(try context.settings())
    let (before, after) = try Failure.ledger { () throws(LedgerError) in try ledger.compact() }
    try context.print("\(before) bytes before, \(after) after\n")
    return 0
  }
}
