import SeededGenerator
import Testing

@testable import GuardModel

@Suite struct BudgetSpecTests {
  @Test(arguments: [
    ("unlimited", "unlimited"),
    ("200k tokens/day", "200k tokens/day"),
    ("  200 k tokens / day ", "200k tokens/day"),
    ("200000tokens/day", "200k tokens/day"),
    ("200K tokens per day", "200k tokens/day"),
    ("1 token/week", "1 token/week"),
    ("1.5M tokens/month", "1.5M tokens/month"),
    ("1234 tokens/hour", "1234 tokens/hour"),
    ("1.234k tokens/hour", "1234 tokens/hour"),
    ("2B tokens/month", "2B tokens/month"),
    ("5,000 tokens/day", "5k tokens/day"), ("1,234,567 calls/day", "1234567 calls/day"),
    ("$1,234.50/month", "$1234.50/month"), ("1,500 USD/month", "$1500/month"),
    ("1,024k tokens/day", "1024k tokens/day"),
    ("10,000 tokens/min burst 50,000", "10k tokens/min burst 50k"),
    ("$5/month", "$5/month"),
    ("$ 0.000001 / day", "$0.000001/day"),
    ("5 USD/month", "$5/month"), ("5 usd/Day", "$5/day"), ("USD 5/month", "$5/month"),
    ("usd1.50 Per week", "$1.50/week"),
    ("10 Calls/Hour", "10 calls/hour"), ("5k Tokens/MIN burst 9k", "5k tokens/min burst 9k"),
    ("10 calls/hr", "10 calls/hour"), ("5k tokens/6hrs", "5k tokens/6h"),
    ("$2/wk", "$2/week"), ("5k tokens/2wks", "5k tokens/14d"),
    ("2.50USD per week", "$2.50/week"), ("$5.00/day", "$5/day"), ("$0.000001/day", "$0.000001/day"),
    ("50k tokens/6h", "50k tokens/6h"),
    ("50k tokens/360min", "50k tokens/6h"),
    ("50k tokens/6 hours", "50k tokens/6h"),
    ("50k tokens/1d", "50k tokens/1d"),
    ("50k tokens/24h", "50k tokens/1d"),
    ("50k tokens/2w", "50k tokens/14d"),
    ("50k tokens/90s", "50k tokens/90s"),
    ("10k tokens/min burst 50k", "10k tokens/min burst 50k"),
    ("10k tokens/min", "10k tokens/min burst 10k"),
    ("3 calls/s", "3 calls/s burst 3"),
    ("100 calls/hour", "100 calls/hour"),
    ("5_000_000 tokens/day", "5M tokens/day"), ("$1_000.25/day burst 2_000", "$1000.25/day burst $2000"),
    ("100 calls/hour burst 20", "100 calls/hour burst 20"),
    ("100 calls/2h burst 20", "100 calls/2h burst 20"),
    ("7 calls/7d burst 9", "7 calls/week burst 9"),
    ("$1/day burst $3.25", "$1/day burst $3.25"),
    ("$1/day burst 3.25", "$1/day burst $3.25"),
    ("9223372036854775807 tokens/day", "9223372036854775807 tokens/day"),
    ("9223372036854.775807 USD/day", "$9223372036854.775807/day"),
  ])
  func reads(_ text: String, _ canonical: String) throws {
    let spec = try BudgetSpec(text)
    #expect(spec.description == canonical)
    #expect(try BudgetSpec(spec.description) == spec)
  }

