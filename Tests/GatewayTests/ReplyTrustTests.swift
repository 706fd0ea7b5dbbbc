import Posix
import GuardModel
import HTTPWire
import Ledger
import ScriptedServer
import Testing

/// Replies that do not say, or say falsely, what they took.
@Suite struct ReplyTrustTests {
  /// An answer that is fetched later is no answer that took nothing: what it may take stays charged.
  @Test func aCallInTheBackgroundIsChargedWhatItMayTake() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(#"{"id":"r","object":"response","status":"queued","output":[],"usage":null}"#)
      return true
    }
    let body = #"{"model":"o3","background":true,"max_output_tokens":900,"input":"think about cats"}"#
    #expect(try harness.post(to: "/v1/responses", body).status == 200)
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(usage.exactness == .estimated && usage.output == 900, "\(usage)")
  }

  /// Its answer, when it is fetched, says what it took: that is charged once, whoever fetches it how often.
  @Test(arguments: [
    ("GET", "/v1/responses/r", "completed", #"{"input_tokens":7,"output_tokens":30}"#, true),
    ("GET", "/v1/responses/r?stream=true", "completed", #"{"input_tokens":7,"output_tokens":30}"#, true),
    ("POST", "/v1/responses/r/cancel", "cancelled", #"{"input_tokens":7,"output_tokens":30}"#, true),
    ("POST", "/v1/responses/r/cancel", "cancelled", "null", false),
    ("GET", "/v1/responses/r", "in_progress", "null", false),
    ("GET", "/v1/responses/other", "completed", #"{"input_tokens":7,"output_tokens":30}"#, false),
    ("GET", "/v1/responses/r/input_items", "completed", #"{"input_tokens":7,"output_tokens":30}"#, false),
  ])
  func aCallInTheBackgroundIsSettledWhenItIsFetched(
    method: String, path: String, status: String, usage: String, isExact: Bool
  ) throws {
    let codings = Locked<[String?]>([])
    let harness = try GatewayHarness { exchange in
      if exchange.head.method == "POST", exchange.head.target == "/v1/responses" {
        exchange.reply(#"{"id":"r","object":"response","status":"queued","output":[],"usage":null}"#)
        return true
      }
      codings.use { $0.append(exchange.head.fields["Accept-Encoding"]) }
      let id = path.contains("other") ? "other" : "r"
      let body = "{\"id\":\"\(id)\",\"object\":\"response\",\"status\":\"\(status)\",\"output\":[],\"usage\":\(usage)}"
      if exchange.head.target.contains("stream") {
        let event = "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":\(body)}\n\n"
        exchange.reply(type: "text/event-stream", event)
      } else {
        exchange.reply(body)
      }
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    let body = Array(#"{"model":"o3","background":true,"max_output_tokens":900,"input":"think about cats"}"#.utf8)
    let first = try client.exchange("POST", harness.path("/v1/responses"), body: body)
    #expect(first.head.fields["x-llmguard-estimated"] == first.head.fields["x-llmguard-held"])
    // Twice, and then again in another call's time.
    for _ in 0..<2 {
      let reply = try client.exchange(method, harness.path(path), fields: ["Accept-Encoding": "gzip"])
      #expect(reply.status == 200)
    }
    let isRead = isExact || status == "in_progress" || status == "cancelled"
    #expect(codings.use { $0.first } == (isRead ? "identity" : "gzip"))
    #expect(harness.gateway.summary.exact == (isExact ? 1 : 0))
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.reserve, .settle], "\(entries.map(\.kind))")
    #expect(entries.last?.usage?.output == (isExact ? 30 : 900))
    #expect(entries.last?.usage?.exactness == (isExact ? .exact : .estimated))
  }

  /// One that failed, and says so without any usage, took nothing, as it would have in the foreground.
  @Test func aCallThatFailsInTheBackgroundIsGivenBack() throws {
    let harness = try GatewayHarness { exchange in
      let isAsked = exchange.head.method == "POST"
      exchange.reply(
        isAsked
          ? #"{"id":"r","object":"response","status":"queued","usage":null}"#
          : #"{"id":"r","object":"response","status":"failed","error":{"message":"no"},"usage":null}"#)
      return true
    }
    let body = #"{"model":"o3","background":true,"max_output_tokens":900,"input":"think about cats"}"#
    #expect(try harness.post(to: "/v1/responses", body).status == 200)
    let client = try harness.connect()
    defer { client.close() }
    #expect(try client.exchange("GET", harness.path("/v1/responses/r")).status == 200)
    #expect(try harness.ledger().map(\.kind) == [.reserve, .void])
  }

  /// What cannot be read of a reply is counted, but no call answers more than it may.
  @Test func whatIsCountedIsNotMoreThanTheCallMayTake() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(#"{"sound":"\#(String(repeating: "A", count: 90_000))"}"#)
      return true
    }
    #expect(
      try harness.post(#"{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"hi"}]}"#).status == 200)
    #expect(try harness.ledger().last?.usage?.output == 50)
  }

  private static let chunk = #"data: {"choices":[{"delta":{"content":"several words of an answer "}}]}"# + "\n\n"

  private func settled(_ end: String, chunks: Int = 50) throws -> Entry? {
    let harness = try GatewayHarness { exchange in
      exchange.reply(type: "text/event-stream", String(repeating: Self.chunk, count: chunks) + end)
      return true
    }
    let call = #"{"model":"m","stream":true,"max_tokens":2000,"messages":[{"role":"user","content":"hi"}]}"#
    #expect(try harness.post(call).status == 200)
    return try harness.ledger().last
  }

  /// Text that came was taken, whatever comes after it.
  @Test func aStreamThatEndsWithAnErrorIsNotFree() throws {
    let entry = try settled("data: {\"error\":{\"message\":\"overloaded\"}}\n\n")
    #expect(entry?.kind == .settle && entry?.ending == .failed)
    #expect((entry?.usage?.output ?? 0) > 150 && entry?.usage?.exactness == .estimated, "\(String(describing: entry))")
  }

  @Test func anErrorAloneIsFree() throws {
    #expect(try settled("data: {\"error\":{\"message\":\"overloaded\"}}\n\n", chunks: 0)?.kind == .void)
  }

  /// What a stream says last may be less than what it said before, or than what came: the larger is believed.
  @Test(
    arguments: [
      (#"{"prompt_tokens":10,"completion_tokens":300}"#, #"{"prompt_tokens":1,"completion_tokens":0}"#, 300, true),
      (#"{"prompt_tokens":10,"completion_tokens":100}"#, #"{"prompt_tokens":10,"completion_tokens":300}"#, 300, true),
    ] as [(String, String, Int64, Bool)])
  func usageDoesNotBecomeLess(first: String, second: String, output: Int64, isExact: Bool) throws {
    let events = [first, second].map { "data: {\"choices\":[],\"usage\":\($0)}\n\n" }.joined()
    let usage = try #require(try settled(events)?.usage)
    #expect(usage.output == output && (usage.exactness == .exact) == isExact, "\(usage)")
  }

  @Test func aFewTokensForALongAnswerAreNotBelieved() throws {
    let usage = try #require(
      try settled("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}\n\n")?.usage)
    #expect(usage.output > 150 && usage.exactness == .estimated, "\(usage)")
  }

  /// A name is kept with its call for ever.
  @Test func aModelsNameIsAName() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply("{}")
      return true
    }
    for name in [String(repeating: "m", count: 1 << 20), "a\\u0000b", "a\\nb"] {
      let reply = try harness.post(#"{"model":"\#(name)","messages":[]}"#)
      #expect(reply.status == 400 && reply.text.contains("name"), "\(reply.text.prefix(200))")
    }
    #expect(try harness.post(#"{"model":"ft:gpt-4o:acme/team:v1","messages":[]}"#).status == 200)
    #expect(try harness.ledger().count == 2)
  }

  /// A call through another gateway over the same ledger is charged there; what another ledger has charged is charged here.
  @Test func whatAGatewayOverTheSameLedgerHasChargedIsChargedOnce() throws {
    let marks = Locked(["ours", "another", ""])
    let harness = try GatewayHarness(configure: { $0.ledgerMark = { "ours" } }) { exchange in
      exchange.reply(fields: ["x-llmguard-ledger": marks.use { $0.removeFirst() }], MeteredCallTests.reply)
      return true
    }
    for _ in 0..<3 {
      let reply = try harness.post(MeteredCallTests.chat)
      #expect(reply.status == 200 && reply.head.fields["x-llmguard-ledger"] == "ours")
    }
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.reserve, .void, .reserve, .settle, .reserve, .settle], "\(entries.map(\.kind))")
    #expect(entries[1].note == "charged by the gateway that it went to")
  }
}
