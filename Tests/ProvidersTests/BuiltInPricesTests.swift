import GuardModel
import Testing

@testable import Providers

/// The list that comes with the program: each model's lines are found by themselves.
@Suite struct BuiltInPricesTests {
  private static let names = PriceLines.read(BuiltInPrices.table) { lines in
    var names: [String] = []
    repeat { if let name = lines.word() { names.append(name) } } while lines.next()
    return names
  }

  @Test func theListIsInOrder() {
    #expect(Self.names.count == 193)
    for (one, next) in zip(Self.names, Self.names.dropFirst()) {
      #expect(one.utf8.lexicographicallyPrecedes(next.utf8), "\(one) \(next)")
    }
  }

  @Test func eachModelIsFound() {
    for name in Self.names { #expect(BuiltInPrices.price(of: name) != nil, "\(name)") }
    #expect(BuiltInPrices.all.count == Self.names.count)
  }

  /// Beside, between, before and behind those that are there, and words of the tables that name no model.
  @Test(arguments: [
    "", "a", "zzzz", "gpt-4o-", "gpt-4o-min", "gpt-4o-minii", "gpt", "GPT-4o", "=", "0", "-", "batch", "flex 0",
    "gpt-4o 2500000",
    "claude-haiku-4-5\n", "search=10000", "\n", " ", "gpt-4o\u{0}",
  ])
  func othersAreNot(_ name: String) { #expect(BuiltInPrices.price(of: name) == nil) }

  /// Whoever sells Anthropic's models under another spelling takes the same; another date, version or maker is another model.
  @Test(
    arguments: [
      ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5-20250929"),
      ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
      ("claude-sonnet-4-5@20250930", nil), ("anthropic/claude-sonnet-4.55", nil), ("claude-sonnet-4-5@default", nil),
      ("gpt-4o@2024-08-06", nil), ("gpt-4-1", nil), ("gpt-5.2-2026-01-01", nil), ("ft:gpt-4o:org::id", nil),
      ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", nil), ("openai/gpt-4o:free", nil), ("openai/gpt-4o", "gpt-4o"),
    ] as [(String, String?)])
  func aModelHasThePriceOfItsMakersSpelling(_ name: String, _ own: String?) {
    #expect(PriceTable().price(of: name) == own.flatMap(BuiltInPrices.price))
  }

  @Test(
    arguments: [
      ("b", [2]), ("a", [1]), ("c", [3]), ("b-long", [4]), ("bb", nil), ("", nil), ("d", nil), ("A", nil),
    ] as [(String, [Int64]?)])
  func aLineIsFoundByItsName(_ name: String, _ expected: [Int64]?) {
    for table in ["a 1\nb 2\nb-long 4\nc 3", "a 1\nb 2\nb-long 4\nc 3\n"] {
      let found = PriceLines.read(table) { lines in lines.goTo(name) ? lines.number().map { [$0] } : nil }
      #expect(found == expected)
    }
  }

  @Test(
    arguments: [
      ("a", 1), ("b", 1), ("c", 1), ("cc", 3), ("d", 5), ("1", nil), ("tier", nil), ("e", nil), ("", nil),
    ] as [(String, Int64?)])
  func aListIsFoundByAnyOfItsNames(_ name: String, _ expected: Int64?) {
    let table = "= a b\n= c\ntier 1 2\n= cc\ntier 3 a\n= d\ntier 5 6"
    let found = PriceLines.read(table) { lines -> Int64? in
      guard lines.goToList(with: name) else { return nil }
      while lines.next() { if !lines.isList, lines.word() != nil { return lines.number() } }
      return nil
    }
    #expect(found == expected)
  }

  /// A name that no model has would be found by nobody.
  @Test func whatIsListedHasAPrice() {
    let listed = PriceLines.read(BuiltInPrices.variants) { lines in
      var names: Set<String> = []
      repeat { if lines.isList { while let name = lines.word() { names.insert(name) } } } while lines.next()
      return names
    }
    #expect(listed.count > 100)
    #expect(listed.subtracting(Self.names) == ["="])
  }
}
