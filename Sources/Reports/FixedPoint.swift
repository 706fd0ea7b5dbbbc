import GuardModel
import TextFormats

/// A number with six decimals, exact: shares, seconds and averages are made of whole numbers and never of floating ones.
public struct FixedPoint: Hashable, Sendable, Comparable {
  /// The number in millionths.
  public let millionths: Int64

  /// Wraps millionths.
  public init(millionths: Int64) { self.millionths = millionths }

  /// A whole number, saturating.
  public init(_ whole: Int64) {
    let (product, overflow) = whole.multipliedReportingOverflow(by: 1_000_000)
    millionths = overflow ? (whole < 0 ? .min : .max) : product
  }

  /// A part of a whole, rounded down, saturating; `nil` when there is no whole.
  public init?(_ part: Int64, over whole: Int64) {
    guard whole > 0, part >= 0 else { return nil }
    millionths = (try? Amount.scaledDown(part, by: 1_000_000, over: whole)) ?? .max
  }

  /// Smaller numbers come first.
  public static func < (a: FixedPoint, b: FixedPoint) -> Bool { a.millionths < b.millionths }

  /// With as many decimals as there are: `0.125`, `3`, `-1.5`.
  public var text: String { JSONNumber(millionths: millionths).text }

  /// As a percentage, rounded, with one decimal below 10 %: `12 %`, `3.4 %`, `0 %`.
  public var percent: String {
    let tenths = rounded(by: 1000)
    if tenths.magnitude < 100, tenths % 10 != 0 {
      return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10) %"
    }
    return "\(wholePercent) %"
  }

  /// In whole percent, rounded.
  public var wholePercent: Int64 { rounded(by: 10_000) }

  private func rounded(by size: Int64) -> Int64 {
    let (quotient, rest) = millionths.quotientAndRemainder(dividingBy: size)
    return 2 * rest.magnitude < size ? quotient : quotient + (millionths < 0 ? -1 : 1)
  }

  /// As JSON writes it.
  public var json: JSONValue { .number(JSONNumber(millionths: millionths)) }
}

/// The middle and the ends of some numbers.
public struct Distribution: Hashable, Sendable {
  private let sorted: [Int64]

  /// Sorts numbers.
  public init(_ values: some Sequence<Int64>) { sorted = values.sorted() }

  /// How many there are.
  public var count: Int { sorted.count }

  /// The smallest number that at least so many percent of them do not exceed; `nil` when there are none.
  ///
  /// *Source:* the nearest-rank definition of a percentile.
  public func percentile(_ percent: Int) -> Int64? {
    if sorted.isEmpty { return nil }
    let rank = (sorted.count * percent + 99) / 100
    return sorted[max(rank, 1) - 1]
  }

  /// The largest.
  public var maximum: Int64? { sorted.last }
}
