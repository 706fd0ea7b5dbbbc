import Configuration
import HTTPWire
import IntentCache
import Posix
import PretendProvider
import Providers
import ScriptedServer
import Testing
import TextFormats

@testable import Gateway

/// A stored reply is given in the form that is asked for, whichever it came in.
@Suite(.serialized) struct ReplyFormTests {
  /// One request of each form: how it is asked for whole, and as a stream.
  struct Call: Sendable, CustomTestStringConvertible {
    let key: String
    let whole: (target: String, body: String)
    let streams: [(target: String, body: String)]

    var testDescription: String { whole.target }

    /// A request whose body says how it is streamed.
    init(
      _ key: String, _ target: String, _ members: String, whole: String = "", streams: [String] = [#""stream":true,"#]
    ) {
      self.key = key
      self.whole = (target, "{\(whole)\(members)}")
      self.streams = streams.map { (target, "{\($0)\(members)}") }
    }

    /// Gemini's, whose path says it.
    init(gemini members: String) {
      key = "gemini"
      whole = ("/v1beta/models/m:generateContent", "{\(members)}")
      streams = ["?alt=sse", ""].map { ("/v1beta/models/m:streamGenerateContent" + $0, "{\(members)}") }
    }
  }

  static let messages = #""model":"m","messages":[{"role":"user","content":"name three rivers"}]"#
  private static let openAIStreams = [
    #""stream":true,"#, #""stream":true,"stream_options":{"include_usage":true},"#,
    #""stream":true,"stream_options":{"include_obfuscation":false},"#,
  ]

