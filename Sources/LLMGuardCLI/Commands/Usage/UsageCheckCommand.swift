import CommandSpec
import Configuration
import GuardModel
import Ledger
import Reports
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard usage check`: whether what was used stays within an amount.
enum UsageCheckCommand {
  static let maximum = Option<StatedAmount>(
    "--max", metavar: "AMOUNT",
    summary: "the most that may have been used: '$0.50', '20k tokens', '100 calls', or nothing: '0 calls'",
    read: StatedAmount.read)

  /// Exit status of a check that found more than it should.
  static let exceeded: Int32 = 1
  /// Exit status of a check that cannot tell: what is known is within the maximum, and may be more, or beyond it, and may be
  /// less.
  static let unknown: Int32 = 2

  static let command = Command<CLIHandler>(
    "check", summary: "Fail when more was used than it should have been",
    description: [
      "For a pipeline: it prints one line, and ends with 0 when what was used is within --max, else with 1. "
        + "Who is known by the configuration, a budget of their own or a key of `serve` and has not called yet has used "
        + "nothing. Tokens are charged "
        + "(weighted) tokens, as budgets count them. Where the maximum is in money, and what is known to have been spent is within it, calls of unknown price and "
        + "unmetered requests may have cost more: then it ends with 2. So it does where "
        + "what was spent is beyond it at the full price of calls whose discount is unknown."
    ],
    options: [maximum.spec, UsageRange.sinceAny.spec, UsageRange.until.spec]
      + UsageFilter.specs.filter {
        $0.name != UsageFilter.model.spec.name && $0.name != UsageFilter.phase.spec.name
      } + [SharedOptions.json.spec, UsageRange.timezone.spec],
    examples: [
      Example("llmguard usage check --max '$0.50' --since 1h --operation review", "Fail a pipeline that got dearer.")
    ],
    exitStatuses: [
      Term("0", "within the maximum"), Term("1", "more than the maximum"),
      Term("2", "nobody can tell: calls of unknown price or discount, or unmetered ones, against a maximum in money"),
      Term("69", "nobody knows the user that --user names, or the run that --run names"),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    guard let limit = arguments[maximum] else {
      throw Failure("llmguard usage check needs --max", hint: "such as --max '$0.50'", status: Failure.Status.usage)
    }
    let settings = try context.settings()
    let range = try UsageRange(
      arguments, context.zone(settings, named: arguments[UsageRange.timezone]), nowUnixMs: context.nowUnixMs,
      since: UsageRange.sinceAny, defaultMs: nil)
    let ledger = try context.readingLedger(settings)
    try Failure.ledger { () throws(LedgerError) in try ledger.check(.rollup) }
    let names = UnknownNames(settings, ledger, context)
    try UnsettledCalls.tell(
      ledger, range, arguments, operation: try names.operation(arguments[UsageFilter.operation]), context)
    let sums = try sums(arguments, range, ledger, names)
    // A gate for an operation that there never was lets everything through; but it may only not have been called yet.
    if let operation = arguments[UsageFilter.operation], sums.calls == 0 {
      try names.warn(ofOperation: operation)
    }
    let used = amount(sums, limit.unit)
    let isWithin = used <= limit.amount
    if limit.unit == .money, isWithin, sums.callsOfUnknownPrice > 0 {
      throw Failure(
        "the price of \(sums.callsOfUnknownPrice) of \(HumanNumber.counted(sums.calls, "call")) is unknown, so their cost cannot be checked",
        hint: "state the price in the configuration (\(PriceEntry.text())), or check tokens: --max '20k tokens'",
        status: unknown)
    }
    if limit.unit == .money, isWithin, sums.unmetered > 0 {
      throw Failure(
        "\(HumanNumber.counted(sums.unmetered, "request")) went out unmetered, so what was spent cannot be checked",
        hint: "'llmguard usage list' names them; 'llmguard run --strict' refuses such requests, or check tokens alone",
        status: unknown)
    }
    if limit.unit == .money, !isWithin, sums.callsOfUnknownDiscount > 0 {
      throw Failure(
        "a discount of \(sums.callsOfUnknownDiscount) of \(HumanNumber.counted(sums.calls, "call")) is unknown, and without it "
          + "\(HumanNumber.exact(microUSD: used)) of \(HumanNumber.exact(microUSD: limit.amount)) were used, so it cannot be checked",
        hint: "state the price in the configuration (\(PriceEntry.text())), or check tokens: --max '20k tokens'",
        status: unknown)
    }
    // `"$10 calls"` is `0 calls` to whoever has no first argument.
    if limit.amount == 0, !isWithin {
      context.say(
        .note, "the maximum that was given is nothing",
        hint: "if it was to be more: in double quotes the shell takes the $ away; write '$10' in single ones")
    }
    let unmetered =
      sums.unmetered == 0
      ? "" : "; \(sums.unmetered) \(sums.unmetered == 1 ? "request" : "requests") went out unmetered"
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1, "within": .bool(isWithin),
          "unit": .string(limit.unit == .money ? "micro_usd" : limit.unit.rawValue),
          "used": .int(used), "max": .int(limit.amount), "calls": .int(sums.calls), "unmetered": .int(sums.unmetered),
          "cost_bound": .string(sums.costBound.rawValue),
        ]))
    } else {
      let bound = limit.unit == .money ? sums.boundOfCalls.words : ""
      try context.print("\(isWithin ? "ok" : "exceeded"): \(bound)\(words(used, limit, sums.calls))\(unmetered)\n")
    }
    return isWithin ? 0 : exceeded
  }

  /// `$0.12 of $0.50 used by 3 calls`, to the last unit: rounded, what is exceeded may look as if it were not.
  private static func words(_ used: Int64, _ limit: StatedAmount, _ calls: Int64) -> String {
    let by = "used by \(HumanNumber.counted(calls, "call"))"
    switch limit.unit {
    case .tokens: return "\(HumanNumber.exact(used)) of \(HumanNumber.exact(limit.amount)) tokens \(by)"
    case .money: return "\(HumanNumber.exact(microUSD: used)) of \(HumanNumber.exact(microUSD: limit.amount)) \(by)"
    case .calls:
      return "\(HumanNumber.exact(used)) of \(HumanNumber.exact(limit.amount)) call" + (limit.amount == 1 ? "" : "s")
    }
  }

  private static func amount(_ sums: UsageSums, _ unit: BudgetUnit) -> Int64 {
    switch unit {
    case .tokens: sums.chargeTokens
    case .money: sums.costMicroUSD
    case .calls: sums.calls
    }
  }

  private static func sums(
    _ arguments: ParsedArguments, _ range: UsageRange, _ ledger: SQLiteLedger, _ names: UnknownNames
  ) throws(Failure) -> UsageSums {
    // A gate that looks at nobody would let everything through.
    if let user = arguments[UsageFilter.user] { try names.check(user: user) }
    guard let run = arguments[UsageFilter.run] else {
      let query = UsageQuery(
        sinceUnixMs: range.sinceUnixMs, untilUnixMs: range.untilUnixMs, user: arguments[UsageFilter.user],
        operation: try names.operation(arguments[UsageFilter.operation]))
      return try Failure.ledger { () throws(LedgerError) in try ledger.usage(query) }.first?.sums ?? UsageSums()
    }
    if arguments[UsageRange.sinceAny] != nil || arguments[UsageRange.until] != nil
      || arguments[UsageFilter.user] != nil || arguments[UsageFilter.operation] != nil
    {
      throw Failure(
        "--run names all the calls that are checked", hint: "leave the other choices out", status: Failure.Status.usage)
    }
    let report = try RunReport.read(run, from: ledger)
    if report.calls == 0 {
      throw Failure(
        "the ledger knows no run '\(run)'", hint: "LLMGUARD_RUN in a guarded command holds its id",
        status: Failure.Status.unavailable)
    }
    return report.sums
  }
}
