import Testing
import TextFormats

/// RFC 8259 section by section: its examples, and texts that other readers are known to take for JSON.
@Suite struct JSONSpecificationTests {
  /// The RFC's own examples (section 13), and texts at the edge of its grammar.
  static let valid: [String] = [
    #"{"Image":{"Width":800,"Height":600,"Title":"View from 15th Floor","Thumbnail":{"Url":"http://www.example.com/image/481989943","Height":125,"Width":100},"Animated":false,"IDs":[116,943,234,38793]}}"#,
    #"[{"precision":"zip","Latitude":37.7668,"Longitude":-122.3959,"Address":"","City":"SAN FRANCISCO","State":"CA","Zip":"94107","Country":"US"}]"#,
    "\"Hello world!\"", "42", "true", "[[]]", "[1,null,null,null,2]", "123e65", "0e+1", "0e1", "1E22", "1E-2",
    "123.456e78",
    "-123", "-0", "-0.0", "1e+2", "123456789.123456789e-12345", "1e1000000", "\"\u{10FFFF}\"", "\"\u{FFFE}\"",
    "\"a/b\"",
    #"{"a":[{"b":{"":[]}}],"a ":1,"A":2}"#, "[\"\",\" \"]", "[0,-0,0.0,-0.0]",
    "123456789012345678901234567890123456789012345678901234567890", "0.1000000000000000000000000000000000000001",
  ]

  @Test(arguments: valid) func comesBackByteForByte(_ text: String) throws {
    #expect(JSONWriter.compact(try JSONParser.parse(text)).utf8.elementsEqual(text.utf8))
    let spaced = " \t\r\n" + text + "\n\r\t "
    #expect(try JSONParser.parse(spaced) == JSONParser.parse(text))
  }