  static let calls: [Call] = [
    Call("openai", "/v1/chat/completions", messages, streams: openAIStreams),
    Call("openai", "/v1/chat/completions", messages + #","n":2"#, whole: #""stream":false,"#, streams: openAIStreams),
    Call("openai", "/v1/completions", #""model":"m","prompt":"name three rivers""#, streams: openAIStreams),
    Call("openai", "/v1/responses", #""model":"m","input":"name three rivers""#),
    Call("anthropic", "/v1/messages", messages + #","max_tokens":50"#),
    Call(gemini: #""contents":[{"role":"user","parts":[{"text":"name three rivers"}]}]"#),
    Call("ollama", "/api/chat", messages, whole: #""stream":false,"#, streams: ["", #""stream":true,"#]),
    Call(
      "ollama", "/api/generate", #""model":"m","prompt":"name three rivers""#, whole: #""stream":false,"#, streams: [""]
    ),
  ]

  static let fields: HTTPFields = [
    "Authorization": "Bearer k", "x-api-key": "k", "x-goog-api-key": "k", "anthropic-version": "2023-06-01",
  ]

  /// A gateway before a provider, with a cache of its own.
  private final class House {
    let folder: String
    let provider: PretendProvider
    let harness: GatewayHarness

    init() throws {
      let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-form")
      let provider = try PretendProvider()
      (self.folder, self.provider) = (folder, provider)
      harness = try GatewayHarness(
        settings: { settings in
          settings.providers = settings.providers.map { one in
            var one = one
            if let address = WebAddress(one.base) { one.base = provider.url + address.path }
            return one
          }
        },
        configure: { options in
          options.cache = GatewayCache(path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits()) { _ in
          }
        }
      ) { _ in false }
    }

    deinit {
      harness.gateway.stop()
      try? Folder.removeTree(folder)
    }

    func ask(_ key: String, _ call: (target: String, body: String)) throws -> TestClient.Reply {
      try harness.post(to: call.target, key: key, fields: ReplyFormTests.fields, call.body)
    }

    var calls: Int { provider.tally.lines.values.reduce(0) { $0 + Int($1.calls) } }
  }

  /// The parts of a stream, without how it is cut.
  private static func parts(_ reply: TestClient.Reply) throws -> [JSONValue] {
    if let value = try? JSONParser.parse(reply.body) { return value.arrayValue ?? [value] }
    return try reply.text.split(separator: "\n").compactMap { line in
      let line = line.hasPrefix("data: ") ? line.dropFirst(6) : line
      return line.hasPrefix("{") ? try JSONParser.parse(String(line)) : nil
    }
  }

  /// What a stream says in each of its answers.
  static func said(_ reply: TestClient.Reply) throws -> [Int64: String] {
    var said: [Int64: String] = [:]
    func add(_ index: Int64, _ texts: JSONValue?...) {
      for case .string(let text)? in texts { said[index, default: ""] += text }
    }
    for part in try parts(reply) {
      for choice in part["choices"]?.arrayValue ?? [] {
        add(choice["index"]?.int64Value ?? 0, choice["delta"]?["content"], choice["text"])
      }
      for candidate in part["candidates"]?.arrayValue ?? [] {
        for text in candidate["content"]?["parts"]?.arrayValue ?? [] {
          add(candidate["index"]?.int64Value ?? 0, text["text"])
        }
      }
      switch part["type"]?.stringValue {
      case nil: add(0, part["message"]?["content"], part["response"])
      case "response.output_text.delta": add(0, part["delta"])
      case "content_block_delta": add(0, part["delta"]?["text"])
      default: continue
      }
    }
    return said
  }

  /// Members that say nothing left out: providers do not agree on which of them they name.
  private static func bare(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): .array(elements.map(bare))
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { ($0.key, bare($0.value)) }.sorted { $0.0 < $1.0 }
            .filter { $0.1 != .null && $0.1 != [] && $0.1 != [:] }))
    default: value
    }
  }

  /// What a whole reply says. Which parts of a usage are named where they are nothing is another question.
  private static func withoutUsage(_ reply: TestClient.Reply) throws -> JSONValue {
    guard case .object(var object) = bare(try JSONParser.parse(reply.body)) else { return .null }
    object["usage"] = nil
    return .object(object)
  }

  private static func usage(_ reply: TestClient.Reply, _ streaming: WireFormat.Streaming?) -> ProviderReply {
    var reader = ReplyReader(streaming: streaming)
    if streaming == .events || streaming == .lines {
      for part in (try? parts(reply)) ?? [] { _ = reader.read(part: JSONWriter.compactBytes(part)) }
    } else {
      reader.read(piece: reply.body)
    }
    return reader.finish().reply
  }

  @Test(arguments: calls) func whatCameWholeIsGivenAsAStream(call: Call) throws {
    for stream in call.streams {
      let plain = try House()
      let wanted = try plain.ask(call.key, stream)
      let house = try House()
      _ = try house.ask(call.key, call.whole)
      let given = try house.ask(call.key, stream)
      #expect(given.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true, "\(stream) \(given.text)")
      #expect(house.calls == 1)
      #expect(given.isWhole)
      #expect(try Self.said(given) == Self.said(wanted), "\(given.text)")
      let type = (given.head.fields["Content-Type"] ?? "").prefix { $0 != ";" }
      #expect(type == (wanted.head.fields["Content-Type"] ?? "").prefix { $0 != ";" })
      #expect(given.text.contains("[DONE]") == wanted.text.contains("[DONE]"))
      let streaming: WireFormat.Streaming? =
        type.hasSuffix("event-stream") ? .events : type.hasSuffix("ndjson") ? .lines : nil
      #expect(Self.usage(given, streaming).usage == Self.usage(wanted, streaming).usage, "\(given.text)")
      #expect(Self.usage(given, streaming).model == Self.usage(wanted, streaming).model)
      // And again: what is kept is still the whole one.
      #expect(try house.ask(call.key, stream).body == given.body)
    }
  }

  @Test(arguments: calls) func whatCameAsAStreamIsGivenWhole(call: Call) throws {
    for stream in call.streams {
      let plain = try House()
      let wanted = try plain.ask(call.key, call.whole)
      let house = try House()
      let first = try house.ask(call.key, stream)
      let given = try house.ask(call.key, call.whole)
      #expect(given.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true, "\(stream) \(first.text)")
      #expect(house.calls == 1)
      #expect(given.head.fields["Content-Type"] == "application/json")
      #expect(given.head.fields["Content-Length"] == "\(given.body.count)")
      #expect(try Self.withoutUsage(given) == Self.withoutUsage(wanted))
      #expect(Self.usage(given, nil) == Self.usage(wanted, nil), "\(given.text)")
      #expect(given.text.contains("sage") == wanted.text.contains("sage"))
      // In its own form it is the same to the byte.
      #expect(try house.ask(call.key, stream).body == first.body)
    }
  }

  /// Streams of one call with its usage and without are one answer, too.
  @Test func aStreamIsGivenWithItsUsageOrWithout() throws {
    let call = Self.calls[0]
    let (without, with) = (call.streams[0], call.streams[1])
    for (first, second) in [(without, with), (with, without)] {
      let plain = try House()
      let wanted = try plain.ask(call.key, second)
      let house = try House()
      _ = try house.ask(call.key, first)
      let given = try house.ask(call.key, second)
      #expect(given.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true)
      #expect(try Self.said(given) == Self.said(wanted))
      #expect(Self.usage(given, .events).usage == Self.usage(wanted, .events).usage)
      #expect((try Self.parts(given)).filter { $0["choices"] == [] }.count == (second == with ? 1 : 0))
      #expect(second == with || !given.text.contains("usage"), "\(given.text)")
      #expect(house.calls == 1)
    }
  }

  /// A client that asks for a stream in its head, too, is one that asks for it in its body.
  @Test func whatTheHeadSaysOfAStreamIsNothingMore() throws {
    let house = try House()
    let call = Self.calls[0]
    _ = try house.ask(call.key, call.whole)
    var fields = Self.fields
    fields.append("Accept", "text/event-stream")
    let given = try house.harness.post(to: call.streams[0].target, key: call.key, fields: fields, call.streams[0].body)
    #expect(given.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true)
    // One that asks for it in its head alone is answered as its provider would: that is another question.
    let other = try house.harness.post(to: call.whole.target, key: call.key, fields: fields, call.whole.body)
    #expect(other.head.fields["x-llmguard-cache"] == nil)
  }

  /// What cannot be given in another form is asked for anew, and nobody is charged for an answer that was not given.
  @Test func whatCannotBeGivenSoIsAskedFor() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-form")
    defer { try? Folder.removeTree(folder) }
    let asked = Locked(0)
    let harness = try GatewayHarness(
      configure: { options in
        options.cache = GatewayCache(path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits()) { _ in }
      },
      { exchange in
        asked.use { $0 += 1 }
        let text = String(decoding: exchange.body, as: UTF8.self)
        if text.contains(#""stream":true"#) {
          let parts = [
            #"{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}"#,
            #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#, "[DONE]",
          ]
          exchange.reply(type: "text/event-stream", parts.map { "data: \($0)\n\n" }.joined())
        } else {
          exchange.reply(
            #"{"choices":[{"message":{"content":"x","annotations":[{"type":"url_citation"}]},"finish_reason":"stop"}],"#
              + #""usage":{"prompt_tokens":1,"completion_tokens":2}}"#)
        }
        return true
      })
    func body(_ isStream: Bool) -> String {
      #"{"model":"m","stream":\#(isStream),"messages":[{"role":"user","content":"names"}]}"#
    }
    _ = try harness.post(body(false))
    #expect(try harness.post(body(false)).head.fields["x-llmguard-cache"] != nil)
    let stream = try harness.post(body(true))
    #expect(stream.head.fields["x-llmguard-cache"] == nil)
    #expect(stream.text.hasPrefix("data:") && asked.use { $0 } == 2)
    // Now the newest one is kept, and that is understood.
    let again = try harness.post(body(false))
    #expect(again.head.fields["x-llmguard-cache"] != nil && asked.use { $0 } == 2)
    #expect(try JSONParser.parse(again.body)["choices"]?.arrayValue?.count == 1)
  }

  /// A provider that numbers its answers, of which no other form can be made.
  private static func answer(_ exchange: ScriptedServer.Exchange, _ number: Int, padding: Int) {
    let logprobs = #""logprobs":{"content":[]},"index":0,"finish_reason":"stop""#
    let said = #""content":"answer \#(number)\#(String(repeating: "x", count: padding))""#
    let usage = #""usage":{"prompt_tokens":11,"completion_tokens":\#(2 + padding / 4)}"#
    if String(decoding: exchange.body, as: UTF8.self).contains(#""stream":true"#) {
      let parts = [#"{"choices":[{"delta":{\#(said)},\#(logprobs)}],"x":1}"#, #"{"choices":[],\#(usage)}"#, "[DONE]"]
      exchange.reply(type: "text/event-stream", parts.map { "data: \($0)\n\n" }.joined())
    } else {
      exchange.reply(#"{"choices":[{"message":{\#(said)},\#(logprobs)}],"x":1,\#(usage)}"#)
    }
  }

  /// Of an answer that no other form can be made of, each form is asked for once, and kept: none of these calls is a retry.
  ///
  /// - Parameter padding: how long an answer is: long ones are given another form away from the ledger.
  @Test(arguments: [0, 40_000]) func whatCannotBeGivenSoIsKeptInEachForm(padding: Int) throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-form")
    defer { try? Folder.removeTree(folder) }
    let asked = Locked(0)
    let harness = try GatewayHarness(
      configure: { options in
        options.cache = GatewayCache(path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits()) { _ in }
      },
      { exchange in
        let number = asked.use { asked in
          asked += 1
          return asked
        }
        Self.answer(exchange, number, padding: padding)
        return true
      })
    func ask(_ isStream: Bool, _ mode: String = "auto") throws -> TestClient.Reply {
      try harness.post(
        fields: ["x-llmguard-cache": mode],
        #"{"model":"big","max_tokens":20000,"stream":\#(isStream),"messages":[{"role":"user","content":"three names"}]}"#
      )
    }
    let (whole, stream) = (try ask(false), try ask(true))
    #expect(asked.use { $0 } == 2)
    for _ in 0..<3 {
      for (isStream, first) in [(false, whole), (true, stream)] {
        let again = try ask(isStream)
        #expect(again.head.fields["x-llmguard-cache"]?.hasPrefix("exact; age=") == true)
        #expect(again.body == first.body)
        #expect(again.head.fields["Content-Type"] == first.head.fields["Content-Type"])
      }
    }
    #expect(asked.use { $0 } == 2)
    #expect(try ask(true, "only").body == stream.body)
    // Whoever wants it anew means the answer: in no form is the one before given again.
    #expect(try ask(true, "refresh").text.contains("answer 3"))
    for _ in 0..<2 {
      #expect(try ask(true).text.contains("answer 3"))
      #expect(try ask(false).text.contains("answer 4"))
    }
    #expect(asked.use { $0 } == 4)
    harness.gateway.stop()
    let held = try harness.ledger().filter { $0.kind == .reserve }
    // Only the one that was wanted anew is a retry; those that had to go out for their form are none.
    #expect(held.map { $0.facts?.attempt } == [1, 1, 2, 1])
    let cache = try IntentCache(path: folder + "/cache.sqlite3")
    #expect(try cache.statistics().tallies.first?.hits == 10)
    #expect(try cache.statistics().entries == 3)
  }
}
