import Guard
import GuardModel
import HTTPWire
import Ledger
import Posix
import Providers
import ScriptedServer
import Testing

@testable import Gateway

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

  /// Of an answer that is packed in a way that nobody here can read, or not as it says, nobody knows more than was held.
  @Test(arguments: ["br", "zstd", "gzip, gzip", "gzip"], [nil, "text/event-stream"])
  func aReplyThatCannotBeUnpackedIsChargedWhatItMayTake(coding: String, stream: String?) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        type: stream ?? "application/json", fields: ["Content-Encoding": coding], "\u{8B}\u{02} packed")
      return true
    }
    let body =
      #"{"model":"gpt-4o","max_tokens":900,"stream":\#(stream != nil),"messages":[{"role":"user","content":"a"}]}"#
    #expect(try harness.post(to: "/v1/chat/completions", body).status == 200)
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(usage.exactness == .estimated && usage.output == 900, "\(usage)")
  }

  /// A gzip file's head, and one block as it is with more to come. *Source:* RFC 1951 section 3.2.4, RFC 1952 section 2.3.
  static func begunGzip(_ text: String) -> [UInt8] {
    let size = UInt16(text.utf8.count)
    let block = [0, UInt8(size & 0xFF), UInt8(size >> 8), UInt8(~size & 0xFF), UInt8(~size >> 8)]
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF] + block + Array(text.utf8)
  }

  /// Where a packed stream breaks off, or is not as it says from some place on, all that came before it is charged, also where
  /// less was held.
  @Test(arguments: [false, true], [false, true])
  func whatCameOfAPackedStreamIsCharged(isCut: Bool, asksForUsage: Bool) throws {
    let harness = try GatewayHarness(settings: { $0.defaultMaxOutputTokens = 50 }) { exchange in
      let words = Array(repeating: "word", count: 600).joined(separator: " ")
      // A block of the third kind, which does not exist.
      let bytes = Self.begunGzip("data: {\"choices\":[{\"delta\":{\"content\":\"\(words)\"}}]}\n\n") + [0x07]
      var head = HTTPResponseHead(200, fields: ["Content-Type": "text/event-stream", "Content-Encoding": "gzip"])
      head.fields.append("Content-Length", String(bytes.count + (isCut ? 9 : 0)))
      try? exchange.socket.writeAll(HTTPWriter.head(head) + (isCut ? bytes.dropLast() : bytes))
      return false
    }
    let more = asksForUsage ? #","stream_options":{"include_usage":true}"# : ""
    _ = try? harness.post(#"{"model":"m","stream":true\#(more),"messages":[{"role":"user","content":"a"}]}"#)
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(usage.exactness == .estimated && (500...700).contains(usage.output), "\(usage)")
  }

  /// A quarter of the bytes is less than what was in them, in any coding: where that is more than was held, it is charged.
  @Test func aLongReplyThatCannotBeUnpackedIsChargedByItsLength() throws {
    let harness = try GatewayHarness(settings: { $0.defaultMaxOutputTokens = 50 }) { exchange in
      exchange.reply(fields: ["Content-Encoding": "br"], String(repeating: "\u{8B}\u{02}ab", count: 800))
      return true
    }
    _ = try harness.post(#"{"model":"m","messages":[{"role":"user","content":"a"}]}"#)
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(usage.exactness == .estimated && usage.output == 1000, "\(usage)")
  }

  /// A server that names there what is no coding is read as it is.
  @Test func aReplyWithAFalseCodingIsRead() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        fields: ["Content-Encoding": "utf-8"], #"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}}"#)
      return true
    }
    #expect(try harness.post(#"{"model":"m","max_tokens":9,"messages":[]}"#).status == 200)
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(usage.exactness == .exact && usage.output == 3, "\(usage)")
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

  private static let inBackground =
    #"{"model":"o3","background":true,"max_output_tokens":900,"input":"think about cats"}"#

  private static func answer(_ id: String, _ status: String, output: Int? = nil) -> String {
    let usage = output.map { #"{"input_tokens":7,"output_tokens":\#($0)}"# } ?? "null"
    return #"{"id":"\#(id)","object":"response","status":"\#(status)","output":[],"usage":\#(usage)}"#
  }

  /// A reply that gives another answer's use, in the place of the one that was asked for, settles neither.
  @Test func anotherAnswerSettlesNoCall() throws {
    let harness = try GatewayHarness { exchange in
      let isAsked = exchange.head.method == "POST"
      exchange.reply(isAsked ? Self.answer("r", "queued") : Self.answer("s", "completed", output: 3))
      return true
    }
    #expect(try harness.post(to: "/v1/responses", Self.inBackground).status == 200)
    let client = try harness.connect()
    defer { client.close() }
    #expect(try client.exchange("GET", harness.path("/v1/responses/r")).status == 200)
    #expect(try harness.ledger().last?.usage?.output == 900)
  }

  /// Two servers may give two answers one name.
  @Test func anAnswerOfAnotherServerSettlesNoCall() throws {
    let other = try ScriptedServer { exchange in
      exchange.reply(Self.answer("r", "completed", output: 3))
      return true
    }
    let harness = try GatewayHarness(settings: { settings in
      for index in settings.providers.indices where settings.providers[index].name == "anthropic" {
        settings.providers[index].base = other.url
      }
    }) { exchange in
      exchange.reply(Self.answer("r", "queued"))
      return true
    }
    #expect(try harness.post(to: "/v1/responses", Self.inBackground).status == 200)
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange("GET", harness.path("/v1/responses/r", key: "anthropic"))
    #expect(String(decoding: reply.body, as: UTF8.self).contains("completed"))
    #expect(try harness.ledger().last?.usage?.output == 900)
  }

  private static func held(_ gateway: Gateway) throws -> HeldCall {
    let request = CallRequest(
      user: "ana", operation: "chat", model: "o3", maxOutputTokens: 900, countedInputTokens: 9, run: "run-1",
      program: "test")
    let admitted = try gateway.desk.perform { tools -> Admission? in try? tools.pipeline.admit(request) }.value
    guard case .admitted(let call)? = admitted else { throw GatewayHarness.Unsound(problems: []) }
    return call
  }

  private static func charged(_ harness: GatewayHarness) -> Int {
    harness.news.all.count { if case .settled = $0 { true } else { false } }
  }

  /// At the end of a run inside the run, its own calls are charged, and no others.
  @Test func theEndOfARunInsideChargesItsOwn() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply("{}")
      return true
    }
    let gateway = harness.gateway
    let route = try #require(gateway.options.routes.routes["openai"])
    for (id, joined) in [("a", "inner"), ("b", "other"), ("c", nil)] {
      gateway.background.add(BackgroundCalls.Call(try Self.held(gateway), joined: joined), id, route, gateway)
    }
    gateway.background.settleAll(of: "inner", gateway)
    #expect(Self.charged(harness) == 1)
    #expect(gateway.background.awaited(method: "GET", path: "/v1/responses/a", route) == nil)
    #expect(gateway.background.awaited(method: "GET", path: "/v1/responses/b", route) == "b")
    gateway.background.settleAll(gateway)
    #expect(Self.charged(harness) == 3)
  }

  /// The same by what a run inside says when it ends.
  @Test func whoLeavesIsChargedForWhatWaits() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(Self.answer("r", "queued"))
      return true
    }
    #expect(try harness.post(to: "/join", key: "llmguard", #"{"id":"ab"}"#).status == 200)
    #expect(try harness.post(to: "/v1/responses", key: "~ab/openai", Self.inBackground).status == 200)
    #expect(Self.charged(harness) == 0)
    #expect(try harness.post(to: "/leave", key: "~ab/llmguard", "{}").status == 200)
    #expect(Self.charged(harness) == 1)
  }

  /// One that another gateway over the same ledger has taken waits there, and not here, too.
  @Test func whatWaitsElsewhereDoesNotWaitHere() throws {
    let harness = try GatewayHarness(configure: { $0.ledgerMark = { "ours" } }) { exchange in
      exchange.reply(fields: ["x-llmguard-ledger": "ours"], Self.answer("r", "queued"))
      return true
    }
    #expect(try harness.post(to: "/v1/responses", Self.inBackground).status == 200)
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.reserve, .void] && entries.last?.note == Entry.chargedElsewhere)
  }

  /// The oldest is charged to the run that made it, and not to the one that makes one too many.
  @Test func theOldestOfTooManyIsChargedToItsOwnRun() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply("{}")
      return true
    }
    let gateway = harness.gateway
    let route = try #require(gateway.options.routes.routes["openai"])
    for id in ["ab", "cd"] {
      #expect(try harness.post(to: "/join", key: "llmguard", "{\"id\":\"\(id)\"}").status == 200)
    }
    let (oldest, other) = (try Self.held(gateway), try Self.held(gateway))
    gateway.background.add(BackgroundCalls.Call(oldest, joined: "ab"), "oldest", route, gateway)
    for number in 1...1000 {
      gateway.background.add(BackgroundCalls.Call(other, joined: "cd"), "\(number)", route, gateway)
    }
    #expect(Self.charged(harness) == 1)
    let (of, beside) = (gateway.runs.leave("ab", posted: nil)?.summary, gateway.runs.leave("cd", posted: nil)?.summary)
    #expect(of?.chargeTokens == oldest.plan.shape.charge.tokens && of?.ended == [oldest.hold.number])
    #expect(beside?.chargeTokens == 0 && beside?.ended == [])
    #expect(gateway.runs.summary.chargeTokens == oldest.plan.shape.charge.tokens)
  }

  /// So many may wait and no more: of one more the oldest is charged, but none for those that have ended since.
  @Test func theOldestIsChargedWhenTooManyWait() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply("{}")
      return true
    }
    let gateway = harness.gateway
    let route = try #require(gateway.options.routes.routes["openai"])
    func add(_ held: HeldCall, _ id: String) {
      gateway.background.add(BackgroundCalls.Call(held, joined: nil), id, route, gateway)
    }
    let (oldest, other) = (try Self.held(gateway), try Self.held(gateway))
    add(oldest, "oldest")
    var reply = ProviderReply()
    (reply.isOver, reply.isError) = (true, true)
    for number in 0..<2500 {
      add(other, "short \(number)")
      reply.id = "short \(number)"
      gateway.background.settle("short \(number)", route, reply, gateway)
    }
    #expect(Self.charged(harness) == 0)
    for number in 1..<1000 { add(other, "\(number)") }
    #expect(Self.charged(harness) == 0)
    add(other, "one more")
    #expect(Self.charged(harness) == 1)
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
