/// What the next of a row of amounts will be, as a range, with what it rests on.
///
/// The range is conformal: of `n` amounts the one of rank `⌈0.9 (n + 1)⌉`. Where the next amount is as likely to take any
/// place among the earlier ones as another, it stays within with a probability of at least 90 %, whatever their
/// distribution. Below nine amounts no such rank exists, and nothing is said.
///
/// *Source:* V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World" (2005), on ranks of exchangeable
/// values; P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau" (1968), on the trend.
public struct UseRange: Hashable, Sendable {
  /// Half of them stay within this.
  public let p50: Int64
  /// Nine of ten stay within this.
  public let p90: Int64
  /// How many amounts it rests on.
  public let count: Int
  /// By how much an amount exceeds the one before, in thousandths of `p50`, where a trend is plain; `nil` where it is not.
  public let trendPermille: Int64?

  /// Fewer amounts say nothing.
  public static let minimumCount = 9
  /// Of more amounts the latest count.
  public static let maximumCount = 60

  /// The range of the next amount; `nil` when there are too few.
  ///
  /// - Parameter amounts: in order, each ≥ 0.
  public static func next(after amounts: [Int64]) -> UseRange? {
    guard amounts.count >= minimumCount else { return nil }
    let recent = latest(of: amounts)
    guard let slope = trend(recent) else { return seen(in: recent) }
    let level = level(recent, after: slope)
    // What falls is not foreseen to fall below all that was seen: on to nothing a line would go that no run does.
    let least = recent.min() ?? 0
    // Each amount as it would be had it come next. The slope is in thousandths.
    let moved = recent.enumerated().map { place, amount in
      let next = max(least, amount + slope * Int64(recent.count - place) / 1000)
      guard let level else { return next }
      return slope > 0 ? max(amount, min(next, level)) : min(amount, max(next, level))
    }.sorted()
    let (p50, p90) = sinceThen(recent, slope, level, ranked(moved, percent: 50), ranked(moved, percent: 90))
    // Nothing falls by all of it or more.
    let goesOn = level == nil && p50 > 0 && slope / p50 > -1000
    return UseRange(p50: p50, p90: p90, count: recent.count, trendPermille: goesOn ? slope / p50 : nil)
  }

  /// A range along a trend, no less than what the latest amounts say.
  ///
  /// A straight line through a row that fell and is level since leads below what is used, and one through a row that rises
  /// ever faster, too. So the latest amounts are asked by themselves as well, and the larger counts: where the trend is over,
  /// those since then. Any amount may be the last of a fall: the next one may be as large as the latest few.
  private static func sinceThen(
    _ recent: [Int64], _ slope: Int64, _ level: Int64?, _ p50: Int64, _ p90: Int64
  ) -> (p50: Int64, p90: Int64) {
    if level != nil {
      let since = levelPart(of: recent).sorted()
      return (max(p50, ranked(since, percent: 50)), max(p90, ranked(since, percent: 90)))
    }
    var (p50, p90) = (p50, p90)
    if recent.count > minimumCount, let latest = next(after: Array(recent.suffix(minimumCount))) {
      (p50, p90) = (max(p50, latest.p50), max(p90, latest.p90))
    }
    if slope < 0 { p90 = max(p90, recent.suffix(latestCount).max() ?? 0) }
    return (p50, p90)
  }

  /// The latest amounts, with those before them that lie no further away than these among each other.
  private static func levelPart(of amounts: [Int64]) -> ArraySlice<Int64> {
    let latest = amounts.suffix(latestCount)
    guard let least = latest.min(), let most = latest.max() else { return latest }
    let near = (least - (most - least))...(most + (most - least))
    let before = amounts.dropLast(latestCount).reversed().prefix { near.contains($0) }
    return amounts.suffix(latestCount + before.count)
  }

  /// The range that amounts had, whatever their order; `nil` when there are too few.
  ///
  /// For amounts of mixed kinds: a line through a row of them is none of any kind.
  ///
  /// - Parameter amounts: each ≥ 0.
  public static func seen(in amounts: [Int64]) -> UseRange? {
    guard amounts.count >= minimumCount else { return nil }
    let sorted = latest(of: amounts).sorted()
    return UseRange(
      p50: ranked(sorted, percent: 50), p90: ranked(sorted, percent: 90), count: sorted.count, trendPermille: nil)
  }

  /// Those that count, none so large that sums of them overflow.
  private static func latest(of amounts: [Int64]) -> [Int64] { amounts.suffix(maximumCount).map { min($0, 1 << 52) } }

  private static func ranked(_ sorted: [Int64], percent: Int) -> Int64 {
    let rank = (percent * (sorted.count + 1) + 99) / 100
    return sorted[min(rank, sorted.count) - 1]
  }

  /// So many of the latest amounts tell whether a trend goes on: the later half of the fewest.
  private static let latestCount = 5

  /// Where a trend has come to its end: the middle of the latest amounts, when these lie within half of what it would have
  /// moved them by; `nil` while it goes on.
  ///
  /// A row that rose once and is level since has a trend as a whole, and the next amount does not go on with it.
  private static func level(_ amounts: [Int64], after slope: Int64) -> Int64? {
    let latest = amounts.suffix(latestCount).sorted()
    guard let least = latest.first, let most = latest.last else { return nil }
    let isLevel = Double(most - least) < Double(slope.magnitude) / 1000 * Double(latestCount - 1) / 2
    return isLevel ? latest[latest.count / 2] : nil
  }

  /// The median slope in thousandths an amount, where more pairs rise than fall (or the other way round) than chance does
  /// in one row of twenty; `nil` otherwise.
  private static func trend(_ amounts: [Int64]) -> Int64? {
    let count = Int64(amounts.count)
    var balance: Int64 = 0
    var slopes: [Int64] = []
    slopes.reserveCapacity(amounts.count * amounts.count / 2)
    for later in amounts.indices {
      for earlier in 0..<later {
        let rise = amounts[later] - amounts[earlier]
        balance += rise.signum()
        slopes.append(rise * 1000 / Int64(later - earlier))
      }
    }
    // Kendall: the balance has the variance n (n − 1) (2n + 5) / 18; 1.96 of its roots are the limit.
    guard balance * balance * 18 * 10_000 > 38_416 * count * (count - 1) * (2 * count + 5) else { return nil }
    slopes.sort()
    let median = slopes[slopes.count / 2]
    return median == 0 ? nil : median
  }
}
