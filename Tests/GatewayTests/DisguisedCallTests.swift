import GuardModel
import HTTPWire
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Calls that are written otherwise than usual, and that some server takes for what they are all the same.
@Suite(.serialized) struct DisguisedCallTests {
  private static let call = #"{"model":"m","messages":[{"role":"user","content":"one two three"}]}"#

  /// What reached the provider.
  private func ask(
    _ method: String, _ target: String, fields: HTTPFields = [:], body: String = call
  ) throws -> (seen: [String], kinds: [EntryKind], reply: TestClient.Reply) {
    let seen = Locked<[String]>([])
    let harness = try GatewayHarness { exchange in
      let head = exchange.head
      seen.use {
        $0.append(
          "\(head.method) \(head.target) \(exchange.body.count) \(head.fields["Via"] ?? "-") "
            + (head.fields["Max-Forwards"] ?? "-"))
      }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    var fields = fields
    if !body.isEmpty { fields.append("Content-Length", String(body.utf8.count)) }
    let reply = try client.exchange(method, harness.path(target), fields: fields, body: Array(body.utf8))
    return (seen.use { $0 }, try harness.ledger().map(\.kind), reply)
  }

  @Test(arguments: [
    "/v1/chat\\completions", "/v1\\chat%5ccompletions", "/v1/chat/completions\\", "/v1/chat/completions/x/..;",
    "/v1/chat/completions/x/..;a=b/", "/v1/chat/completions/;", "/v1/chat/completions/;x/.;", "/v1/chat/completions%20",
    "/v1/chat/completions%0a", "/v1/chat/completions%00.txt", "/v1/chat/completions/x/%2e.%3B",
    "/v1beta/models/m:generateContent;x", "/v1beta/models/m:generateContent%20",
    "/v1/chat/completions//..", "/v1/chat/completions/a%2fb/..", "/v1/chat/%2563ompletions",
  ])
  func aPathIsSeenThrough(path: String) throws {
    let (seen, kinds, _) = try ask("POST", path)
    #expect(seen.first?.hasPrefix("POST \(path) ") == true, "it passes as it is")
    #expect(kinds == [.reserve, .settle])
  }

  /// What is no escape is none.
  @Test(arguments: ["/v1/chat/completion%+73", "/v1/chat/completions%+0", "/v1/chat/completions%-0"])
  func whatIsNoEscapeIsNone(path: String) throws { #expect(try ask("POST", path).kinds == [.unmetered]) }

  /// Some servers take a method in any case, as `curl -X post` sends it; some take another one from a field.
  @Test(arguments: [
    ("post", nil), ("Post", nil), ("GET", "X-HTTP-Method-Override: POST"), ("GET", "x-http-method: post"),
    ("PUT", "X-Method-Override: POST"), ("GET", "X-HTTP-Method-Override:  Post "),
    ("GET", "X_HTTP_Method_Override: post"),
  ])
  func aMethodIsSeenThrough(method: String, field: String?) throws {
    var fields = HTTPFields()
    if let parts = field?.split(separator: ":") { fields.append(String(parts[0]), String(parts[1])) }
    let (seen, kinds, _) = try ask(method, "/v1/chat/completions", fields: fields)
    #expect(seen.first?.hasPrefix("\(method) ") == true, "it passes as it is")
    #expect(kinds == [.reserve, .settle])
  }

  /// Some take it from the query.
  @Test(arguments: ["_method=POST", "a=b&%24httpMethod=post", "$httpMethod=POST", "X-HTTP-Method-Override=Post"])
  func aMethodInTheQueryIsSeenThrough(query: String) throws {
    #expect(try ask("GET", "/v1/chat/completions?\(query)").kinds == [.reserve, .settle])
    #expect(try ask("GET", "/v1/models?\(query)", body: "").kinds == [.unmetered])
  }

  @Test func anotherMethodMakesNothingFree() throws {
    let fields: HTTPFields = ["X-HTTP-Method-Override": "GET"]
    #expect(try ask("POST", "/v1/models", fields: fields).kinds == [.unmetered])
    #expect(try ask("POST", "/v1/chat/completions", fields: fields).kinds == [.reserve, .settle])
    #expect(try ask("GET", "/v1/models", fields: fields, body: "").kinds.isEmpty)
    #expect(try ask("DELETE", "/v1/files/x", fields: ["X-HTTP-Method-Override": "PUT"], body: "").kinds == [.unmetered])
  }

  /// Some frameworks take their path from a field, as a server before them may have rewritten it: behind such a server calls would
  /// go where nobody sees them.
  @Test(arguments: ["X-Original-URL", "x-rewrite-url", "X_Original_URL"]) func noFieldLeadsElsewhere(name: String)
    throws
  {
    let seen = Locked<[String?]>([])
    let harness = try GatewayHarness { exchange in
      seen.use { $0.append(exchange.head.fields[name]) }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    for path in ["/v1/messages/count_tokens", "/v1/chat/completions", "/v1/whatever"] {
      let reply = try client.exchange(
        "POST", harness.path(path), fields: [name: "/v1/messages"], body: Array(Self.call.utf8))
      #expect(reply.status == 200)
    }
    #expect(seen.use { $0 } == [nil, nil, nil])
  }

  /// A body that `HEAD` has means nothing, and must not make another method of it.
  @Test(arguments: ["/v1/models", "/v1/whatever"]) func askingForAHeadStaysThat(path: String) throws {
    let (seen, _, reply) = try ask("HEAD", path)
    #expect(seen.first?.hasPrefix("HEAD \(path) 0 ") == true)
    #expect(reply.status == 200)
  }

  @Test func aByteOrderMarkHidesNoCall() throws {
    let harness = try GatewayHarness(budgets: ["20 tokens/day"]) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    // One call that takes more than the whole budget.
    #expect(try harness.post(#"{"model":"m","max_tokens":5,"messages":[]}"#).status == 200)
    for mark in ["", "\u{FEFF}", "\u{FEFF} \n"] {
      #expect(try harness.post(to: "/v2/ask", mark + Self.call).status == 429)
    }
  }

  /// Messages of a thread are kept, and no call.
  @Test func aMessageOfAThreadIsNoCall() throws {
    let (seen, kinds, reply) = try ask("POST", "/v1/threads/t_1/messages", body: #"{"role":"user","content":"hi"}"#)
    #expect(reply.status == 200 && seen.count == 1)
    #expect(kinds == [.unmetered])
  }

  // MARK: - What an intermediary owes. *Source:* RFC 9110 section 7.6.

  @Test func aProviderSeesThatSomebodyIsBetween() throws {
    for path in ["/v1/chat/completions", "/v1/whatever"] {
      #expect(try ask("POST", path).seen.first?.contains("1.1 llmguard") == true)
    }
  }

  @Test func forwardsAreCounted() throws {
    let five = try ask("OPTIONS", "/v1/models", fields: ["Max-Forwards": "5"], body: "")
    #expect(five.seen.first?.hasSuffix(" 4") == true)
    let none = try ask("OPTIONS", "/v1/models", fields: ["Max-Forwards": "0"], body: "")
    #expect(none.seen.isEmpty && none.reply.status == 204)
    let trace = try ask("TRACE", "/v1/models", fields: ["Max-Forwards": "0", "Authorization": "Bearer key"], body: "")
    #expect(trace.seen.isEmpty && trace.reply.status == 405 && trace.reply.head.fields["Allow"] != nil)
    #expect(!trace.reply.text.contains("key"))
    let post = try ask("POST", "/v1/models", fields: ["Max-Forwards": "0"])
    #expect(post.seen.first?.hasSuffix(" 0") == true, "it concerns no other method")
  }

  /// *Source:* RFC 9112 section 3.2.
  @Test(arguments: ["a b", "a/b", "a@b", "a?b", "é", "a\"b", "a\\b"]) func aHostThatIsNoneIsRefused(host: String) throws
  {
    let harness = try GatewayHarness { _ in true }
    let client = try harness.connect()
    defer { client.close() }
    try client.write("GET \(harness.path("/v1/models")) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    #expect(try client.reply(to: "GET").status == 400)
  }
}
