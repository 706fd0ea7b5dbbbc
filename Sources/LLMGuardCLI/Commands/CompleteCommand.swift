import CommandSpec
import IntentCache
import Ledger

/// `llmguard complete`: live names for the shells' completions.
enum CompleteCommand {
  static let command = Command<CLIHandler>(
    "complete", summary: "Print names for completion",
    operands: [OperandSpec("KIND", summary: "users, operations, tiers, models, runs, requests or cache-entries")],
    isHidden: true,
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let names: [String]
    switch arguments.operands[0] {
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
    try context.print(Set(names).sorted().map { $0 + "\n" }.joined())
    return 0
  }
}
