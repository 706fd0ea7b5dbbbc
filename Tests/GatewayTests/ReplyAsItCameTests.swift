import Configuration
import HTTPWire
import IntentCache
import Posix
import Providers
import ScriptedServer
import Testing
import TextFormats

@testable import Gateway

/// A stored reply is the same to the byte for the same request, and takes nobody's time at the desk.
@Suite(.serialized) struct ReplyAsItCameTests {
  /// Gateways before a provider that answers as a test says, each with a cache of its own.
  private final class Scripted {
    private let folder: String
    let harness: GatewayHarness
    private let asked = Locked(0)
    var calls: Int { asked.use { $0 } }

    init(_ answer: @escaping @Sendable (ScriptedServer.Exchange) -> Void) throws {
      let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-form")
      self.folder = folder
      harness = try GatewayHarness(
        budgets: ["100M tokens/day"],
        configure: { options in
          options.cache = GatewayCache(path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits()) { _ in
          }
        },
        { [asked] exchange in
          asked.use { $0 += 1 }
          answer(exchange)
          return true
        })
    }

    deinit {
      harness.gateway.stop()
      try? Folder.removeTree(folder)
    }
  }

  private static func events(_ parts: String...) -> String { parts.map { "data: \($0)\n\n" }.joined() }
  private static let hi = #"{"choices":[{"index":0,"delta":{"content":"hi"}}]}"#
  private static let end = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
  private static let usage = #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
  private static let gemini =
    #"{"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP"}],"#
    + #""usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"totalTokenCount":3}}"#

  /// A request that a provider answers in a way that is not expected here, and that answer.
  struct Odd: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var target = "/v1/chat/completions"
    var members = ""
    var accept: String?
    let reply: String
  }

  static let odd: [Odd] = [
    // Some servers cut a text between the halves of a character, or send events that say nothing.
    Odd(
      testDescription: "halves of a character", members: #""stream":true,"#,
      reply: events(
        #"{"choices":[{"index":0,"delta":{"content":"\ud83d"}}]}"#,
        #"{"choices":[{"index":0,"delta":{"content":"\ude00"}}]}"#,
        end, usage, "[DONE]")),
    Odd(
      testDescription: "an empty event", members: #""stream":true,"#,
      reply: "event: ping\ndata: \n\n" + events(hi, end, usage, "[DONE]")),
    // Some take texts and numbers for a yes.
    Odd(testDescription: "a text", members: #""stream":"true","#, reply: events(hi, end, usage, "[DONE]")),
    Odd(testDescription: "a number", members: #""stream":1,"#, reply: events(hi, end, usage, "[DONE]")),
    Odd(testDescription: "Accept alone", accept: "text/event-stream", reply: events(hi, end, usage, "[DONE]")),
    Odd(
      testDescription: "events of a whole", target: "/v1beta/models/m:generateContent?alt=sse", reply: events(gemini)),
    Odd(
      testDescription: "another spelling", target: "/v1beta/models/m:streamGenerateContent?$alt=sse",
      reply: events(gemini)),
    Odd(
      testDescription: "an escape", target: "/v1beta/models/m:streamGenerateContent?%61lt=sse", reply: events(gemini)),
  ]

  /// The same request is answered with the same bytes, whatever its provider made of its form.
  @Test(arguments: odd) func theSameRequestHasTheSameReply(odd: Odd) throws {
    let house = try Scripted { $0.reply(type: "text/event-stream", odd.reply) }
    var fields = ReplyFormTests.fields
    if let accept = odd.accept { fields.append("Accept", accept) }
    let isGemini = odd.target.hasPrefix("/v1beta")
    let body =
      isGemini
      ? #"{"contents":[{"role":"user","parts":[{"text":"name three rivers"}]}]}"#
      : "{\(odd.members)\(ReplyFormTests.messages)}"
    let key = isGemini ? "gemini" : "openai"
    let first = try house.harness.post(to: odd.target, key: key, fields: fields, body)
    let second = try house.harness.post(to: odd.target, key: key, fields: fields, body)
    #expect(second.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true, "\(first.text)")
    #expect(second.text == first.text && house.calls == 1)
    #expect(second.head.fields["Content-Type"] == first.head.fields["Content-Type"])
    #expect(second.head.fields["x-llmguard-form"] == nil)
    // Asked for whole, as nobody doubts, it is another question, or the same answer whole.
    let plain = isGemini ? "/v1beta/models/m:generateContent" : odd.target
    let third = try house.harness.post(
      to: plain, key: key, fields: ReplyFormTests.fields, isGemini ? body : "{\(ReplyFormTests.messages)}")
    #expect(third.head.fields["x-llmguard-cache"] == nil || third.json != nil)
  }

  /// A long one is given its other form away from the desk, and is the same.
  @Test func aLongReplyIsGivenInEitherForm() throws {
    let text = String(repeating: "word ", count: 40_000)
    let house = try Scripted { exchange in
      let usage = #""usage":{"prompt_tokens":9,"completion_tokens":40000}"#
      if String(decoding: exchange.body, as: UTF8.self).contains(#""stream":true"#) {
        let words = #"{"choices":[{"index":0,"delta":{"content":"\#(text)"}}]}"#
        exchange.reply(
          type: "text/event-stream", Self.events(words, Self.end, #"{"choices":[],\#(usage)}"#, "[DONE]"))
      } else {
        exchange.reply(
          #"{"choices":[{"index":0,"message":{"content":"\#(text)"},"finish_reason":"stop"}],\#(usage)}"#)
      }
    }
    #expect(text.utf8.count > CachedExchange.mostAtDesk)
    func ask(_ isStream: Bool, _ what: String, only: Bool = false) throws -> TestClient.Reply {
      try house.harness.post(
        fields: only ? ["x-llmguard-cache": "only"] : [:],
        #"{"model":"m","stream":\#(isStream),"messages":[{"role":"user","content":"\#(what)"}]}"#)
    }
    for (isStream, what) in [(false, "name three rivers"), (true, "name three lakes")] {
      let before = house.calls
      _ = try ask(isStream, what)
      for only in [false, true] {
        let given = try ask(!isStream, what, only: only)
        #expect(given.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true, "\(given.text.prefix(300))")
        if isStream {
          #expect(given.json?["choices"]?.arrayValue?.first?["message"]?["content"]?.stringValue == text)
        } else {
          #expect(try ReplyFormTests.said(given) == [0: text])
        }
      }
      #expect(house.calls == before + 1)
    }
  }
}
