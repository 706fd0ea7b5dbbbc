import GuardModel
import Terminal
import TextFormats

/// A number with six decimals, exact: shares, seconds and averages are made of whole numbers and never of floating ones.
public struct FixedPoint: Hashable, Sendable, Comparable {
  /// Wide enough for any count, whose millionths are more than are counted of anything.
  private let exact: Int128

  /// The number in millionths, saturating.
  public var millionths: Int64 { Int64(clamping: exact) }

  /// Wraps millionths.
  public init(millionths: Int64) { exact = Int128(millionths) }

  /// A whole number.
  public init(_ whole: Int64) { exact = Int128(whole) * 1_000_000 }

  /// A part of a whole, rounded down, saturating; `nil` when there is no whole.
  public init?(_ part: Int64, over whole: Int64) {
    guard whole > 0, part >= 0 else { return nil }
    self.init(millionths: (try? Amount.scaledDown(part, by: 1_000_000, over: whole)) ?? .max)
  }

  /// A part of a whole, rounded to the nearest, saturating; `nil` when there is no whole.
  init?(nearest part: Int64, over whole: Int64) {
    guard whole > 0, part >= 0 else { return nil }
    let (quotient, rest) = part.quotientAndRemainder(dividingBy: whole)
    guard let rounded = FixedPoint(rest, over: whole)?.millionths else { return nil }
    // What is left of the rest is below a millionth of the whole, and may be above its half.
    let left = rest.multipliedFullWidth(by: 1_000_000)
    let remainder = whole.dividingFullWidth((left.high, left.low)).remainder
    let up: Int64 = remainder >= whole - remainder ? 1 : 0
    self.init(millionths: (try? Amount.sum(FixedPoint(quotient).millionths, rounded + up)) ?? .max)
  }

  /// A share of a whole, rounded to the nearest, saturating; `nil` when there is no whole. What is not all is not 1.
  init?(share part: Int64, of whole: Int64) {
    guard let nearest = FixedPoint(nearest: part, over: whole)?.millionths else { return nil }
    self.init(millionths: part < whole ? min(nearest, 999_999) : nearest)
  }

  /// A share in words, as `percent`, but that what is there is not nothing: `less than 0.1 %`.
  static func share(_ part: Int64, of whole: Int64) -> String? {
    guard let share = FixedPoint(part, over: whole) else { return nil }
    return part > 0 && share.millionths < 500 ? "less than 0.1 %" : share.percent
  }

  /// Smaller numbers come first.
  public static func < (a: FixedPoint, b: FixedPoint) -> Bool { a.exact < b.exact }

  /// With as many decimals as there are: `0.125`, `3`, `-1.5`.
  public var text: String { JSONNumber(millionths: exact).text }

  /// The nearest whole number, halves away from zero.
  public var nearestWhole: Int64 { Int64((exact + (exact < 0 ? -500_000 : 500_000)) / 1_000_000) }

  /// As a percentage, rounded, with one decimal below 10 %: `12 %`, `3.4 %`, `0 %`. What is not all is not 100 %.
  public var percent: String {
    let sign = millionths < 0 ? "-" : ""
    let tenths = Self.rounded(millionths.magnitude, by: 1000)
    if tenths < 100, tenths % 10 != 0 { return "\(sign)\(tenths / 10).\(tenths % 10) %" }
    return (tenths == 0 ? "" : sign) + HumanNumber.percent(Int64(clamping: wholePercent.magnitude))
  }

  /// In whole percent, rounded; what is not all is not 100.
  public var wholePercent: Int64 {
    let magnitude = millionths.magnitude
    let percent = Self.rounded(magnitude, by: 10_000)
    let kept = percent == 100 && magnitude < 1_000_000 ? 99 : Int64(clamping: percent)
    return millionths < 0 ? -kept : kept
  }

  private static func rounded(_ value: UInt64, by unit: UInt64) -> UInt64 {
    value / unit + (value % unit >= unit / 2 ? 1 : 0)
  }

  /// As JSON writes it.
  public var json: JSONValue { .number(JSONNumber(millionths: exact)) }
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

  /// The one in the middle, or the mean of the two there, rounded; `nil` when there are none. None is below zero.
  public var median: Int64? {
    guard !sorted.isEmpty else { return nil }
    let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    return low + (high - low) / 2 + (high - low) % 2
  }

  /// The largest.
  public var maximum: Int64? { sorted.last }
}
