import CommandSpec
import GuardModel
import Ledger
import Posix
import SQLiteLedger

/// `llmguard-bench history`: a ledger with a made-up past, for looking at reports and for measuring them.
///
/// Every call passes the ledger's own doors, at made-up times: budgets are used up, calls are degraded and refused, some are
/// retries and some fail. The same seed makes the same past, but for the day it ends on.
enum HistoryCommand {
  static let calls = Option<Int64>(
    "--calls", metavar: "N", summary: "how many calls", defaultText: "3000",
    read: ValueReader.wholeNumber(1...100_000_000))
  static let days = Option<Int64>(
    "--days", metavar: "N", summary: "over how many days up to now", defaultText: "30",
    read: ValueReader.wholeNumber(1...3650))
  static let seed = Option<Int64>(
    "--seed", metavar: "N", summary: "which past", defaultText: "1", read: ValueReader.wholeNumber(0...Int64.max))

  static let command = Command<BenchHandler>(
    "history", summary: "Make a ledger with a made-up past",
    description: ["On a file system in memory, such as /dev/shm, it takes a tenth of the time."],
    options: [calls.spec, days.spec, seed.spec],
    operands: [OperandSpec("LEDGER", summary: "the file, which must not exist", completion: .file)],
    handler: BenchHandler(run: run))

  static func run(_ arguments: ParsedArguments) throws(BenchFailure) -> Int32 {
    let path = arguments.operands[0]
    if File.exists(path) { throw BenchFailure("'\(path)' exists", hint: "give it a new name") }
    do throws(LedgerError) {
      let ledger = try SQLiteLedger(path: path, zone: .utc)
      let count = arguments[calls] ?? 3000
      let spanMs = (arguments[days] ?? 30) * 86_400_000
      var past = Past(ledger: ledger, seed: UInt64(arguments[seed] ?? 1))
      let start = Clock.unixMs - spanMs
      for index in 0..<count { try past.call(at: start + (spanMs - 1000) / count * index) }
      try past.endDay(at: Clock.unixMs - 1)
    } catch { throw BenchFailure(error.description, hint: error.hint) }
    return 0
  }
}

/// What happens call by call.
private struct Past {
  private let ledger: SQLiteLedger
  private var state: UInt64
  private var number: Int64 = 0
  private var run = ""

  private static let users: [(name: String, weight: Int64, limit: String)] = [
    ("ci-bot", 46, "120k tokens/day"), ("ana", 24, "90k tokens/day"), ("ben", 14, "40k tokens/day"),
    ("nightly", 10, "60k tokens/day"), ("çelik", 6, "20k tokens/day"),
  ]
  private static let operations: [(name: String, program: String, input: Int64, output: Int64)] = [
    ("review", "review.sh", 1800, 500), ("analyze", "analyze.py", 900, 350), ("summarize", "nightly.sh", 600, 220),
    ("autocomplete", "llm", 90, 30), ("release-notes", "notes.sh", 2500, 900),
  ]

  init(ledger: SQLiteLedger, seed: UInt64) {
    self.ledger = ledger
    state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  }

  /// *Source:* splitmix64 by S. Vigna.
  private mutating func random(_ bound: Int64) -> Int64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int64((z ^ (z >> 31)) % UInt64(bound))
  }

  private mutating func pick() -> Int {
    var rest = random(100)
    for (index, user) in Self.users.enumerated() {
      rest -= user.weight
      if rest < 0 { return index }
    }
    return 0
  }

  mutating func call(at startUnixMs: Int64) throws(LedgerError) {
    number += 1
    let hour = startUnixMs / 3_600_000 % 24
    // People sleep; what is left at night is the machines'.
    let person = pick()
    let user = Self.users[hour < 6 && person != 3 ? 0 : person]
    let operation = Self.operations[Int(random(5) * random(5) / 5)]
    let now = min(startUnixMs + random(400_000), Clock.unixMs - 10_000)
    if run.isEmpty || random(4) == 0 { run = String(UInt64(bitPattern: random(.max)), radix: 16) }
    guard case .limit(let limit)? = try? BudgetSpec(user.limit) else { return }
    let budget = Budget(scope: .user(user.name), limit: limit, origin: "tier free")
    let asked = random(3) == 0 ? "gpt-4o-mini" : "gpt-4o"
    var facts = CallFacts(
      user: user.name, tier: user.name == "ci-bot" ? "ci" : "free", operation: operation.name, model: asked, run: run,
      program: operation.program, phase: .ok, estimatedInput: operation.input / 2 + random(operation.input),
      estimatedOutput: operation.output * 2, priceStamp: "built-in 2026-11-24", attempt: random(14) == 0 ? 3 : 1)
    for phase in [Phase.ok, .warn, .soft] {
      facts.phase = phase
      facts.degraded = phase == .soft
      if phase == .soft, asked == "gpt-4o" { (facts.model, facts.requestedModel) = ("gpt-4o-mini", asked) }
      if phase == .soft { facts.estimatedOutput = min(facts.estimatedOutput, 500) }
      let tokens = facts.estimatedInput + facts.estimatedOutput
      let request = ReservationRequest(
        idempotencyKey: "past/\(number)", facts: facts,
        charge: Charge(tokens: tokens, costMicroUSD: cost(facts, tokens)),
        budgets: [budget])
      guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: now) else { continue }
      try end(hold, facts, at: now + 800 + random(9000))
      return
    }
    facts.phase = .hard
    try ledger.recordRefusal(
      Refusal(facts: facts, charge: Charge(tokens: 1000, costMicroUSD: nil), budget: budget.key), nowUnixMs: now)
  }

  private mutating func end(_ hold: HoldID, _ facts: CallFacts, at now: Int64) throws(LedgerError) {
    let fate = random(60)
    if fate == 0 { return try ledger.void(hold, reason: "the provider answered with an error", nowUnixMs: now) }
    let output = min(facts.estimatedOutput, facts.estimatedOutput / 8 + random(facts.estimatedOutput))
    let usage = TokenUsage(
      input: facts.estimatedInput + random(facts.estimatedInput / 8 + 1), output: output,
      exactness: random(5) == 0 ? .estimated : .exact)
    let tokens = usage.input + usage.output
    let charged = facts.attempt > 1 ? tokens * 3 / 2 : tokens
    _ = try ledger.settle(
      hold,
      Settlement(
        usage: usage, charge: Charge(tokens: charged, costMicroUSD: cost(facts, tokens)),
        ending: fate == 1 ? .failed : .complete, surchargeTokens: charged - tokens), nowUnixMs: now)
  }

  private func cost(_ facts: CallFacts, _ tokens: Int64) -> Int64 {
    facts.model == "gpt-4o" ? tokens * 5 : tokens / 3
  }

  mutating func endDay(at now: Int64) throws(LedgerError) {
    _ = try ledger.closeDueWindows(actor: "cron", nowUnixMs: now)
  }
}
