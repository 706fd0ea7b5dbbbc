import GuardModel
import Providers
import Testing

/// Price lists of others, and the file that keeps them.
@Suite struct PriceImportTests {
  /// A number of dollars per token, and what a million tokens then cost in millionths of a dollar.
  static let prices: [(String, Int64?)] = [
    ("2.5e-06", 2_500_000), ("0.0000025", 2_500_000), ("0", 0), ("0.0", 0), ("1e-12", 1), ("1e-13", 1), ("1.1e-12", 2),
    ("9223372.036854775807", .max), ("9223372.0368547758071", nil), ("9223372.036854775808", nil), ("1e99", nil),
    ("1E-6", 1_000_000), ("-1e-6", nil), ("1e-9223372036854775808", nil), ("1e9223372036854775807", nil),
    ("1e-99999999999999999999", nil), ("1e-99", 1), ("0e-99", 0),
  ]

  @Test(arguments: prices) func aPriceIsExactOrNone(_ number: String, _ expected: Int64?) throws {
    let list = #"{"known": {"input_cost_per_token": 1e-6}, "m": {"input_cost_per_token": \#(number)}}"#
    let read = try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31")
    #expect(read.prices["m"]?.inputMicroUSDPerMillion == expected)
    #expect(read.skipped == (expected == nil ? 1 : 0))
  }

  @Test(arguments: [
    #"{"sample_spec": {"mode": "chat"}}"#, #"{"m": {"input_cost_per_token": "1"}}"#, "[]", "{", "",
    #"{"": {"input_cost_per_token": 1}}"#,
  ])
  func whatIsNoListIsRefused(_ text: String) {
    #expect(throws: PriceImport.Failure.self) {
      try PriceImport.liteLLM(Array(text.utf8), source: "list", asOf: "2025-01-31")
    }
  }

  @Test func theFileKeepsWhatWasImported() throws {
    let list =
      #"{"gpt": {"input_cost_per_token": 2.5e-6, "output_cost_per_token": 1e-5, "cache_read_input_token_cost": 1e-7}}"#
    let prices = try PriceImport.liteLLM(Array(list.utf8), source: "list", asOf: "2025-01-31").prices
    #expect(try PriceImport.decode(Array(PriceImport.encode(prices).utf8)) == prices)
  }

  /// What somebody wrote into the file by hand.
  @Test(arguments: [
    #"{"models": {"m": {"input_micro_usd_per_million": -1, "output_micro_usd_per_million": 0}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 0, "output_micro_usd_per_million": -1}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 1, "output_micro_usd_per_million": 1, "cached_input_micro_usd_per_million": -1}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 1, "output_micro_usd_per_million": 1, "cache_write_micro_usd_per_million": "1"}}}"#,
    #"{"models": {"m": {"input_micro_usd_per_million": 0.5, "output_micro_usd_per_million": 0}}}"#,
    #"{"models": {"m": {}}}"#, #"{"models": []}"#, #"{"schema": 1}"#,
  ])
  func aDamagedFileIsRefused(_ text: String) {
    #expect(throws: PriceImport.Failure.self) { try PriceImport.decode(Array(text.utf8)) }
  }
}
