import GuardModel
import Ledger
import Testing

@testable import Configuration
@testable import Gateway

/// Usage that no call can have taken, and what is charged where a model thought unseen.
@Suite(.serialized) struct AbsurdUsageTests {
  private static let chat = #""messages":[{"role":"user","content":"hello you"}]"#

  private func settled(
    _ target: String, key: String = "openai", _ body: String, type: String = "application/json", isCut: Bool = false,
    _ reply: String
  ) throws -> (entry: Entry, isTold: Bool) {
    let harness = try GatewayHarness(settings: { $0.defaultMaxOutputTokens = 1000 }) { exchange in
      exchange.send(
        "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: \(reply.utf8.count + (isCut ? 9 : 0))\r\n\r\n"
          + reply)
      return !isCut
    }
    _ = try? harness.post(to: target, key: key, body)
    let isTold = harness.news.all.contains { if case .disbelieved = $0 { true } else { false } }
    return (try #require(try harness.ledger().last), isTold)
  }

  /// A total that says more than its parts is believed as far as the call had room for it.
  @Test(
    arguments: [
      // Its own maximum, of all answers together.
      (#""max_tokens":100,"#, #""prompt_tokens":9,"completion_tokens":2,"total_tokens":49000000"#, 100, true),
      (#""n":3,"max_tokens":100,"#, #""prompt_tokens":9,"completion_tokens":2,"total_tokens":49000000"#, 300, true),
      (#""max_tokens":100,"#, #""prompt_tokens":9,"completion_tokens":2,"total_tokens":51"#, 42, false),
      // As long as a model may answer, and beyond that what was held.
      ("", #""prompt_tokens":9,"completion_tokens":2,"total_tokens":90009"#, 90_000, false),
      ("", #""prompt_tokens":9,"completion_tokens":2,"total_tokens":49000000"#, 1000, true),
      // What it counts itself is what it charges, up to what no model writes.
      (#""max_tokens":100,"#, #""prompt_tokens":9,"completion_tokens":5000,"total_tokens":49000000"#, 5000, true),
      (#""max_tokens":100,"#, #""prompt_tokens":9,"completion_tokens":40000000"#, 1, true),
    ] as [(String, String, Int64, Bool)])
  func aTotalIsBelievedAsFarAsTheCallHadRoom(members: String, usage: String, output: Int64, isTold: Bool) throws {
    let reply = #"{"choices":[{"message":{"content":""}}],"usage":{\#(usage)}}"#
    let (entry, wasTold) = try settled("/v1/chat/completions", #"{"model":"m",\#(members)\#(Self.chat)}"#, reply)
    let counted = Int64((reply.utf8.count + 3) / 4)
    #expect(
      entry.usage?.output == (output == 1 ? min(100, counted) : output) && entry.usage?.exactness == .estimated,
      "\(String(describing: entry.usage))")
    #expect(wasTold == isTold)
  }

  /// More than the call allows is charged, as its provider counts it by name, and told, unless a model thinks beside it.
  @Test(arguments: [
    ("gpt-4o", "", 71_000, true), ("gpt-4o", #""n":3,"#, 300, false), ("gpt-4o", #""n":3,"#, 500, true),
    ("gpt-4o", "", 100, false), ("gpt-4o", "", 105, false), ("o3", "", 71_000, false),
  ]) func moreThanTheCallAllowsIsTold(model: String, members: String, output: Int64, isTold: Bool) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        #"{"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":9,"completion_tokens":\#(output)}}"#)
      return true
    }
    _ = try harness.post(#"{"model":"\#(model)",\#(members)"max_tokens":100,\#(Self.chat)}"#)
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 9, output: output, exactness: .exact))
    #expect(harness.news.all.contains { "\($0)".hasPrefix("beyondMaximum") } == isTold)
  }

  /// Also the thoughts that Google's servers of OpenAI's form tell of in the total alone, and what Gemini's own total holds.
  @Test(arguments: [
    (
      "/v1/chat/completions", "openai", #""model":"gemini-3-flash","max_tokens":100,\#(chat)"#,
      #"{"model":"gemini-3-flash","usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":900000}}"#
    ),
    (
      "/v1beta/models/m:generateContent", "gemini",
      #""generationConfig":{"maxOutputTokens":100},"contents":[{"parts":[{"text":"hi"}]}]"#,
      #"{"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":1,"totalTokenCount":900000}}"#
    ),
  ])
  func noTotalIsBelievedBeyondTheMaximum(target: String, key: String, body: String, reply: String) throws {
    let (entry, isTold) = try settled(target, key: key, "{\(body)}", reply)
    #expect(entry.usage?.output == 100 && entry.usage?.exactness == .estimated && isTold)
  }

  /// A server that counts in something else than dollars: the tokens' price is charged, and it is told.
  @Test(arguments: [(0.9, true), (1.2, false)]) func aCostThatTheTokensCannotHaveIsNotCharged(
    cost: Double, isBelieved: Bool
  ) throws {
    let harness = try GatewayHarness { exchange in
      let reply =
        #"{"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":10,"completion_tokens":5,"cost":\#(cost)}}"#
      exchange.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(reply.utf8.count)\r\n\r\n" + reply)
      return true
    }
    _ = try harness.post(to: "/v1/chat/completions", key: "openai", #"{"model":"gpt-4o",\#(Self.chat)}"#)
    let isTold = harness.news.all.contains { if case .disbelievedCost = $0 { true } else { false } }
    let entry = try #require(try harness.ledger().last)
    #expect((entry.charge?.costMicroUSD == 900_000) == isBelieved && isTold != isBelieved)
    #expect(entry.usage?.exactness == .exact && entry.charge?.tokens == 15)
    #expect(isBelieved || (entry.charge?.costMicroUSD).map { $0 < 1000 } == true)
  }

  /// A list's total is its input, as far as texts of the length, or pictures, can be.
  @Test(arguments: [(300_000, 300_000, true), (49_000_000, 9, false)]) func aListsTotalIsBelievedAsFar(
    total: Int, input: Int64, isExact: Bool
  ) throws {
    let (entry, isTold) = try settled(
      "/v1/embeddings", #"{"model":"m","input":"hello you"}"#,
      #"{"object":"list","data":[],"usage":{"prompt_tokens":9,"total_tokens":\#(total)}}"#)
    #expect(entry.usage?.input == input && (entry.usage?.exactness == .exact) == isExact && isTold != isExact)
  }

  /// However much it is, what came is believed.
  @Test func whatCameIsBelieved() throws {
    let text = String(repeating: "a b c d ", count: 400_000)
    let (entry, isTold) = try settled(
      "/v1/chat/completions", #"{"model":"m","stream":true,\#(Self.chat)}"#, type: "text/event-stream",
      Self.events(
        #"{"choices":[{"delta":{"content":"\#(text)"}}]}"#,
        #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":1500000}}"#))
    #expect(entry.usage == TokenUsage(input: 9, output: 1_500_000, exactness: .exact) && !isTold)
  }

  private static func events(_ all: String...) -> String { all.map { "data: \($0)\n\n" }.joined() }
  private static let said = #"{"choices":[{"delta":{"content":"one two"}}]}"#
  private static let thoughtAloud = #"{"choices":[{"delta":{"reasoning_content":"one two"}}]}"#
  private static let claude = #"{"type":"message_start","message":{"usage":{"input_tokens":10,"output_tokens":1}}}"#
  private static let claudeThinks =
    #"{"type":"content_block_start","content_block":{"type":"thinking","thinking":""}}"#
  private static let claudeSays = #"{"type":"content_block_delta","delta":{"type":"text_delta","text":"one two"}}"#
  private static func gemini(_ thoughts: Int) -> String {
    #"{"candidates":[{"content":{"parts":[{"text":"one two"}]}}],"usageMetadata":{"promptTokenCount":10,"#
      + #""candidatesTokenCount":2,"thoughtsTokenCount":\#(thoughts)}}"#
  }

  /// Of a stream that broke off, what its model thought unseen is charged as it was held: nobody knows more.
  @Test(
    arguments: [
      ("o3", "", events(said), 500), ("openai/gpt-5.5", "", events(said), 500), ("o3", "", "", 500),
      ("gpt-5.5", #""reasoning_effort":"none","#, events(said), 2), ("gpt-4o", "", events(said), 2),
      ("gpt-5-chat-latest", "", events(said), 2), ("deepseek-v4", "", events(said), 2),
      ("deepseek-v4", #""thinking":{"type":"enabled"},"#, events(said), 500),
      ("deepseek-v4", #""thinking":{"type":"enabled"},"#, events(thoughtAloud, said), 3),
    ] as [(String, String, String, Int64)])
  func whatIsThoughtUnseenIsCharged(model: String, members: String, stream: String, output: Int64) throws {
    let (entry, _) = try settled(
      "/v1/chat/completions",
      #"{"model":"\#(model)",\#(members)"max_completion_tokens":500,"stream":true,\#(Self.chat)}"#,
      type: "text/event-stream", isCut: true, stream)
    #expect(entry.usage?.exactness == .estimated && entry.ending == .failed)
    let most = output == 500 ? 500 : output + 2
    #expect((output...most).contains(entry.usage?.output ?? 0), "\(String(describing: entry.usage))")
  }

  @Test(
    arguments: [
      ("/v1/messages", "anthropic", "", events(claude, claudeThinks, claudeSays), 500),
      ("/v1/messages", "anthropic", #""thinking":{"type":"adaptive"},"#, events(claude, claudeSays), 500),
      ("/v1/messages", "anthropic", "", events(claude, claudeSays), 2),
      // Gemini tells what it thought from its first part on.
      ("/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse", "gemini", "", events(gemini(40)), 42),
      ("/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse", "gemini", "", "", 500),
      ("/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse", "gemini", "", "", 0),
    ] as [(String, String, String, String, Int64)])
  func whatOthersThinkUnseenIsChargedToo(
    target: String, key: String, members: String, stream: String, output: Int64
  ) throws {
    let body =
      key == "gemini"
      ? #"{"generationConfig":{"maxOutputTokens":500},"contents":[{"parts":[{"text":"hi"}]}]}"#
      : #"{"model":"claude","max_tokens":500,\#(members)"stream":true,\#(Self.chat)}"#
    let (entry, _) = try settled(target, key: key, body, type: "text/event-stream", isCut: true, stream)
    let most = output == 2 ? 4 : output
    #expect((output...most).contains(entry.usage?.output ?? -1), "\(String(describing: entry.usage))")
    #expect(entry.usage?.exactness == .estimated)
  }

  /// More answers than `--max-tokens` has tokens cannot be asked for within it.
  @Test(arguments: [(2, false), (4, true), (11, true)]) func noMaximumIsExceededByManyAnswers(
    most: Int64, isSent: Bool
  ) throws {
    let harness = try GatewayHarness(configure: { $0.maxOutputTokens = most }) { exchange in
      exchange.reply(#"{"usage":{"prompt_tokens":1,"completion_tokens":1}}"#)
      return true
    }
    let reply = try harness.post(#"{"model":"big","n":4,"messages":[]}"#)
    #expect(reply.status == (isSent ? 200 : 400))
    #expect(try harness.ledger().first?.facts?.estimatedOutput == (isSent ? most / 4 * 4 : nil))
    if !isSent { #expect(reply.text.contains("asks for 4 answers, and --max-tokens 2 has not a token for each")) }
  }
}
