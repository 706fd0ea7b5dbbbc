import Testing
import TextFormats

/// Every rule of TOML 1.0.0 that refuses a document, and the line that is named.
@Suite struct TOMLInvalidTests {
  static let keysAndLines: [(String, Int)] = [
    ("key =", 1), ("key = # c", 1), ("= 1", 1), ("a", 1), ("a b = 1", 1), ("a = 1 b = 2", 1), ("x = 1\na = 1 [t]", 2),
    ("a. = 1", 1), (".a = 1", 1), ("a..b = 1", 1), ("é = 1", 1), ("a! = 1", 1), ("\"\"\"a\"\"\" = 1", 1),
    ("'''a''' = 1", 1),
    ("\"a = 1", 1), ("\"a\nb\" = 1", 1), ("a\n= 1", 1), ("a =\n1", 1), ("a = 1\na = 2", 2), ("a = 1\n\"a\" = 2", 2),
    ("a = 1\na.b = 2", 2), ("a.b = 1\na.b.c = 2", 2), ("a.b.c = 1\na.b = 2", 2), ("a = 1\r b = 2", 1), ("# a\rb", 1),
    ("# \u{0}", 1), ("a = 1 # \u{7F}", 1), ("a = 1\n\u{FEFF}b = 2", 2), ("a = 1\u{C}", 1), ("\u{B}", 1),
    ("# \u{8}\n", 1),
    ("[[", 1), ("[", 1), ("a = 1\r", 1), ("\u{A0}a = 1", 1),
  ]

