import Glibc
import GuardModel
import HTTPWire
import Posix
import PretendProvider
import Providers
import Testing
import TextFormats
import Upstream

/// The pretend provider answers in shapes that the readers of real replies read, and counts what it tells.
@Suite(.serialized) struct PretendProviderTests {
  /// A call of each kind.
  struct Case: CustomTestStringConvertible, Sendable {
    let path: String
    let body: String
    let streaming: WireFormat.Streaming?
    var testDescription: String { path + (streaming.map { " \($0)" } ?? "") }
  }

  static let cases: [Case] = [
    Case(path: "/v1/chat/completions", body: chat(""), streaming: nil),
    Case(
      path: "/v1/chat/completions", body: chat(#","stream":true,"stream_options":{"include_usage":true}"#),
      streaming: .events),
    Case(path: "/v1/responses", body: #"{"model":"m","input":"one two three"}"#, streaming: nil),
    Case(path: "/v1/responses", body: #"{"model":"m","input":"one two three","stream":true}"#, streaming: .events),
    Case(path: "/v1/completions", body: #"{"model":"m","prompt":"one two three"}"#, streaming: nil),
    Case(path: "/v1/embeddings", body: #"{"model":"m","input":["one two","three"]}"#, streaming: nil),
    Case(
      path: "/v1/messages",
      body: #"{"model":"m--cached-2","max_tokens":9,"messages":[{"role":"user","content":"a b c"}]}"#,
      streaming: nil),
    Case(
      path: "/v1/messages",
      body: #"{"model":"m--cached-2","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"a b c"}]}"#,
      streaming: .events),
    Case(
      path: "/v1beta/models/m--reasoning-4:generateContent", body: #"{"contents":[{"parts":[{"text":"a b c"}]}]}"#,
      streaming: nil),
    Case(
      path: "/v1beta/models/m--reasoning-4:streamGenerateContent?alt=sse",
      body: #"{"contents":[{"parts":[{"text":"a b c"}]}]}"#, streaming: .events),
    Case(
      path: "/v1beta/models/m:streamGenerateContent", body: #"{"contents":[{"parts":[{"text":"a b c"}]}]}"#,
      streaming: .array),
    Case(
      path: "/v2/chat", body: #"{"model":"m","messages":[{"role":"user","content":"a b c"}]}"#, streaming: nil),
    Case(
      path: "/v2/chat", body: #"{"model":"m","stream":true,"messages":[{"role":"user","content":"a b c"}]}"#,
      streaming: .events),
    Case(path: "/v1/chat", body: #"{"model":"m","message":"a b c"}"#, streaming: nil),
    Case(path: "/v1/chat", body: #"{"model":"m","message":"a b c","stream":true}"#, streaming: .lines),
    Case(path: "/v1/embed", body: #"{"model":"m","texts":["a b","c"]}"#, streaming: nil),
    Case(path: "/v2/embed", body: #"{"model":"m","texts":["a b c"],"embedding_types":["float"]}"#, streaming: nil),
    Case(
      path: "/api/chat", body: #"{"model":"m","stream":false,"messages":[{"role":"user","content":"a b c"}]}"#,
      streaming: nil),
    Case(path: "/api/chat", body: #"{"model":"m","messages":[{"role":"user","content":"a b c"}]}"#, streaming: .lines),
    Case(path: "/api/generate", body: #"{"model":"m","prompt":"a b c"}"#, streaming: .lines),
    Case(path: "/api/embed", body: #"{"model":"m","input":"a b c"}"#, streaming: nil),
  ]

  private static func chat(_ more: String) -> String {
    #"{"model":"m","messages":[{"role":"user","content":"one two three"}]\#(more)}"#
  }

  /// A reply and its status.
  private func send(
    _ provider: PretendProvider, _ path: String, _ body: String?, field: String? = nil
  ) throws -> (status: Int, fields: HTTPFields, body: [UInt8]) {
    let fields = field.map { [(name: "x-pretend", value: Array($0.utf8))] } ?? []
    let request = UpstreamRequest(
      method: body == nil ? "GET" : "POST", url: provider.url + path, fields: fields,
      body: body.map { .bytes(Array($0.utf8)) } ?? .none)
    let head = Locked<HTTPResponseHead?>(nil)
    let bytes = Locked<[UInt8]>([])
    try UpstreamClient().send(
      request,
      onHead: { raw in
        head.use { $0 = try? HTTPResponseHead(reading: raw) }
        return true
      },
      onBody: { piece in
        bytes.use { $0 += piece }
        return true
      })
    let got = try #require(head.use { $0 })
    return (got.status, got.fields, bytes.use { $0 })
  }

  @Test(arguments: cases) func itTellsWhatItCounts(call: Case) throws {
    let provider = try PretendProvider()
    let reply = try send(provider, call.path, call.body)
    #expect(reply.status == 200)
    var reader = ReplyReader(streaming: call.streaming)
    switch call.streaming {
    case .events:
      var splitter = EventSplitter()
      for part in splitter.append(reply.body) { if let data = part.data { _ = reader.read(part: data) } }
    case .lines:
      var splitter = LineSplitter()
      for part in splitter.append(reply.body) { if let data = part.data { _ = reader.read(part: data) } }
    default: reader.read(piece: reply.body)
    }
    let usage = try #require(reader.finish().reply.usage)
    let counted = try #require(provider.tally.lines.values.first)
    #expect(counted.calls == 1)
    #expect(usage.input == counted.inputTokens)
    #expect(usage.output == counted.outputTokens)
    #expect(counted.inputTokens == 6)
    #expect(counted.outputTokens > 0 || call.path.contains("embed"))
  }

  @Test func aMaximumIsObeyed() throws {
    let provider = try PretendProvider()
    _ = try send(provider, "/v1/messages", #"{"model":"m","max_tokens":2,"messages":[]}"#)
    #expect(provider.tally.lines["m"]?.outputTokens == 2)
  }

  /// Whatever a client asks for does not end the server of all.
  @Test(arguments: ["/v1/chat/completions", "/v1beta/models/m:generateContent"]) func askingForTooMuchGivesLess(
    path: String
  ) throws {
    let provider = try PretendProvider()
    let most = Int64.max
    let body = #"{"model":"m","n":\#(most),"messages":[],"generationConfig":{"candidateCount":\#(most)},"contents":[]}"#
    #expect(try send(provider, path, body).status == 200)
    #expect(provider.tally.lines["m"]?.outputTokens == 768, "six words each, 128 times")
  }

  @Test func itFailsAsItIsTold() throws {
    let provider = try PretendProvider()
    let body = #"{"model":"m","messages":[]}"#
    let refused = try send(provider, "/v1/chat/completions", body, field: "status-429, retry-after-3")
    #expect(refused.status == 429)
    #expect(refused.fields["retry-after"] == "3")
    #expect(try JSONParser.parse(refused.body)["error"]?["code"] == "rate_limit_exceeded")
    let strict = #"{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":true}}"#
    #expect(try send(provider, "/v1/chat/completions", strict, field: "strict").status == 400)
    let failing = #"{"model":"m--fails-2","messages":[]}"#
    let statuses = try (0..<3).map { _ in try send(provider, "/v1/chat/completions", failing).status }
    #expect(statuses == [503, 503, 200])
    #expect(provider.tally.lines["m"]?.errors == 2)
    #expect(provider.tally.lines["m--fails-2"] == Self.line(calls: 1, input: 3, output: 6, errors: 2))
    let dropping = #"{"model":"m--drops-1","messages":[]}"#
    let answers = (0..<2).map { _ in try? send(provider, "/v1/chat/completions", dropping).status }
    #expect(answers == [nil, 200])
    #expect(provider.tally.lines["m--drops-1"] == Self.line(calls: 1, input: 3, output: 6, errors: 1))
  }

  private static func line(calls: Int64, input: Int64, output: Int64, errors: Int64) -> Tally.Line {
    var line = Tally.Line()
    (line.calls, line.inputTokens, line.outputTokens, line.errors) = (calls, input, output, errors)
    return line
  }

  @Test(arguments: ["/v1/chat/completions", "/api/chat"]) func aCutStreamIsNotCounted(path: String) throws {
    let provider = try PretendProvider()
    let body = #"{"model":"m--cut","stream":true,"messages":[{"role":"user","content":"a b c"}]}"#
    #expect(throws: UpstreamError.self) { try send(provider, path, body) }
    let line = try #require(provider.tally.lines["m--cut"])
    #expect(line.calls == 0)
    #expect(line.cuts == 1)
  }

  @Test func aHugeStreamHasItsSize() throws {
    let provider = try PretendProvider()
    let body = #"{"model":"m--huge-3000000","stream":true,"messages":[]}"#
    #expect(try send(provider, "/v1/chat/completions", body).body.count > 3_000_000 - 1024)
    #expect(provider.tally.lines["m--huge-3000000"]?.outputTokens == 374_912, "128 words a kilobyte")
  }

  @Test(arguments: ["negative", "absurd", "text", "null", "none", "fraction", "huge", "zero"]) func itLiesAsItIsTold(
    lie: String
  ) throws {
    let provider = try PretendProvider()
    let told = try JSONParser.parse(
      try send(provider, "/v1/chat/completions", #"{"model":"m--lie-\#(lie)","messages":[]}"#).body)
    #expect(told["usage"]?["completion_tokens"] != .int(6))
    #expect(provider.tally.lines["m--lie-\(lie)"]?.outputTokens == 6)
  }

  @Test func aPackedReplyIsUnpackedByGzip() throws {
    let provider = try PretendProvider()
    let reply = try send(provider, "/v1/chat/completions", #"{"model":"m--gzip--words-20000","messages":[]}"#)
    #expect(reply.fields["content-encoding"] == "gzip")
    let folder = try Folder.makeTemporary(prefix: "pretend")
    defer { try? Folder.removeTree(folder) }
    try File.replace(folder + "/reply.gz", with: reply.body)
    #expect(system("gzip -d '\(folder)/reply.gz'") == 0)
    let json = try JSONParser.parse(try File.readAll(folder + "/reply"))
    #expect(json["usage"]?["completion_tokens"] == 20_000)
  }

  @Test(arguments: [
    ("flex", "", #""service_tier":"flex""#), ("auto", "", #""service_tier":"default""#),
    ("priority", "tier-default", #""service_tier":"default""#),
  ])
  func itSaysHowItServed(asked: String, told: String, said: String) throws {
    let provider = try PretendProvider()
    let reply = try send(
      provider, "/v1/chat/completions", Self.chat(#","service_tier":"\#(asked)""#), field: told)
    let text = String(decoding: reply.body, as: UTF8.self)
    #expect(text.contains(said), "\(text)")
  }

  @Test func whatCostsNothingIsCountedApart() throws {
    let provider = try PretendProvider()
    for path in ["/v1/models", "/api/tags", "/v1beta/models", "/nowhere"] { _ = try send(provider, path, nil) }
    #expect(provider.tally.lines.isEmpty)
    #expect(provider.tally.others["GET /api/tags"] == 1)
    let count = try JSONParser.parse(try send(provider, "/__count", nil).body)
    #expect(count["total"]?["calls"] == 0)
    #expect(count["other_requests"]?["GET /v1/models"] == 1)
  }
}
