import GuardModel
import Ledger

/// Sums over equal stretches of time, in all and by user, operation and phase.
struct Timeline: Sendable {
  /// How long a stretch is.
  enum Step: String, Sendable {
    case hour, day, week, month, year
  }

  /// A stretch of time.
  struct Bin: Sendable {
    /// Its name: `2026-11-24`, or `2026-11-24 09:00`, with an offset where that hour comes twice.
    var name: String
    /// What of it is in the range, where that is not all: `from 02:24`, `so far`.
    var note: String?
    var sums = UsageSums()
    var byUser: [String: UsageSums] = [:]
    var byOperation: [String: UsageSums] = [:]
    var byPhase: [String: UsageSums] = [:]
  }

  let step: Step
  private(set) var bins: [Bin] = []

  /// Makes a timeline of rows by quarter hour, user, operation and phase.
  ///
  /// - Parameters:
  ///   - since: from where on stretches are drawn, in the range.
  ///   - start: where the range begins.
  ///   - now: the instant of making it: a stretch that runs still is shown so far.
  init(
    _ rows: [UsageRow], since: Int64, rangeStart start: Int64, until: Int64, zone: ZoneOffsets, nowUnixMs now: Int64
  ) throws(AmountOverflow) {
    let hours = max(1, (until - since) / 3_600_000)
    let step: Step =
      switch hours {
      case ...50: .hour
      case ...2400: .day
      case ...17_600: .week
      case ...175_000: .month
      default: .year
      }
    self.step = step
    var places: [String: Int] = [:]
    // Every stretch has its place, also one in which nothing happened. No step of a walk by hours is left out.
    var instant = since
    while true {
      // The walk begins anywhere in its first stretch, so its last step may miss the stretch that the range ends in.
      let name = Self.name(min(instant, max(since, until - 1)), step, zone)
      if places[name] == nil {
        places[name] = bins.count
        bins.append(Bin(name: name))
      }
      if instant >= until - 1 || bins.count >= 2000 { break }
      instant += step == .year || step == .month ? 86_400_000 : 3_600_000
    }
    func place(_ unixMs: Int64) -> String {
      let time = CivilTime.time(unixMs, in: zone) + CivilTime.mark(unixMs, in: zone)
      return step == .hour || step == .day ? time : "\(CivilTime.date(unixMs, in: zone)) \(time)"
    }
    if let first = bins.indices.first, Self.name(start, step, zone) == bins[first].name,
      Self.name(start - 1, step, zone) == bins[first].name
    {
      bins[first].note = "from \(place(start))"
    }
    if let last = bins.indices.last, Self.name(until, step, zone) == bins[last].name {
      let end = until >= now ? "so far" : "to \(place(until))"
      bins[last].note = bins[last].note.map { "\($0), \(end)" } ?? end
    }
    for row in rows {
      let name = Self.name(max(Int64(row.group[0]) ?? 0, since), step, zone)
      guard let place = places[name] else { continue }
      try bins[place].sums.add(row.sums)
      try bins[place].byUser[row.group[1], default: UsageSums()].add(row.sums)
      try bins[place].byOperation[row.group[2], default: UsageSums()].add(row.sums)
      try bins[place].byPhase[row.group[3], default: UsageSums()].add(row.sums)
    }
  }

  private static func name(_ unixMs: Int64, _ step: Step, _ zone: ZoneOffsets) -> String {
    let seconds = unixMs / 1000
    let day = (seconds + zone.offsetSeconds(seconds)) / 86_400
    let date = CivilDate(dayNumber: day)
    switch step {
    case .hour: return CivilTime.hour(unixMs, in: zone)
    case .day: return date.description
    case .week: return CivilDate(dayNumber: day - date.daysSinceMonday).description
    case .month: return String(date.description.prefix(7))
    case .year: return String(date.year)
    }
  }

  /// The largest parts of a grouping as series, the others as one.
  ///
  /// - Parameters:
  ///   - parts: the grouping.
  ///   - amount: what is drawn.
  ///   - most: how many series there may be.
  func series(
    _ parts: KeyPath<Bin, [String: UsageSums]>, most: Int = 7, _ amount: (UsageSums) -> Int64
  ) -> [StackedChart.Series] {
    let ranked = ranked(parts, amount)
    let kept = ranked.count > most + 1 ? Array(ranked.prefix(most)) : ranked
    // A name has one colour on the page, whatever is drawn: that of its place by tokens, and where that is beyond them, the first
    // that no other has.
    let byTokens = self.ranked(parts) { $0.tokens }.prefix(kept.count)
    var free = kept.indices.filter { $0 >= byTokens.count || !kept.contains(byTokens[$0]) }[...]
    var series = kept.enumerated().map { index, name in
      StackedChart.Series(
        name: name, look: "s\(byTokens.firstIndex(of: name) ?? free.popFirst() ?? index)",
        values: bins.map { amount($0[keyPath: parts][name] ?? UsageSums()) })
    }
    let rest = ranked.dropFirst(kept.count)
    if !rest.isEmpty {
      let values = bins.map { bin in
        rest.reduce(Int64(0)) { sum, name in
          (try? Amount.sum(sum, amount(bin[keyPath: parts][name] ?? UsageSums()))) ?? .max
        }
      }
      series.append(StackedChart.Series(name: "\(rest.count) others", look: "s7", values: values))
    }
    return series
  }

  /// The names of a grouping that have anything of an amount, the one with most first.
  private func ranked(_ parts: KeyPath<Bin, [String: UsageSums]>, _ amount: (UsageSums) -> Int64) -> [String] {
    var totals: [String: Int64] = [:]
    for bin in bins {
      for (name, sums) in bin[keyPath: parts] {
        totals[name] = (try? Amount.sum(totals[name] ?? 0, amount(sums))) ?? .max
      }
    }
    return totals.filter { $0.value > 0 }.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
  }
}
