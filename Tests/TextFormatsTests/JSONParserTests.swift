import Testing
import TextFormats

/// RFC 8259: what is read, and what is refused and where.
@Suite struct JSONParserTests {
  /// A text and how the writer puts it.
  static let valid: [(String, String)] = [
    ("null", "null"), (" \t\r\n true \n", "true"), ("false", "false"), ("\"\"", "\"\""), ("[]", "[]"), ("{}", "{}"),
    ("[ ]", "[]"), ("{ }", "{}"), ("0", "0"), ("-0", "-0"), ("-0.0e-0", "-0.0e-0"), ("1E+2", "1E+2"),
    ("123456789012345678901234567890.5", "123456789012345678901234567890.5"), ("1e400", "1e400"),
    ("[1 , 2,\n3]", "[1,2,3]"), (#"{"b":1,"a":{"c":[]}}"#, #"{"b":1,"a":{"c":[]}}"#),
    (#""\"\\\/\b\f\n\r\t""#, #""\"\\/\u0008\u000c\n\r\t""#), (#""\u0041\u00e9\u20AC""#, #""Aé€""#),
    (#""\uD83D\uDE00""#, "\"😀\""), (#""\u0000""#, #""\u0000""#), ("\"\u{7F}\"", #""\u007f""#), ("\"日本\"", "\"日本\""),
    ("\"\u{2028}\"", #""\u2028""#),
    // The bytes of a separator's end stand in other letters, too.
    ("\"è耨—\u{2029}x\u{2028}\u{2029}\"", #""è耨—\u2029x\u2028\u2029""#),
    (#"{"":0}"#, #"{"":0}"#), (#""\uFFFF""#, "\"\u{FFFF}\""),
    ("{\"\u{E9}\":1,\"e\u{301}\":2}", "{\"\u{E9}\":1,\"e\u{301}\":2}"),
  ]

  @Test(arguments: valid) func reads(_ text: String, _ written: String) throws {
    #expect(Array(JSONWriter.compact(try JSONParser.parse(text)).utf8) == Array(written.utf8))
  }

  /// A text, the place of its fault, and a part of the message.
  static let invalid: [(String, Int, Int, String)] = [
    ("", 1, 1, "expected a value"), ("  \n ", 2, 2, "expected a value"), ("nul", 1, 1, "'null'"),
    ("True", 1, 1, "expected a value"), ("truer", 1, 5, "expected the end"), ("[1] 2", 1, 5, "expected the end"),
    ("[1,]", 1, 4, "expected a value"), ("[1 2]", 1, 4, "',' or ']'"), ("[1", 1, 3, "',' or ']'"),
    ("[,1]", 1, 2, "expected a value"), (#"{"a":1,}"#, 1, 8, "key"), ("{a:1}", 1, 2, "key"), (#"{"a" 1}"#, 1, 6, "':'"),
    (#"{"a":1 "b":2}"#, 1, 8, "',' or '}'"), ("{\n  \"a\": 1,\n  \"a\": 2\n}", 3, 3, "second time"),
    (#"{"a":1,"\u0061":2}"#, 1, 8, "second time"), ("01", 1, 2, "superfluous"), ("-", 1, 2, "digit"),
    ("+1", 1, 1, "value"),
    ("1.", 1, 3, "digit"), (".5", 1, 1, "value"), ("1e", 1, 3, "digit"), ("1e+", 1, 4, "digit"), ("0x1", 1, 2, "end"),
    ("NaN", 1, 1, "value"), ("-Infinity", 1, 2, "digit"), ("'a'", 1, 1, "value"), ("\"é", 1, 1, "not closed"),
    ("[\"a\nb\"]", 1, 4, "control"), ("\"a\tb\"", 1, 3, "control"), (#"["é\x"]"#, 1, 4, "escape"),
    (#""\u12G4""#, 1, 2, "hexadecimal"), (#""\u12"#, 1, 2, "hexadecimal"), (#""\uD800""#, 1, 2, "high surrogate"),
    (#""\uD800\u0041""#, 1, 2, "high surrogate"), (#""\uD800\n""#, 1, 2, "high surrogate"),
    (#""\uDC00""#, 1, 2, "low surrogate"), ("\u{FEFF}1", 1, 1, "byte order mark"), ("// c\n1", 1, 1, "value"),
    ("\u{A0}1", 1, 1, "value"), ("\u{C}1", 1, 1, "value"), (#"{"a":}"#, 1, 6, "value"), ("]", 1, 1, "value"),
  ]

  @Test(arguments: invalid) func refuses(_ text: String, _ line: Int, _ column: Int, _ part: String) {
    expectFault(in: Array(text.utf8), line, column, part) { try JSONParser.parse($0) }
  }

  /// What is read over is read by the same grammar, and only where it is said.
  @Test(arguments: valid) func passesByWhatNobodyNeeds(_ text: String, _ written: String) throws {
    var options = JSONParser.Options.lenient
    options.passedBy = ["x"]
    func passed(_ text: String) throws -> String { JSONWriter.compact(try JSONParser.parse(text, options: options)) }
    #expect(try passed(#"{"a":1,"x": \#(text) ,"b":[2]}"#) == #"{"a":1,"x":null,"b":[2]}"#)
    #expect(try passed(#"[{"x":[\#(text),{"y":\#(text)}]},{"a":{"x":3}}]"#) == #"[{"x":null},{"a":{"x":3}}]"#)
    #expect(try passed(#"{"y":{"x":\#(text)}}"#) == #"{"y":{"x":null}}"#)
    options.passedByLevels = 3
    #expect(
      try passed(#"{"a":[{"x":\#(text),"b":{"x":3}}]}"#) == #"{"a":[{"x":null,"b":{"x":3}}]}"#)
  }

  @Test(arguments: invalid) func refusesWhatIsPassedBy(_ text: String, _ line: Int, _ column: Int, _ part: String) {
    var options = JSONParser.Options.lenient
    options.passedBy = ["x"]
    let whole = Array(#"{"x":["#.utf8) + Array(text.utf8) + Array("]}".utf8)
    var unpassed = options
    unpassed.passedBy = []
    func fault(_ options: JSONParser.Options) -> TextFormatError? {
      do throws(TextFormatError) {
        _ = try JSONParser.parse(whole, options: options)
        return nil
      } catch { return error }
    }
    #expect(fault(options) == fault(unpassed))
  }

  /// However deep it is nested: reading over it takes a stack, too.
  @Test(arguments: [256, 257, 1_000_000]) func whatIsPassedByIsNoDeeperThanTheRest(depth: Int) {
    var options = JSONParser.Options.lenient
    options.passedBy = ["x"]
    for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
      let inner = String(repeating: open, count: depth - 1) + "1" + String(repeating: close, count: depth - 1)
      let isRead = (try? JSONParser.parse(#"{"x":\#(inner)}"#, options: options)) != nil
      #expect(isRead == (depth <= 256), "\(open)")
    }
  }

  static let invalidUTF8: [[UInt8]] = [
    [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
    [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xC3], [0xE2, 0x82],
    [0xF0, 0x9F, 0x98], [0xC3, 0x28], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x28, 0x80],
  ]

  @Test(arguments: invalidUTF8) func refusesInvalidUTF8WithItsPlace(_ bad: [UInt8]) {
    expectFault(in: Array("[\n \"é".utf8) + bad + Array("\"]".utf8), 2, 4, "UTF-8") { try JSONParser.parse($0) }
    expectFault(in: Array("a = 1\nb = \"é".utf8) + bad + Array("\"".utf8), 2, 7, "UTF-8") { try TOMLParser.parse($0) }
  }

  @Test func nestingHasALimit() throws {
    let most = JSONParser.Options().maximumDepth
    let deep = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    _ = try JSONParser.parse(deep(most))
    expectFault(in: Array(deep(most + 1).utf8), 1, most + 1, "deep") { try JSONParser.parse($0) }
    expectFault(in: [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000), 1, most + 1, "deep") {
      try JSONParser.parse($0)
    }
    let objects = String(repeating: #"{"a":"#, count: most + 1)
    expectFault(in: Array(objects.utf8), 1, 5 * most + 1, "deep") { try JSONParser.parse($0) }
  }

  @Test func lenientKeepsTheLastOfDuplicateKeys() throws {
    let value = try JSONParser.parse(#"{"a":1,"b":2,"a":3}"#, options: .lenient)
    #expect(JSONWriter.compact(value) == #"{"a":3,"b":2}"#)
  }

  @Test func aBigObjectFindsItsKeys() throws {
    let text = "{" + (0..<1000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
    let value = try JSONParser.parse(text)
    for index in 0..<1000 { #expect(value["k\(index)"]?.int64Value == Int64(index)) }
    #expect(value["k1000"] == nil)
    let doubled = "{" + (0..<1000).map { "\"k\($0 % 999)\":0" }.joined(separator: ",") + "}"
    #expect(throws: TextFormatError.self) { try JSONParser.parse(doubled) }
  }

  @Test func removingAMemberKeepsTheOthers() {
    var object = JSONObject((0..<20).map { ("k\($0)", .int(Int64($0))) })
    object["k3"] = nil
    object["none"] = nil
    object["k19"] = 7
    #expect(object["k3"] == nil && object["k4"] == 4 && object["k19"] == 7 && object.members.count == 19)
  }

  /// Keys are told apart by their lengths first, of which some share a bit.
  @Test func keysOfManyLengthsAreFound() {
    let keys = (0..<7).map { String(repeating: "k", count: $0 * 16) }
    var object = JSONObject()
    for (index, key) in keys.enumerated() {
      #expect(object[key] == nil)
      object[key] = .int(Int64(index))
    }
    object[keys[2]] = nil
    for (index, key) in keys.enumerated() { #expect(object[key] == (index == 2 ? nil : .int(Int64(index)))) }
    object[keys[2]] = 2
    #expect(object[keys[2]] == 2 && object.members.count == 7)
  }

  @Test func everyTruncationIsReadOrRefused() {
    for (text, _) in Self.valid {
      let bytes = Array(text.utf8)
      for end in bytes.indices { _ = try? JSONParser.parse(Array(bytes[..<end])) }
    }
  }
}

/// Expects a parser to refuse bytes at a place, with a message that holds a part.
func expectFault<Value>(
  in bytes: [UInt8], _ line: Int, _ column: Int, _ part: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ parse: ([UInt8]) throws -> Value
) {
  do {
    _ = try parse(bytes)
    Issue.record("was read", sourceLocation: sourceLocation)
  } catch let error as TextFormatError {
    let expected = SourcePosition(line: line, column: column)
    #expect(error.position == expected, "\(error)", sourceLocation: sourceLocation)
    #expect(error.message.contains(part), "\(error)", sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}
