/// A factor on a charge, exact to a thousandth: `1`, `0.25`, `1.5`.
///
/// Invariant: `thousandths ≥ 0`.
public struct Multiplier: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The factor times 1,000.
  public let thousandths: Int64

  /// A factor of one: changes nothing.
  public static let one = Multiplier(unchecked: 1000)

  private init(unchecked thousandths: Int64) { self.thousandths = thousandths }

  /// Makes a factor from thousandths; `nil` for a negative value or one above 1,000,000 (a factor of 1,000).
  public init?(thousandths: Int64) {
    guard (0...1_000_000).contains(thousandths) else { return nil }
    self.thousandths = thousandths
  }

  /// Reads a decimal number with at most three decimals: `2`, `0.5`, `1.125`. `nil` for anything else.
  public init?(_ text: String) {
    guard let value = Decimal.parse(text, decimals: 3) else { return nil }
    self.init(thousandths: value)
  }

  /// The shortest decimal text that reads back as this factor.
  public var description: String { Decimal.text(thousandths, decimals: 3) }

  /// Orders factors by size.
  public static func < (a: Multiplier, b: Multiplier) -> Bool { a.thousandths < b.thousandths }
}

/// Decimal numbers as scaled whole numbers, so that no amount passes through a `Double`.
public enum Decimal {
  /// Reads `digits[.digits]` as a whole number of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ; `nil` when malformed, negative, too precise or too large.
  public static func parse(_ text: some StringProtocol, decimals: Int) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty, whole.utf8.allSatisfy(isDigit) else { return nil }
    var digits = String(whole)
    var missing = decimals
    if parts.count == 2 {
      var fraction = parts[1]
      guard !fraction.isEmpty, fraction.utf8.allSatisfy(isDigit) else { return nil }
      while fraction.count > decimals, fraction.hasSuffix("0") { fraction.removeLast() }
      guard fraction.count <= decimals else { return nil }
      digits += fraction
      missing -= fraction.count
    }
    digits += String(repeating: "0", count: missing)
    return Int64(digits)
  }

  /// A number without the commas between its groups of three digits, as all output writes them, or the underscores there, as
  /// programs and TOML do: `5,000.25`, `5_000`. One without either is given as it is; `nil` where they stand otherwise, for `0,5` and
  /// `1,50` may mean something else.
  public static func ungrouped(_ text: String) -> String? {
    guard let mark = text.first(where: { $0 == "," || $0 == "_" }) else { return text }
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let groups = parts[0].split(separator: mark, omittingEmptySubsequences: false)
    guard groups.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }), groups[0].count <= 3,
      groups[0].first != "0", groups.dropFirst().allSatisfy({ $0.count == 3 }),
      parts.count == 1 || !parts[1].contains(where: { $0 == "," || $0 == "_" })
    else { return nil }
    return groups.joined() + (parts.count == 2 ? "." + parts[1] : "")
  }

  /// How commas are to stand, for people.
  public static let groups = "commas part groups of three digits, as in 5,000"

  /// Whether a text is a number that `parse` would read if it were small enough.
  public static func isNumber(_ text: some StringProtocol, decimals: Int) -> Bool {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty, whole.utf8.allSatisfy(isDigit) else { return false }
    return parse("0" + (parts.count == 2 ? "." + parts[1] : ""), decimals: decimals) != nil
  }

  /// A small number without an exponent: `5e-05` becomes `0.00005`. Any other text stays as it is, and so does a number that is
  /// smaller than all that counts.
  public static func plain(_ text: String) -> String {
    let parts = text.split(separator: "e", maxSplits: 1)
    guard parts.count == 2, let exponent = Int(parts[1]), (-20 ... -1).contains(exponent) else { return text }
    let sign = parts[0].hasPrefix("-") ? "-" : ""
    let digits = parts[0].drop { $0 == "-" }.split(separator: ".")
    guard let whole = digits.first, whole.count == 1 else { return text }
    return "\(sign)0." + String(repeating: "0", count: -exponent - 1) + digits.joined()
  }

  /// Writes a scaled whole number with trailing zeros removed: `1500` with 3 decimals is `1.5`.
  public static func text(_ value: Int64, decimals: Int) -> String {
    let digits = String(value.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    var fraction = padded.suffix(decimals)
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let sign = value < 0 ? "-" : ""
    return sign + padded.dropLast(decimals) + (fraction.isEmpty ? "" : "." + fraction)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
