import HTTPWire
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Fields behind a body go through, to the provider and back, where HTTP/1.1 lets them.
@Suite(.serialized) struct TrailerTests {
  private static let usage = #"{"usage":{"prompt_tokens":1,"completion_tokens":2}}"#
  private static let event = "data: \(usage)\n\n"

  /// What the provider sends, in chunks with fields behind them.
  private static func reply(
    _ body: String, type: String, _ trailers: String, announced: String = "X-Sum, Content-Length"
  ) -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\nTrailer: \(announced)\r\n\r\n"
      + "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\(trailers)\r\n"
  }

  /// A route, and what is asked there.
  struct Route: Sendable, CustomTestStringConvertible {
    let method: String
    let path: String
    let body: String
    let type: String
    let answer: String
    var testDescription: String { path + (body.contains("stream") ? ", streaming" : "") }
  }

  static let routes = [
    Route(method: "GET", path: "/v1/models", body: "", type: "application/json", answer: "{}"),
    Route(
      method: "POST", path: "/v1/chat/completions", body: #"{"model":"m","max_tokens":9,"messages":[]}"#,
      type: "application/json", answer: usage),
    Route(
      method: "POST", path: "/v1/chat/completions",
      body: #"{"model":"m","max_tokens":9,"stream":true,"stream_options":{"include_usage":true},"messages":[]}"#,
      type: "text/event-stream", answer: event),
    Route(method: "POST", path: "/v1/images/generations", body: "{}", type: "application/json", answer: "{}"),
  ]

  @Test(arguments: routes, [true, false])
  func aProvidersTrailersComeToWhoeverReadsThem(route: Route, asks: Bool) throws {
    let asked = Locked<[String?]>([])
    let harness = try GatewayHarness { exchange in
      asked.use { $0 += [exchange.head.fields["TE"], exchange.head.fields["Connection"]] }
      exchange.send(
        Self.reply(
          route.answer, type: route.type,
          "X-Sum: 9\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\nx-llmguard-remaining: 77\r\nX-SUM: \u{e9}\r\n"))
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    // The connection goes on as if nothing had been there.
    for _ in 1...2 {
      let reply = try client.exchange(
        route.method, harness.path(route.path), fields: asks ? ["TE": "trailers", "Connection": "TE"] : [:],
        body: Array(route.body.utf8))
      #expect(reply.isWhole && reply.text == route.answer)
      #expect(reply.trailers.values(of: "x-sum") == (asks ? [Array("9".utf8), Array("é".utf8)] : []))
      #expect(reply.trailers["Content-Length"] == nil && reply.trailers["Set-Cookie"] == nil)
      #expect(reply.trailers["x-llmguard-remaining"] != "77")
      let announced = reply.head.fields["Trailer"] ?? ""
      #expect(!announced.lowercased().contains("content-length"))
      #expect(asks || announced.isEmpty)
    }
    #expect(asked.use { $0 } == (asks ? ["trailers", "TE", "trailers", "TE"] : [nil, nil, nil, nil]))
  }

  @Test func aStreamsTrailersAreAnnouncedWithTheGatewaysOwn() throws {
    let harness = try GatewayHarness { exchange in
      exchange.send(Self.reply(Self.event, type: "text/event-stream", "X-Sum: 9\r\n"))
      return true
    }
    let reply = try harness.post(fields: ["TE": "trailers"], Self.routes[2].body)
    let names = reply.head.fields.elements(of: "Trailer")
    #expect(names.contains("x-sum") && names.contains("x-llmguard-exact"))
    #expect(reply.trailers["X-Sum"] == "9" && reply.trailers["x-llmguard-exact"] == "3")
  }

  /// What cannot be read, or is too much, is left out; the reply is whole all the same.
  @Test(arguments: ["X-Sum : 9\r\n", "X-Sum: 9\r\n folded\r\n", "too many", "too much"])
  func trailersThatCannotBeTakenAreLeftOut(which: String) throws {
    let trailers =
      switch which {
      case "too many": String(repeating: "X-Sum: 9\r\n", count: 200)
      case "too much": String(repeating: "X-Sum: \(String(repeating: "a", count: 1000))\r\n", count: 70)
      default: which
      }
    let harness = try GatewayHarness { exchange in
      exchange.send(Self.reply("{}", type: "application/json", trailers))
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    let reply = try client.exchange("GET", harness.path("/v1/models"), fields: ["TE": "trailers"])
    #expect(reply.isWhole && reply.text == "{}" && reply.trailers["X-Sum"] == nil)
  }

  /// A checksum of the provider's bytes is not one of those that the client gets.
  @Test(arguments: [true, false]) func aChecksumGoesOnOnlyWithItsBytes(asksForUsage: Bool) throws {
    let harness = try GatewayHarness { exchange in
      exchange.send(Self.reply(Self.event, type: "text/event-stream", "Content-Digest: abc\r\nX-Sum: 9\r\n"))
      return true
    }
    let body = asksForUsage ? Self.routes[2].body : #"{"model":"m","max_tokens":9,"stream":true,"messages":[]}"#
    let reply = try harness.post(fields: ["TE": "trailers"], body)
    #expect(reply.trailers["X-Sum"] == "9")
    #expect(reply.trailers["Content-Digest"] == (asksForUsage ? "abc" : nil))
  }

  @Test(arguments: ["/v1/files", "/v1/chat/completions", "/v1/images/generations"])
  func aRequestsTrailersComeToTheProvider(path: String) throws {
    struct Seen: Equatable {
      let body: String
      let framing: BodyFraming
      let announced: [String]
      let trailers: HTTPFields
    }
    let seen = Locked<[Seen]>([])
    let harness = try GatewayHarness { exchange in
      seen.use {
        $0.append(
          Seen(
            body: exchange.text, framing: exchange.head.framing,
            announced: exchange.head.fields.elements(of: "Trailer"), trailers: exchange.trailers))
      }
      exchange.reply(Self.usage)
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    let body = Self.routes[1].body
    let chunks = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n"
    // Others than before, and none: each request has its own.
    for trailers in [
      "X-Sum: 9\r\nAuthorization: b\r\nx-llmguard-op: c\r\nX-None:\r\n", "X-Sum: 10\r\nX-None: \r\n", "",
    ] {
      try client.send(
        "POST", harness.path(path), fields: ["Transfer-Encoding": "chunked", "Trailer": "X-Sum, Authorization, X-None"])
      try client.write(chunks + trailers + "\r\n")
      #expect(try client.reply().text == Self.usage)
    }
    let all = seen.use { $0 }
    #expect(all.map(\.trailers) == [["X-Sum": "9", "X-None": ""], ["X-Sum": "10", "X-None": ""], [:]])
    #expect(all.allSatisfy { $0.body == body })
    // Only chunks can have something behind them; a call without goes out with its length.
    let hasLength = path == "/v1/chat/completions"
    let length = BodyFraming.length(Int64(body.utf8.count))
    #expect(all.map(\.framing) == [.chunked, .chunked, hasLength ? length : .chunked])
    #expect(all.prefix(2).allSatisfy { $0.announced == ["x-sum", "x-none"] })
  }
}