  @Test(arguments: [
    ("", "empty"), ("   ", "empty"), ("unlimited/day", "stands alone"),
    ("200k", "'200k' needs a unit"), ("5k/day", "'5k' needs a unit"), ("1,500 per day", "'1,500' needs a unit"),
    ("200k token", "expected '/'"), ("200k tokens day", "found 'day'"),
    ("200k tokns/day", "'tokns' is not a unit"), ("200ktokens/day", "'ktokens' is not a unit"),
    ("€5/day", "'€' is not counted: money is in dollars"), ("5€/day", "'€' is not counted"),
    ("5 EUR/day", "'EUR' is not"), ("USD/day", "not an amount"), ("5 calls/M", "'M' is not a window"),
    ("200k tokens/", "a window is missing"), ("200k tokens/fortnight", "'fortnight' is not a window"),
    ("200k tokens/6", "'6' needs a unit"), ("200k tokens/0h", "'0h' is no window: it must be longer"),
    ("200k tokens/1.5h", "'1.5h': a window is a whole number of s, min, h, d or w"), ("5 calls/0.5 h", "'0.5h': a"),
    ("200k tokens/2months", "'2months': months have no number"), ("5 calls/1month", "use '/month', or days"),
    ("5 calls/0month", "'0month' is no window"), ("5 calls/99999999999999999999h", "too long"),
    ("5 calls/1h30m", "'1h30m': a window is one number and one unit, so write '/90min'"),
    ("5 calls/1 day 12 h", "'1day12h': a window is one number and one unit, so write '/36h'"),
    ("5 calls/1h30", "'1h30': a window is one number and one unit, such as"), ("5 calls/1h30m10s", "such as '/90min'"),
    ("5 calls/9999999h9999999h", "such as '/90min'"),
    ("200k tokens/999999999999h", "too long"),
    ("200k tokens/101 years", "'years' is not a window"), ("200k tokens/40000d", "too long"),
    ("5,00 tokens/day", "'5,00' is not a number: commas part groups of three"),
    ("0,500 tokens/day", "'0,500' is not a"), ("5_00 tokens/day", "groups of three"),
    ("5,000_000 tokens/day", "groups of three"), ("5_000,000 tokens/day", "groups of three"),
    ("_500 tokens/day", "'_500'"), ("1e6 tokens/day", "'1e6' is a power of ten: write its digits"),
    ("50,0000 tokens/day", "groups of three"), ("1000,000 tokens/day", "groups of three"), (",500 calls/day", "',500'"),
    ("5, tokens/day", "groups of three"), ("1,,000 tokens/day", "groups of three"),
    ("$1.000,50/day", "groups of three"),
    ("$0,50/day", "groups of three"), ("5,000 tokens/1,000h", "'1,000' is not"),
    ("0 tokens/day", "greater than zero"), ("$0/day", "greater than zero"),
    ("5 calls/min burst 0", "greater than zero"),
    ("-5 tokens/day", "must be greater than zero"), ("$-5/day", "must be greater than zero"),
    ("5$/month", "'$' stands in front of the amount: $5"), ("1.5 $/day", "'$' stands in front of the amount: $1.5"),
    ("5k$/day", "'$' stands in front of the amount"), ("1.5 tokens/day", "'1.5' is not a whole number"),
    ("1.2.3k tokens/day", "'1.2.3k' is not a number"), ("1.2345k tokens/day", "at most three decimals"),
    ("9223372036854775808 tokens/day", "'9223372036854775808' is too large"),
    ("99999999999999999999k tokens/day", "'99999999999999999999k' is too large"),
    ("9999999999999B tokens/day", "'9999999999999B' is too large"),
    ("$99999999999999/day", "'99999999999999' is too large"),
    ("$/day", "'/' is not an amount of money"), ("$", "'$' needs an amount"),
    ("$1.0000001/day", "'1.0000001' is not an amount of money"),
    ("5 calls/month burst 9", "a month cannot have a burst"), ("5 calls/min burst", "a number is missing"),
    ("5 calls/min burst lots", "'lots' is not a whole number"), ("5 calls/day please", "'please' is not expected"),
    ("5 calls/day/day", "'/' is not expected"), ("🪙 calls/day", "'🪙'"),
  ])
  func refusesNamingThePart(_ text: String, _ part: String) {
    let error = #expect(throws: BudgetSpecError.self) { try BudgetSpec(text) }
    #expect(error?.description.contains("'\(text)'") == true)
    #expect(error?.problem.contains(part) == true, "\(text): \(error?.problem ?? "")")
  }

