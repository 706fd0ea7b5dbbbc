import GuardModel
import Ledger
import Posix
import SQLite

/// A process that calls the ledger again and again, and says of each settlement when it was acknowledged.
struct LedgerCaller {
  let path: String
  let acknowledged: String
  let seed: Int64
  let calls: Int64
  /// Whether to reserve in separate steps: the control that must be found out.
  let isNaive: Bool

  /// What an acknowledged settlement is known by: one line of the file of acknowledgements.
  struct Acknowledgement: Hashable {
    let entry: Int64
    let run: String
    let tokens: Int64

    init(entry: Int64, run: String, tokens: Int64) { (self.entry, self.run, self.tokens) = (entry, run, tokens) }

    init?(_ line: some StringProtocol) {
      let words = line.split(separator: " ")
      guard words.count == 4, words[3] == ".", let entry = Int64(words[0]), let tokens = Int64(words[2]) else {
        return nil
      }
      self.init(entry: entry, run: String(words[1]), tokens: tokens)
    }

    /// The full stop tells a whole line from one that was cut.
    var line: String { "\(entry) \(run) \(tokens) .\n" }
  }

  func run() throws(BenchFailure) -> Int32 {
    let ledger = try LedgerCommand.open(path)
    var random = SeededRandom(seed: UInt64(bitPattern: seed))
    do {
      let file = try FileDescriptor.open(acknowledged, .append)
      let raw = isNaive ? try Connection(path: path, busyMs: 60_000) : nil
      for number in 0..<calls {
        let name = "\(seed)-\(number)"
        let tokens = Int64.random(in: 1...500, using: &random)
        let user = "user-\(Int.random(in: 0..<3, using: &random))"
        let request = Self.request(name, user: user, tokens: tokens)
        if let raw {
          try Self.reserveNaively(raw, request)
          continue
        }
        guard case .held(let hold, _) = try ledger.reserve(request, nowUnixMs: Clock.unixMs) else { continue }
        let fate = Int.random(in: 0..<10, using: &random)
        if fate == 0 {
          try ledger.void(hold, reason: "the proof gives it back", nowUnixMs: Clock.unixMs)
          continue
        }
        let taken = fate < 3 ? tokens + 50 : tokens
        let receipt = try ledger.settle(hold, Self.settlement(taken), nowUnixMs: Clock.unixMs)
        try file.writeAll(Array(Acknowledgement(entry: receipt.entry, run: name, tokens: taken).line.utf8))
      }
      return 0
    } catch { throw BenchFailure("\(error)") }
  }

  private static let limits: [BudgetLimit] = ["1000B tokens/day", "1000M calls/1000h"].compactMap {
    if case .limit(let limit)? = try? BudgetSpec($0) { limit } else { nil }
  }

  static func request(_ name: String, user: String, tokens: Int64) -> ReservationRequest {
    ReservationRequest(
      idempotencyKey: name,
      facts: CallFacts(
        user: user, tier: "free", operation: "proof", model: "m", run: name, program: "bench", phase: .ok,
        estimatedInput: tokens, estimatedOutput: 0), charge: Charge(tokens: tokens, costMicroUSD: 1),
      budgets: limits.map { Budget(scope: .user(user), limit: $0, origin: "bench") })
  }

  static func settlement(_ tokens: Int64) -> Settlement {
    Settlement(
      usage: TokenUsage(input: tokens, output: 0, exactness: .exact), charge: Charge(tokens: tokens, costMicroUSD: 1),
      ending: .complete)
  }

  /// Takes a charge from a balance and gives it back, each in a transaction of its own, where the real ledger takes it
  /// together with the hold that says so.
  private static func reserveNaively(_ connection: Connection, _ request: ReservationRequest) throws {
    try connection.execute("PRAGMA synchronous = FULL")
    guard let balance = try connection.row("SELECT id, key FROM balance ORDER BY id LIMIT 1") else { return }
    try connection.run(
      "UPDATE balance SET pending = pending + ? WHERE id = ?",
      [.integer(request.charge.tokens), .integer(balance.integer(0))])
    try connection.run(
      "UPDATE balance SET pending = pending - ? WHERE id = ?",
      [.integer(request.charge.tokens), .integer(balance.integer(0))])
  }
}
