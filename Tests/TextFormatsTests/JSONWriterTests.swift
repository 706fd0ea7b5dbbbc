import Testing
import TextFormats

/// What the writers write, the readers read back.
@Suite struct JSONWriterTests {
  @Test func prettyIndentsByTwo() throws {
    let value: JSONValue = ["a": [1, ["b": nil]], "empty": [:], "none": [], "t": true]
    let text = """
      {
        "a": [
          1,
          {
            "b": null
          }
        ],
        "empty": {},
        "none": [],
        "t": true
      }

      """
    #expect(JSONWriter.pretty(value) == text)
  }

  @Test(arguments: 0..<200 as Range<UInt64>) func randomValuesComeBack(_ seed: UInt64) throws {
    var values = RandomValues(seed: seed)
    let value = values.json(depth: 4)
    let compact = JSONWriter.compact(value)
    #expect(try JSONParser.parse(compact) == value)
    #expect(try JSONParser.parse(JSONWriter.pretty(value)) == value)
    #expect(JSONWriter.compact(try JSONParser.parse(compact)).utf8.elementsEqual(compact.utf8))
    #expect(compact.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
  }

  @Test func randomDamageNeverCrashes() {
    var values = RandomValues(seed: 7)
    for _ in 0..<2000 {
      var bytes = Array(JSONWriter.compact(values.json(depth: 3)).utf8)
      for _ in 0..<3 where !bytes.isEmpty { bytes[values.below(bytes.count)] = UInt8(values.below(256)) }
      guard let value = try? JSONParser.parse(bytes) else { continue }
      #expect((try? JSONParser.parse(JSONWriter.compact(value))) == value)
    }
  }

  /// Piece by piece it is the same text, whatever stands around the elements.
  @Test(arguments: [0, 1, 2, 5000]) func elementsThatAreWrittenOneByOneAreTheSameText(count: Int) throws {
    let element = JSONValue.object(
      JSONObject([("name", .string("a\nb")), ("all", .array([1, 2])), ("none", .array([]))]))
    for members in [["rows"], ["a", "rows"], ["rows", "z"], ["a", "rows", "z"], ["a"], []] {
      var object = JSONObject(members.map { ($0, $0 == "rows" ? .array([]) : element) })
      var (text, pieces): ([UInt8], Int) = ([], 0)
      JSONWriter.writePretty(object, filling: "rows", with: repeatElement(element, count: count)) { piece in
        text += piece
        pieces += 1
      }
      if members.contains("rows") { object["rows"] = .array(Array(repeating: element, count: count)) }
      #expect(String(decoding: text, as: UTF8.self) == JSONWriter.pretty(.object(object)))
      #expect((pieces > 1) == (count == 5000 && members.contains("rows")), "none of it is kept")
    }
  }
}

/// Members are replaced and the rest of the text stays.
@Suite struct JSONEditTests {
  static let cases: [(String, String?)] = [
    (#"{"model":"a","n":1}"#, #"{"model":"b","n":1}"#),
    (#"{ "n" : {"model":"a"} , "model" : [1, {"model": "]"}] }"#, #"{ "n" : {"model":"a"} , "model" : "b" }"#),
    (#"{"mod\u0065l":-1.5e3}"#, #"{"mod\u0065l":"b"}"#),
    (#"{"x":"model","y":"\"model\":1"}"#, #"{"x":"model","y":"\"model\":1"}"#),
    ("{\n  \"model\": null\n}\n", "{\n  \"model\": \"b\"\n}\n"),
    (#"{"model":1,"model":2}"#, #"{"model":"b","model":"b"}"#),
    (#"{"model":{}}"#, #"{"model":"b"}"#), (#"{"a":[{"model":1}],"model":"\\"}"#, #"{"a":[{"model":1}],"model":"b"}"#),
    ("{}", "{}"),
    ("[]", nil), (#"{"model":}"#, nil), ("", nil),
  ]

  @Test(arguments: cases) func replaces(_ text: String, _ expected: String?) {
    #expect(JSONEdit.replacing(["model": "b"], in: text) == expected)
  }

  /// Swift takes the Kelvin sign for equal to the letter; JSON does not.
  @Test func aKeyThatOnlyLooksTheSameStays() {
    #expect(JSONEdit.replacing(["K": 1], in: "{\"\u{212A}\":2,\"K\":3}") == "{\"\u{212A}\":2,\"K\":1}")
  }
}