  /// Strings with escapes and what they hold (section 7).
  static let escapes: [(String, [UInt32])] = [
    (#"\u0060\u012a\u12AB"#, [0x60, 0x12A, 0x12AB]), (#"\uD801\udc37"#, [0x10437]),
    (#"\ud83d\ude39\ud83d\udc8d"#, [0x1F639, 0x1F48D]),
    (#"\uDBFF\uDFFF"#, [0x10FFFF]), (#"\uD834\uDD1E"#, [0x1D11E]), (#"\uFDD0\uFFFE\uFEFF"#, [0xFDD0, 0xFFFE, 0xFEFF]),
    (#"\\u0000"#, [0x5C, 0x75, 0x30, 0x30, 0x30, 0x30]),
    (#"\"\\\/\b\f\n\r\t"#, [0x22, 0x5C, 0x2F, 8, 0xC, 0xA, 0xD, 9]),
    (#"a\u0000b"#, [0x61, 0, 0x62]), (#"\uD7FF\uE000"#, [0xD7FF, 0xE000]),
  ]

  @Test(arguments: escapes) func escapesMeanTheirScalars(_ body: String, _ scalars: [UInt32]) throws {
    let text = try #require(try JSONParser.parse("\"\(body)\"").stringValue)
    #expect(text.unicodeScalars.map(\.value) == scalars)
  }

  /// Halves of surrogate pairs, which the grammar allows and no text can hold (section 8.2): refused, or replaced where the
  /// options say so.
  static let lone: [(String, [UInt32])] = [
    (#"\uDFAA"#, [0xFFFD]), (#"\uD888\u1234"#, [0xFFFD, 0x1234]), (#"\uD800"#, [0xFFFD]),
    (#"a\uDC00b"#, [0x61, 0xFFFD, 0x62]),
    (#"\uD800\uD83D\uDE00"#, [0xFFFD, 0x1F600]), (#"\uDC00\uD800"#, [0xFFFD, 0xFFFD]), (#"\uD83D\n"#, [0xFFFD, 0xA]),
    (#"\uD83Dx"#, [0xFFFD, 0x78]), (#"\uD83D\\uDE00"#, [0xFFFD, 0x5C, 0x75, 0x44, 0x45, 0x30, 0x30]),
  ]

  @Test(arguments: lone) func aLoneSurrogateIsRefusedOrReplaced(_ body: String, _ scalars: [UInt32]) throws {
    #expect(throws: TextFormatError.self) { try JSONParser.parse("\"\(body)\"") }
    let text = try #require(try JSONParser.parse("\"\(body)\"", options: .lenient).stringValue)
    #expect(text.unicodeScalars.map(\.value) == scalars)
  }

  static let invalid: [String] = [
    "[1 true]", "[a", "[\"\": 1]", "[\"\"],", "[,1]", "[1,,2]", "[\"x\",,]", "[\"x\"]]", "[\"\",]", "[3[4]]", "[1:2]",
    "[,]",
    "[-]", "[   , \"\"]", "[\"a\",\n4\n,1,", "[1,]", "[1,\n1\n,1", "[{}", "[*]", "[fals]", "[nul]", "[tru]", "[True]",
    "[++1234]",
    "[+1]", "[+Inf]", "[-01]", "[-1.0.]", "[-2.]", "[-NaN]", "[.-1]", "[.2e-3]", "[0.1.2]", "[0.3e+]", "[0.3e]",
    "[0.e1]",
    "[0E+]", "[0E]", "[1.0e+]", "[1.0e-]", "[1.0e]", "[1 000.0]", "[1eE2]", "[2.e+3]", "[2.e-3]", "[9.e+]", "[Inf]",
    "[NaN]",
    "[\u{FF11}]", "[1+2]", "[0x1]", "[0x42]", "[Infinity]", "[0e+-1]", "[-123.123foo]", "[-foo]", "[- 1]", "[-012]",
    "[-.123]",
    "[1.8011670033376514H-308]", "[1.2a-3]", "[1ea]", "[2.e3]", "[.123]", "[012]",
    "[\"x\", truth]", "{[: \"x\"}\n", "{\"x\", null}", "{\"x\"::\"b\"}", "{\u{1F1E8}\u{1F1ED}}", "{\"a\":\"a\" 123}",
    "{key: 'value'}",
    "{\"a\" b}", "{:\"b\"}", "{\"a\" \"b\"}", "{\"a\":", "{\"a\"", "{1:1}", "{9999E9999:1}", "{null:null,null:null}",
    "{\"id\":0,,,,,}",
    "{'a':0}", "{\"id\":0,}", "{\"a\":\"b\"}/**/", "{\"a\":\"b\"}#", "{\"a\":\"b\",,\"c\":\"d\"}", "{a: \"b\"}",
    "{\"a\":\"a", "{ \"foo\" : \"bar\", \"a\" }",
    " ", #"["\uD800\"]"#, #"["\uD800\u"]"#, #"["\uD800\u1"]"#, #"["\uD800\u1x"]"#,
    "[\u{E9}]",
    #"["\x00"]"#, #"["\\\"]"#, "[\"\\\t\"]", "[\"\\\u{1F300}\"]", #"["\"]"#, #"["\u00A"]"#, #"["\uD834\uDd"]"#,
    #"["\uD800\uD800\x"]"#, #"["\a"]"#,
    #"["\uqqqq"]"#, "['single quote']", "abc", "[\"\\", "[\"new\nline\"]", "[\"\t\"]", "\"\\UA66D\"", "\"\"x", "<.>",
    "[<null>]", "[1]x",
    "[1]]", "[\"asd]", "aå", "[True]", "1]", "{\"x\": true,", "[][]", "]", "{]", "\u{FEFF}{}", "2@", "{}}", "{\"\":",
    "{\"a\":/*comment*/\"b\"}",
    "{\"a\": true} \"x\"", "['", "['a'", "[\"a\"", "{,", "{[", "{\"a", "{'a'", "*", "{\"a\":\"b\"}#{}", "[\u{2060}]",
    "[\u{C}]", "[\"a\u{0}\"]",
    "\u{2028}1", "[1\u{85}]", "nulll", "falsetrue", "\\u0031",
  ]

  @Test(arguments: invalid) func isRefusedInItsText(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for options in [JSONParser.Options(), .lenient] {
      do {
        _ = try JSONParser.parse(text, options: options)
        Issue.record("was read")
      } catch {
        #expect((1...lines.count).contains(error.position.line), "\(error)")
        #expect(
          error.position.column <= lines[min(error.position.line, lines.count) - 1].unicodeScalars.count + 1, "\(error)"
        )
      }
    }
  }

  /// Both limits are options: the deepest nesting, and whether keys may repeat (section 4 leaves it open).
  @Test func theOptionsDecideWhatTheTextLeavesOpen() throws {
    var options = JSONParser.Options()
    options.maximumDepth = 2
    _ = try JSONParser.parse(#"{"a":[1]}"#, options: options)
    #expect(throws: TextFormatError.self) { try JSONParser.parse(#"{"a":[[]]}"#, options: options) }
    #expect(throws: TextFormatError.self) { try JSONParser.parse(#"[{"a":1,"a":1}]"#) }
    #expect(try JSONParser.parse(#"[{"a":1,"a":2}]"#, options: .lenient) == [["a": 2]])
  }
}
