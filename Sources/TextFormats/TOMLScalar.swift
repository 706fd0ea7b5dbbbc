/// Booleans, numbers and dates.
enum TOMLScalar {
  struct Problem: Error { let message: String }

  static func read(_ word: String) -> Result<TOMLValue, Problem> {
    switch word {
    case "true": return .success(.boolean(true))
    case "false": return .success(.boolean(false))
    case "inf", "+inf": return .success(.float(.infinity))
    case "-inf": return .success(.float(-.infinity))
    case "nan", "+nan", "-nan": return .success(.float(.nan))
    default: break
    }
    if let value = based(word) { return value }
    if isDecimal(word) { return integer(word) }
    if isFloat(word) {
      return Double(String(word.filter { $0 != "_" })).map { .success(.float($0)) }
        ?? .failure(Problem(message: "this is not a number"))
    }
    if let value = dateTime(word) { return .success(.dateTime(value)) }
    let looksNumeric = word.first.map { $0.isNumber || "+-.".contains($0) } ?? false
    return .failure(
      Problem(
        message: looksNumeric
          ? "this is not a number or a date"
          : ["true", "false"].contains(word.lowercased())
            ? "expected a value: write \(word.lowercased()) in small letters"
            : ["yes", "no", "on", "off"].contains(word.lowercased())
              ? "expected a value: write true or false, or put quotes around a string"
              : "expected a value: a string needs quotes"))
  }

  private static func integer(_ word: String) -> Result<TOMLValue, Problem> {
    Int64(String(word.filter { $0 != "_" })).map { .success(.integer($0)) }
      ?? .failure(Problem(message: "this number does not fit in 64 bits"))
  }

  /// `0x`, `0o` and `0b`; `nil` when the word is none of these.
  private static func based(_ word: String) -> Result<TOMLValue, Problem>? {
    let bases: [(String, Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
    guard let (prefix, radix) = bases.first(where: { word.hasPrefix($0.0) }) else { return nil }
    let digits = word.dropFirst(prefix.count)
    guard hasSoundUnderscores(digits, { $0.isASCII && ($0.hexDigitValue ?? 99) < radix }) else {
      return .failure(Problem(message: "this is not a number"))
    }
    return Int64(String(digits.filter { $0 != "_" }), radix: radix).map { .success(.integer($0)) }
      ?? .failure(Problem(message: "this number does not fit in 64 bits"))
  }

  private static func unsigned(_ word: some StringProtocol) -> Substring {
    let text = Substring(word)
    return text.hasPrefix("+") || text.hasPrefix("-") ? text.dropFirst() : text
  }

  private static func isDecimal(_ word: some StringProtocol) -> Bool {
    let digits = unsigned(word)
    return hasSoundUnderscores(digits, isDigit) && (digits.count == 1 || !digits.hasPrefix("0"))
  }

  private static func isFloat(_ word: String) -> Bool {
    var mantissa = word[...]
    var exponent: Substring?
    if let mark = word.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      mantissa = word[..<mark]
      exponent = word[word.index(after: mark)...]
    }
    if let exponent, !hasSoundUnderscores(unsigned(exponent), isDigit) { return false }
    guard let point = mantissa.firstIndex(of: ".") else { return exponent != nil && isDecimal(mantissa) }
    return isDecimal(mantissa[..<point]) && hasSoundUnderscores(mantissa[mantissa.index(after: point)...], isDigit)
  }

  /// Digits, with single underscores only between them.
  private static func hasSoundUnderscores(_ text: Substring, _ isDigit: (Character) -> Bool) -> Bool {
    var previousWasDigit = false
    for character in text {
      if character == "_" {
        guard previousWasDigit else { return false }
        previousWasDigit = false
      } else {
        guard isDigit(character) else { return false }
        previousWasDigit = true
      }
    }
    return previousWasDigit
  }

  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

  // MARK: - Dates

  private static func dateTime(_ word: String) -> TOMLDateTime? {
    var rest = Array(word.utf8)
    var result = TOMLDateTime()
    if rest.count >= 10, let date = date(rest[..<10]) {
      result.date = date
      rest.removeFirst(10)
      if rest.isEmpty { return result }
      guard [UInt8(ascii: "T"), UInt8(ascii: "t"), 0x20].contains(rest.removeFirst()) else { return nil }
    }
    guard let (time, length) = time(rest) else { return nil }
    result.time = time
    rest.removeFirst(length)
    if rest.isEmpty { return result }
    guard result.date != nil, let offset = offset(rest) else { return nil }
    result.offset = offset
    return result
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> Int? {
    var value = 0
    for byte in bytes {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  private static func date(_ bytes: ArraySlice<UInt8>) -> String? {
    let b = Array(bytes)
    guard b[4] == UInt8(ascii: "-"), b[7] == UInt8(ascii: "-"), let year = number(b[0..<4]),
      let month = number(b[5..<7]),
      let day = number(b[8..<10]), (1...12).contains(month)
    else { return nil }
    let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    return (1...days).contains(day) ? String(decoding: b, as: UTF8.self) : nil
  }

  /// `hh:mm:ss[.fraction]` at the start, and how many bytes it takes. Second 60 is a leap second.
  private static func time(_ b: [UInt8]) -> (String, Int)? {
    guard b.count >= 8, b[2] == UInt8(ascii: ":"), b[5] == UInt8(ascii: ":"), let hour = number(b[0..<2]),
      let minute = number(b[3..<5]), let second = number(b[6..<8]), hour < 24, minute < 60, second <= 60
    else { return nil }
    var length = 8
    if length < b.count, b[length] == UInt8(ascii: ".") {
      length += 1
      let start = length
      while length < b.count, (0x30...0x39).contains(b[length]) { length += 1 }
      if length == start { return nil }
    }
    return (String(decoding: b[..<length], as: UTF8.self), length)
  }

  private static func offset(_ b: [UInt8]) -> String? {
    if b == [UInt8(ascii: "Z")] || b == [UInt8(ascii: "z")] { return "Z" }
    guard b.count == 6, b[0] == UInt8(ascii: "+") || b[0] == UInt8(ascii: "-"), b[3] == UInt8(ascii: ":"),
      let hour = number(b[1..<3]), let minute = number(b[4..<6]), hour < 24, minute < 60
    else { return nil }
    return String(decoding: b, as: UTF8.self)
  }
}
