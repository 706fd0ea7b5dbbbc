/// A budget as a person writes it, in the configuration and on the command line.
///
/// Grammar (spaces are free, case matters only in single letters):
///
///     budget  = "unlimited" | amount ("/" | "per") window [ "burst" number ]
///     amount  = number ("tokens" | "token" | "calls" | "call") | ("$" | "USD") decimal | decimal "USD"
///     number  = decimal [ "k" | "M" | "B" ]
///     decimal = digits, which commas or underscores may part in groups of three, and a fraction: 5,000, 5_000 or 1.5
///     window  = "hour" | "day" | "week" | "month"        calendar, in the configured time zone
///             | integer ("s"|"min"|"h"|"d"|"w")          rolling, from the first call
///             | ("s"|"min")                              replenishing; the burst defaults to the amount
///     burst   makes any window but a month replenishing
public enum BudgetSpec: Hashable, Sendable, CustomStringConvertible {
  /// No limit.
  case unlimited
  /// A limit over a window.
  case limit(BudgetLimit)

  /// The budget in its own grammar.
  public var description: String {
    switch self {
    case .unlimited: "unlimited"
    case .limit(let limit): limit.description
    }
  }

  /// Reads a budget.
  ///
  /// - Throws: `BudgetSpecError`, which quotes the part that cannot be read and says what is expected there.
  public init(_ text: String) throws(BudgetSpecError) {
    var reader = BudgetSpecReader(text)
    self = try reader.read()
  }
}

/// A budget that cannot be read.
public struct BudgetSpecError: Error, Hashable, CustomStringConvertible {
  /// The whole text.
  public let text: String
  /// What is wrong with it, naming the part.
  public let problem: String

  /// Makes an error.
  public init(text: String, problem: String) {
    self.text = text
    self.problem = problem
  }

  /// What is wrong, with the text it is wrong in.
  public var description: String { "cannot read the budget '\(text)': \(problem)" }
  /// What a budget looks like.
  public static let hint = like + ", '100 calls/hour' or 'unlimited'"
  /// The same of a user's own budget, which cannot be unlimited.
  public static let ownHint = like + " or '100 calls/hour'"
  private static let like =
    "write it like '200k tokens/day', '$5/month', '50k tokens/6h', '10k tokens/min burst 50k'"
}

/// Reads one budget, word by word.
private struct BudgetSpecReader {
  private let text: String
  private var words: [String]

  init(_ text: String) {
    self.text = text
    words = Self.split(text)
  }

  /// Splits into words: runs of digits, dots, commas and underscores, runs of letters, and single other characters.
  private static func split(_ text: String) -> [String] {
    enum Class { case space, number, letter, other }
    func classify(_ c: Unicode.Scalar) -> Class {
      switch c {
      case " ", "\t": .space
      case "0"..."9", ".", ",", "_": .number
      case "a"..."z", "A"..."Z": .letter
      default: .other
      }
    }
    var words: [String] = []
    var previous = Class.space
    for scalar in text.unicodeScalars {
      let kind = classify(scalar)
      if kind != .space {
        if kind == previous, kind != .other {
          words[words.count - 1].unicodeScalars.append(scalar)
        } else {
          words.append(String(scalar))
        }
      }
      previous = kind
    }
    return words
  }

  mutating func read() throws(BudgetSpecError) -> BudgetSpec {
    guard !words.isEmpty else { throw fail("it is empty") }
    if words.count == 1, words[0] != "unlimited",
      ["unlim", "unlimit", "none", "infinit"].contains(where: words[0].lowercased().hasPrefix)
    {
      throw fail("did you mean 'unlimited'?")
    }
    if words[0] == "unlimited" {
      guard words.count == 1 else { throw fail("'unlimited' stands alone") }
      return .unlimited
    }
    let (unit, amount) = try readAmount()
    let separator = next()
    guard separator == "/" || separator?.lowercased() == "per" else {
      throw fail(
        "expected '/' and a window (such as '/day') after the amount" + (separator.map { ", found '\($0)'" } ?? ""))
    }
    let window = try readWindow()
    var burst: Int64?
    if words.first == "burst" {
      _ = next()
      burst = try readBurst(unit)
    }
    if let sum = window.sum { throw fail(sum) }
    if let extra = next() { throw fail("'\(extra)' is not expected here") }
    guard let limit = BudgetLimit(unit: unit, amount: amount, rule: try rule(window, amount, burst)) else {
      throw fail("amounts and windows must be greater than zero")
    }
    return .limit(limit)
  }

