import GuardModel
import Ledger

/// What the past says about the next run and about the budgets.
public struct Forecast: Sendable {
  /// A budget, and what is to be expected of it.
  public struct BudgetOutlook: Hashable, Sendable {
    /// As it stands.
    public let state: BudgetState
    /// What the next run takes of it; `nil` without enough history.
    public let nextRun: UseRange?
    /// The most that the next run has of it at once, with what its calls hold while they are under way; `nil` likewise.
    public let peak: UseRange?
    /// Whether nine of ten such runs go through without degradation; `nil` without enough history, unless nothing goes
    /// through by now.
    public let fits: Bool?
    /// When it runs out at the rate that it is used at.
    public let exhaustion: Exhaustion
    /// Since when that rate is looked at; `nil` when no window is open.
    public let sinceUnixMs: Int64?
  }

  /// When a budget runs out.
  public enum Exhaustion: Hashable, Sendable {
    /// It has run out.
    case now
    /// Between these instants, at the rates of this window.
    case between(earliestUnixMs: Int64, expectedUnixMs: Int64, latestUnixMs: Int64?)
    /// Not in this window.
    case notInThisWindow
    /// Too little was used to tell, or in too short a time.
    case unknown
  }

  /// How many more calls of an operation fit.
  public struct OperationOutlook: Hashable, Sendable {
    /// The operation.
    public let operation: String
    /// What calls took of the budget that ends first, as a range: those that went out as they were asked for, where there are
    /// enough of them.
    public let call: UseRange
    /// What they held of it until they had ended, likewise.
    public let hold: UseRange
    /// That budget.
    public let budget: BudgetKey
    /// So many go out as they are asked for, one after the other, when each takes and holds as much as nine of ten did at
    /// most …
    public let atLeast: Int64
    /// … and so many when each takes and holds as much as half of them did.
    public let about: Int64
    /// So many go out degraded after the latter before one is refused, when each takes and holds as much as half of the
    /// degraded ones did; of the others, where too few were degraded.
    public let degraded: Int64
    /// Whether a smaller call still goes out, however cheap it has to be.
    public let hasRoom: Bool
  }

  /// How many runs are known.
  public let runs: Int
  /// How many of them were refused or degraded, wholly or in part: what those used that went out says less.
  public let hinderedRuns: Int
  /// How many of them were refused wholly: they used nothing, and say nothing.
  public let refusedRuns: Int
  /// What the next run takes: charged tokens, money, calls.
  public let next: [BudgetUnit: UseRange]
  /// The budgets that apply.
  public let budgets: [BudgetOutlook]
  /// The operations that were called.
  public let operations: [OperationOutlook]

  /// Looks ahead.
  ///
  /// - Parameters:
  ///   - past: the runs of the script, and all calls of the user by operation.
  ///   - holds: what each of these calls held; what it used where that is not said.
  ///   - degraded: whether each of them went out degraded; none did where that is not said.
  ///   - states: the budgets that apply to the user and the operations.
  ///   - recent: what was used lately of each budget, in equal slices of the time since it counts up to now.
  ///   - since: since when each budget counts; the beginning of its window where it is not said.
  ///   - isOfRuns: whether it is asked what the next run does, and not of the budgets alone.
  ///   - operation: what all calls of the next run are for; `nil` where nobody knows that.
  ///   - nowUnixMs: the ledger's clock.
  public init(
    runs past: [PastRun], calls: [String: [PastRun.Use]], holds: [String: [PastRun.Use]] = [:],
    degraded: [String: [Bool]] = [:], states: [BudgetState], recent: [BudgetKey: [Int64]],
    since: [BudgetKey: Int64] = [:], isOfRuns: Bool = false,
    operation: String? = nil, nowUnixMs: Int64
  ) {
    runs = past.count
    hinderedRuns = past.filter(\.wasHindered).count
    refusedRuns = past.filter(\.wasRefused).count
    let past = past.filter { !$0.wasRefused }
    var next: [BudgetUnit: UseRange] = [:]
    for unit in BudgetUnit.allCases { next[unit] = .next(after: past.map { $0.use.amount(in: unit) }) }
    self.next = next
    budgets = states.map { state in
      let range = UseRange.next(after: past.map { $0.amount(of: state.budget.key) })
      let peak = UseRange.next(after: past.suffix(UseRange.maximumCount).map { $0.peak(of: state.budget.key) })
      let needed = range.map { max($0.p90, peak?.p90 ?? 0) }
      return BudgetOutlook(
        state: state, nextRun: range, peak: peak,
        fits: needed.map { Self.fits($0, state) }
          ?? (isOfRuns && Self.isShut(state, to: operation) ? false : nil),
        exhaustion: Self.exhaustion(
          state, recent[state.budget.key] ?? [], Self.sliceStart(state, since, nowUnixMs), nowUnixMs),
        sinceUnixMs: state.window.map { _ in Self.sliceStart(state, since, nowUnixMs) })
    }
    operations = calls.sorted { $0.key < $1.key }.compactMap { operation, uses in
      Self.outlook(operation, PastCalls(uses, holds[operation] ?? uses, degraded[operation] ?? []), states)
    }
  }

