import GuardModel
import Ledger

/// What one run of a script used, as the ledger remembers it.
public struct PastRun: Hashable, Sendable {
  /// What calls used together.
  public struct Use: Hashable, Sendable {
    /// Calls.
    public var calls: Int64 = 0
    /// Charged tokens.
    public var chargeTokens: Int64 = 0
    /// Money, where the price is known.
    public var costMicroUSD: Int64 = 0

    /// Nothing.
    public init() {}

    /// In the unit of a budget.
    public func amount(in unit: BudgetUnit) -> Int64 {
      switch unit {
      case .tokens: chargeTokens
      case .money: costMicroUSD
      case .calls: calls
      }
    }

    mutating func add(_ charge: Charge) {
      calls += 1
      chargeTokens = (try? Amount.sum(chargeTokens, charge.tokens)) ?? .max
      costMicroUSD = (try? Amount.sum(costMicroUSD, charge.costMicroUSD ?? 0)) ?? .max
    }
  }

  /// Its id.
  public var run: String
  /// When its last call ended.
  public var endedAtUnixMs: Int64
  /// What it used.
  public var use = Use()
  /// What it used for each operation.
  public var useByOperation: [String: Use] = [:]
  /// Whether one of its calls was refused or went out degraded: then it would have used something else with more room.
  public var wasHindered = false
  /// Whether nothing of it went out: it was refused, and says nothing of what such a run takes.
  public var wasRefused: Bool { use.calls == 0 }
  /// What its calls held and took, where that is kept.
  var spans: [CallSpan] = []

  /// Makes a run.
  public init(run: String, endedAtUnixMs: Int64) {
    self.run = run
    self.endedAtUnixMs = endedAtUnixMs
  }

  /// The most that it had of a budget at once: what its calls had used so far, and what those under way held. A call goes
  /// out by what it holds, so a run needs that much room, whatever it uses in the end.
  public func peak(of key: BudgetKey) -> Int64 {
    // Each call comes, and goes: the entries stand in the order in which it happened.
    var moments: [(entry: Int64, change: Int64)] = []
    for span in spans where key.operation ?? span.operation == span.operation {
      let (held, posted) = (span.held.amount(in: key.unit), span.posted.amount(in: key.unit))
      moments.append((span.entries.lowerBound, held))
      moments.append((span.entries.upperBound, posted - held))
    }
    var (now, most): (Int64, Int64) = (0, 0)
    for moment in moments.sorted(by: { $0.entry < $1.entry }) {
      now = now.addingReportingOverflow(moment.change).overflow ? .max : now + moment.change
      most = max(most, now)
    }
    return most
  }

  /// What it used of a budget.
  public func amount(of key: BudgetKey) -> Int64 {
    guard let operation = key.operation else { return use.amount(in: key.unit) }
    return useByOperation[operation]?.amount(in: key.unit) ?? 0
  }
}

/// Runs and calls of the past, gathered from a history.
public struct PastUse: Sendable {
  /// The runs in the order of their last calls.
  public private(set) var runs: [PastRun] = []
  /// What single calls used, by operation.
  public private(set) var calls: [String: [PastRun.Use]] = [:]
  /// What each of these held while it was under way.
  public private(set) var holds: [String: [PastRun.Use]] = [:]
  /// Whether each of these went out degraded.
  public private(set) var degraded: [String: [Bool]] = [:]
  private var places: [String: Int] = [:]
  private let keepsSpans: Bool

  /// The most calls of an operation that are kept: the latest ones.
  private static let maximumCalls = 512

  /// Nothing yet.
  ///
  /// - Parameter keepsSpans: whether it is remembered how the calls of each run overlapped.
  public init(keepsSpans: Bool = true) { self.keepsSpans = keepsSpans }

  /// Reads a history.
  public init(
    _ history: some CallHistory, _ query: HistoryQuery, keepsSpans: Bool = true
  ) throws(LedgerError) {
    var use = PastUse(keepsSpans: keepsSpans)
    try history.pastCalls(query) { call in
      use.add(call)
      return true
    }
    use.runs.sort { ($0.endedAtUnixMs, $0.run) < ($1.endedAtUnixMs, $1.run) }
    self = use
  }

  /// Adds a call; calls come in the order they ended.
  public mutating func add(_ call: PastCall) {
    let place: Int
    if let known = places[call.facts.run] {
      place = known
    } else {
      place = runs.count
      places[call.facts.run] = place
      runs.append(PastRun(run: call.facts.run, endedAtUnixMs: call.endedAtUnixMs))
    }
    runs[place].endedAtUnixMs = call.endedAtUnixMs
    if call.usage == nil || call.facts.degraded { runs[place].wasHindered = true }
    guard call.usage != nil else { return }
    runs[place].use.add(call.charge)
    if keepsSpans {
      runs[place].spans.append(
        CallSpan(
          operation: call.facts.operation, held: call.held ?? call.charge, posted: call.charge, entries: call.entries))
    }
    runs[place].useByOperation[call.facts.operation, default: PastRun.Use()].add(call.charge)
    Self.add(Self.use(call.charge), to: &calls[call.facts.operation, default: []])
    Self.add(Self.use(call.held ?? call.charge), to: &holds[call.facts.operation, default: []])
    Self.add(call.facts.degraded, to: &degraded[call.facts.operation, default: []])
  }

  private static func use(_ charge: Charge) -> PastRun.Use {
    var one = PastRun.Use()
    one.add(charge)
    return one
  }

  private static func add<Value>(_ value: Value, to list: inout [Value]) {
    list.append(value)
    if list.count > 2 * maximumCalls { list.removeFirst(maximumCalls) }
  }
}

/// A call of a run: what it held, what it took in the end, and the entries between which it was under way.
struct CallSpan: Hashable, Sendable {
  var operation: String
  var held: Charge
  var posted: Charge
  var entries: ClosedRange<Int64>
}
