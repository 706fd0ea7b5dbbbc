/// Numbers as people read them. Programs get exact ones elsewhere.
public enum HumanNumber {
  /// A count: exact below 1,000, then three figures and a suffix: `999`, `12.3k`, `1.2M`, `3.4B`.
  ///
  /// Rounded down, so that what is shown as left is never more than there is.
  public static func count(_ value: Int64) -> String {
    if value < 0 { return "-" + count(value == .min ? .max : -value) }
    for (suffix, size) in [("B", Int64(1_000_000_000)), ("M", 1_000_000), ("k", 1000)] where value >= size {
      let tenths = value / (size / 10)
      return tenths >= 1000 || tenths % 10 == 0 ? "\(tenths / 10)\(suffix)" : "\(tenths / 10).\(tenths % 10)\(suffix)"
    }
    return String(value)
  }

  /// Money in millionths of a dollar: `$12.30`, and below a dollar with as many decimals as matter: `$0.042`, `$0.00015`.
  public static func money(microUSD: Int64) -> String {
    let sign = microUSD < 0 ? "-" : ""
    let magnitude = microUSD.magnitude
    if magnitude >= 1_000_000 || magnitude == 0 {
      let cents = magnitude / 10_000
      return "\(sign)$\(cents / 100).\(padded(cents % 100, 2))"
    }
    let digits = padded(magnitude, 6)
    // Two significant figures at least; $0.42 rather than $0.420000.
    let zeros = digits.prefix { $0 == "0" }.count
    var shown = String(digits.prefix(max(2, zeros + 3)))
    while shown.count > 2, shown.hasSuffix("0") { shown.removeLast() }
    return "\(sign)$0.\(shown)"
  }

  /// A duration in its two largest units: `450 ms`, `12 s`, `5 h 12 m`, `3 d 4 h`.
  public static func duration(milliseconds: Int64) -> String {
    if milliseconds < 1000 { return "\(max(0, milliseconds)) ms" }
    let seconds = milliseconds / 1000 + (milliseconds % 1000 >= 500 ? 1 : 0)
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return pair(seconds / 60, "m", seconds % 60, "s")
    case ..<86_400: return pair(seconds / 3600, "h", seconds % 3600 / 60, "m")
    default: return pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
    }
  }

  private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
  }

  private static func padded(_ value: some BinaryInteger, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
