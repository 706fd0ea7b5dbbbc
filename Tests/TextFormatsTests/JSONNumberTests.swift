import Testing
import TextFormats

/// Numbers are kept as written and are whole when their value is.
@Suite struct JSONNumberTests {
  static let wholeNumbers: [(String, Int64?)] = [
    ("0", 0), ("-0", 0), ("1e3", 1000), ("1E+3", 1000), ("10.0", 10), ("1.50e1", 15), ("-2.5e1", -25), ("1000e-3", 1),
    ("9223372036854775807", .max), ("9223372036854775808", nil), ("-9223372036854775808", .min),
    ("-9223372036854775808.0", .min), ("-922337203685477580.8e1", .min), ("-9223372036854775809", nil), ("0.5", nil),
    ("1e18", 1_000_000_000_000_000_000), ("1e19", nil), ("1e-1", nil), ("0e99999999999999999999", 0), ("0.000", 0),
    ("1e99999999999999999999", nil), ("1e-9223372036854775808", nil), ("1e9223372036854775807", nil),
    ("1" + String(repeating: "0", count: 2000) + "e-2000", 1),
    ("0." + String(repeating: "0", count: 1999) + "7e2000", 7),
    ("12" + String(repeating: "0", count: 200_000) + "." + String(repeating: "0", count: 200_000), nil),
  ]

  @Test(arguments: wholeNumbers) func int64(_ text: String, _ expected: Int64?) throws {
    let number = try #require(try JSONParser.parse(text).numberValue)
    #expect(number.int64 == expected)
    #expect(number.text == text)
  }

  @Test func doublesAreTheNearest() throws {
    let values: [(String, Double)] = [
      ("0.1", 0.1), ("1e400", .infinity), ("-1e-400", -0.0), ("5e-324", .leastNonzeroMagnitude),
    ]
    for (text, value) in values { #expect(try JSONParser.parse(text).numberValue?.double == value) }
  }
}
