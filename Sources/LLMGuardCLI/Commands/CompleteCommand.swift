import CommandSpec
import Configuration
import IntentCache
import Ledger
import Posix

/// `llmguard complete`: live names for the shells' completions.
enum CompleteCommand {
  static let command = Command<CLIHandler>(
    "complete", summary: "Print names for completion",
    operands: [
      OperandSpec(
        "KIND",
        summary: "users, operations, tiers, models, runs, requests, cache-entries, keys, budgets, zones or commands"),
      OperandSpec("WORD", summary: "the words before the cursor", count: .any),
    ],
    isHidden: true,
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let line = arguments.operands.dropFirst()
    switch arguments.operands[0] {
    // What there is whatever the configuration says.
    case "zones": return try offer(Zone.listed, context)
    case "commands": return try offer(HelpCommand.commands(behind: line), context)
    default: break
    }
    let settings = try context.settings()
    let names: [String]
    switch arguments.operands[0] {
    case "keys": names = try ServeKeyFile(context).read().map(\.id)
    case "budgets": names = try budgets(behind: line, settings, context)
    case "tiers": names = Array(settings.tiers.keys)
    case "models": names = settings.priceTable.all.map(\.model)
    case "cache-entries":
      let cache = try CacheCommands.open(context)
      let entries = try CacheCommands.tried { () throws(CacheTrouble) in try cache?.entries(limit: 200) ?? [] }
      names = entries.map { String($0.id) }
    case "requests": names = try JobStore(context).all().map(\.id)
    case "operations":
      let ledger = try context.readingLedger(settings)
      let used = try Failure.ledger { () throws(LedgerError) in try ledger.usage(UsageQuery(groupBy: [.operation])) }
      names = Array(settings.operations.keys) + used.compactMap(\.group.first)
    case "users":
      let ledger = try context.readingLedger(settings)
      names = try Failure.ledger { () throws(LedgerError) in try ledger.users() }.map(\.name) + settings.users.keys
    case "runs":
      let ledger = try context.readingLedger(settings)
      names = try Failure.ledger { () throws(LedgerError) in try ledger.entries(limit: 200) }.compactMap(\.facts?.run)
    default: names = []
    }
    return try offer(names, context)
  }

  private static func offer(_ names: [String], _ context: Context) throws(Failure) -> Int32 {
    try context.print(Set(names).sorted().map { $0 + "\n" }.joined())
    return 0
  }

  /// The budgets of whom a line up to the cursor names, else of whoever asks.
  private static func budgets(
    behind line: ArraySlice<String>, _ settings: Settings, _ context: Context
  ) throws(Failure) -> [String] {
    // Some shells give the words of the last command alone. An operand stands for the one that is being typed.
    let rest = line.drop { !["set", "grant", "lower"].contains($0) } + ["-"]
    guard case .run(_, let parsed)? = try? CommandParser(CommandTree.root).parse(["budget"] + rest) else { return [] }
    let isNamed = parsed.operands.count > 1 && rest.first != "lower"
    let user =
      if let stated = parsed[NamedUser.stated] { stated } else if isNamed { parsed.operands[0] } else {
        try ActingUser.name()
      }
    let ledger = try context.readingLedger(settings)
    return try BudgetOwnCommands.rules(of: user, settings, ledger, operations: []).budgets.map(\.limit.description)
  }
}