  private mutating func readAmount() throws(BudgetSpecError) -> (BudgetUnit, Int64) {
    if words.first == "$" || words.first?.lowercased() == "usd" {
      _ = next()
      return (.money, try readMoney())
    }
    guard let number = words.first else { throw fail("it is empty") }
    if let sign = words.prefix(2).first(where: Self.otherMoney.contains) {
      throw fail("'\(sign)' is not counted: money is in dollars, such as '$5/day'")
    }
    if words.count > 1, words[1].lowercased() == "usd" {
      let money = try readMoney()
      _ = next()
      return (.money, money)
    }
    if words.count > 1, words[1] == "$" { throw fail(Self.dollarFirst + number) }
    let before = words
    let amount = try readNumber()
    // As it was written: of '200k' the number and its scale are words of their own.
    let written = before.dropLast(words.count).joined()
    let unit = next()
    switch unit?.lowercased() {
    case "tokens", "token": return (.tokens, amount)
    case "calls", "call": return (.calls, amount)
    case "$": throw fail(Self.dollarFirst + "0.50")
    case "req", "reqs", "request", "requests": throw fail("'\(unit ?? "")' are 'calls' here")
    case "dollar", "dollars": throw fail(Self.dollarFirst + written)
    case "tok", "toks": throw fail("'\(unit ?? "")' are 'tokens' here")
    case nil, "/", "per": throw fail("'\(written)' needs a unit: 'tokens', 'calls' or '$'")
    case "e" where Self.isNumber(words.first):
      throw fail("'\(written)e\(words[0])' is a power of ten: write its digits, as in 1,000,000, or 1M")
    case .some: throw fail("'\(unit ?? "")' is not a unit: use 'tokens', 'calls' or '$'")
    }
  }

  private static func isNumber(_ word: String?) -> Bool {
    word?.utf8.allSatisfy { (0x30...0x39).contains($0) } ?? false
  }
  private static let otherMoney: Set = ["€", "£", "¥", "EUR", "GBP", "JPY", "CHF", "eur"]
  private static let dollarFirst = "'$' stands in front of the amount: $"

  private mutating func readMoney() throws(BudgetSpecError) -> Int64 {
    guard let word = try nextNumber() else { throw fail("'$' needs an amount") }
    guard let money = Decimal.parse(word, decimals: 6) else {
      if Decimal.isNumber(word, decimals: 6) { throw fail("'\(word)' is too large") }
      throw fail("'\(word)' is not an amount of money (up to six decimals)")
    }
    return money
  }

  private mutating func readNumber() throws(BudgetSpecError) -> Int64 {
    guard let word = try nextNumber() else { throw fail("a number is missing") }
    let scales: [String: Int64] = ["k": 1000, "K": 1000, "M": 1_000_000, "B": 1_000_000_000]
    guard let scale = words.first.flatMap({ scales[$0] }) else {
      if let whole = Int64(word) { return whole }
      throw fail(Decimal.isNumber(word, decimals: 0) ? "'\(word)' is too large" : "'\(word)' is not a whole number")
    }
    let suffix = next() ?? ""
    guard let thousandths = Decimal.parse(word, decimals: 3) else {
      if Decimal.isNumber(word, decimals: 3) { throw fail("'\(word)\(suffix)' is too large") }
      throw fail("'\(word)\(suffix)' is not a number (at most three decimals)")
    }
    // thousandths × scale ÷ 1000, exact because every scale is a multiple of 1,000
    let (amount, overflow) = thousandths.multipliedReportingOverflow(by: scale / 1000)
    if overflow { throw fail("'\(word)\(suffix)' is too large") }
    return amount
  }

  private mutating func readBurst(_ unit: BudgetUnit) throws(BudgetSpecError) -> Int64 {
    guard unit == .money else { return try readNumber() }
    if words.first == "$" { _ = next() }
    return try readMoney()
  }

  /// A window before the burst is known: how often its name was counted, and its length.
  private struct Window {
    var count: Int64?
    var seconds: Int64?
    var period: CalendarPeriod?
    /// What is wrong with several lengths that stand one behind the other; `nil` where there is one.
    var sum: String?
  }

