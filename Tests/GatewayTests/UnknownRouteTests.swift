import GuardModel
import HTTPWire
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Requests to routes that nobody knows: counted, seen, and no way past a budget that is used up.
@Suite(.serialized) struct UnknownRouteTests {
  private static let call = #"{"model":"m","messages":[{"role":"user","content":"one two three"}]}"#

  private func harness(
    budget: String = "1M tokens/day", isStrict: Bool = false, _ seen: Locked<[String]> = Locked([]),
    limits: (inout GatewayLimits) -> Void = { _ in }
  ) throws -> GatewayHarness {
    try GatewayHarness(
      budgets: [budget],
      configure: { options in
        options.isStrict = isStrict
        limits(&options.limits)
      }
    ) { exchange in
      seen.use { $0.append("\(exchange.head.method) \(exchange.head.target) \(exchange.body.count)") }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
  }

  /// A small upload can go out again where a connection turns out to be closed, so it may take one that stood idle.
  @Test(arguments: [3, 65_536, 65_537])
  func aSmallUploadTakesAConnectionThatIsThere(count: Int) throws {
    let seen = Locked<[String]>([])
    let harness = try harness(seen)
    let client = try harness.connect()
    defer { client.close() }
    #expect(try client.exchange("GET", harness.path("/v1/models")).status == 200)
    let body = [UInt8](repeating: 0x61, count: count)
    #expect(try client.exchange("POST", harness.path("/v1/files"), body: body).status == 200)
    #expect(try client.exchange("PUT", harness.path("/v1/whatever"), body: body).status == 200)
    #expect(
      seen.use { $0 } == ["GET /v1/models 0", "POST /v1/files \(count)", "PUT /v1/whatever \(count)"])
    #expect(harness.server.connections.use { $0 } == (count <= 65_536 ? 1 : 3))
  }

  /// Nobody can meter what passes over a WebSocket, and the provider would know no such route: who asks for one is told at once to ask
  /// over HTTP. Another upgrade is only left out.
  @Test(arguments: ["/v1/responses", "/v1/realtime?model=x", "/v1/whatever"], [false, true])
  func whoAsksForAWebSocketIsToldToAskOverHTTP(path: String, isStrict: Bool) throws {
    let seen = Locked<[String]>([])
    let harness = try harness(isStrict: isStrict, seen)
    let client = try harness.connect()
    defer { client.close() }
    let offer: HTTPFields = [
      "Connection": "keep-alive, Upgrade", "Upgrade": "WebSocket", "Sec-WebSocket-Version": "13",
    ]
    let reply = try client.exchange("GET", harness.path(path), fields: offer)
    #expect(
      reply.status == 426 && reply.head.fields["Upgrade"] == "HTTP/1.1" && reply.head.fields["Connection"] == "upgrade")
    #expect(reply.head.fields["x-should-retry"] == "false" && reply.text.contains("ask over HTTP"))
    let told = harness.news.all.compactMap { news in
      if case .webSocketDeclined(_, let provider, let request, let isLost) = news {
        "\(provider) \(request) \(isLost)"
      } else {
        nil
      }
    }
    let isLost = path != "/v1/responses"
    #expect(told.first?.hasSuffix(" \(isLost)") == true && harness.gateway.summary.turnedAway == (isLost ? 1 : 0))
    #expect(told.count == 1 && told.first?.contains(path.prefix(5)) == true)
    for (method, fields): (String, HTTPFields) in [
      ("GET", ["Connection": "Upgrade", "Upgrade": "h2c"]), ("POST", offer), ("GET", ["Upgrade": "websocket"]),
    ] { #expect(try client.exchange(method, harness.path("/v1/models"), fields: fields).status != 426) }
    #expect(seen.use { $0 }.filter { !$0.contains("/v1/models") }.isEmpty, "the provider was not asked")
    let sent = harness.gateway.summary.unmetered + harness.gateway.summary.calls
    #expect(sent == (isStrict ? 0 : 1), "the POST alone")
  }

