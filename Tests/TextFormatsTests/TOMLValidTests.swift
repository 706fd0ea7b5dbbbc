import Testing
import TextFormats

/// Every construct of TOML 1.0.0, and the table it stands for.
@Suite struct TOMLValidTests {
  static let lines: [(String, String)] = [
    ("", "{}"), ("# only a comment", "{}"), ("\r\n\t \r\n", "{}"), ("a = 1", "{ a = 1 }"), ("a=1#c\n", "{ a = 1 }"),
    ("\u{FEFF}a = 1", "{ a = 1 }"), ("# é 日 \t", "{}"), ("1234 = 1\n-_ = 2", "{ 1234 = 1, -_ = 2 }"),
    ("\"a b\" = 1\n'c\\d' = 2\n\"\" = 3", #"{ "a b" = 1, "c\\d" = 2, "" = 3 }"#),
    ("a . \"b.c\" . d = 1", #"{ a = { "b.c" = { d = 1 } } }"#),
    ("3.14 = 1", "{ 3 = { 14 = 1 } }"), ("a.b = 1\na.c = 2", "{ a = { b = 1, c = 2 } }"),
    ("a = 1\r\nb = 2\r\n", "{ a = 1, b = 2 }"),
    ("a.x = 1\nb.x = 1\na.y = 2", "{ a = { x = 1, y = 2 }, b = { x = 1 } }"), ("true = true", "{ true = true }"),
    ("\"\\u00e9\" = 1\n\"e\u{301}\" = 2", "{ \"\u{E9}\" = 1, \"e\u{301}\" = 2 }"),
  ]

  static let scalars: [(String, String)] = [
    ("true", "true"), ("false", "false"), ("+99", "99"), ("-0", "0"), ("+0", "0"), ("1_000", "1000"), ("5_3_4", "534"),
    ("-9223372036854775808", "-9223372036854775808"), ("0x7fffffffffffffff", "9223372036854775807"),
    ("0xdead_BEEF", "3735928559"),
    ("0x00", "0"), ("0o0_755", "493"), ("0b1101", "13"), ("0xe1", "225"), ("1.0", "1.0"), ("-0.0", "-0.0"),
    ("+3.1415", "3.1415"),
    ("5e+22", "5e+22"), ("1e06", "1000000.0"), ("-2E-2", "-0.02"), ("6.626e-34", "6.626e-34"),
    ("224_617.445_991_228", "224617.445991228"),
    ("1e0_1", "10.0"), ("0e0", "0.0"), ("inf", "inf"), ("+inf", "inf"), ("-inf", "-inf"), ("nan", "nan"),
    ("-nan", "nan"),
    ("1979-05-27T07:32:00Z", "1979-05-27T07:32:00Z"), ("1979-05-27t07:32:00z", "1979-05-27T07:32:00Z"),
    ("1979-05-27 07:32:00.999999-07:00 # c", "1979-05-27T07:32:00.999999-07:00"), ("2000-02-29 # leap", "2000-02-29"),
    ("2024-02-29", "2024-02-29"), ("1979-05-27T00:32:00.5", "1979-05-27T00:32:00.5"), ("23:59:60", "23:59:60"),
    ("07:32:00.123456789012", "07:32:00.123456789012"), ("1979-05-27T07:32:00+23:59", "1979-05-27T07:32:00+23:59"),
    ("[]", "[]"), ("[ 1, 2, ]", "[1, 2]"), ("[\n # c\n 1 # d\n , # e\r\n 2\n # f\n]", "[1, 2]"),
    ("[1, 'a', [true, {}], 1.5]", #"[1, "a", [true, {}], 1.5]"#),
    ("{}", "{}"), ("{ a = 1, b.c = 2, b.d = 3 }", "{ a = 1, b = { c = 2, d = 3 } }"),
    ("{ a = [\n1,\n] }", "{ a = [1] }"),
    ("{a={b={}}}", "{ a = { b = {} } }"), ("[[1, 2], ['a']]", #"[[1, 2], ["a"]]"#),
    ("[1979-05-27, 07:32:00]", "[1979-05-27, 07:32:00]"),
    ("{a = \"\"\"\n\nb\"\"\"}", #"{ a = "\nb" }"#),
  ].map { ("a = " + $0.0, "{ a = \($0.1) }") }

  static let strings: [(String, String)] = [
    ("''", ""), ("\"\"", ""), ("\"\"\"\"\"\"", ""), ("''''''", ""), (#"'C:\n "q" #'"#, #"C:\n "q" #"#),
    ("\"a\tb\"", "a\tb"),
    (#""\b\t\n\f\r\"\\""#, "\u{8}\t\n\u{C}\r\"\\"), (#""\u0041\U0001F600\uD7FF\uE000""#, "A😀\u{D7FF}\u{E000}"),
    ("\"\"\"\na\nb\"\"\"", "a\nb"), ("'''\r\na\\\nb'''", "a\\\nb"), ("\"\"\"a \\\n\n   b \\  \t\n c\"\"\"", "a b c"),
    ("\"\"\"a\\\r\n  \r\n b\"\"\"", "ab"), ("\"\"\"\\\n  \"\"\"", ""), ("\"\"\"a\"b\"\"c\"\"\"", "a\"b\"\"c"),
    ("\"\"\"\"a\"\"\"\"", "\"a\""), ("\"\"\"\"\"a\"\"\"\"\"", "\"\"a\"\""), ("'''''a'''''", "''a''"),
    ("'''a''b'c'''", "a''b'c"),
    ("\"\"\"a\\\"\"\"\"\"\"", "a\"\"\""), ("\"\"\"\\\\\"\"\"", "\\"), ("\"# no comment\" # one", "# no comment"),
    ("'''a\n# no comment'''", "a\n# no comment"), ("\"\u{80}\u{2028}\u{10FFFF}\"", "\u{80}\u{2028}\u{10FFFF}"),
  ]

  static let tables: [(String, String)] = [
    ("[a]", "{ a = {} }"), ("[ a . 'b.c' ] # x\nd = 1", #"{ a = { "b.c" = { d = 1 } } }"#),
    ("[a.b.c]\n[a]\nx = 1", "{ a = { b = { c = {} }, x = 1 } }"),
    ("[a]\n[b]\n[a.c]", "{ a = { c = {} }, b = {} }"), ("x = 1\n[x1]\nx = 2", "{ x = 1, x1 = { x = 2 } }"),
    ("[f]\na.c = 1\na.t.s = 2\n[f.a.x]\ny = 3", "{ f = { a = { c = 1, t = { s = 2 }, x = { y = 3 } } } }"),
    ("[a.b.c]\nz = 9\n[a]\nb.x = 1", "{ a = { b = { c = { z = 9 }, x = 1 } } }"),
    ("[[a]]\n[[a]]\nb = 1\n[[ a ]]", "{ a = [{}, { b = 1 }, {}] }"),
    (
      "[[f]]\nn = 1\n[f.p]\nc = 2\n[[f.v]]\nn = 3\n[[f.v]]\n[[f]]\n[[f.v]]\nn = 4",
      "{ f = [{ n = 1, p = { c = 2 }, v = [{ n = 3 }, {}] }, { v = [{ n = 4 }] }] }"
    ), ("[[a.b]]\n[a]\nc = 1", "{ a = { b = [{}], c = 1 } }"),
    ("[[a]]\n[a.b.c]\n[a.b]\nd = 1", "{ a = [{ b = { c = {}, d = 1 } }] }"),
    ("a.b = 1\n[a.c]\nd = 2", "{ a = { b = 1, c = { d = 2 } } }"),
    ("[[a]]\n[a.b]\n[[a]]\n[a.b]", "{ a = [{ b = {} }, { b = {} }] }"),
  ]

  static let all: [(String, String)] = [lines, scalars, tables].flatMap { $0 }

  @Test(arguments: all) func reads(_ text: String, _ expected: String) throws {
    let written = TOMLWriter.inline(.table(try TOMLParser.parse(text)))
    #expect(Array(written.utf8) == Array(expected.utf8), "\(written)")
  }

  @Test(arguments: strings) func readsStrings(_ text: String, _ expected: String) throws {
    guard case .string(let value)? = try TOMLParser.parse("a = " + text)["a"]?.value else {
      Issue.record("no string")
      return
    }
    #expect(Array(value.unicodeScalars) == Array(expected.unicodeScalars))
  }

  static var documents: [String] { all.map(\.0) + strings.map { "a = " + $0.0 } }

  @Test func whatIsWrittenReadsBack() throws {
    for text in Self.documents {
      let table = try TOMLParser.parse(text)
      #expect(try TOMLParser.parse(TOMLWriter.document(table)) == table, "\(text)")
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>) func randomTablesComeBack(_ seed: UInt64) throws {
    var values = RandomValues(seed: seed)
    let table = values.table(depth: 4)
    #expect(try TOMLParser.parse(TOMLWriter.document(table)) == table)
    #expect(try TOMLParser.parse("a = " + TOMLWriter.inline(.table(table)))["a"]?.value == .table(table))
  }

  @Test func everyTruncationIsReadOrRefused() {
    for text in Self.documents {
      let bytes = Array(text.utf8)
      for end in bytes.indices { _ = try? TOMLParser.parse(Array(bytes[..<end])) }
    }
  }

  @Test func randomDamageNeverCrashes() {
    var values = RandomValues(seed: 11)
    for text in Self.documents + Self.documents {
      var bytes = Array(text.utf8)
      for _ in 0..<2 where !bytes.isEmpty { bytes[values.below(bytes.count)] = UInt8(values.below(256)) }
      guard let table = try? TOMLParser.parse(bytes) else { continue }
      #expect((try? TOMLParser.parse(TOMLWriter.document(table))) == table)
    }
  }

  @Test func keysAndValuesKnowTheirPlace() throws {
    let table = try TOMLParser.parse("# c\n'é' . b = [1,\n  {x = 2}]\r\n[t.u]\n  k = 'v'\n[[l]]\n")
    func place(_ line: Int, _ column: Int) -> SourcePosition { SourcePosition(line: line, column: column) }
    func inner(_ node: TOMLNode?) -> TOMLTable {
      if case .table(let table)? = node?.value { table } else { TOMLTable() }
    }
    let b = try #require(inner(table["é"]).entries.first)
    #expect(b.keyPosition == place(2, 7) && b.node.position == place(2, 11))
    guard case .array(let elements) = b.node.value else { return #expect(Bool(false)) }
    #expect(elements.map(\.position) == [place(2, 12), place(3, 3)])
    #expect(inner(elements[1]).entries[0].keyPosition == place(3, 4))
    let k = try #require(inner(inner(table["t"])["u"]).entries.first)
    #expect(k.keyPosition == place(5, 3) && k.node.position == place(5, 7))
    #expect(table.entries.map(\.keyPosition) == [place(2, 1), place(4, 2), place(6, 3)])
  }
}
