import HTTPWire
import IntentCache
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// What must be equal beside the body, and which replies are kept at all.
@Suite(.serialized) struct CacheExactnessTests {
  private static func chat(_ text: String, _ more: String = "") -> String {
    #"{"model":"big"\#(more),"messages":[{"role":"user","content":"\#(text)"}]}"#
  }

  private func harness(
    _ folder: String, _ answer: @escaping @Sendable (ScriptedServer.Exchange) -> Void
  ) throws -> (GatewayHarness, Locked<Int>) {
    let calls = Locked(0)
    let harness = try GatewayHarness(
      configure: { options in
        options.cache = GatewayCache(path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits()) { _ in }
      }
    ) { exchange in
      calls.use { $0 += 1 }
      answer(exchange)
      return true
    }
    return (harness, calls)
  }

  /// Servers that stand for several providers are told by fields which of them is meant.
  @Test func fieldsThatMayChangeTheAnswerMustBeEqual() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-exact")
    defer { try? Folder.removeTree(folder) }
    let (harness, calls) = try harness(folder) { exchange in
      exchange.reply(
        #"{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
      )
    }
    func isAnswered(_ text: String, _ a: HTTPFields, _ b: HTTPFields) throws -> Bool {
      let before = calls.use { $0 }
      _ = try harness.post(fields: a, Self.chat(text))
      let reply = try harness.post(fields: b, Self.chat(text))
      #expect(calls.use { $0 } - before == (reply.head.fields["x-llmguard-cache"] == nil ? 2 : 1))
      return reply.head.fields["x-llmguard-cache"] != nil
    }
    for name in [
      "OpenAI-Organization", "OpenAI-Project", "OpenAI-Beta", "anthropic-version", "anthropic-beta",
      "x-portkey-provider", "Helicone-Target-Url", "x-anything", "Accept-Language",
    ] {
      #expect(try !isAnswered("what is in \(name)", [name: "a"], [name: "b"]), "\(name)")
      #expect(try !isAnswered("what is in no \(name)", [:], [name: "b"]), "\(name)")
    }
    for name in [
      "Authorization", "x-api-key", "User-Agent", "X-Request-Id", "traceparent", "X-Stainless-Retry-Count", "Cookie",
      "Idempotency-Key", "x-b3-traceid",
    ] {
      #expect(try isAnswered("what is in \(name)", [name: "a"], [name: "b"]), "\(name)")
    }
    #expect(try isAnswered("what is in what order", ["x-a": "1", "x-b": "2"], ["X-B": "2", "X-A": "1"]))
    #expect(try isAnswered("what is asked for", ["Accept": "*/*"], ["Accept": "application/json"]))
    #expect(try !isAnswered("what is streamed", ["Accept": "*/*"], ["Accept": "text/event-stream"]))
    harness.gateway.stop()
  }

  /// Whoever asks again wants an answer.
  @Test func aReplyThatIsNoWholeAnswerIsNotKept() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-exact")
    defer { try? Folder.removeTree(folder) }
    func choice(_ message: String, _ ending: String) -> String {
      #"{"choices":[{"message":\#(message),"finish_reason":"\#(ending)"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
    }
    let hi = #"{"content":"hi"}"#
    let replies: [(name: String, isStream: Bool, text: String, isKept: Bool)] = [
      ("whole", false, choice(hi, "stop"), true), ("filtered", false, choice(hi, "content_filter"), false),
      ("cut", false, choice(hi, "length"), false), ("empty", false, choice(#"{"content":""}"#, "stop"), false),
      ("refused", false, choice(#"{"content":null,"refusal":"no"}"#, "stop"), false),
      ("tool", false, choice(#"{"content":null,"tool_calls":[{"id":"a"}]}"#, "tool_calls"), false),
      (
        "broken stream", true,
        "data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\n"
          + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n", false
      ),
      ("stream", true, MeteredCallTests.events(withUsage: true), true),
    ]
    let (harness, calls) = try harness(folder) { exchange in
      guard let reply = replies.first(where: { exchange.text.contains("of kind \($0.name)\"") }) else { return }
      if reply.isStream {
        exchange.reply(type: "text/event-stream", reply.text)
      } else {
        exchange.reply(reply.text)
      }
    }
    for reply in replies {
      let before = calls.use { $0 }
      let more = reply.isStream ? #","stream":true,"stream_options":{"include_usage":true}"# : ""
      for _ in 1...2 { #expect(try harness.post(Self.chat("a reply of kind \(reply.name)", more)).text == reply.text) }
      #expect(calls.use { $0 } - before == (reply.isKept ? 1 : 2), "\(reply.name)")
    }
    harness.gateway.stop()
  }

  /// Nor is a call that nothing is kept of sent for one who wants a stored answer alone.
  @Test(arguments: [#","tools":[{"type":"function"}]"#, ""]) func onlyIsOnly(more: String) throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-exact")
    defer { try? Folder.removeTree(folder) }
    let (harness, calls) = try harness(folder) { $0.reply("{}") }
    let text = more.isEmpty ? "pick a random number" : "names"
    let reply = try harness.post(fields: ["x-llmguard-cache": "only"], Self.chat(text, more))
    #expect(reply.status == 429 && reply.text.contains("not_cached"), "\(reply.text)")
    #expect(calls.use { $0 } == 0)
    harness.gateway.stop()
  }

  /// Whoever counts the answers, or rejects one, as soon as it has come finds it noted, though it is noted behind the reply.
  @Test func anAnswerThatHasComeIsNotedForWhoeverWaits() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-exact")
    defer { try? Folder.removeTree(folder) }
    let (harness, _) = try harness(folder) { exchange in
      exchange.reply(
        #"{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
      )
    }
    _ = try harness.post(Self.chat("three names"))
    let path = folder + "/cache.sqlite3"
    let flights = try CacheFlights(cache: path)
    for number in 1...20 {
      let reply = try harness.post(Self.chat("three names"))
      #expect(reply.head.fields["x-llmguard-cache-entry"]?.hasPrefix("1/") == true)
      flights.awaitNoted(limitMs: 20_000)
      #expect(try IntentCache(path: path).statistics().tallies.first?.hits == Int64(number))
    }
  }
}
