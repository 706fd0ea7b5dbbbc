import GuardModel
import Ledger

/// The numbers that predict trouble, read from a ledger.
public struct Metrics: Sendable {
  /// All of them, in the order of the manual.
  public let all: [Metric]
  /// Users who called or were refused in the range.
  public let users: Int
  /// Times between a reset and the next call, in milliseconds.
  public let resetToCall: Distribution
  /// The latest calls of the range: how well they were estimated, and how long they waited.
  let sizes: SizeSummary
  /// The sums of the range.
  public let sums: UsageSums

  /// What is defined, in the order of the manual.
  public static let definitions: [Metric.Definition] = [
    .exhaustion, .retryAfterWarning, .retry, .tokensPerCall, .cached, .pentUp, .refusals, .softSpend, .inputError,
    .estimateUse, .overrun, .queueWaitHalf, .queueWaitMost, .unmetered,
    .recoveries, .givenBack, .callsTotal, .cachedTotal, .refusalsTotal, .chargeTotal, .costTotal, .unknownCostTotal,
    .costAtMostTotal, .costAboutTotal, .unmeteredTotal, .userChargeTotal, .userCostTotal, .userRefusalsTotal,
  ]

  /// How many of the latest calls are looked at for how well they were estimated, at most.
  public static let mostSizes = 20_000

  /// Reads a range of a ledger.
  ///
  /// - Parameter user: only this user; `nil` for everybody.
  /// - Throws: `LedgerError`, and `.overflow` when a sum does not fit.
  public init(
    of ledger: any Ledger, sinceUnixMs: Int64, untilUnixMs: Int64, user: String? = nil
  ) throws(LedgerError) {
    let range = UsageQuery(sinceUnixMs: sinceUnixMs, untilUnixMs: untilUnixMs, user: user)
    func usage(_ groups: [UsageDimension]) throws(LedgerError) -> [UsageRow] {
      var query = range
      query.groupBy = groups
      return try ledger.usage(query)
    }
    let people = try usage([.user, .phase, .quarterHour])
    let (sums, byPhase) = try Self.sums(people)
    let refused = try ledger.refusals(sinceUnixMs: sinceUnixMs, untilUnixMs: untilUnixMs).filter {
      user ?? $0.user == $0.user
    }
    let byBudget = Set(refused.filter(\.isByBudget).map(\.user))
    let byPolicy = Set(refused.filter { !$0.isByBudget }.map(\.user))
    let active = Set(people.filter { $0.sums.asked > 0 }.map { $0.group[0] })
    let soft = Set(people.filter { $0.group[1] == Phase.soft.rawValue && $0.sums.calls > 0 }.map { $0.group[0] })
    let gaps = try PentUpDemand(
      people: people, refusedByBudget: byBudget,
      mixed: Self.quarters(people, of: byBudget.intersection(byPolicy), in: ledger)
    ).gaps(in: ledger, sinceUnixMs: sinceUnixMs, untilUnixMs: untilUnixMs)
    resetToCall = Distribution(gaps)
    sizes = SizeSummary(try ledger.sizes(range, limit: Self.mostSizes))
    users = active.count
    self.sums = sums
    let warned = (byPhase[.warn]?.calls ?? 0) + (byPhase[.soft]?.calls ?? 0)
    let retriedAfterWarning = (byPhase[.warn]?.retries ?? 0) + (byPhase[.soft]?.retries ?? 0)
    // Whose llmguard was killed is not kept apart.
    let recoveries = user == nil ? try ledger.recoveries(sinceUnixMs: sinceUnixMs, untilUnixMs: untilUnixMs) : nil
    let everByUser = try ledger.usage(UsageQuery(user: user, groupBy: [.user]))
    var ever = UsageSums()
    for row in everByUser {
      do throws(AmountOverflow) { try ever.add(row.sums) } catch { throw .overflow }
    }

    func one(_ definition: Metric.Definition, _ value: FixedPoint?) -> Metric {
      Metric(definition: definition, samples: value.map { [Metric.Sample([], $0)] } ?? [])
    }
    all = [
      one(.exhaustion, FixedPoint(share: Int64(soft.union(byBudget).count), of: Int64(active.count))),
      one(.retryAfterWarning, FixedPoint(share: retriedAfterWarning, of: warned)),
      one(.retry, FixedPoint(share: sums.retries, of: sums.calls)),
      Metric(definition: .tokensPerCall, samples: try Self.tokensPerCall(usage([.operation]))),
      one(.cached, FixedPoint(share: sums.cached, of: sums.answered)),
      one(.pentUp, Self.seconds(resetToCall.percentile(50))),
      one(.refusals, FixedPoint(share: sums.refusals, of: sums.requests)),
      one(.softSpend, FixedPoint(share: byPhase[.soft]?.chargeTokens ?? 0, of: sums.chargeTokens)),
      one(.inputError, sizes.medianInputError), one(.estimateUse, sizes.medianUse),
      one(.overrun, FixedPoint(share: sums.overrunTokens, of: sums.chargeTokens)),
      one(.queueWaitHalf, Self.seconds(sizes.waits.percentile(50))),
      one(.queueWaitMost, Self.seconds(sizes.waits.percentile(95))),
      one(.unmetered, FixedPoint(share: sums.unmetered, of: sums.sent)),
      one(.recoveries, recoveries.map { FixedPoint($0) }),
      one(.givenBack, FixedPoint(try ledger.callsOfNothing(range))), one(.callsTotal, FixedPoint(ever.calls)),
      one(.cachedTotal, FixedPoint(ever.cached)),
      one(.refusalsTotal, FixedPoint(ever.refusals)), one(.chargeTotal, FixedPoint(ever.chargeTokens)),
      one(.costTotal, FixedPoint(millionths: ever.costMicroUSD)),
      one(.unknownCostTotal, FixedPoint(ever.callsOfUnknownCost)),
      one(.costAtMostTotal, FixedPoint(ever.callsOfCostAtMost)),
      one(.costAboutTotal, FixedPoint(ever.callsOfCostAbout)),
      one(.unmeteredTotal, FixedPoint(ever.unmetered)),
      Self.byUser(.userChargeTotal, everByUser) { FixedPoint($0.chargeTokens) },
      Self.byUser(.userCostTotal, everByUser) { FixedPoint(millionths: $0.costMicroUSD) },
      Self.byUser(.userRefusalsTotal, everByUser) { FixedPoint($0.refusals) },
    ]
  }

