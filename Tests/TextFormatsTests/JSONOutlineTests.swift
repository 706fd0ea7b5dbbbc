import TextFormats
import Testing

/// What an outline keeps of a text, however that comes.
@Suite struct JSONOutlineTests {
  private func outline(_ text: String, pieces: Int = 1) -> String? {
    let bytes = Array(text.utf8)
    var outline = JSONOutline()
    let length = max(1, bytes.count / pieces)
    for start in stride(from: 0, to: bytes.count, by: length) {
      outline.append(bytes[start..<min(bytes.count, start + length)])
    }
    return outline.finish().map { String(decoding: $0, as: UTF8.self) }
  }

  private static let long = String(repeating: "x", count: 257)

  @Test(
    arguments: [
      (#"{"a": [1, -2.5e3, true, null], "b": {"c": "d"}}"#, #"{"a":[1,-2.5e3,true,null],"b":{"c":"d"}}"#),
      (#"{"a":"\#(long)","b":"y"}"#, #"{"a":"","b":"y"}"#),
      (#"{"\#(long)":1,"usage":2}"#, #"{"":1,"usage":2}"#),
      (#"{"a":"{\"usage\":[\\","b":"\\\""}"#, #"{"a":"{\"usage\":[\\","b":"\\\""}"#),
      (#"{"a":"\#(long)\"}","b":1}"#, #"{"a":"","b":1}"#),
      ("[[[[[[[[[1,{\"a\":[\"]\"]}],2]]]]]]]]", "[[[[[[[[null,2]]]]]]]]"),
      ("[]", "[]"), ("{\"ä\":\"€😀\"}\n", "{\"ä\":\"€😀\"}"),
      ("{", nil), ("{\"a", nil), ("\"a\"", nil), ("1", nil), ("", nil), ("x{}", nil),
    ] as [(String, String?)]) func whatIsShortIsKept(text: String, kept: String?)
  {
    for pieces in [1, 2, 3, 7, 1000] { #expect(outline(text, pieces: pieces) == kept) }
  }

  /// Of an array that is too long the beginning is kept, and all that stands behind it.
  @Test func theRestOfALongArrayIsLeftOut() throws {
    let element = #"{"token":"ab","logprob":-0.25,"of":[1,2]}"#
    let text =
      "{\"a\":[" + Array(repeating: element, count: 100_000).joined(separator: ",") + "],\"usage\":{\"b\":[7]}}"
    let kept = try #require(outline(text, pieces: 50))
    #expect(kept.utf8.count < 600_000 && kept.hasSuffix("],\"usage\":{\"b\":[7]}}"))
    let value = try JSONParser.parse(kept)
    #expect(value["usage"]?["b"]?.arrayValue?.first?.int64Value == 7)
    #expect(value["a"]?.arrayValue?.last?["logprob"] != nil)
  }

  /// No text takes more memory than there is for it: one that is all names says nothing.
  @Test func whatIsAllShortSaysNothing() {
    let members = (0..<100_000).map { "\"name \($0)\":1234567890" }.joined(separator: ",")
    #expect(outline("{\(members)}") == nil)
  }
}
