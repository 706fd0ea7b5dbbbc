import GuardModel
import Ledger
import ScriptedServer
import Testing

@testable import Gateway

/// A tokenizer makes one token of many marks that stand side by side: what a provider says of them is less than is counted, and true.
@Suite(.serialized) struct HonestUsageTests {
  private static let prose = String(
    repeating: "The harvest was late that year, and nobody in the village could say when it would begin. ", count: 40)

  private static func said(_ text: String, tokens: Int) throws -> TokenUsage? {
    let harness = try GatewayHarness { exchange in
      let piece = "data: {\"choices\":[{\"delta\":{\"content\":\"\(text)\"},\"finish_reason\":\"stop\"}]}\n\n"
      let usage = "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":\(tokens)}}"
      exchange.reply(type: "text/event-stream", piece + "data: \(usage)\n\ndata: [DONE]\n\n")
      return true
    }
    let body =
      #"{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"a"}]}"#
    _ = try harness.post(body)
    return try harness.ledger().last?.usage
  }

  /// Each line of the table is a few tokens to its model.
  @Test(arguments: [
    (String(repeating: "┌" + String(repeating: "─", count: 78) + "┐\\n", count: 60), 430),
    (String(repeating: "│" + String(repeating: " ", count: 78) + "│\\n", count: 60), 200),
    (String(repeating: "=", count: 8000), 125), (String(repeating: "\\t", count: 4000), 60),
    (String(repeating: "哈", count: 900), 100), (String(repeating: "ー", count: 900), 60),
    (String(repeating: "😂", count: 600), 80), (String(repeating: "A", count: 4000), 500),
    (String(repeating: "aAaAaAaA ", count: 300), 1100), (String(repeating: "&nbsp;", count: 500), 500),
  ]) func whatIsSaidOfRepeatedMarksIsBelieved(text: String, tokens: Int) throws {
    let usage = try #require(try Self.said(text, tokens: tokens))
    #expect(usage == TokenUsage(input: 9, output: Int64(tokens), exactness: .exact))
  }

  /// Letters of a script without blanks, or digits, 3000 of them.
  private static func random(_ scalars: ClosedRange<UInt32>, mark: String = "") -> String {
    var text = ""
    var state: UInt64 = 7
    for place in 0..<3000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let scalar = scalars.lowerBound + UInt32(state >> 33) % UInt32(scalars.count)
      Unicode.Scalar(scalar).map { text.unicodeScalars.append($0) }
      if place % 12 == 0 { text += mark }
    }
    return text
  }

  /// Pages of words are no handful of tokens, whatever is said of them.
  @Test(arguments: [
    (prose, 0), (prose, 1), (prose, 60),
    (String(repeating: "Урожай в тот год был поздним, и никто не знал, когда он начнётся. ", count: 40), 20),
    (String(repeating: "今年の収穫は遅く、いつ始まるのか、村の誰にも分からなかった。", count: 40), 20),
    (String(repeating: "let value = table[index] + 1;\\n", count: 100), 20),
    (String(repeating: "─", count: 30_000), 5), (random(0x4E00...0x9FA5), 100), (random(0x3041...0x3096), 100),
    (random(0x0E01...0x0E2E), 100), (random(0x30...0x39), 100), (random(0xAC00...0xD7A3), 100),
    (random(0x4E00...0x9FA5, mark: "，"), 180),
  ]) func pagesForNothingAreNotBelieved(text: String, tokens: Int) throws {
    let usage = try #require(try Self.said(text, tokens: tokens))
    #expect(usage.exactness == .estimated && usage.output > 300, "\(usage)")
  }
}
