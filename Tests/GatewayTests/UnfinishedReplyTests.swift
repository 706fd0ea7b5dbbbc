import GuardModel
import Ledger
import Testing

@testable import Gateway

/// Replies that end as whole ones do and are none, and replies that say that nothing was answered.
@Suite(.serialized) struct UnfinishedReplyTests {
  private static func harness(_ type: String, _ reply: String) throws -> GatewayHarness {
    try GatewayHarness { exchange in
      exchange.reply(type: type, reply)
      return true
    }
  }

  private static let words = (0..<30).map { "word\($0)" }

  private static func claude(isWhole: Bool) -> String {
    let start =
      #"{"type":"message_start","message":{"type":"message","usage":{"input_tokens":25,"output_tokens":1}}}"#
    let end = isWhole ? [#"{"type":"message_delta","delta":{},"usage":{"output_tokens":60}}"#] : []
    let said = words.map { #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#($0) "}}"# }
    return ([start] + said + end).map { "data: \($0)\n\n" }.joined()
  }

  private static let soFar =
    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null},\"usage\":{\"output_tokens\":60}}\n\n"
  private static let claudesEnd = soFar.replacing("null", with: "\"end_turn\"")

  private static func chat(_ ending: String, isTold: Bool = true) -> String {
    let said = words.enumerated().map { number, word in
      #"{"choices":[{"delta":{"content":"\#(word) "}}],"usage":{"prompt_tokens":25,"completion_tokens":\#(number + 31)}}"#
    }
    return said.map { "data: \($0)\n\n" }.joined() + ending
  }

  private static func gemini(_ ending: String) -> String {
    words.enumerated().map { number, word in
      #"{"candidates":[{"content":{"parts":[{"text":"\#(word) "}]}}],"usageMetadata":{"promptTokenCount":25,"candidatesTokenCount":\#(number + 31),"totalTokenCount":\#(number + 56)}}"#
    }.map { "data: \($0)\n\n" }.joined() + ending
  }

  private static let path = "/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse"

  /// What is between a client and its provider ends a stream that broke off as one that is whole.
  @Test(arguments: [
    ("/v1/messages", "anthropic", claude(isWhole: false), false),
    ("/v1/messages", "anthropic", claude(isWhole: true), true),
    // A usage with the end still to come.
    ("/v1/messages", "anthropic", claude(isWhole: false) + soFar, false),
    ("/v1/messages", "anthropic", claude(isWhole: false) + soFar + claudesEnd, true),
    ("/v1/messages", "anthropic", claude(isWhole: false) + soFar + "data: {\"type\":\"message_stop\"}\n\n", true),
    ("/v1/chat/completions", "openai", chat(""), false),
    ("/v1/chat/completions", "openai", chat("data: [DONE]\n\n"), true),
    (
      "/v1/chat/completions", "openai",
      chat("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")
        + "data: {\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":25,\"completion_tokens\":60}}\n\n", true
    ),
    (path, "gemini", gemini(""), false),
    (path, "gemini", gemini("data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\n"), true),
  ])
  func aStreamWithoutItsEndIsNotExact(target: String, key: String, reply: String, isWhole: Bool) throws {
    let harness = try Self.harness("text/event-stream", reply)
    let answer = try harness.post(
      to: target, key: key,
      #"{"model":"big","stream":true,"max_tokens":300,"messages":[{"role":"user","content":"a"}],"contents":[{"parts":[{"text":"a"}]}]}"#
    )
    #expect(answer.status == 200 && answer.text == reply)
    let entry = try #require(try harness.ledger().last)
    #expect(entry.ending == (isWhole ? .complete : .failed))
    #expect(entry.usage?.exactness == (isWhole ? .exact : .estimated))
    #expect(entry.usage?.input == 25)
    // What came, where less was said.
    let output = entry.usage?.output ?? 0
    #expect(isWhole ? output == 60 : (60...90).contains(output), "\(output)")
  }

  /// A list is a stream, too, and ends with an error where its provider gave up.
  @Test(arguments: [
    (#"{"error":{"code":503,"message":"overloaded"}}"#, false), (#"{"candidates":[{"finishReason":"STOP"}]}"#, true),
  ])
  func aListThatEndsWithAnErrorIsNotExact(ending: String, isWhole: Bool) throws {
    let said = Self.words.map { #"{"candidates":[{"content":{"parts":[{"text":"\#($0) "}]}}]"# }
    let parts = said.enumerated().map { number, part in
      #"\#(part),"usageMetadata":{"promptTokenCount":25,"candidatesTokenCount":\#(number + 31),"totalTokenCount":\#(number + 56)}}"#
    }
    let reply = "[" + (parts + [ending]).joined(separator: ",\r\n") + "]"
    let harness = try Self.harness("application/json", reply)
    let answer = try harness.post(
      to: Self.path.replacing("?alt=sse", with: ""), key: "gemini", #"{"contents":[{"parts":[{"text":"a"}]}]}"#)
    #expect(answer.text == reply)
    let entry = try #require(try harness.ledger().last)
    #expect(entry.ending == (isWhole ? .complete : .failed))
    #expect(entry.usage?.exactness == (isWhole ? .exact : .estimated) && entry.usage?.input == 25)
    #expect((60...90).contains(entry.usage?.output ?? 0), "\(entry)")
  }

  /// A response that is not made in the background ends with its stream, whatever was said of it last: nobody fetches the rest.
  @Test(arguments: [false, true]) func aResponseWithoutItsEndIsOver(inBackground: Bool) throws {
    let response = #""response":{"object":"response","id":"resp_1","status":"in_progress","model":"big","usage":null}"#
    let said = (0..<5).map { #"{"type":"response.output_text.delta","delta":"word\#($0) "}"# }
    let parts = [#"{"type":"response.created",\#(response)}"#, #"{"type":"response.in_progress",\#(response)}"#] + said
    let harness = try Self.harness("text/event-stream", parts.map { "data: \($0)\n\n" }.joined())
    let answer = try harness.post(
      to: "/v1/responses",
      #"{"model":"big","stream":true,"background":\#(inBackground),"max_output_tokens":900,"input":"a"}"#)
    #expect(answer.status == 200 && answer.isWhole)
    #expect(try harness.openHolds() == (inBackground ? 1 : 0))
    let entry = try #require(try harness.ledger().last)
    #expect(entry.kind == .settle && entry.ending == (inBackground ? .complete : .failed))
    #expect(entry.usage?.exactness == .estimated)
    let output = entry.usage?.output ?? 0
    #expect(inBackground ? output == 900 : (5...40).contains(output), "\(output)")
  }

  private static let block = #"{"promptFeedback":{"blockReason":"SAFETY"},"modelVersion":"gemini-2.5-pro"}"#

  /// Of a prompt that was blocked only itself may be charged. *Source:* Google's API reference, `PromptFeedback`.
  @Test(arguments: [
    ("gemini-2.5-pro:generateContent", "application/json", block),
    ("gemini-2.5-pro:streamGenerateContent?alt=sse", "text/event-stream", "data: \(block)\n\n"),
    ("gemini-2.5-pro:streamGenerateContent", "application/json", "[\(block)]"),
  ])
  func ofABlockedPromptTheInputIsCharged(target: String, type: String, reply: String) throws {
    let harness = try Self.harness(type, reply)
    let call = #"{"contents":[{"parts":[{"text":"one two three"}]}],"generationConfig":{"maxOutputTokens":300}}"#
    for _ in 1...2 { #expect(try harness.post(to: "/v1beta/models/\(target)", key: "gemini", call).text == reply) }
    let settled = try harness.ledger().filter { $0.kind == .settle }
    #expect(settled.count == 2)
    for entry in settled {
      #expect(entry.usage?.output == 0 && (3...9).contains(entry.usage?.input ?? 0), "\(entry)")
      #expect(entry.usage?.exactness == .estimated && entry.ending == .complete)
      // Who asks again had no answer.
      #expect(entry.charge?.tokens == entry.usage?.input)
    }
  }

  /// What a blocked prompt took is charged where it is said, and an answer is one whatever stands beside it.
  @Test(
    arguments: [
      (
        #"{"promptFeedback":{"blockReason":"OTHER"},"usageMetadata":{"promptTokenCount":9,"totalTokenCount":9}}"#, 9,
        0...0
      ),
      (
        #"{"promptFeedback":{"blockReason":"OTHER"},"candidates":[{"content":{"parts":[{"text":"one two three four"}]}}]}"#,
        nil, 4...50
      ),
    ] as [(String, Int64?, ClosedRange<Int64>)])
  func whatElseIsSaidBesideABlockCounts(reply: String, input: Int64?, output: ClosedRange<Int64>) throws {
    let harness = try Self.harness("application/json", reply)
    let call = #"{"contents":[{"parts":[{"text":"one two three"}]}]}"#
    #expect(try harness.post(to: "/v1beta/models/gemini-2.0-flash:generateContent", key: "gemini", call).status == 200)
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(output.contains(usage.output) && (input == nil || usage.input == input), "\(usage)")
  }

  /// To have a model loaded, or let go, takes nothing. *Source:* Ollama's API documentation, "Load a model".
  @Test(arguments: ["application/json", "application/x-ndjson"], ["load", "unload"])
  func loadingAModelTakesNothing(type: String, reason: String) throws {
    for (target, said) in [
      ("/api/generate", #""response":"""#), ("/api/chat", #""message":{"role":"assistant","content":""}"#),
    ] {
      let harness = try Self.harness(type, #"{"model":"m",\#(said),"done":true,"done_reason":"\#(reason)"}"# + "\n")
      for _ in 1...2 {
        #expect(try harness.post(to: target, key: "ollama", #"{"model":"m","messages":[]}"#).status == 200)
      }
      let settled = try harness.ledger().filter { $0.kind == .settle }
      #expect(
        settled.map(\.usage) == [
          TokenUsage(input: 0, output: 0, exactness: .exact), TokenUsage(input: 0, output: 0, exactness: .exact),
        ])
      #expect(settled.map { $0.charge?.tokens } == [0, 0])
    }
  }

  /// Whoever says so and answers all the same has answered.
  @Test func anAnswerIsNoLoading() throws {
    let harness = try Self.harness(
      "application/json", #"{"model":"m","response":"one two three four","done":true,"done_reason":"load"}"#)
    #expect(
      try harness.post(to: "/api/generate", key: "ollama", #"{"model":"m","prompt":"a","stream":false}"#).status == 200)
    #expect(try harness.ledger().last?.usage?.output ?? 0 >= 4)
  }

  /// To a client of HTTP/1.0 a reply of unknown length ends with its connection: one that is cut must end otherwise.
  @Test(arguments: [false, true]) func anOldClientSeesThatAReplyWasCut(isWhole: Bool) throws {
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"one\"}}]}\n\n"
    let harness = try GatewayHarness { exchange in
      exchange.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "\(String(event.utf8.count, radix: 16))\r\n\(event)\r\n" + (isWhole ? "0\r\n\r\n" : ""))
      return false
    }
    let client = try harness.connect()
    defer { client.close() }
    let call = #"{"model":"m","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"a"}]}"#
    try client.write(
      "POST \(harness.path("/v1/chat/completions")) HTTP/1.0\r\nHost: 127.0.0.1:\(harness.port)\r\n"
        + "Content-Length: \(call.utf8.count)\r\n\r\n\(call)")
    var (bytes, wasReset) = ([UInt8](), false)
    var piece = [UInt8](repeating: 0, count: 4096)
    while true {
      guard let count = try? piece.withUnsafeMutableBytes({ try client.socket.read(into: $0) }) else {
        wasReset = true
        break
      }
      if count == 0 { break }
      bytes += piece[..<count]
    }
    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix(event))
    #expect(wasReset == !isWhole)
  }
}
