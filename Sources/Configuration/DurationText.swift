import GuardModel

/// Durations as people write them.
public enum DurationText {
  /// How they are written, for hints: every unit, and several together.
  public static let forms = "500ms, 90s, 15min (or 15m), 6h, 30d, 2w or 1h30m"

  /// What a text says.
  public enum Reading: Hashable, Sendable {
    /// So many milliseconds.
    case milliseconds(Int64)
    /// More than a hundred years.
    case tooLong
    /// It is no duration.
    case malformed
  }

  /// Milliseconds of a duration that is not too long; `nil` for anything else.
  public static func milliseconds(_ text: String) -> Int64? {
    if case .milliseconds(let value) = read(text) { value } else { nil }
  }

  /// Milliseconds of `0`, `500ms`, `1.5s`, `2min`, `1h`, `30d`, or of several with falling units: `1h30m`, `1d 12h`.
  public static func read(_ text: String) -> Reading {
    if text == "0" { return .milliseconds(0) }
    var rest = text[...]
    var total: Int64 = 0
    var last: Int64?
    while !rest.isEmpty {
      guard let (thousandths, size) = part(&rest), size < last ?? .max else { return .malformed }
      let (product, overflow) = thousandths.multipliedReportingOverflow(by: size)
      // No sum of seven units, each at most just above the limit, overflows.
      total += overflow ? longest + 1 : min(product / 1000, longest + 1)
      last = size
    }
    return last == nil ? .malformed : total > longest ? .tooLong : .milliseconds(total)
  }

  /// A hundred years.
  private static let longest: Int64 = 3_155_760_000_000
  /// How long one may be, for people.
  public static let longestText = "36525d (a hundred years)"

  private static let units: [(name: String, ms: Int64)] = [
    ("ms", 1), ("min", 60_000), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
  ]

  /// Takes a number and its unit from the front, and a blank before what follows; `nil` where none stands there.
  private static func part(_ rest: inout Substring) -> (thousandths: Int64, size: Int64)? {
    func taken(while isPart: (Character) -> Bool) -> Substring {
      let taken = rest.prefix(while: isPart)
      rest = rest[taken.endIndex...]
      return taken
    }
    let number = taken { $0.isASCII && ($0.isNumber || $0 == ".") }
    let name = taken { $0.isASCII && $0.isLetter }
    guard let unit = units.first(where: { $0.name == name }),
      let value = Decimal.parse(number, decimals: 3)
        ?? (Decimal.isNumber(number, decimals: 3) ? Int64.max : nil)
    else { return nil }
    // A blank at the end belongs to nothing.
    if rest.first == " ", rest.count > 1 { rest = rest.dropFirst() }
    return (value, unit.ms)
  }

  /// The shortest text that reads back as a whole number of milliseconds ≥ 0: `10s`, `90s`, `1500ms`.
  public static func text(milliseconds: Int64) -> String {
    for (suffix, size) in [("d", Int64(86_400_000)), ("h", 3_600_000), ("min", 60_000), ("s", 1000)]
    where milliseconds > 0 && milliseconds % size == 0 {
      return "\(milliseconds / size)\(suffix)"
    }
    return "\(milliseconds)ms"
  }
}

/// Prices as people write them.
enum PriceText {
  /// Dollars per million tokens to millionths of a dollar; `nil` for a negative or too precise number.
  static func microUSDPerMillion(_ text: String) -> Int64? { Decimal.parse(text, decimals: 6) }
}
