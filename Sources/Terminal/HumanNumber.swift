/// Numbers as people read them. Programs get exact ones elsewhere.
public enum HumanNumber {
  /// A count: exact below 1,000, then three figures and a suffix, rounded: `999`, `12.3k`, `1.2M`, `3.4B`.
  public static func count(_ value: Int64) -> String {
    if value < 0 { return "-" + count(value == .min ? .max : -value) }
    let sizes = [("k", Int64(1000)), ("M", 1_000_000), ("B", 1_000_000_000)]
    guard value >= 1000, var place = sizes.lastIndex(where: { value >= $0.1 }) else { return String(value) }
    // In tenths below a hundred, in whole ones from there on.
    func rounded(_ size: Int64) -> Int64 {
      let tenths = divided(value, by: size / 10)
      return tenths < 1000 ? tenths : divided(value, by: size) * 10
    }
    var tenths = rounded(sizes[place].1)
    if tenths >= 10_000, place + 1 < sizes.count {
      place += 1
      tenths = rounded(sizes[place].1)
    }
    return (tenths % 10 == 0 ? exact(tenths / 10) : "\(tenths / 10).\(tenths % 10)") + sizes[place].0
  }

  /// What a count is rounded to: three figures, and tenths below a hundred of a thousand, a million or a billion.
  static func unit(ofCount value: Int64) -> Int64 {
    var size: Int64 = 1
    while size < 1_000_000_000, rounded(value, by: size >= 1000 ? size : 1) >= 1000 * size { size *= 1000 }
    if size == 1 { return 1 }
    return divided(value, by: size / 10) < 1000 ? size / 10 : size
  }

  /// A count beside the limit that it is measured by: as many more digits as keep it on its side of it. `999.6k` of `1M` is
  /// not all of it, and what is all of it is written as the limit is. Without a limit, as `count`.
  public static func count(_ value: Int64, of limit: Int64?) -> String {
    guard let limit else { return count(value) }
    var unit: Int64 = 1
    while unit < 1_000_000_000, value / unit >= 1000 { unit *= 1000 }
    // In tenths below a hundred, as without a limit.
    if unit > 1, divided(value, by: unit / 10) < 1000 { unit /= 10 }
    guard let rounded = rounded(value, by: unit, beside: limit) else { return count(value) }
    return self.limit(rounded)
  }

  /// A count of things: `1 call`, `12.3k calls`.
  public static func counted(_ value: Int64, _ thing: String) -> String {
    "\(count(value)) \(thing)" + (value == 1 ? "" : "s")
  }

  /// A limit, which somebody set: never rounded, and short where it can be: `200k`, `1.05M`, `12,345`.
  public static func limit(_ value: Int64) -> String {
    for (suffix, size) in [("B", Int64(1_000_000_000)), ("M", 1_000_000), ("k", 1000)]
    where value >= size && value % (size / 100) == 0 {
      let (whole, hundredths) = (value / size, value % size / (size / 100))
      if hundredths == 0 { return exact(whole) + suffix }
      return exact(whole) + (hundredths % 10 == 0 ? ".\(hundredths / 10)" : "." + padded(hundredths, 2)) + suffix
    }
    return exact(value)
  }

  /// A count to the last unit: `999`, `12,345`. Where a decision is explained, a rounded number could contradict it.
  public static func exact(_ value: Int64) -> String {
    let digits = Array(String(value.magnitude))
    let groups = digits.enumerated().map { index, digit in
      index > 0 && (digits.count - index) % 3 == 0 ? ",\(digit)" : "\(digit)"
    }
    return (value < 0 ? "-" : "") + groups.joined()
  }

  /// A whole percentage: `84 %`, `1,234 %`.
  public static func percent(_ value: Int64) -> String { exact(value) + " %" }

  /// The most percent of a limit that are told.
  private static let mostPercent: Int64 = 9_999_999

  /// A share of a limit in whole percent: `84 %`, `1,234 %`; `over 9,999,999 %` from there on, and for one that cannot be counted.
  public static func percent(ofLimit value: Int64?) -> String {
    guard let value, value <= mostPercent else { return "over " + percent(mostPercent) }
    return percent(value)
  }

  /// The same in a column of percentages: `84`, `9,999,999+`.
  public static func percentFigure(ofLimit value: Int64?) -> String {
    guard let value, value <= mostPercent else { return exact(mostPercent) + "+" }
    return exact(value)
  }

  /// Money in millionths of a dollar, rounded: `$1,234.50`, and below a dollar with as many decimals as matter: `$0.042`,
  /// `$0.00015`.
  public static func money(microUSD: Int64) -> String {
    let magnitude = Int64(clamping: microUSD.magnitude)
    let rounded = rounded(magnitude, by: unit(ofMicroUSD: magnitude))
    return exact(microUSD: microUSD < 0 ? -rounded : rounded)
  }

  /// Money beside the limit that it is measured by, with as many more decimals as keep it on its side of it: `$9.999` of
  /// `$10.00`. Without a limit, as `money`.
  public static func money(microUSD: Int64, of limit: Int64?) -> String {
    guard let limit, let rounded = rounded(microUSD, by: unit(ofMicroUSD: microUSD), beside: limit) else {
      return money(microUSD: microUSD)
    }
    return exact(microUSD: rounded)
  }

  /// What money is rounded to: three significant figures below a dollar, cents from there on.
  static func unit(ofMicroUSD magnitude: Int64) -> Int64 {
    var unit: Int64 = 1
    while unit < 10_000, magnitude / unit >= 1000 { unit *= 10 }
    return unit
  }

  /// Money to the last millionth of a dollar, with two decimals at least: `$1,234.50`, `$0.001575`.
  public static func exact(microUSD: Int64) -> String {
    let magnitude = microUSD.magnitude
    var decimals = padded(magnitude % 1_000_000, 6)
    while decimals.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(microUSD < 0 ? "-" : "")$\(exact(Int64(magnitude / 1_000_000))).\(decimals)"
  }

  /// A quotient rounded half up.
  private static func divided(_ value: Int64, by size: Int64) -> Int64 {
    value / size + (value % size >= size - size / 2 ? 1 : 0)
  }

  /// A number rounded to a unit; as it is where that would be more than there are numbers.
  static func rounded(_ value: Int64, by unit: Int64) -> Int64 {
    let whole = divided(value, by: unit)
    return whole > .max / unit ? value : whole * unit
  }

  /// A number rounded as little as puts it on its side of a limit, or onto it; `nil` where the unit alone does.
  private static func rounded(_ value: Int64, by unit: Int64, beside limit: Int64) -> Int64? {
    func side(_ number: Int64) -> Int { number < limit ? -1 : number > limit ? 1 : 0 }
    if side(rounded(value, by: unit)) == side(value) { return nil }
    var finer = unit
    while finer > 10 {
      finer /= 10
      let rounded = rounded(value, by: finer)
      if side(rounded) == side(value) { return rounded }
    }
    return value
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

  /// `12 min ago`; `3 m 20 s ahead of the clock` below 0, of what is dated later than now.
  public static func ago(milliseconds: Int64) -> String { relative(milliseconds, "ago") }

  /// `12 min old`; `3 m 20 s ahead of the clock` below 0.
  public static func old(milliseconds: Int64) -> String { relative(milliseconds, "old") }

  private static func relative(_ milliseconds: Int64, _ word: String) -> String {
    milliseconds < 0
      ? "\(duration(milliseconds: Int64(clamping: milliseconds.magnitude))) ahead of the clock"
      : "\(duration(milliseconds: milliseconds)) \(word)"
  }

  private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
  }

  private static func padded(_ value: some BinaryInteger, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
