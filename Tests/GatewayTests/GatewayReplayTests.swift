import Configuration
import GuardModel
import HTTPWire
import IntentCache
import Posix
import PretendProvider
import Providers
import Testing

@testable import Gateway

/// A stored reply is given again as it was: its status, its own fields and its bytes.
@Suite(.serialized) struct GatewayReplayTests {
  private static func configure(_ folder: String) -> (inout GatewayOptions) -> Void {
    { options in
      options.cache = GatewayCache(path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits()) { _ in }
    }
  }

  /// Each provider's own form, whole and as a stream.
  private static let calls: [(key: String, target: String, body: String)] = [
    ("openai", "/v1/chat/completions", #"{"model":"m","messages":[{"role":"user","content":"names"}]}"#),
    (
      "openai", "/v1/chat/completions", #"{"model":"m","stream":true,"messages":[{"role":"user","content":"places"}]}"#
    ),
    ("openai", "/v1/responses", #"{"model":"m","input":"names"}"#),
    ("openai", "/v1/responses", #"{"model":"m","stream":true,"input":"places"}"#),
    ("anthropic", "/v1/messages", #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"names"}]}"#),
    (
      "anthropic", "/v1/messages",
      #"{"model":"m","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"places"}]}"#
    ),
    ("gemini", "/v1beta/models/m:generateContent", #"{"contents":[{"role":"user","parts":[{"text":"names"}]}]}"#),
    (
      "gemini", "/v1beta/models/m:streamGenerateContent?alt=sse",
      #"{"contents":[{"role":"user","parts":[{"text":"places"}]}]}"#
    ),
    ("ollama", "/api/chat", #"{"model":"m","stream":false,"messages":[{"role":"user","content":"names"}]}"#),
    ("ollama", "/api/chat", #"{"model":"m","messages":[{"role":"user","content":"places"}]}"#),
  ]

  @Test func everyProvidersReplyIsGivenAgain() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-replay")
    defer { try? Folder.removeTree(folder) }
    let provider = try PretendProvider()
    let harness = try GatewayHarness(
      settings: { settings in
        settings.providers = settings.providers.map { one in
          var one = one
          if let address = WebAddress(one.base) { one.base = provider.url + address.path }
          return one
        }
      }, configure: Self.configure(folder)
    ) { _ in false }
    let fields: HTTPFields = [
      "Authorization": "Bearer k", "x-api-key": "k", "x-goog-api-key": "k", "anthropic-version": "2023-06-01",
    ]
    for (key, target, body) in Self.calls {
      let first = try harness.post(to: target, key: key, fields: fields, body)
      let second = try harness.post(to: target, key: key, fields: fields, body)
      #expect(first.status == 200 && second.status == 200, "\(target): \(first.text)")
      #expect(first.head.fields["x-llmguard-cache"] == nil)
      #expect(second.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true, "\(target) \(body)")
      #expect(second.body == first.body, "\(target)")
      #expect(second.isWhole)
      #expect(second.head.fields["Content-Type"] == first.head.fields["Content-Type"])
      // What names the answer is its own; what was left of a limit then is not.
      for name in ["x-request-id", "request-id"] {
        #expect(second.head.fields[name] == first.head.fields[name], "\(target)")
      }
      #expect(key == "gemini" || key == "ollama" || second.head.fields.contains { $0.text == "req_pretend" })
      #expect(!second.head.fields.contains { $0.name.lowercased().contains("ratelimit") }, "\(target)")
    }
    harness.gateway.stop()
    #expect(provider.tally.lines.values.reduce(0) { $0 + Int($1.calls) } == Self.calls.count)
  }

  @Test(arguments: [false, true]) func onlyWhatIsTheAnswersOwnIsGivenAgain(isStream: Bool) throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-replay")
    defer { try? Folder.removeTree(folder) }
    let own: HTTPFields = [
      "x-request-id": "req-1", "openai-version": "2020-10-01", "Date": "Mon, 01 Jan 2024 00:00:00 GMT",
      "Content-Language": "en", "Cache-Control": "no-store", "X-Custom": "a: b, c", "Vary": "Accept",
    ]
    let others: HTTPFields = [
      "Set-Cookie": "session=secret", "Authorization": "Bearer leaked", "WWW-Authenticate": "Basic",
      "x-ratelimit-remaining-tokens": "7", "anthropic-ratelimit-requests-limit": "50", "Retry-After": "3",
      "Age": "77", "Connection": "keep-alive, x-hop", "x-hop": "of this connection", "Keep-Alive": "timeout=5",
      "Alt-Svc": "h3", "Strict-Transport-Security": "max-age=1", "CF-Ray": "ray", "Server-Timing": "db;dur=5",
      "openai-organization": "org-of-ana", "openai-processing-ms": "812", "Access-Control-Allow-Origin": "http://a",
      "x-llmguard-charge": "1", "Content-MD5": "x",
    ]
    let harness = try GatewayHarness(configure: Self.configure(folder)) { exchange in
      var fields = own
      fields.append(all: others)
      if isStream {
        exchange.reply(type: "text/event-stream", fields: fields, MeteredCallTests.events(withUsage: true))
      } else {
        exchange.reply(
          fields: fields,
          #"{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#)
      }
      return true
    }
    let body =
      #"{"model":"m","stream":\#(isStream),"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"names"}]}"#
    let first = try harness.post(body)
    #expect(first.head.fields["Set-Cookie"] == "session=secret", "whoever asked gets it")
    let second = try harness.post(body)
    #expect(second.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true)
    #expect(second.body == first.body)
    for field in own { #expect(second.head.fields[field.name] == field.text, "\(field.name)") }
    for field in others where !["Age", "Connection", "Keep-Alive", "x-llmguard-charge"].contains(field.name) {
      #expect(second.head.fields[field.name] == nil, "\(field.name)")
    }
    #expect(second.head.fields["Age"] == "0", "its own age, not the one it came with")
    #expect(second.head.fields["x-llmguard-charge"] == "0")
    #expect(second.head.fields.values(of: "Content-Type").count == 1)
    harness.gateway.stop()
    let bytes = try ["", "-wal"].reduce(into: [UInt8]()) { bytes, suffix in
      let path = folder + "/cache.sqlite3" + suffix
      if File.exists(path) { bytes += try File.readAll(path) }
    }
    for secret in ["session=secret", "Bearer leaked", "org-of-ana"] {
      #expect(bytes.firstRange(of: Array(secret.utf8)) == nil, "\(secret) is in the file")
    }
  }

  @Test func whatIsKeptIsBoundedAndPlain() {
    var head = HTTPResponseHead(200)
    head.fields.append("X-Latin", "caf\u{E9}")
    head.fields.append("X-Large", String(repeating: "x", count: 9000))
    head.fields.append("X-Small", "y")
    #expect(ReplayedFields.kept(head).isEmpty, "none behind one that is too large")
    head.fields.remove("X-Large")
    #expect(ReplayedFields.kept(head) == "X-Small: y\n")
    #expect(ReplayedFields.given("X-Small: y: z\n", ageMs: 61_500)["X-Small"] == "y: z")
    #expect(ReplayedFields.given("", ageMs: 61_500)["Age"] == "61")
  }

  /// A rejected answer is found a moment after it was given, and its call is no retry.
  @Test func aRejectedAnswersCallIsNoRetry() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-replay")
    defer { try? Folder.removeTree(folder) }
    let calls = Locked(0)
    let harness = try GatewayHarness(
      settings: {
        $0.tiers["default"]?.escalation =
          Escalation(steps: [.one, Multiplier(thousandths: 2000) ?? .one], windowMs: 1_800_000) ?? .standard
      },
      configure: Self.configure(folder)
    ) { exchange in
      let number = calls.use { calls in
        calls += 1
        return calls
      }
      exchange.reply(
        #"{"choices":[{"message":{"content":"answer \#(number)"}}],"usage":{"prompt_tokens":10,"completion_tokens":20}}"#
      )
      return true
    }
    func ask(_ text: String, _ mode: String = "auto") throws -> (text: String, charge: String?) {
      let reply = try harness.post(
        fields: ["x-llmguard-cache": mode],
        #"{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"\#(text)"}]}"#)
      return (reply.text, reply.head.fields["x-llmguard-charge"])
    }
    func reject(_ entry: Int64) throws -> IntentCache.Rejection {
      let cache = try IntentCache(path: folder + "/cache.sqlite3")
      let end = Clock.monotonicNanoseconds + 60_000_000_000
      while Clock.monotonicNanoseconds < end {
        let rejection = try cache.reject(entry, nowUnixMs: Clock.unixMs)
        if rejection != .unused { return rejection }
        Clock.sleep(ms: 5)
      }
      return .unused
    }
    let (asked, reworded) = (
      "Summarise chapter 4 of Emma in three bullet points.",
      "can you give me a summary of chapter 4 of Emma in 3 bullet points?"
    )
    #expect(try ask(asked).charge == "30")
    #expect(try ask(reworded).charge == "0")
    guard case .pair(reworded, asked, .intent) = try reject(1) else {
      Issue.record("the pair was not rejected")
      return
    }
    let anew = try ask(reworded)
    #expect(anew.text.contains("answer 2"))
    #expect(anew.charge == "30", "llmguard was wrong, and nobody pays twice for that")
    #expect(try ask(reworded).charge == "0", "it has its own answer now")
    #expect(try ask(reworded, "refresh").charge == "60", "this is a retry")
    // The very same words.
    #expect(try ask(asked).charge == "0")
    guard case .removed = try reject(1) else {
      Issue.record("the entry was not removed")
      return
    }
    let made = calls.use { $0 }
    let own = try ask(asked)
    #expect(own.text.contains("answer \(made + 1)"), "neither its own answer nor that of the rejected pair")
    #expect(own.charge == "30")
    let again = try ask(asked)
    #expect(again.text.contains("answer \(made + 1)") && again.charge == "0", "the new answer is kept")
    #expect(calls.use { $0 } == made + 1)
  }
}