  /// Whether a run of such an amount goes through without degradation.
  static func fits(_ amount: Int64, _ state: BudgetState) -> Bool {
    let used = (try? Amount.sum(state.taken, amount)) ?? .max
    return amount == 0 || state.budget.thresholds.phase(used: used, limit: state.limit) < .soft
  }

  /// Whether not even the smallest call goes through a budget without degradation: no history is needed to tell. Of a budget
  /// of one operation that is so for calls of that one alone.
  private static func isShut(_ state: BudgetState, to operation: String?) -> Bool {
    (state.budget.key.operation == nil || state.budget.key.operation == operation) && !fits(1, state)
  }

  /// Whether the next run fits in every budget; `nil` when nobody can tell.
  public var fits: Bool? {
    if budgets.contains(where: { $0.fits == false }) { return false }
    return budgets.contains { $0.fits == nil } ? nil : true
  }

  /// What calls of an operation took and held: as they were asked for, and degraded.
  private struct PastCalls {
    typealias Calls = [(use: PastRun.Use, hold: PastRun.Use)]
    let asAsked: Calls
    let degraded: Calls

    /// Those of a kind of which there are too few say nothing: then the others stand for them.
    init(_ uses: [PastRun.Use], _ holds: [PastRun.Use], _ degraded: [Bool]) {
      let all = Array(zip(uses, holds)).map { (use: $0.0, hold: $0.1) }
      let isDegraded = degraded.count == all.count ? degraded : [Bool](repeating: false, count: all.count)
      func calls(_ wanted: Bool) -> Calls { zip(all, isDegraded).filter { $0.1 == wanted }.map(\.0) }
      let (plain, cheap) = (calls(false), calls(true))
      asAsked = plain.count < UseRange.minimumCount ? all : plain
      self.degraded = cheap.count < UseRange.minimumCount ? asAsked : cheap
    }

    /// The ranges of what some took and held. Calls of an operation are of many kinds: they come as they came, with no trend.
    static func ranges(_ calls: Calls, in unit: BudgetUnit) -> (use: UseRange, hold: UseRange)? {
      guard let use = UseRange.seen(in: calls.map { $0.use.amount(in: unit) }),
        let hold = UseRange.seen(in: calls.map { $0.hold.amount(in: unit) })
      else { return nil }
      return (use, hold)
    }
  }

  private static func outlook(
    _ operation: String, _ past: PastCalls, _ states: [BudgetState]
  ) -> OperationOutlook? {
    var tightest: (call: UseRange, hold: UseRange, budget: BudgetKey, atLeast: Int64)?
    var (about, hasRoom) = (Int64.max, true)
    let states = states.filter { $0.budget.key.operation ?? operation == operation }
    for state in states {
      guard let (use, hold) = PastCalls.ranges(past.asAsked, in: state.budget.limit.unit) else { return nil }
      if state.room == 0 { hasRoom = false }
      let most = state.most(below: .soft)
      let middle = calls(of: use.p50, holding: hold.p50, from: state.taken, upTo: most)
      about = min(about, middle)
      let atLeast = calls(of: use.p90, holding: hold.p90, from: state.taken, upTo: most)
      if middle == .max || atLeast >= tightest?.atLeast ?? .max { continue }
      tightest = (use, hold, state.budget.key, atLeast)
    }
    guard let tightest else { return nil }
    return OperationOutlook(
      operation: operation, call: tightest.call, hold: tightest.hold, budget: tightest.budget,
      atLeast: min(tightest.atLeast, about), about: about, degraded: degraded(past, after: about, states),
      hasRoom: hasRoom)
  }

  /// How many go out degraded after so many that did as they were asked for, up to where whatever budget is reached first refuses.
  private static func degraded(_ past: PastCalls, after about: Int64, _ states: [BudgetState]) -> Int64 {
    states.map { state in
      let unit = state.budget.limit.unit
      guard let asked = PastCalls.ranges(past.asAsked, in: unit), let cheap = PastCalls.ranges(past.degraded, in: unit)
      else { return 0 }
      let (use, isTooMuch) = asked.use.p50.multipliedReportingOverflow(by: about)
      guard !isTooMuch, let taken = try? Amount.sum(state.taken, use) else { return 0 }
      return calls(of: cheap.use.p50, holding: cheap.hold.p50, from: taken, upTo: state.ceiling)
    }.min() ?? 0
  }

