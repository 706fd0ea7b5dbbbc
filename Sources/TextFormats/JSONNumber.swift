/// A JSON number, exact: its source text.
public struct JSONNumber: Hashable, Sendable {
  /// The number as it stands in the text.
  public let text: String

  /// A whole number.
  public init(_ value: Int64) { text = String(value) }

  /// A number of millionths, with as many decimals as there are.
  public init(millionths: some FixedWidthInteger & SignedInteger) {
    let (whole, part) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    var digits = String(part)
    digits = String(repeating: "0", count: 6 - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    text = (millionths < 0 ? "-" : "") + String(whole) + (digits.isEmpty ? "" : "." + digits)
  }

  /// Text that the parser has checked.
  init(checked text: String) { self.text = text }

  /// The value, if it is a whole number that fits. `1e3` and `10.0` are whole numbers; `0.5` and `1e40` are not.
  public var int64: Int64? {
    if let value = Int64(text) { return value }
    let bytes = Array(text.utf8)
    let mark = bytes.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? bytes.count
    var digits = bytes[..<mark].filter { (0x30...0x39).contains($0) }
    let fraction = bytes[..<mark].firstIndex(of: UInt8(ascii: ".")).map { mark - $0 - 1 } ?? 0
    // The zeros at the end are counted instead of kept: the value is digits × 10^(zeros - fraction + exponent).
    let significant = digits.lastIndex { $0 != 0x30 }.map { $0 + 1 } ?? 0
    if significant == 0 { return 0 }
    let zeros = digits.count - significant
    digits.removeLast(zeros)
    var exponent = 0
    if mark < bytes.count {
      guard let value = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)) else { return nil }
      exponent = value
    }
    let (power, overflow) = exponent.addingReportingOverflow(zeros - fraction)
    guard !overflow, (0...18).contains(power) else { return nil }
    digits += [UInt8](repeating: 0x30, count: power)
    return Int64((text.utf8.first == UInt8(ascii: "-") ? "-" : "") + String(decoding: digits, as: UTF8.self))
  }

  /// The nearest `Double`, which may be infinite.
  public var double: Double { Double(text) ?? .nan }
}
