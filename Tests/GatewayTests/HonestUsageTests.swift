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

  /// Pages of words are no handful of tokens, whatever is said of them.
  @Test(arguments: [
    (prose, 0), (prose, 1), (prose, 60),
    (String(repeating: "Урожай в тот год был поздним, и никто не знал, когда он начнётся. ", count: 40), 20),
    (String(repeating: "今年の収穫は遅く、いつ始まるのか、村の誰にも分からなかった。", count: 40), 20),
    (String(repeating: "let value = table[index] + 1;\\n", count: 100), 20),
    (String(repeating: "─", count: 30_000), 5),
  ]) func pagesForNothingAreNotBelieved(text: String, tokens: Int) throws {
    let usage = try #require(try Self.said(text, tokens: tokens))
    #expect(usage.exactness == .estimated && usage.output > 300, "\(usage)")
  }
}