  static let strings: [(String, Int)] = [
    ("a = \"b", 1), ("a = 'b", 1), ("a = \"b\nc\"", 1), ("a = 'b\nc'", 1), ("a = \"\"\"b\nc", 1), ("a = '''b\n''", 1),
    (#"a = "\q""#, 1), (#"a = "\e""#, 1), (#"a = "\x41""#, 1), (#"a = "\u12""#, 1), (#"a = "\u00G0""#, 1),
    (#"a = "\uD800""#, 1), (#"a = "\uDFFF""#, 1), (#"a = "\U00110000""#, 1), (#"a = "\UFFFFFFFF""#, 1),
    ("a = \"\"\"\n\n\\q\"\"\"", 3), ("a = \"\"\"\\ x\"\"\"", 1), ("a = \"\u{0}\"", 1), ("a = \"\u{1F}\"", 1),
    ("a = \"\u{7F}\"", 1), ("a = '\u{1}'", 1), ("a = '''\n\u{1}'''", 2), ("a = \"\"\"\n\r\"\"\"", 2),
    ("a = '''\rb'''", 1),
    ("a = \"\"\"b\"\"\"\"\"\"", 1), ("a = '''b''''''", 1), ("a = \"b\" c", 1), ("a = \"\\\nb\"", 1), ("a = bare", 1),
    ("a = True", 1), ("a = null", 1), ("a = \"a\" \"b\"", 1), ("a = \"\"\"\n\\\n\r\"\"\"", 3),
  ]

  static let numbers: [(String, Int)] = [
    "01", "-01", "+00", "1__0", "_1", "1_", "0x", "0xG", "0x_1", "0x1_", "+0x1", "-0b1", "0X1", "0o8", "0b2", "0B1",
    "0O7",
    "9223372036854775808", "-9223372036854775809", "0xFFFFFFFFFFFFFFFF", "1.", ".1", "+.1", "1.e3", "1e", "1e+",
    "1e1.5",
    "01.5", "1_.5", "1._5", "1.5_", "1e_5", "1e5_", "1.2.3", "++1", "--1", "+-1", "Inf", "NaN", "+ 1", "infinity",
    "1,000",
    "1 000", "0x1.8", "1a", "٣", "true1", "+true",
  ].map { ("a = \($0)", 1) }

  static let dates: [(String, Int)] = [
    "1979-13-01", "1979-00-01", "1979-01-00", "1979-01-32", "1979-04-31", "2023-02-29", "1900-02-29", "2024-02-30",
    "79-01-01", "1979-1-01", "1979-01-1", "1979/01/01", "24:00:00", "00:60:00", "00:00:61", "7:32:00", "07:32",
    "07:3:00",
    "07:32:00.", "07:32:00Z", "1979-05-27T", "1979-05-27T07:32", "1979-05-27T07:32:00.", "1979-05-27T07:32:00+24:00",
    "1979-05-27T07:32:00+00:60", "1979-05-27T07:32:00+0700", "1979-05-27T07:32:00+07", "1979-05-27  07:32:00",
    "1979-05-27_07:32:00", "1979-05-27T25:00:00Z", "1979-05-27Z", "1979-05-27T07:32:00ZZ", "-1979-05-27",
    "1979-05-27T07:32:00 +01:00", "12345-01-01",
  ].map { ("a = \($0)", 1) }

  static let containers: [(String, Int)] = [
    ("a = [1 2]", 1), ("a = [1,,2]", 1), ("a = [,]", 1), ("a = [", 1), ("a = [1\n\n", 1), ("a = [1]]", 1), ("a = ]", 1),
    ("a = [\n1\n2]", 3), ("a = [1 = 2]", 1), ("a = {b = 1,}", 1), ("a = {,}", 1), ("a = {b = 1\n}", 1),
    ("a = {\nb = 1}", 1),
    ("a = {b = 1,\nc = 2}", 1), ("a = {b = 1 c = 2}", 1), ("a = {b}", 1), ("a = {b =}", 1), ("a = {b = 1", 1),
    ("a = {", 1),
    ("a = {b = 1, b = 2}", 1), ("a = {b = 1, b.c = 2}", 1), ("a = {b.c = 1, b = 2}", 1), ("a = {b = {}, b.c = 1}", 1),
    ("a = {} # ok\na.b = 1", 2), ("a = {}\n[a]", 2), ("a = {}\n[a.b]", 2), ("a = {b = {}}\n[a.b.c]", 2),
    ("a = {}\n[[a]]", 2),
    ("a = {b.c = 1}\na.b.d = 2", 2), ("a = []\n[[a]]", 2), ("a = [{}]\n[[a]]", 2), ("a = [{}]\n[a.b]", 2),
    ("a = [{}]\na.b = 1", 2), ("a = {b = 1 # c\n}", 1), ("a = {} b = 1", 1), ("a = {\r\n}", 1),
  ]

  static let tables: [(String, Int)] = [
    ("[]", 1), ("[[]]", 1), ("[a", 1), ("[a.]", 1), ("[.a]", 1), ("[a..b]", 1), ("[a]]", 1), ("[[a]", 1), ("[ [a]]", 1),
    ("[[a] ]", 1), ("[a] b = 1", 1), ("[a b]", 1), ("[a\n]", 1), ("[\"a\nb\"]", 1), ("[a#b]", 1), ("[a]\n\n[a]", 3),
    ("[a]\nb = 1\n[a.b]", 3), ("[a.b]\n[a]\n[a]", 3), ("a = 1\n[a]", 2), ("a = 1\n[a.b]", 2),
    ("[a]\nb = 1\n[a.b.c]", 3),
    ("[a.b]\n[a]\nb = 1", 3), ("[a.b]\n[a]\nb.c = 1", 3), ("[a.b.c]\nz = 9\n[a]\nb.c.t = 1", 4),
    ("[f]\na.c = 1\n[f.a]", 3), ("[f]\na.t.s = 1\n[f.a.t]", 3), ("a.b = 1\n[a]", 2), ("a.b.c = 1\n[a.b]", 2),
    ("[[a]]\n[a]", 2), ("[a]\n[[a]]", 2), ("[a.b]\n[[a]]", 2), ("[[a.b]]\n[a]\nb.y = 2", 3),
    ("[[a]]\n[[a.b]]\n[a.b]", 3),
    ("[[a]]\n[a.b]\n[[a.b]]", 3), ("a.b = 1\n[[a]]", 2), ("[[a]]\nb = 1\n[[a.b]]", 3), ("[[a]]\n[a.b]\n[a.b]", 3),
    ("[a]\nb.c = 1\n[[a.b]]", 3), ("[t.a.b]\n[t]\na.x = 1\n[t.a]", 4), ("[[a]]\nb = 1\nb = 2", 3),
    ("[[a.b]]\n[[a]]", 2),
  ]

  static let all: [(String, Int)] = [keysAndLines, strings, numbers, dates, containers, tables].flatMap { $0 }

  @Test(arguments: all) func refuses(_ text: String, _ line: Int) {
    do {
      let table = try TOMLParser.parse(text)
      Issue.record("was read as \(TOMLWriter.inline(.table(table)))")
    } catch {
      #expect(error.position.line == line, "\(error)")
    }
  }

  @Test func namesThePlaceAndWhatWasExpected() {
    let cases = [
      ("x = 1\n\nbudgets [1]", "line 3, column 9: expected '=' after the key"),
      ("\u{FEFF}é = 1", "line 1, column 1: expected a key"),
      ("\"é\" = \"日\\q\"", "line 1, column 9: '\\' is not followed by an escape that TOML knows"),
      ("a = 12345678901234567890", "line 1, column 5: this number does not fit in 64 bits"),
      ("[t]\na = 1\r\n  a = 2", "line 3, column 3: 'a': the key is defined a second time, after line 2"),
      (
        "\"\\u001B[2J\" = 1\n\"\\u001B[2J\" = 2",
        "line 2, column 1: '\u{FFFD}[2J': the key is defined a second time, after line 1"
      ),
    ]
    for (text, message) in cases {
      #expect { try TOMLParser.parse(text) } throws: { "\($0)" == message }
    }
  }

  @Test func nestingHasALimitHoweverItIsWritten() throws {
    let key = { (parts: Int) in [String](repeating: "a", count: parts).joined(separator: ".") }
    let list = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    for text in ["a = \(list(100))", "[\(key(100))]", "\(key(100)) = 1", "[\(key(60))]\n\(key(60)) = []"] {
      _ = try TOMLParser.parse(text)
    }
    let inner = String(repeating: "{\(key(100)) = ", count: 100)
    for text in [
      "a = \(list(200))", "[\(key(200))]", "\(key(200)) = 1", "[\(key(100))]\n\(key(100)) = 1", "a = \(inner)",
      "a = " + String(repeating: "[", count: 1_000_000), "a = " + String(repeating: "{a=", count: 1_000_000),
    ] {
      #expect(throws: TextFormatError.self) { try TOMLParser.parse(text) }
    }
  }
}
