import GuardModel
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Calls whose replies do not say what they take.
@Suite(.serialized) struct UnknownUsageTests {
  /// A reply that comes before the call has ended says nothing of what it takes: it is charged what was held.
  @Test(arguments: [
    ("/v1/responses", #""background":true,"max_output_tokens":500,"input":"hi""#, #"{"status":"queued","usage":null}"#),
    ("/v1/chat/completions", #""deferred":true,"max_tokens":500,"messages":[]"#, #"{"request_id":"r"}"#),
  ])
  func whatGoesOnAfterItsReplyIsChargedWhatWasHeld(target: String, body: String, reply: String) throws {
    for isStrict in [false, true] {
      let harness = try GatewayHarness(configure: { $0.isStrict = isStrict }) { exchange in
        exchange.reply(reply)
        return true
      }
      let answer = try harness.post(to: target, #"{"model":"big",\#(body)}"#)
      #expect(answer.status == (isStrict ? 403 : 200))
      #expect(answer.text.contains(#""code":"llmguard_background""#) == isStrict, "\(answer.text)")
      let entries = try harness.ledger()
      #expect(entries.map(\.kind) == (isStrict ? [] : [.reserve, .settle]))
      if isStrict { continue }
      #expect(entries.last?.usage?.output == 500)
      #expect(entries.last?.usage?.exactness == .estimated)
      #expect(entries.last?.charge == entries.first?.charge)
    }
  }

  /// A deferred completion is settled by its usage when it is fetched, once; one that is not there yet settles nothing.
  @Test(arguments: ["/v1/chat/deferred-completion/r", "/v1/chat/deferred-completion/s"])
  func aDeferredCompletionIsSettledWhenItIsFetched(path: String) throws {
    let fetched = Locked(0)
    let harness = try GatewayHarness { exchange in
      if exchange.head.method == "POST" {
        exchange.reply(#"{"request_id":"r"}"#)
        return true
      }
      fetched.use { $0 += 1 }
      if fetched.use({ $0 }) == 1 {
        exchange.reply(status: 202, "{}")
      } else {
        exchange.reply(
          #"{"id":"c","object":"chat.completion","model":"big","choices":[{"message":{"content":"Tom"}}],"#
            + #""usage":{"prompt_tokens":7,"completion_tokens":30}}"#)
      }
      return true
    }
    let body = #"{"model":"big","deferred":true,"max_tokens":500,"messages":[]}"#
    #expect(try harness.post(to: "/v1/chat/completions", body).status == 200)
    let client = try harness.connect()
    defer { client.close() }
    for status in [202, 200, 200] {
      #expect(try client.exchange("GET", harness.path(path)).status == status)
    }
    let isIts = path.hasSuffix("/r")
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.reserve, .settle])
    #expect(entries.last?.usage?.output == (isIts ? 30 : 500))
    #expect(entries.last?.usage?.exactness == (isIts ? .exact : .estimated))
  }

  /// Where it says its usage after all, that counts.
  @Test func aStreamedCallOfThatKindIsSettledByItsUsage() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        type: "text/event-stream",
        #"data: {"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":3,"output_tokens":4}}}"#
          + "\n\n")
      return true
    }
    _ = try harness.post(to: "/v1/responses", #"{"model":"big","background":true,"stream":true,"input":"hi"}"#)
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 3, output: 4, exactness: .exact))
  }

  /// Of a reply that is too long to be text and says no usage, the bytes are not taken for tokens.
  @Test func aReplyTooLongToBeTextIsChargedNoMoreThanWasHeld() throws {
    let reply = #"{"data":""# + String(repeating: "x", count: 9_000_000) + #""}"#
    let harness = try GatewayHarness { exchange in
      exchange.reply(reply)
      return true
    }
    #expect(try harness.post(#"{"model":"big","max_tokens":50,"messages":[]}"#).status == 200)
    let entries = try harness.ledger()
    #expect(entries.last?.usage?.output == 50)
    #expect(entries.last?.usage?.exactness == .estimated)
  }

  /// A usage that says that an answer took nothing, or was to nothing, is not believed in that.
  @Test(arguments: [
    (
      "/v1/chat/completions", "openai", #""messages":[{"role":"user","content":"hello you"}]"#,
      #"{"choices":[{"message":{"content":"one two three"}}],"usage":{"prompt_tokens":5,"completion_tokens":0}}"#,
      [5, 4]
    ),
    (
      "/v1/chat/completions", "openai", #""messages":[{"role":"user","content":"hello you"}]"#,
      #"{"choices":[{"message":{"content":"one two three"}}],"usage":{"prompt_tokens":0,"completion_tokens":3}}"#,
      [7, 3]
    ),
    (
      "/v1/chat/completions", "openai", #""messages":[{"role":"user","content":"hello you"}]"#,
      #"{"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":"one two three"}}]}}],"#
        + #""usage":{"prompt_tokens":5,"completion_tokens":0}}"#, [5, 4]
    ),
    // Lists of numbers, by servers that do not count.
    (
      "/v1/embeddings", "openai", #""input":"hello you""#,
      #"{"object":"list","data":[{"embedding":[0.5]}],"usage":{"prompt_tokens":0,"total_tokens":0}}"#, [3, 0]
    ),
    (
      "/api/embed", "ollama", #""input":"hello you""#, #"{"embeddings":[[0.5]],"prompt_eval_count":0}"#, [3, 0]
    ),
  ])
  func nothingIsNotBelieved(target: String, key: String, asks: String, reply: String, counts: [Int64]) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(reply)
      return true
    }
    #expect(try harness.post(to: target, key: key, #"{"model":"big",\#(asks)}"#).status == 200)
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(usage.exactness == .estimated && [usage.input, usage.output] == counts, "\(usage)")
  }

  /// Where nothing is what it took, that is exact: no word came, the prompt was given back, or the server had read it before.
  @Test(arguments: [
    (
      "/v1/chat/completions", "openai", #""messages":[]"#,
      #"{"choices":[{"message":{"content":""}}],"usage":{"prompt_tokens":5,"completion_tokens":0}}"#, [5, 0]
    ),
    (
      "/v1/completions", "openai", #""prompt":"one two","echo":true,"max_tokens":0"#,
      #"{"choices":[{"text":"one two"}],"usage":{"prompt_tokens":2,"completion_tokens":0}}"#, [2, 0]
    ),
    (
      "/api/chat", "ollama", #""stream":false,"messages":[{"role":"user","content":"hello"}]"#,
      #"{"message":{"content":"one"},"done":true,"eval_count":4}"#, [0, 4]
    ),
  ])
  func nothingIsBelievedWhereItCanBe(target: String, key: String, asks: String, reply: String, counts: [Int64]) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(reply)
      return true
    }
    #expect(try harness.post(to: target, key: key, #"{"model":"big",\#(asks)}"#).status == 200)
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(usage.exactness == .exact && [usage.input, usage.output] == counts, "\(usage)")
  }

  /// A reply that ends with an error after some of the answer has taken that, in one piece as in a stream; an error alone took
  /// nothing.
  @Test(
    arguments: [
      (#"{"error":{"message":"cut"},"choices":[{"message":{"content":"one two three"},"finish_reason":"error"}]}"#, 4),
      (#"{"error":{"message":"one two three"},"choices":[]}"#, nil),
      (#"{"error":"no","message":"one two three"}"#, nil),
    ] as [(String, Int64?)])
  func whatCameBeforeAnErrorIsCharged(reply: String, output: Int64?) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(reply)
      return true
    }
    #expect(try harness.post(#"{"model":"big","messages":[]}"#).status == 200)
    let last = try #require(try harness.ledger().last)
    #expect(last.kind == (output == nil ? .void : .settle) && last.usage?.output == output)
    if output != nil { #expect(last.usage?.exactness == .estimated && last.ending == .failed) }
  }

  /// A cost that leaves out what the provider's tools took is the least that it can be, and the entry says so; not where the
  /// provider says what it charged.
  @Test(arguments: ["", #","cost":0.5"#]) func toolsMakeACostTheLeastItCanBe(cost: String) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        #"{"object":"response","status":"completed","output":[{"type":"code_interpreter_call"}],"#
          + #""usage":{"input_tokens":3,"output_tokens":4\#(cost)}}"#)
      return true
    }
    #expect(try harness.post(to: "/v1/responses", #"{"model":"gpt-5","input":"hi"}"#).status == 200)
    let last = try #require(try harness.ledger().last)
    #expect(last.unpriced == (cost.isEmpty ? [.tools] : []) && last.usage?.exactness == .exact)
  }

  private static let shown = String(repeating: "word ", count: 20)

  /// A whole answer of a model that thinks unseen, and which says no usage, has taken more than its text: as much as such ones did
  /// where the ledger has learned it, no more than its maximum; else what was held.
  @Test(arguments: [true, false], [(0, 500), (19, 500), (20, 80), (20, 30)] as [(Int, Int64)])
  func whatWasThoughtIsChargedWithoutUsage(streams: Bool, _ learned: (known: Int, output: Int64)) throws {
    let harness = try GatewayHarness { exchange in
      // Three parts thought, one part shown.
      if String(decoding: exchange.body, as: UTF8.self).contains("teach") {
        exchange.reply(
          #"{"choices":[{"message":{"content":"one"}}],"usage":{"prompt_tokens":5,"completion_tokens":40,"completion_tokens_details":{"reasoning_tokens":30}}}"#
        )
      } else if streams {
        exchange.reply(
          type: "text/event-stream", Self.events([#"{"choices":[{"delta":{"content":"\#(Self.shown)"}}]}"#, "[DONE]"]))
      } else {
        exchange.reply(#"{"choices":[{"message":{"content":"\#(Self.shown)"}}]}"#)
      }
      return true
    }
    for number in 0..<learned.known {
      _ = try harness.post(#"{"model":"o3","messages":[{"role":"user","content":"teach \#(number)"}]}"#)
    }
    let most = learned.output == 30 ? 30 : 500
    let asks = #""stream":\#(streams),"max_completion_tokens":\#(most),"messages":[{"role":"user","content":"hi"}]"#
    for model in ["o3", "gpt-4o"] { _ = try harness.post(#"{"model":"\#(model)",\#(asks)}"#) }
    let settled: [TokenUsage] = try harness.ledger().compactMap { entry in entry.kind == .settle ? entry.usage : nil }
    let usages = settled.suffix(2)
    #expect(usages.allSatisfy { $0.exactness == .estimated } && usages.count == 2)
    let shown = try #require(usages.last?.output)
    #expect((18...30).contains(shown), "\(usages)")
    let isLearned = learned.known >= 20 && most == 500
    #expect(usages.first?.output == (isLearned ? shown * 4 : learned.output), "\(usages)")
  }

  /// What a model thinks of late is not summed anew for each such answer.
  @Test func whatAModelThinksIsKeptForAMinute() throws {
    let harness = try GatewayHarness { exchange in
      let asked = String(decoding: exchange.body, as: UTF8.self)
      for (word, thought) in [("little", 30), ("much", 990)] where asked.contains(word) {
        exchange.reply(
          #"{"choices":[{"message":{"content":"one"}}],"usage":{"prompt_tokens":5,"completion_tokens":\#(thought + 10),"completion_tokens_details":{"reasoning_tokens":\#(thought)}}}"#
        )
        return true
      }
      exchange.reply(#"{"choices":[{"message":{"content":"\#(Self.shown)"}}]}"#)
      return true
    }
    for word in ["little", "much"] {
      for number in 0..<20 {
        _ = try harness.post(#"{"model":"o3","messages":[{"role":"user","content":"\#(word) \#(number)"}]}"#)
      }
      _ = try harness.post(
        #"{"model":"o3","max_completion_tokens":5000,"messages":[{"role":"user","content":"hi, after \#(word.count)"}]}"#
      )
    }
    let guessed = try harness.ledger().compactMap { entry in
      entry.kind == .settle && entry.usage?.exactness == .estimated ? entry.usage?.output : nil
    }
    #expect(guessed.count == 2 && guessed.first == guessed.last, "\(guessed)")
  }

  private static func events(_ all: [String]) -> String { all.map { "data: \($0)\n\n" }.joined() }
  private static let begins = #"{"type":"message_start","message":{"usage":{"input_tokens":10,"output_tokens":1}}}"#
  private static let says = #"{"type":"content_block_delta","delta":{"type":"text_delta","text":"hi"}}"#
  private static let ends = #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}"#
  private static func gemini(_ more: String) -> String {
    #"{"candidates":[{"content":{"parts":[{"text":"hi"}]}\#(more)}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":9}}"#
  }
  private static func chat(_ choices: String) -> String {
    #"{"choices":[\#(choices)],"usage":{"prompt_tokens":10,"completion_tokens":9}}"#
  }

  /// What a stream says that it took so far is no exact figure of one that broke off, or ended with an error; what it says at its
  /// end is.
  @Test(
    arguments: [
      ("/v1/messages", "anthropic", [begins, says], true, false),
      ("/v1/messages", "anthropic", [begins, #"{"type":"error","error":{"type":"overloaded_error"}}"#], false, false),
      ("/v1/messages", "anthropic", [begins, says, ends], true, true),
      ("/v1/messages", "anthropic", [begins, says, ends], false, true),
      ("/v1beta/models/m:streamGenerateContent?alt=sse", "gemini", [gemini("")], true, false),
      ("/v1beta/models/m:streamGenerateContent?alt=sse", "gemini", [gemini(#","finishReason":"STOP""#)], true, true),
      ("/v1/chat/completions", "openai", [chat(#"{"delta":{"content":"hi"},"finish_reason":null}"#)], true, false),
      ("/v1/chat/completions", "openai", [chat(#"{"delta":{"content":"hi"},"finish_reason":"stop"}"#)], true, true),
      ("/v1/chat/completions", "openai", [#"{"choices":[{"delta":{"content":"hi"}}]}"#, chat("")], true, true),
    ] as [(String, String, [String], Bool, Bool)])
  func whatWasTakenSoFarIsNoExactFigure(
    target: String, key: String, parts: [String], isCut: Bool, isExact: Bool
  ) throws {
    let harness = try GatewayHarness { exchange in
      let text = Self.events(parts)
      exchange.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(text.utf8.count + (isCut ? 9 : 0))\r\n\r\n"
          + text)
      return !isCut
    }
    _ = try? harness.post(
      to: target, key: key,
      #"{"model":"big","max_tokens":99,"stream":true,"stream_options":{"include_usage":true},"contents":[],"messages":[]}"#
    )
    let last = try #require(try harness.ledger().last)
    #expect(last.ending == (isCut || parts.last?.contains("error") == true ? .failed : .complete))
    #expect(
      (last.usage?.exactness == .exact) == isExact && last.usage?.input == 10, "\(String(describing: last.usage))")
  }
}
