import GuardModel

/// Durations as people write them.
public enum DurationText {
  /// Milliseconds of `0`, `500ms`, `1.5s`, `2min`, `1h` or `30d`; `nil` for anything else and for more than a hundred years.
  public static func milliseconds(_ text: String) -> Int64? {
    let units: [(String, Int64)] = [
      ("ms", 1), ("min", 60_000), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
    ]
    if text == "0" { return 0 }
    for (suffix, size) in units where text.hasSuffix(suffix) {
      guard let thousandths = Decimal.parse(text.dropLast(suffix.count), decimals: 3) else { return nil }
      let (product, overflow) = thousandths.multipliedReportingOverflow(by: size)
      return overflow || product / 1000 > 3_155_760_000_000 ? nil : product / 1000
    }
    return nil
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