  private mutating func readWindow() throws(BudgetSpecError) -> Window {
    guard var word = next() else { throw fail("a window is missing, such as 'day' or '6h'") }
    var count: Int64?
    if Self.isDecimal(word) {
      count = try windowCount(word)
      guard let name = next() else { throw fail("'\(word)' needs a unit: s, min, h, d or w") }
      word = name
    }
    guard let unit = Self.windowUnit(word) else {
      throw fail("'\(word)' is not a window: use hour, day, week, month, or a duration such as 6h")
    }
    if let count, unit.seconds == nil {
      throw fail("'\(count)\(word)': months have no number, use '/month', or days such as '/30d'")
    }
    let sum = count.flatMap { count in unit.seconds.flatMap { self.sum(count, word, $0) } }
    return Window(count: count, seconds: unit.seconds, period: unit.period, sum: sum)
  }

  private static func isDecimal(_ word: String) -> Bool {
    word.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
  }

  /// How many hours or days a window has.
  private func windowCount(_ word: String) throws(BudgetSpecError) -> Int64 {
    guard !word.utf8.contains(0x2E) else {
      throw fail("'\(word)\(words.first ?? "")': a window is a whole number of s, min, h, d or w, such as '/90min'")
    }
    guard word.utf8.contains(where: { $0 != 0x30 }) else {
      throw fail("'\(word)\(words.first ?? "")' is no window: it must be longer than nothing, such as '/1h'")
    }
    guard let count = Int64(word) else { throw fail("the window is too long") }
    return count
  }

  /// Several lengths that stand one behind the other, such as `1h30m`, are told by what they come to.
  private func sum(_ count: Int64, _ name: String, _ seconds: Int64) -> String? {
    guard let next = words.first, Self.isDecimal(next) else { return nil }
    let written = "'\(count)\(name)\(next)\(words.dropFirst().first ?? "")'"
    let rule = "a window is one number and one unit"
    guard words.count == 2, let more = Int64(next), let unit = Self.windowUnit(words[1])?.seconds,
      let first = try? Amount.scaledDown(count, by: seconds, over: 1),
      let second = try? Amount.scaledDown(more, by: unit, over: 1), let all = try? Amount.sum(first, second),
      let limit = BudgetLimit(unit: .tokens, amount: 1, rule: .rolling(seconds: all))
    else { return "\(written): \(rule), such as '/90min'" }
    return "\(written): \(rule), so write '\(limit.description.drop { $0 != "/" })'"
  }

  private static func windowUnit(_ word: String) -> (seconds: Int64?, period: CalendarPeriod?)? {
    // A single letter is a unit as it stands: 'M' is no minute.
    let name = word.utf8.count > 1 ? word.lowercased() : word
    let units: [(names: [String], seconds: Int64?, period: CalendarPeriod?)] = [
      (["s", "sec", "second", "seconds"], 1, nil), (["m", "min", "minute", "minutes"], 60, nil),
      (["h", "hr", "hrs", "hour", "hours"], 3600, .hour), (["d", "day", "days"], 86_400, .day),
      (["w", "wk", "wks", "week", "weeks"], 604_800, .week), (["mo", "month", "months"], nil, .month),
    ]
    return units.first { $0.names.contains(name) }.map { ($0.seconds, $0.period) }
  }

  private func rule(_ window: Window, _ amount: Int64, _ burst: Int64?) throws(BudgetSpecError) -> WindowRule {
    var seconds = window.seconds
    if let one = window.seconds, let count = window.count {
      let (product, overflow) = one.multipliedReportingOverflow(by: count)
      if overflow || product > BudgetLimit.maximumWindowSeconds { throw fail("the window is too long") }
      seconds = product
    }
    if burst != nil || (window.count == nil && window.period == nil) {
      guard let seconds else { throw fail("a month cannot have a burst: its length varies") }
      return .replenishing(seconds: seconds, burst: burst ?? amount)
    }
    if window.count == nil, let period = window.period { return .calendar(period) }
    return .rolling(seconds: seconds ?? 0)
  }

  /// The next word, which is to be a number, without commas between its digits.
  private mutating func nextNumber() throws(BudgetSpecError) -> String? {
    guard let word = next() else { return nil }
    if word == "-" { throw fail("an amount must be greater than zero") }
    guard let number = Decimal.ungrouped(word) else { throw fail("'\(word)' is not a number: \(Decimal.groups)") }
    return number
  }

  private mutating func next() -> String? { words.isEmpty ? nil : words.removeFirst() }
  private func fail(_ problem: String) -> BudgetSpecError { BudgetSpecError(text: text, problem: problem) }
}
