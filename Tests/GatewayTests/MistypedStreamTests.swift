import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// A stream of events whose type says something else is one.
@Suite(.serialized) struct MistypedStreamTests {
  private static let call = #"{"model":"m","stream":true,"messages":[{"role":"user","content":"a"}]}"#
  private static let first = #"data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}"# + "\n\n"
  private static let usage =
    #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":7,"total_tokens":10}}"# + "\n\n"

  /// What a client gets that waits for the first event before the provider sends the others.
  @Test(arguments: [
    "text/plain", "application/json", "application/octet-stream", "application/x-ndjson", "text/event-stream",
  ])
  func itLeavesAsItArrives(type: String) throws {
    let isSeen = Locked(false)
    let harness = try GatewayHarness { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nConnection: close\r\n\r\n")
      // Byte by byte at first.
      for byte in Self.first { exchange.send(String(byte)) }
      isSeen.wait(atMostMs: 10_000, until: { $0 }) { _ in }
      exchange.send(isSeen.use { $0 } ? Self.usage + "data: [DONE]\n\n" : "data: late\n\n")
      return false
    }
    let client = try harness.connect()
    defer { client.close() }
    try client.send(
      "POST", harness.path("/v1/chat/completions"), fields: ["Content-Type": "application/json"],
      body: Array(Self.call.utf8))
    try client.read(until: "Hello")
    isSeen.use { $0 = true }
    let reply = try client.reply()
    #expect(reply.text == Self.first + "data: [DONE]\n\n", "the usage that nobody asked for is hidden")
    let entry = try #require(try harness.ledger().last)
    #expect(entry.usage?.output == 7 && entry.usage?.input == 3, "\(entry)")
  }

  /// A field, a comment, empty lines and the mark of the bytes' order begin events; as long as nothing tells, more is waited for.
  @Test(
    arguments: [
      ("data: x", true), ("data:", true), ("data\n", true), ("event: a", true), ("id: 1", true), ("retry: 1", true),
      (":", true), (": ping", true), ("\n\ndata: x", true), ("\r\n: ", true), ("\u{FEFF}data: x", true),
      ("\u{FEFF}\nid:1", true), ("{", false), ("\n{", false), ("dating", false), ("datas:", false), ("identity", false),
      ("", nil), ("d", nil), ("dat", nil), ("data", nil), ("\n", nil), ("i", nil), ("re", nil), ("\u{FEFF}", nil),
    ] as [(String, Bool?)])
  func theFirstBytesTell(body: String, begins: Bool?) {
    #expect(MediaType.beginsEvents(Array(body.utf8)) == begins)
    for count in 0..<body.utf8.count {
      let first = MediaType.beginsEvents(Array(body.utf8.prefix(count)))
      #expect(first == nil || first == begins, "nothing is said that what follows makes untrue")
    }
  }

  /// What is no stream stays whole.
  @Test func aWholeReplyStaysWhole() throws {
    let whole =
      #"{"choices":[{"index":0,"message":{"content":"data: x"}}],"usage":{"prompt_tokens":3,"completion_tokens":7}}"#
    let harness = try GatewayHarness { exchange in
      exchange.reply(whole)
      return true
    }
    let reply = try harness.post(Self.call)
    #expect(reply.text == whole && reply.head.fields["Content-Length"] != nil)
  }
}
