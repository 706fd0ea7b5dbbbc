import SeededGenerator
import Testing

@testable import Providers

/// A reply of the usual form is looked at where it stands: what is said of it then is what is said of it when all of it is read.
@Suite struct PlainReplyTests {
  private static func plain(_ body: String) -> Bool? {
    RepeatableReply.isPlainAnswer(Array(body.utf8), statesMaximum: false)
  }

  private static let nested = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)

  private static let usual = #"""
    {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o","choices":[{"index":0,"message":
    {"role":"assistant","content":"One \"two\" \u00e9\ud83d\ude00\n","refusal":null,"annotations":[],"tool_calls":[]},
    "logprobs":{"content":[{"token":"One","logprob":-0.5e-3}]},"finish_reason":"stop"}],"service_tier":null,
    "usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"details":{"cached_tokens":0}},"ok":true}
    """#

  private static let usualOfCompletions =
    #" {"object":"text_completion","choices":[{"text":" hi","index":0,"finish_reason":"length"}],"usage":{}}"#

  @Test func theUsualFormIsLookedAtWhereItStands() {
    #expect(Self.plain(Self.usual) == true)
    #expect(Self.plain(Self.usualOfCompletions) == false, "it is of full length")
    let statesMaximum = RepeatableReply.isPlainAnswer(Array(Self.usualOfCompletions.utf8), statesMaximum: true)
    #expect(statesMaximum == true)
    #expect(Self.plain(Self.usual.replacing(#""stop""#, with: #""content_filter""#)) == false)
    #expect(Self.plain(Self.usual.replacing(#"One \"two\" \u00e9\ud83d\ude00\n"#, with: #" \n\t\u0000"#)) == false)
  }

  /// What is said twice, refuses, calls something, or is of another form is read whole.
  @Test(arguments: [
    #"{"choices":[{"message":{"content":"a","content":""}}]}"#,
    #"{"choices":[{"message":{"content":"a","refusal":"no"}}]}"#,
    #"{"choices":[{"message":{"content":"a","tool_calls":[{}]}}]}"#, #"{"choices":[{"message":{"cont\u0065nt":"a"}}]}"#,
    #"{"choices":[{"message":{"content":"a","type":"reasoning"}}]}"#, #"{"choices":[{"message":{"content":["a"]}}]}"#,
    #"{"choices":[{"message":{"content":"a"},"more":[{"refusal":"no"}]}]}"#, #"{"choices":[],"choices":[]}"#,
    #"{"choices":[{"message":{"content":"a"}}],"error":null}"#, #"{"choices":[{"message":{"content":"a"}}]} {}"#,
    #"{"object":"response","choices":[{"message":{"content":"a"}}]}"#, #"[{"choices":[{"message":{"content":"a"}}]}]"#,
    #"{"choices":[{"message":{"content":"a"},"finish_reason":"stop","finish_reason":"x"}]}"#, "{\"choices\":[]", "",
    #"{"choices":[{"message":{"content":"\x"}}]}"#, #"{"choices":[{"message":{"content":"a"},"index":01}]}"#,
    #"{"choices":[{"message":{"content":"a"}}],"usage":\#(nested)}"#,
  ])
  func anythingElseIsReadWhole(body: String) { #expect(Self.plain(body) == nil) }

  /// Any bytes of it taken out, put twice or exchanged.
  @Test func itSaysWhatAllOfItSays() {
    var random = Seeded(1)
    let pieces = [
      #""content":"""#, #""refusal":"no","#, #""type":"tool_use","#, #""thought":true,"#, #""error":{},"#, "null", "[",
      "]", "{", "}", "\"", ",", ":", "\\", "\u{1}", "é", "0", "-", ".5", "e", " ", #""delta":{"text":"x"},"#,
      #""done":true,"#, #""finish_reason":"tool_calls","#, #""function_call":{"name":"f"},"#, #""message":null,"#,
      #""object":"response","#,
    ].map { Array($0.utf8) }
    var (plain, read) = (0, 0)
    for round in 0..<20_000 {
      var body = Array((round % 2 == 0 ? Self.usual : Self.usualOfCompletions).utf8)
      for _ in 0..<(round % 4) {
        let place = Int.random(in: 0..<body.count, using: &random)
        let end = min(body.count, place + Int.random(in: 0..<12, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: body.removeSubrange(place..<end)
        case 1: body.insert(contentsOf: body[place..<end], at: place)
        case 2: body[place] = UInt8.random(in: 0...255, using: &random)
        default: body.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        }
      }
      let statesMaximum = round % 3 == 0
      guard let answer = RepeatableReply.isPlainAnswer(body, statesMaximum: statesMaximum) else {
        read += 1
        continue
      }
      plain += 1
      let whole = RepeatableReply.isAnswer(body, statesMaximum: statesMaximum)
      #expect(answer == whole, "\(String(decoding: body, as: UTF8.self))")
    }
    #expect(plain > 5000 && read > 5000, "\(plain) and \(read): else this shows nothing")
  }
}
