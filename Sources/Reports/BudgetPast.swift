import GuardModel
import Ledger

/// What calls wanted of a budget in the windows that have ended.
public struct BudgetPast: Hashable, Sendable {
  /// A window that has ended.
  public struct Ended: Hashable, Sendable {
    /// What was used in it.
    public var posted: Int64
    /// What calls would have taken that the budget refused.
    public var refused: Int64 = 0
    /// How many it refused.
    public var refusals: Int64 = 0
    /// What calls would have taken that another budget refused: where that one is made larger, it is wanted of this one.
    public var refusedElsewhere: Int64 = 0

    /// Makes a window.
    public init(posted: Int64, refused: Int64 = 0, refusals: Int64 = 0, refusedElsewhere: Int64 = 0) {
      (self.posted, self.refused, self.refusals) = (posted, refused, refusals)
      self.refusedElsewhere = refusedElsewhere
    }

    /// What was used, and what was refused.
    var wanted: Int64 { (try? Amount.sum(posted, Amount.sum(refused, refusedElsewhere))) ?? .max }
  }

  /// The windows; those in which everything was refused, by it or by another budget, are among them.
  public var windows: [Ended] = []
  /// The most that was used and held at once in one of them.
  public var peak: Int64 = 0
  /// Calls that went out degraded, in a unit that calls are degraded for.
  public var degraded: Int64 = 0
  /// Calls that it refused.
  public var refused: Int64 = 0

  /// Nothing.
  public init() {}

  /// Reads what calls wanted of some budgets.
  ///
  /// - Parameters:
  ///   - records: the windows that ended in the range.
  ///   - query: the range, and whose calls.
  ///   - untilUnixMs: now; a window that is open then is left out.
  ///   - zone: where the calendar of windows is read.
  public static func of(
    _ budgets: [Budget], _ records: [WindowRecord], _ history: some CallHistory, _ query: HistoryQuery,
    untilUnixMs: Int64, in zone: ZoneOffsets
  ) throws(LedgerError) -> [BudgetKey: BudgetPast] {
    var gatherers: [Gatherer] = []
    var places: [String: [Int]] = [:]
    let byKey = Dictionary(grouping: records, by: \.key)
    for budget in budgets {
      places[budget.key.user, default: []].append(gatherers.count)
      gatherers.append(Gatherer(budget, byKey[budget.key] ?? [], zone, untilUnixMs))
    }
    try history.pastCalls(query) { call in
      for place in places[call.facts.user] ?? [] { gatherers[place].add(call) }
      return true
    }
    return Dictionary(gatherers.map { ($0.budget.key, $0.past) }, uniquingKeysWith: { first, _ in first })
  }

  private struct Gatherer {
    let budget: Budget
    private let zone: ZoneOffsets
    private let untilUnixMs: Int64
    private var windows: [Int64: (window: Window, ended: Ended)] = [:]
    private var starts: [Int64] = []
    /// What calls took and gave back, in the order in which it happened.
    private var moments: [(entry: Int64, window: Int64?, held: Int64, posted: Int64)] = []
    private var degraded: Int64 = 0
    private var refused: Int64 = 0

    init(_ budget: Budget, _ records: [WindowRecord], _ zone: ZoneOffsets, _ untilUnixMs: Int64) {
      (self.budget, self.zone, self.untilUnixMs) = (budget, zone, untilUnixMs)
      for record in records {
        windows[record.window.startUnixMs] = (record.window, Ended(posted: record.posted))
      }
      starts = windows.keys.sorted()
    }

    mutating func add(_ call: PastCall) {
      let key = budget.key
      guard key.operation ?? call.facts.operation == call.facts.operation else { return }
      let amount = call.charge.amount(in: key.unit)
      guard call.usage != nil else {
        if let budget = call.refusedBy {
          let isOwn = budget == key.label
          // Whoever asks again and again while another budget is full wants it once.
          if isOwn || call.facts.attempt <= 1 { refuse(amount, at: call.endedAtUnixMs, isOwn: isOwn) }
        }
        return
      }
      if call.facts.degraded, key.unit != .calls { degraded += 1 }
      let held = (call.held ?? call.charge).amount(in: key.unit)
      let window = start(of: call.arrivedAtUnixMs)
      moments.append((call.entries.lowerBound, window, held, 0))
      moments.append((call.entries.upperBound, window, -held, amount))
    }

    private mutating func refuse(_ amount: Int64, at unixMs: Int64, isOwn: Bool) {
      if isOwn { refused += 1 }
      if start(of: unixMs) == nil, case .calendar = budget.limit.rule {
        // Nothing was used of a window in which everything was refused, and so the ledger does not keep it.
        let window = Window.opening(budget.limit.rule, at: unixMs, in: zone)
        if window.endUnixMs > untilUnixMs { return }
        windows[window.startUnixMs] = (window, Ended(posted: 0))
        starts = windows.keys.sorted()
      }
      guard let start = start(of: unixMs), var ended = windows[start]?.ended else { return }
      let part = isOwn ? \Ended.refused : \Ended.refusedElsewhere
      ended[keyPath: part] = (try? Amount.sum(ended[keyPath: part], amount)) ?? .max
      if isOwn { ended.refusals += 1 }
      windows[start]?.ended = ended
    }

    /// The beginning of the window that an instant lies in.
    private func start(of unixMs: Int64) -> Int64? {
      var (low, high) = (0, starts.count)
      while low < high {
        let middle = (low + high) / 2
        if starts[middle] <= unixMs { low = middle + 1 } else { high = middle }
      }
      guard low > 0, windows[starts[low - 1]]?.window.contains(unixMs) == true else { return nil }
      return starts[low - 1]
    }

    var past: BudgetPast {
      var past = BudgetPast()
      past.windows = windows.sorted { $0.key < $1.key }.map(\.value.ended)
      (past.degraded, past.refused) = (degraded, refused)
      var (held, posted): (Int64, [Int64: Int64]) = (0, [:])
      for moment in moments.sorted(by: { $0.entry < $1.entry }) {
        held = held.addingReportingOverflow(moment.held).overflow ? .max : held + moment.held
        let used = (try? Amount.sum(posted[moment.window ?? .min] ?? 0, moment.posted)) ?? .max
        posted[moment.window ?? .min] = moment.window == nil ? 0 : used
        past.peak = max(past.peak, (try? Amount.sum(max(0, held), used)) ?? .max)
      }
      return past
    }
  }
}