  @Test func everyLimitReadsBack() throws {
    var random = Seeded(3)
    let periods: [Int64] = [1, 60, 90, 3600, 7200, 86_400, 604_800, 1_209_600]
    for _ in 0..<20_000 {
      let unit = BudgetUnit.allCases.randomElement(using: &random)!
      let seconds =
        Bool.random(using: &random)
        ? periods.randomElement(using: &random)!
        : Int64.random(in: 1...BudgetLimit.maximumWindowSeconds, using: &random)
      let rule: WindowRule =
        switch Int.random(in: 0...2, using: &random) {
        case 0: .rolling(seconds: seconds)
        case 1: .calendar(CalendarPeriod.allCases.randomElement(using: &random)!)
        default: .replenishing(seconds: seconds, burst: amount(&random))
        }
      let limit = try #require(BudgetLimit(unit: unit, amount: amount(&random), rule: rule))
      #expect(try BudgetSpec(limit.description) == .limit(limit), "\(limit.description)")
    }
  }

  /// Amounts of every size; half of them round, which is where suffixes appear.
  private func amount(_ random: inout Seeded) -> Int64 {
    let value = max(1, Int64.random(in: 1 ... .max, using: &random) >> Int64.random(in: 0...62, using: &random))
    guard Bool.random(using: &random) else { return value }
    var round = max(1, value >> 32)
    for _ in 0..<Int.random(in: 0...9, using: &random) { round *= 10 }
    return round
  }

  @Test func limitsKeepTheirInvariants() {
    #expect(BudgetLimit(unit: .tokens, amount: 0, rule: .calendar(.day)) == nil)
    #expect(BudgetLimit(unit: .tokens, amount: 1, rule: .rolling(seconds: 0)) == nil)
    #expect(BudgetLimit(unit: .tokens, amount: 1, rule: .rolling(seconds: .max)) == nil)
    #expect(BudgetLimit(unit: .tokens, amount: 1, rule: .replenishing(seconds: 1, burst: 0)) == nil)
    #expect(BudgetLimit(unit: .tokens, amount: 1, rule: .replenishing(seconds: .max, burst: 1)) == nil)
  }

  @Test func theTighterOfTwoIsSoInEveryRespect() throws {
    func tighter(_ a: String, _ b: String) throws -> BudgetLimit { try limit(a).tightened(by: try limit(b)) }
    let both = try limit("10k tokens/min burst 30k")
    #expect(try tighter("10k tokens/min burst 50k", "20k tokens/min burst 30k") == both)
    #expect(try tighter("20k tokens/min burst 30k", "10k tokens/min burst 50k") == both)
    #expect(try tighter("5k tokens/day", "3k tokens/day") == limit("3k tokens/day"))
    #expect(try tighter("3k tokens/day", "5k tokens/day") == limit("3k tokens/day"))
    #expect(
      try tighter("5k tokens/day", "3k tokens/hour") == limit("5k tokens/day"), "another window's is no other limit")
    #expect(try tighter("5 calls/day", "3 tokens/day") == limit("5 calls/day"))
  }

  @Test func aChangedAmountKeepsItsBalance() throws {
    func key(_ text: String) throws -> BudgetKey { BudgetKey(scope: .user("a"), limit: try limit(text)) }
    #expect(try key("200k tokens/day") == key("300k tokens/day"))
    #expect(try key("200k tokens/day") != key("200k tokens/1d"))
    #expect(try key("10 tokens/day") != key("10 calls/day"))
    #expect(try key("10 calls/hour") != key("10 calls/hour burst 5"))
  }

  @Test func storageTextsAreDistinct() throws {
    let day = try limit("1 calls/day")
    let texts = [BudgetScope.user("a"), .user("b"), .operation(user: "a", operation: "b")]
      .map { BudgetKey(scope: $0, limit: day).storageText }
    #expect(Set(texts).count == 3)
  }
}
