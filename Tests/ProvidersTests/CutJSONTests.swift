import TextFormats
import Testing

@testable import Providers

/// What is found in JSON of which a part is missing.
@Suite struct CutJSONTests {
  private func usage(in text: String) -> JSONValue? { CutJSON.lastObject(named: "usage", in: Array(text.utf8)) }

  @Test func theLastMemberOfTheNameCounts() {
    #expect(usage(in: #"…"usage":{"a":1},"x":["usage" : {"a":{"b":"}"},"c":2}]"#) == ["a": ["b": "}"], "c": 2])
    #expect(usage(in: #"{"usage":{"a":1},"usage":7,"usage":{"a":"#) == ["a": 1], "one that is no object, or has no end")
    #expect(usage(in: #"{"usages":{"a":1}}"#) == nil)
  }

  /// What an answer says is no member, nor is the end of a longer name.
  @Test func aTextIsNoMember() {
    #expect(usage(in: #"{"text":"\"usage\": {\"a\":1}"#) == nil)
    #expect(usage(in: #"{"the \"usage":{"a":1}"#) == nil)
  }
}