  /// Whatever the method, what is not known is counted, and refused by `--strict`.
  @Test(arguments: ["GET", "DELETE", "OPTIONS", "HEAD", "PUT", "POST"], [false, true])
  func whatIsNotKnownIsCounted(method: String, isStrict: Bool) throws {
    let seen = Locked<[String]>([])
    let harness = try harness(isStrict: isStrict, seen)
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange(method, harness.path("/v1/whatever?x=1"))
    #expect(reply.status == (isStrict ? 403 : 200))
    #expect(try client.exchange("GET", harness.path("/v1/models")).status == 200, "what is known to be free passes")
    #expect(seen.use { $0.count } == (isStrict ? 1 : 2))
    #expect(harness.gateway.summary.unmetered == (isStrict ? 0 : 1))
    #expect(try harness.ledger().map(\.kind) == [isStrict ? .refuse : .unmetered])
  }

  @Test func aCallByAnUnknownRouteIsToldAndPassesToTheByte() throws {
    let seen = Locked<[String]>([])
    let harness = try harness(seen)
    let client = try harness.connect()
    defer { client.close() }
    for fields: HTTPFields in [[:], ["Transfer-Encoding": "chunked"], ["Expect": "100-continue"]] {
      let isChunked = fields["Transfer-Encoding"] != nil
      let body = isChunked ? String(Self.call.utf8.count, radix: 16) + "\r\n" + Self.call + "\r\n0\r\n\r\n" : Self.call
      let reply = try client.exchange("POST", harness.path("/v2/ask"), fields: fields, body: Array(body.utf8))
      #expect(reply.status == 200 && reply.text == MeteredCallTests.reply)
    }
    #expect(seen.use { $0 } == [String](repeating: "POST /v2/ask \(Self.call.utf8.count)", count: 3))
    let told = harness.news.all.filter { if case .unmetered(_, _, .call, _, _) = $0 { true } else { false } }
    #expect(told.count == 3)
    #expect(try harness.ledger().map(\.kind) == [.unmetered, .unmetered, .unmetered])
  }

