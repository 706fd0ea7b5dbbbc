import Guard
import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// What a run may take holds for calls that nobody can meter, too.
@Suite(.serialized) struct UnmeteredCapTests {
  private static let call = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#

  private func harness(
    _ seen: Locked<[String]>, _ caps: RunCaps = RunCaps(), configure: (inout GatewayOptions) -> Void = { _ in },
    answer: @escaping @Sendable (ScriptedServer.Exchange) -> Bool = {
      $0.reply(MeteredCallTests.reply)
      return true
    }
  ) throws -> GatewayHarness {
    try GatewayHarness(configure: { options in
      options.caps = caps
      configure(&options)
    }) { exchange in
      seen.use { $0.append(exchange.head.target) }
      return answer(exchange)
    }
  }

  private static func caps(_ change: (inout RunCaps) -> Void) -> RunCaps {
    var caps = RunCaps()
    change(&caps)
    return caps
  }

  /// A refusal is in the form of its provider's own errors, and says when its budget opens.
  @Test(
    arguments: [
      ("anthropic", "/v1/messages/batches", #"{"type":"error","error":{"type":"rate_limit_error","message":""#),
      ("gemini", "/v1beta/models/m:batchGenerateContent", #"{"error":{"code":429,"message":""#),
      ("gemini", "/v1beta/openai/batches", #"{"error":{"message":""#),
      ("ollama", "/api/pull", #"{"error":"llmguard: "#), ("ollama", "/v1/batches", #"{"error":{"message":""#),
      ("cohere", "/v2/rerank", #"{"message":"llmguard: "#), ("openai", "/v1/batches", #"{"error":{"message":""#),
      ("openai", "/v1/messages/batches", #"{"type":"error","error":{"type":"rate_limit_error","message":""#),
    ])
  func itIsRefusedAsItsProviderWould(provider: String, target: String, beginning: String) throws {
    for isStrict in [false, true] {
      let harness = try GatewayHarness(budgets: ["20 tokens/day"], configure: { $0.isStrict = isStrict }) { exchange in
        exchange.reply(MeteredCallTests.reply)
        return true
      }
      #expect(try harness.post(#"{"model":"m","max_tokens":5,"messages":[]}"#).status == 200)
      let reply = try harness.post(to: target, key: provider, #"{"model":"m","input":[]}"#)
      #expect(reply.status == (isStrict ? 403 : 429) && reply.head.fields["x-should-retry"] == "false")
      let after = reply.head.fields["retry-after"].flatMap { Int($0) }
      #expect(isStrict ? after == nil : (1...86_400).contains(after ?? 0))
      let expected =
        isStrict
        ? beginning.replacing("429", with: "403").replacing("rate_limit_error", with: "permission_error") : beginning
      #expect(reply.text.hasPrefix(expected), "\(reply.text)")
    }
  }

  /// Caps under which no call goes out, and what refuses one.
  private static let shut: [(RunCaps, String)] = [
    (caps { $0.calls = 0 }, "the run may make 0 calls"), (caps { $0.endsAtMs = 0 }, "the run's time is over"),
    (caps { $0.tokens = 0 }, "the run may take 0 tokens"), (caps { $0.costMicroUSD = 0 }, "the run may cost $0"),
  ]

  @Test(
    arguments: shut,
    [
      ("/v1/images/generations", #"{"model":"m","prompt":"a cat"}"#), ("/v1/audio/speech", "{}"),
      ("/v1/batches", #"{"input_file_id":"f"}"#), ("/v1/foo/chat.completions", call),
      ("/v1/threads/runs", #"{"assistant_id":"a"}"#), ("/v1/threads/t/runs", #"{"assistant_id":"a"}"#),
      ("/v1/evals/e/runs", "{}"), ("/v1/containers", #"{"name":"c"}"#), ("/v1/vector_stores/v/search", "{}"),
      ("/v2/ask", "model=m&prompt=a"),
    ])
  func underACapThatIsReachedNoneGoesOut(_ cap: (RunCaps, String), _ sent: (String, String)) throws {
    let seen = Locked<[String]>([])
    let harness = try harness(seen, cap.0)
    let reply = try harness.post(to: sent.0, sent.1)
    #expect(reply.status == 429 && reply.head.fields["x-should-retry"] == "false")
    #expect(reply.text.contains(cap.1) && reply.text.contains(#""refused":"run_cap""#), "\(reply.text)")
    #expect(seen.use { $0.isEmpty })
    let told = harness.news.all.filter {
      if case .unmetered(_, _, .refusedAsCall(.run), _, _) = $0 { true } else { false }
    }
    #expect(told.count == 1)
    #expect(harness.gateway.summary.unmetered == 0)
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.refuse] && entries.last?.note == "policy: \(cap.1)", "\(entries)")
  }

  /// What costs nothing, and what is no call, is none of them.
  @Test(arguments: shut) func whatIsNoCallPasses(_ cap: (RunCaps, String)) throws {
    let seen = Locked<[String]>([])
    let harness = try harness(seen, cap.0)
    let client = try harness.connect()
    defer { client.close() }
    for path in ["/v1/models", "/v1/videos/v", "/v2/ask"] {
      #expect(try client.exchange("GET", harness.path(path)).status == 200)
    }
    for (path, body) in [
      ("/v1/files", Self.call), ("/v1/threads", #"{"messages":[{"role":"user","content":"a"}]}"#),
      ("/v1/threads/t/messages", #"{"role":"user","content":"a"}"#), ("/v1/threads/t/runs/r", #"{"metadata":{}}"#),
      ("/v1/threads/t/runs/r/cancel", ""), ("/v1/evals/e/runs/r", ""), ("/v1/vector_stores", #"{"name":"v"}"#),
      ("/v1/assistants", #"{"model":"m","instructions":"a"}"#), ("/v1/containers/c/files", #"{"file_id":"f"}"#),
    ] { #expect(try client.exchange("POST", harness.path(path), body: Array(body.utf8)).status == 200, "\(path)") }
    #expect(seen.use { $0.count } == 12)
  }

  private static let parts = "--x\r\nContent-Disposition: form-data; name="

  /// A form says what a model is asked as well as JSON does, and an upload's none.
  @Test(
    arguments: [
      ("application/x-www-form-urlencoded", "model=m&prompt=a", true), ("", "\nmodel=m&input=a", true),
      ("application/x-www-form-urlencoded", "a=b&messages%5B0%5D%5Bcontent%5D=a", true),
      ("application/x-www-form-urlencoded", "messages[0][role]=user", true),
      ("application/x-www-form-urlencoded", #"{"model":"m","prompt":"a"}"#, true),
      ("application/x-www-form-urlencoded", "name=m&note=prompt", false), ("text/plain", "model=m&prompt=a", false),
      ("", "model=m", false), ("", "some words, model=m&prompt=a", false),
      (
        "multipart/form-data; boundary=x", parts + "\"model\"\r\n\r\nm\r\n" + parts + "prompt\r\n\r\na\r\n--x--\r\n",
        true
      ),
      (
        "Multipart/Form-Data; boundary=x",
        parts + "\"file\"; filename=\"a\"\r\n\r\na\r\n" + parts + "\"model\"\r\n\r\nm\r\n--x--", true
      ),
      (
        "multipart/form-data; boundary=x", parts + "\"file\"; filename=\"prompt\"\r\n\r\nmodel prompt\r\n--x--\r\n",
        false
      ),
    ], [false, true])
  func aFormMayBeACall(_ sent: (String, String, Bool), isPacked: Bool) throws {
    let seen = Locked<[String]>([])
    let harness = try harness(seen, Self.caps { $0.calls = 0 })
    var fields: HTTPFields = sent.0.isEmpty ? [:] : ["Content-Type": sent.0]
    if isPacked { fields.append("Content-Encoding", "identity") }
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange("POST", harness.path("/v2/ask"), fields: fields, body: Array(sent.1.utf8))
    #expect(reply.status == (sent.2 ? 429 : 200), "\(reply.text)")
    let upload = try client.exchange("POST", harness.path("/v1/files"), fields: fields, body: Array(sent.1.utf8))
    #expect(upload.status == 200 && seen.use { $0.count } == (sent.2 ? 1 : 2))
  }

  /// They count with the others, in either order.
  @Test func eachIsOneOfTheRunsCalls() throws {
    let seen = Locked<[String]>([])
    let harness = try harness(seen, Self.caps { $0.calls = 3 })
    let metered = #"{"model":"m","max_tokens":5,"messages":[]}"#
    for (path, body, status) in [
      ("/v1/images/generations", "{}", 200), ("/v1/chat/completions", metered, 200), ("/v1/audio/speech", "{}", 200),
      ("/v1/chat/completions", metered, 429), ("/v1/audio/speech", "{}", 429),
    ] { #expect(try harness.post(to: path, body).status == status) }
    #expect(seen.use { $0.count } == 3)
    #expect(try harness.ledger().count { $0.kind == .unmetered } == 2)
  }

  /// What took nothing is none: what the provider turned away, or what reached nobody.
  @Test(arguments: [500, 400, 0]) func whatDidNotHappenIsNone(status: Int) throws {
    let seen = Locked<[String]>([])
    let harness = try GatewayHarness(
      settings: { settings in
        if status > 0 { return }
        settings.providers = settings.providers.map { provider in
          var provider = provider
          provider.base = "http://127.0.0.1:9"
          return provider
        }
      }, configure: { $0.caps.calls = 1 }
    ) { exchange in
      seen.use { $0.append("") }
      exchange.reply(status: status, "{}")
      return true
    }
    for _ in 0..<3 {
      #expect(try harness.post(to: "/v1/images/generations", "{}").status == (status > 0 ? status : 502))
    }
    #expect(seen.use { $0.count } == (status > 0 ? 3 : 0))
  }

  /// What went out and was not answered may have been worked on.
  @Test func whatWasNotAnsweredIsOne() throws {
    let seen = Locked<[String]>([])
    let harness = try harness(seen, Self.caps { $0.calls = 1 }, answer: { _ in false })
    #expect(try harness.post(to: "/v1/images/generations", "{}").status == 502)
    #expect(try harness.post(to: "/v1/images/generations", "{}").status == 429)
    #expect(seen.use { $0.count } == 1)
  }

  /// What a run inside takes, the runs around it take, too.
  @Test func aRunInsideIsHeldToItsOwnCaps() {
    let tree = RunTree(Self.caps { $0.calls = 3 })
    var terms = JoinedTerms()
    terms.caps.calls = 1
    #expect(tree.join("a", parent: nil, terms))
    #expect(tree.takeUnmetered("a", nowMs: 0) == nil && tree.takeUnmetered("a", nowMs: 0) == .calls(1))
    tree.returnUnmetered("a")
    #expect(tree.takeUnmetered("a", nowMs: 0) == nil)
    #expect(tree.takeUnmetered(nil, nowMs: 0) == nil && tree.takeUnmetered(nil, nowMs: 0) == nil)
    #expect(tree.takeUnmetered(nil, nowMs: 0) == .calls(3))
    #expect(!tree.hasTaken() && !tree.hasTaken("a"), "nobody knows that it was what a command's text says")
  }

  /// Where only the cache may answer, nothing goes out that it cannot have.
  @Test(arguments: [nil, "only", "off"]) func ofTheCacheAloneThereIsNone(mode: String?) throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-unmetered")
    defer { try? Folder.removeTree(folder) }
    let seen = Locked<[String]>([])
    let harness = try harness(
      seen,
      configure: { options in
        options.cache = GatewayCache(
          path: folder + "/cache.sqlite3", mode: .only, limits: IntentCache.Limits(), tell: { _ in })
      })
    let fields: HTTPFields = mode.map { ["x-llmguard-cache": $0] } ?? [:]
    let reply = try harness.post(to: "/v1/images/generations", fields: fields, "{}")
    #expect(reply.status == (mode == "off" ? 200 : 429))
    #expect(reply.text.contains(#""refused":"not_cached""#) == (mode != "off"))
    let last = try harness.ledger().last
    #expect(last?.kind == (mode == "off" ? .unmetered : .refuse))
  }
}