  /// In which quarter hours a budget refused users whom a policy refused, too: their sums do not tell.
  private static func quarters(
    _ people: [UsageRow], of users: Set<String>, in ledger: any Ledger
  ) throws(LedgerError) -> [String: Set<Int64>] {
    var quarters: [String: Set<Int64>] = Dictionary(uniqueKeysWithValues: users.map { ($0, []) })
    let starts = Set(people.filter { users.contains($0.group[0]) && $0.sums.refusals > 0 }.map { $0.group[2] })
    for start in starts.compactMap({ Int64($0) }) {
      let refused = try ledger.refusals(sinceUnixMs: start, untilUnixMs: start + UsageQuery.quarterHourMs)
      for row in refused where row.isByBudget && users.contains(row.user) {
        quarters[row.user, default: []].insert(start)
      }
    }
    return quarters
  }

  private static func seconds(_ milliseconds: Int64?) -> FixedPoint? {
    milliseconds.map { FixedPoint(millionths: Int64(clamping: Int128($0) * 1000)) }
  }

  /// A metric's only value.
  public func value(_ name: String) -> FixedPoint? {
    all.first { $0.definition.name == name }?.samples.first { $0.labels.isEmpty }?.value
  }

  private static func sums(
    _ rows: [UsageRow]
  ) throws(LedgerError) -> (total: UsageSums, byPhase: [Phase: UsageSums]) {
    var total = UsageSums()
    var byPhase: [Phase: UsageSums] = [:]
    for row in rows {
      do throws(AmountOverflow) {
        try total.add(row.sums)
        if let phase = Phase(rawValue: row.group[1]) { try byPhase[phase, default: UsageSums()].add(row.sums) }
      } catch { throw .overflow }
    }
    return (total, byPhase)
  }

  /// The users with the most of something; the others are left out, for a sum of changing users is no counter.
  private static func byUser(
    _ definition: Metric.Definition, _ rows: [UsageRow], _ value: (UsageSums) -> FixedPoint
  ) -> Metric {
    let all = rows.map { (name: $0.group[0], value: value($0.sums)) }
    let ranked = all.sorted { a, b in a.value == b.value ? a.name < b.name : b.value < a.value }
    return Metric(
      definition: definition,
      samples: ranked.prefix(Metric.maximumLabels).map { Metric.Sample([Metric.Label("user", $0.name)], $0.value) })
  }

  private static let otherName = "other"