  /// What reached nobody took nothing: no sum has it, and nobody is told that it went out. What was sent may have been worked on,
  /// though no answer came.
  @Test(
    arguments: [
      ("GET", "/v1/models", "", nil), ("GET", "/v2/ask", "", EntryKind.unmetered),
      ("POST", "/v1/images/generations", #"{"model":"m","prompt":"a cat"}"#, .unmetered),
      ("POST", "/v1/files", call, .unmetered),
    ], [false, true])
  func whatReachesNobodyIsNotCounted(_ sent: (String, String, String, EntryKind?), isReached: Bool) throws {
    let harness = try GatewayHarness(settings: { settings in
      if isReached { return }
      settings.providers = settings.providers.map { provider in
        var provider = provider
        provider.base = "http://127.0.0.1:9"
        return provider
      }
    }) { _ in false }
    let client = try harness.connect()
    defer { client.close() }
    #expect(try client.exchange(sent.0, harness.path(sent.1), body: Array(sent.2.utf8)).status == 502)
    let summary = harness.gateway.summary
    #expect((summary.unmetered, summary.free) == (!isReached ? (0, 0) : sent.3 == nil ? (0, 1) : (1, 0)))
    #expect(summary.sums.unmetered == summary.unmetered)
    let told = harness.news.all.filter { if case .unmetered = $0 { true } else { false } }
    #expect(told.count == Int(summary.unmetered))
    #expect(try harness.ledger().map(\.kind) == (isReached ? [sent.3].compactMap { $0 } : []))
  }

  /// A budget that is used up is not passed by by another path. What is no call still passes.
  @Test(arguments: [
    ("POST", "/v2/ask", call, false), ("PUT", "/v2/ask", call, false), ("POST", "/v2/ask", " \n" + call, false),
    ("POST", "/v1/images/generations", #"{"model":"m","prompt":"a cat"}"#, false),
    ("POST", "/v2/ask", #"{"model":"m","input":["a"]}"#, false), ("POST", "/v2/ask", #"{"contents":[]}"#, false),
    ("POST", "/v2/ask", #"{"query":"a"}"#, true), ("POST", "/v2/ask", "model=m&prompt=a", false),
    ("POST", "/v1/files", call, true), ("POST", "/v1/moderations", #"{"model":"m","input":"a"}"#, true),
    ("POST", "/v2/ask", "", true), ("GET", "/v2/ask", "", true),
    ("POST", "/v1/batches", batch, false),
  ])
  func inHardNoCallGoesOut(method: String, path: String, body: String, passes: Bool) throws {
    let seen = Locked<[String]>([])
    let harness = try harness(budget: "20 tokens/day", seen)
    // One call that takes more than the whole budget.
    #expect(try harness.post(#"{"model":"m","max_tokens":5,"messages":[]}"#).status == 200)
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange(method, harness.path(path), body: Array(body.utf8))
    #expect(reply.status == (passes ? 200 : 429), "\(reply.text)")
    #expect(seen.use { $0.count } == (passes ? 2 : 1))
    #expect(reply.head.fields["x-llmguard-phase"] == "hard")
    #expect(reply.head.fields["x-should-retry"] == (passes ? nil : "false"))
    #expect(try harness.ledger().last?.kind == (passes ? .unmetered : .refuse))
  }

  private static let batch = #"{"input_file_id":"f","endpoint":"/v1/chat/completions","completion_window":"24h"}"#

  /// What is sent to some routes asks a model, whatever its body says of that: a batch's calls stand in a file, speech is no text.
  @Test(arguments: [
    ("POST", "/v1/batches", batch, false),
    ("POST", "/v1/messages/batches", #"{"requests":[{"custom_id":"a","params":{"model":"m","messages":[]}}]}"#, false),
    ("POST", "/v1beta/models/m:batchGenerateContent", #"{"batch":{"input_config":{"file_name":"files/f"}}}"#, false),
    ("POST", "/v1beta/models/m:asyncBatchEmbedContent", #"{"batch":{}}"#, false),
    ("POST", "/v1/batch/jobs", #"{"input_files":["f"],"model":"m","endpoint":"/v1/chat/completions"}"#, false),
    ("POST", "/v1/batches", "in parts of a form", false), ("GET", "/v1/batches/b", "", true),
    ("POST", "/v1/audio/transcriptions", "--parts of a form", false), ("POST", "/v1/images/edits", "--parts", false),
    ("POST", "/v1/realtime/calls", "v=0", false), ("POST", "/v1/realtime/client_secrets", "{}", false),
    ("POST", "/v1/fine_tuning/jobs", #"{"training_file":"f"}"#, false), ("POST", "/v1/sessions/s/events", "{}", false),
    ("POST", "/model/m/invoke-with-response-stream", "{}", false), ("POST", "/search", #"{"query":"a"}"#, false),
    ("POST", "/async/chat/completions", #"{"request":{"messages":[]}}"#, false),
    ("POST", "/v1/conversations", #"{"agent_id":"a","inputs":"a"}"#, false),
    ("POST", "/v1/conversations", #"{"items":[]}"#, true), ("GET", "/async/chat/completions/i", "", true),
    ("POST", "/v1/realtime/calls/c/hangup", "", true), ("GET", "/v1/videos/v", "", true),
    ("POST", "/v1/messages/batches/b/cancel", "", true), ("POST", "/v1beta/batches/b:cancel", "{}", true),
  ])
  func ofAPausedUserNothingIsAskedByOtherRoutes(method: String, path: String, body: String, passes: Bool) throws {
    try ofAPausedUserNoCallGoesOut(method: method, path: path, body: body, passes: passes)
  }

  /// What may be a batch is refused by `--strict`, and counted without.
  @Test(arguments: ["/v1/batches", "/v1beta/models/m:batchGenerateContent"], [false, true])
  func aBatchIsUnmetered(path: String, isStrict: Bool) throws {
    let harness = try harness(isStrict: isStrict)
    #expect(try harness.post(to: path, "{}").status == (isStrict ? 403 : 200))
    let told = harness.news.all.filter { if case .unmetered(_, _, .other, _, _) = $0 { true } else { false } }
    #expect(told.count == (isStrict ? 0 : 1), "nobody is told to take another route: it is the provider's ordinary one")
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [isStrict ? .refuse : .unmetered] && entries.last?.route == "batches")
  }

  /// Who is paused is let out with nothing that is plainly a call, whether anybody can meter it or not.
  @Test(arguments: [
    ("POST", "/v1/images/generations", #"{"model":"m","prompt":"a cat"}"#, false), ("POST", "/v2/ask", call, false),
    ("POST", "/v1/files", call, true), ("GET", "/v1/models", "", true),
  ])
  func ofAPausedUserNoCallGoesOut(method: String, path: String, body: String, passes: Bool) throws {
    let harness = try GatewayHarness(observer: { ledger in
      try? ledger.change(.paused(true, reason: "why"), of: "ana", actor: "root", nowUnixMs: Clock.unixMs)
      return nil
    }) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange(method, harness.path(path), body: Array(body.utf8))
    #expect(reply.status == (passes ? 200 : 429), "\(reply.text)")
    #expect(reply.text.contains("the calls of ana are paused") == !passes)
    let told = ["x-llmguard-budget", "x-llmguard-limit", "x-llmguard-remaining"].map { reply.head.fields[$0] }
    #expect(told == ["paused", "0", "0"], "\(reply.head.fields)")
    let isFree = method == "GET" || path.hasSuffix("cancel") || path.hasSuffix("hangup")
    #expect(try harness.ledger().last?.kind == (passes ? (isFree ? .user : .unmetered) : .refuse))
  }

  /// What was kept back until it was clear whether it is a call goes on as it came, in pieces.
  @Test(arguments: [8 << 20, 100_000]) func whatWasLookedIntoGoesOnByteByByte(limit: Int) throws {
    let bodies = Locked<[String]>([])
    let harness = try GatewayHarness(
      budgets: ["1M tokens/day"], configure: { $0.limits.unknownBodyBytes = limit }
    ) { exchange in
      bodies.use { $0.append(exchange.text) }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let words = (0..<60_000).map { String($0) }.joined(separator: " ")
    let sent = [" \n\t{\"x\":\"\(words)\"}", "  [\"\(words)\"]"]
    for body in sent { #expect(try harness.post(to: "/v2/ask", body).status == 200) }
    #expect(bodies.use { $0 } == sent)
  }

  /// What is packed is looked into, and what is too large to look into counts as a call: only where none may go out matters it.
  @Test(arguments: ["20 tokens/day", "1M tokens/day"]) func whatCannotBeReadMayBeACall(budget: String) throws {
    let seen = Locked<[String]>([])
    let harness = try harness(budget: budget, seen) { $0.unknownBodyBytes = 1000 }
    #expect(try harness.post(#"{"model":"m","max_tokens":5,"messages":[]}"#).status == 200)
    let large = #"{"x":"\#(String(repeating: "a", count: 300_000))"}"#
    let isShut = budget.hasPrefix("20")
    #expect(try harness.post(to: "/v2/ask", large).status == (isShut ? 429 : 200))
    #expect(try harness.post(to: "/v2/ask", "-" + large).status == 200, "what begins like no call is not read")
    #expect(try harness.post(to: "/v2/ask", fields: ["Content-Encoding": "gzip"], "??").status == (isShut ? 429 : 200))
    let sizes = seen.use { $0.dropFirst().compactMap { $0.split(separator: " ").last.flatMap { Int($0) } } }
    let expected = isShut ? [large.utf8.count + 1] : [large.utf8.count, large.utf8.count + 1, 2]
    #expect(sizes == expected, "nothing of it is lost")
  }

  /// A large upload is no call for its size, where the heads of its parts that have come tell what it is kept for. Behind a file
  /// anything may stand.
  @Test(arguments: [("purpose", 200), ("prompt", 429), ("title", 429)]) func aLargeUploadIsJudgedByItsHeads(
    name: String, status: Int
  )
    throws
  {
    let seen = Locked<[String]>([])
    let harness = try harness(budget: "20 tokens/day", seen) { $0.unknownBodyBytes = 1000 }
    #expect(try harness.post(#"{"model":"m","max_tokens":5,"messages":[]}"#).status == 200)
    let head = "--b\r\nContent-Disposition: form-data; name="
    let form =
      head + "\"\(name)\"\r\n\r\nx\r\n" + head + "\"file\"; filename=\"f\"\r\n\r\n"
      + String(repeating: "a", count: 300_000) + "\r\n--b--\r\n"
    let reply = try harness.post(
      to: "/v2/ask", fields: ["Content-Type": "multipart/form-data; boundary=b"], form)
    #expect(reply.status == status)
  }
}
