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

  private static func usage(of reply: String, target: String, key: String, _ body: String) throws -> TokenUsage? {
    let harness = try GatewayHarness { exchange in
      exchange.reply(reply)
      return true
    }
    _ = try harness.post(to: target, key: key, body)
    return try harness.ledger().last?.usage
  }

  private static let asked = #"{"model":"m","max_tokens":5000,"messages":[{"role":"user","content":"a"}]}"#
  /// Whole replies in each form, with their text at `$` and their output at `#`.
  static let forms: [(target: String, key: String, reply: String)] = [
    (
      "/v1/chat/completions", "openai",
      #"{"choices":[{"message":{"content":"$"}}],"usage":{"prompt_tokens":9,"completion_tokens":#}}"#
    ),
    (
      "/v1/responses", "openai",
      #"{"object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"$"}]}],"#
        + ##""usage":{"input_tokens":9,"output_tokens":#}}"##
    ),
    (
      "/v1/messages", "anthropic",
      #"{"type":"message","content":[{"type":"text","text":"$"}],"stop_reason":"end_turn","#
        + ##""usage":{"input_tokens":9,"output_tokens":#}}"##
    ),
    (
      "/v1beta/models/gemini-2.0-flash:generateContent", "gemini",
      #"{"candidates":[{"content":{"parts":[{"text":"$"}]}}],"#
        + ##""usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":#}}"##
    ),
    (
      "/api/chat", "ollama", ##"{"message":{"content":"$"},"done":true,"prompt_eval_count":9,"eval_count":#}"##
    ),
  ]

  private static func said(_ text: String, tokens: Int, in form: (target: String, key: String, reply: String)) throws
    -> TokenUsage?
  {
    let body =
      form.key == "gemini"
      ? #"{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":5000}}"#
      : form.target == "/v1/responses" ? #"{"model":"m","max_output_tokens":5000,"input":"hi"}"# : asked
    let reply = form.reply.replacing("#", with: String(tokens)).replacing("$", with: text)
    return try usage(of: reply, target: form.target, key: form.key, body)
  }

  /// So it is of replies that come whole.
  @Test(arguments: forms.indices, [0, 1, 100]) func pagesInAWholeReplyForNothingAreNotBelieved(form: Int, tokens: Int)
    throws
  {
    let usage = try #require(try Self.said(Self.prose, tokens: tokens, in: Self.forms[form]))
    #expect(usage.exactness == .estimated && (500...1500).contains(usage.output) && usage.input == 9, "\(usage)")
  }

  /// Few tokens are believed of marks that repeat, of a short text, and of what is no text of the answer.
  @Test(arguments: forms.indices) func whatIsSaidOfWholeRepliesIsBelieved(form: Int) throws {
    for (text, tokens) in [(String(repeating: "=", count: 8000), 125), ("yes", 1), (Self.prose, 160)] {
      let usage = try Self.said(text, tokens: tokens, in: Self.forms[form])
      #expect(usage == TokenUsage(input: 9, output: Int64(tokens), exactness: .exact))
    }
  }

  /// What a tool found goes in, and is none of what came out.
  @Test(arguments: [
    (0, #"yes","annotations":[{"type":"url_citation","url_citation":{"content":"@"}}],"role":"assistant"#),
    (0, #"yes","executed_tools":[{"search_results":{"results":[{"content":"@"}]}}],"role":"assistant"#),
    (1, #"yes"}]},{"type":"file_search_call","results":[{"text":"@"}],"content":[{"type":"x"#),
    (2, #"yes"},{"type":"mcp_tool_result","content":[{"type":"text","text":"@"}]},{"type":"text","text":"no"#),
    (3, #"yes"}]},"groundingMetadata":{"groundingChunks":[{"retrievedContext":{"text":"@"}}]},"x":{"parts":[{"a":""#),
  ]) func whatWasFoundIsNoAnswer(form: Int, text: String) throws {
    let usage = try Self.said(text.replacing("@", with: Self.prose), tokens: 4, in: Self.forms[form])
    #expect(usage == TokenUsage(input: 9, output: 4, exactness: .exact))
  }
}