  /// How many calls of an amount go out one after the other: each holds more than that until it has ended, and none goes out that
  /// would be above a limit with what it holds.
  private static func calls(of amount: Int64, holding hold: Int64, from taken: Int64, upTo most: Int64) -> Int64 {
    guard taken <= most, hold <= most - taken else { return 0 }
    guard amount > 0 else { return .max }
    let more = (most - taken - hold) / amount
    return more < .max ? more + 1 : more
  }

  /// The slices in which a window's use is looked at.
  public static let slices = 8

  /// When what is left is used up at the pace so far, and at one standard error of the slices' rates more and less.
  private static func exhaustion(_ state: BudgetState, _ slices: [Int64], _ since: Int64, _ now: Int64) -> Exhaustion {
    if state.remaining == 0 { return .now }
    guard let window = state.window, !slices.isEmpty, now > since else { return .unknown }
    let count = Double(slices.count)
    let sum = slices.reduce(0.0) { $0 + Double($1) }
    let mean = sum / count
    let variance = slices.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / max(1, count - 1)
    let error = sum > 0 ? (variance / count).squareRoot() / mean : 0
    func inWindow(_ instant: Int64?) -> Int64? { instant.flatMap { $0 < window.endUnixMs ? $0 : nil } }
    let instant: (_ factor: Double) -> Int64?
    if case .replenishing(let seconds, _) = state.budget.limit.rule {
      guard sum > 0 else { return .unknown }
      let refill = Double(state.budget.limit.amount) / (Double(seconds) * 1000)
      instant = { factor in
        let rate = sum * factor / Double(now - since) - refill
        guard rate > 0 else { return nil }
        let wait = Double(state.remaining) / rate
        return wait < 4e15 ? now + Int64(wait) : nil
      }
    } else {
      guard let pace = UsePace(of: state, sinceUnixMs: since, nowUnixMs: now) else { return .unknown }
      guard let end = pace.end(of: state.remaining) else { return .notInThisWindow }
      instant = { factor in
        guard factor > 0 else { return nil }
        let wait = Double(end - now) / factor
        return wait < 4e15 ? now + Int64(wait) : nil
      }
    }
    guard let expected = inWindow(instant(1)) else { return .notInThisWindow }
    return .between(
      earliestUnixMs: instant(1 + error) ?? expected, expectedUnixMs: expected,
      latestUnixMs: inWindow(instant(1 - error)))
  }

  /// Since when a budget's rate is looked at: since it counts in its window; for a bucket, the time in which it refills.
  public static func sliceStart(_ state: BudgetState, _ since: [BudgetKey: Int64], _ now: Int64) -> Int64 {
    guard let window = state.window else { return now }
    guard case .replenishing(let seconds, let burst) = state.budget.limit.rule else {
      return since[state.budget.key] ?? window.startUnixMs
    }
    let fill = (try? Amount.scaledUp(burst, by: seconds * 1000, over: state.budget.limit.amount)) ?? .max
    return max(window.startUnixMs, now - max(1000, min(fill, now)))
  }

  /// What was used of budgets in equal slices of the time since they count in their open windows.
  public static func recentUse(
    of states: [BudgetState], since: [BudgetKey: Int64], _ history: some CallHistory, user: String, nowUnixMs now: Int64
  ) throws(LedgerError) -> [BudgetKey: [Int64]] {
    var result: [BudgetKey: [Int64]] = [:]
    let starts = states.filter { $0.window != nil }.map { ($0, sliceStart($0, since, now)) }
    guard let first = starts.map(\.1).min() else { return [:] }
    for (state, start) in starts where start < now {
      result[state.budget.key] = [Int64](repeating: 0, count: slices)
    }
    var query = HistoryQuery()
    query.sinceUnixMs = first
    query.user = user
    try history.pastCalls(query) { call in
      guard call.usage != nil else { return true }
      for (state, start) in starts where call.endedAtUnixMs >= start && start < now {
        if let operation = state.budget.key.operation, operation != call.facts.operation { continue }
        let since = Int128(call.endedAtUnixMs) - Int128(start)
        let slice = min(Int128(slices) - 1, since * Int128(slices) / Int128(now - start))
        let amount = call.charge.amount(in: state.budget.limit.unit)
        let before = result[state.budget.key]?[Int(slice)] ?? 0
        result[state.budget.key]?[Int(slice)] = (try? Amount.sum(before, amount)) ?? .max
      }
      return true
    }
    return result
  }
}