  /// The operations with the most calls; the others in one.
  private static func tokensPerCall(_ rows: [UsageRow]) throws(LedgerError) -> [Metric.Sample] {
    let ranked = rows.filter { $0.sums.calls > 0 }.sorted { a, b in
      a.sums.calls != b.sums.calls ? a.sums.calls > b.sums.calls : a.group[0] < b.group[0]
    }
    func sample(_ name: String, _ sums: UsageSums) -> Metric.Sample? {
      FixedPoint(nearest: sums.tokens, over: sums.calls).map { Metric.Sample([Metric.Label("operation", name)], $0) }
    }
    let most = ranked.count > Metric.maximumLabels ? Metric.maximumLabels - 1 : ranked.count
    var others = UsageSums()
    // One that somebody has named so is one of them: no two values have one name.
    let isOther = { (row: UsageRow) in most < ranked.count && row.group[0] == otherName }
    for row in ranked.dropFirst(most) + ranked.prefix(most).filter(isOther) {
      do throws(AmountOverflow) { try others.add(row.sums) } catch { throw .overflow }
    }
    return ranked.prefix(most).filter { !isOther($0) }.compactMap { sample($0.group[0], $0.sums) }
      + (others.calls > 0 ? [sample(otherName, others)].compactMap { $0 } : [])
  }
}

extension RefusalSums {
  /// Whether a budget refused that was used up. Whoever is paused has used nothing up.
  fileprivate var isByBudget: Bool { budget != nil && !Refusal.isPause(inNote: budget) }
}

/// How soon people come back after a budget was open again that they had used up.
struct PentUpDemand {
  /// The quarter hours in which a user called or was refused, and whether one of them was in `soft` or `hard`.
  private var quarters: [String: [(startUnixMs: Int64, isFull: Bool)]] = [:]

  /// - Parameters:
  ///   - people: rows by user, phase and quarter hour.
  ///   - refusedByBudget: who was refused by a budget; a refusal of others has another reason.
  ///   - mixed: of those who were refused for both reasons, when a budget did it.
  init(people: [UsageRow], refusedByBudget: Set<String>, mixed: [String: Set<Int64>]) {
    for row in people {
      let (user, start) = (row.group[0], Int64(row.group[2]) ?? 0)
      let isSoft = row.group[1] == Phase.soft.rawValue && row.sums.calls > 0
      let isRefused =
        row.sums.refusals > 0 && refusedByBudget.contains(user) && mixed[user]?.contains(start) ?? true
      quarters[user, default: []].append((start, isSoft || isRefused))
    }
    for user in quarters.keys { quarters[user]?.sort { $0.startUnixMs < $1.startUnixMs } }
  }

  /// The times in milliseconds, one for each end of a window that was used up; an end that nobody came back after has none.
  func gaps(in ledger: any Ledger, sinceUnixMs: Int64, untilUnixMs: Int64) throws(LedgerError) -> [Int64] {
    var gaps: [Int64] = []
    var ends: [(user: String, window: Window, endUnixMs: Int64)] = []
    for record in try ledger.windows(endingFrom: sinceUnixMs, until: untilUnixMs) {
      ends.append((record.key.user, record.window, record.window.endUnixMs))
    }
    for entry in try ledger.administration(sinceUnixMs: sinceUnixMs, untilUnixMs: untilUnixMs, limit: 100_000)
    where entry.kind == .reset {
      if let user = entry.user {
        let start = entry.atUnixMs - 86_400_000
        ends.append((user, Window(startUnixMs: start, endUnixMs: entry.atUnixMs), entry.atUnixMs))
      }
    }
    // Two budgets of one user that end together open together.
    var seen: Set<[String]> = []
    for end in ends where wasFull(end.user, in: end.window) {
      guard seen.insert([end.user, String(end.endUnixMs)]).inserted else { continue }
      if let next = try nextCall(of: end.user, from: end.endUnixMs, until: untilUnixMs, in: ledger) {
        gaps.append(next - end.endUnixMs)
      }
    }
    return gaps
  }

  private func wasFull(_ user: String, in window: Window) -> Bool {
    quarters[user]?.contains {
      $0.isFull && $0.startUnixMs < window.endUnixMs
        && $0.startUnixMs + UsageQuery.quarterHourMs > window.startUnixMs
    } ?? false
  }

  /// When a user's next call ended that the ledger knows of. The quarter hour is known, so that few calls are read.
  private func nextCall(
    of user: String, from startUnixMs: Int64, until untilUnixMs: Int64, in ledger: any Ledger
  ) throws(LedgerError) -> Int64? {
    for quarter in quarters[user] ?? [] where quarter.startUnixMs + UsageQuery.quarterHourMs > startUnixMs {
      let query = CallQuery(
        sinceUnixMs: max(startUnixMs, quarter.startUnixMs),
        untilUnixMs: min(quarter.startUnixMs + UsageQuery.quarterHourMs, untilUnixMs), user: user,
        order: .oldestFirst(after: nil), limit: 1)
      if let call = try ledger.calls(query).first {
        return call.reservedAtUnixMs.map { max($0, startUnixMs) } ?? call.endedAtUnixMs
      }
    }
    return nil
  }
}
