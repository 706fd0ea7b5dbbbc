import GuardModel
import HTTPWire
import Ledger
import ScriptedServer
import Testing

@testable import Gateway
@testable import PretendProvider

/// Replies whose type does not fit their body, and streams with what is no part of one: what can be read is read, and nothing is free.
@Suite(.serialized) struct MislabelledReplyTests {
  private static let words = (0..<100).map { "w\($0) and" }.joined(separator: " ")
  private static let whole =
    #"{"choices":[{"message":{"content":"\#(words)"}}],"usage":{"prompt_tokens":5,"completion_tokens":300}}"#
  private static let claude =
    #"{"type":"message","content":[{"type":"text","text":"\#(words)"}],"stop_reason":"end_turn","#
    + #""usage":{"input_tokens":5,"output_tokens":300}}"#
  private static let onManyLines =
    "{\n  \"choices\": [],\n  \"usage\":\n  "
    + "{\"prompt_tokens\": 5,\n \"completion_tokens\": 300}\n}\n"
  private static let list =
    #"[{"candidates":[{"content":{"parts":[{"text":"\#(words)"}]}}],"#
    + "\n" + #""usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":300,"totalTokenCount":305}}]"#
  private static let events =
    (0..<100).map { "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"w\($0) and \"}}]}\n\n" }.joined()
    + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":300}}\n\ndata: [DONE]\n\n"
  private static let lines =
    (0..<100).map { "{\"message\":{\"content\":\"w\($0) and \"},\"done\":false}\n" }.joined()
    + "{\"message\":{\"content\":\"\"},\"done\":true,\"prompt_eval_count\":5,\"eval_count\":300}\n"

  private static func settled(
    _ type: String, _ reply: String, target: String = "/v1/chat/completions", key: String = "openai",
    isStream: Bool = true,
    members: String = "", isPacked: Bool = false, inBytes: Bool = false
  ) throws -> (entry: Entry?, text: String) {
    let harness = try GatewayHarness(settings: { $0.defaultMaxOutputTokens = 500 }) { exchange in
      let bytes = Array(reply.utf8)
      let body = isPacked ? Packing.gzip(bytes) : bytes
      var head = HTTPResponseHead(200, fields: ["Content-Type": type, "Content-Length": String(body.count)])
      if isPacked { head.fields.append("Content-Encoding", "gzip") }
      let all = HTTPWriter.head(head) + body
      let first = inBytes ? min(all.count, all.count - body.count + 40) : 0
      for byte in all.prefix(first) { try? exchange.socket.writeAll([byte]) }
      try? exchange.socket.writeAll(Array(all.dropFirst(first)))
      return true
    }
    let answer = try harness.post(
      to: target, key: key,
      #"{"model":"m","stream":\#(isStream)\#(members),"messages":[{"role":"user","content":"a"}],"#
        + #""contents":[{"parts":[{"text":"hi"}]}]}"#)
    return (try harness.ledger().last, isPacked ? "" : answer.text)
  }

  struct Odd: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reply: String
    var target = "/v1/chat/completions"
    var key = "openai"
  }

  static let bodies = [
    Odd(testDescription: "a document", reply: whole),
    Odd(testDescription: "a document and a line's end", reply: whole + "\n"),
    Odd(testDescription: "a document on many lines", reply: onManyLines),
    Odd(
      testDescription: "a document on some lines",
      reply:
        "{ \"id\": \"x\",\n \"choices\":[], \"usage\":{\"prompt_tokens\":5,\"completion_tokens\":300},\n \"model\":\"m\" }\n"
    ),
    Odd(testDescription: "a message", reply: claude, target: "/v1/messages", key: "anthropic"),
    Odd(
      testDescription: "a list", reply: list, target: "/v1beta/models/gemini-2.0-flash:streamGenerateContent",
      key: "gemini"),
    Odd(testDescription: "events", reply: events), Odd(testDescription: "empty lines first", reply: "\r\n\n" + events),
    Odd(testDescription: "a comment first", reply: ": hi\n\n" + events),
    Odd(testDescription: "a mark first", reply: "\u{FEFF}" + events),
    Odd(testDescription: "lines", reply: lines, target: "/api/chat", key: "ollama"),
  ]

  @Test(arguments: bodies, ["text/event-stream", "application/x-ndjson", "application/json", "text/plain"])
  func itsUsageIsRead(body: Odd, type: String) throws {
    for (isStream, isPacked, inBytes) in [
      (true, false, false), (false, false, false), (true, true, false), (true, false, true), (true, true, true),
    ] {
      let (entry, text) = try Self.settled(
        type, body.reply, target: body.target, key: body.key, isStream: isStream, isPacked: isPacked, inBytes: inBytes)
      #expect(
        entry?.usage == TokenUsage(input: 5, output: 300, exactness: .exact), "\(String(describing: entry?.usage))")
      #expect(entry?.ending == .complete)
      // The usage that nobody asked for is left out of events alone.
      #expect(isPacked || text == body.reply || isStream && body.reply.contains("data:"), "\(text.suffix(300))")
    }
  }

  /// Without usage the text is counted.
  @Test(arguments: ["text/event-stream", "application/x-ndjson"]) func withoutUsageItsTextIsCounted(type: String) throws
  {
    let reply = #"{"choices":[{"message":{"content":"\#(Self.words)"},"finish_reason":"stop"}]}"#
    let usage = try #require(try Self.settled(type, reply).entry?.usage)
    #expect(usage.exactness == .estimated && (200...500).contains(usage.output), "\(usage)")
  }

  /// What is no part of a stream is not free, where it is more than a word or two; no more is charged than was held.
  @Test(
    arguments: [
      (String(repeating: "hello this is text without any field name\n", count: 300), 500, 500),
      (String(repeating: "hello this is text without any field name\n", count: 20), 150, 250),
      (String(repeating: "\0", count: 9_000_000), 500, 500), (String(repeating: "\0", count: 20_000_000), 500, 500),
      (String(repeating: "data: no JSON at all but some words\n\n", count: 20), 100, 250),
      (String(repeating: "x: words behind a name that no stream has\n\n", count: 20), 150, 250),
      (String(repeating: "x: a field of a stream's own\ndata: \n\n", count: 300), 0, 0),
      (
        String(repeating: "no field\n", count: 20) + "\ndata: {\"choices\":[{\"delta\":{\"content\":\""
          + String(repeating: "ab ", count: 3_000_000) + "\"}}]}\n\n", 500, 500
      ),
      ("<html>busy</html>\n\n", 0, 0), (String(repeating: ": keep alive\n\n", count: 300), 0, 0),
      (String(repeating: "event: ping\nid: 17\nretry: 20\n\n", count: 300), 0, 0),
      ("data: [DONE]\n\n", 0, 0), ("data: ping\n\n", 0, 0), (":" + String(repeating: "x", count: 9_000_000), 0, 0),
    ] as [(String, Int64, Int64)])
  func whatIsNoPartOfAStreamIsNotFree(reply: String, least: Int64, most: Int64) throws {
    let usage = try #require(try Self.settled("text/event-stream", reply).entry?.usage)
    #expect(usage.exactness == .estimated && (least...most).contains(usage.output), "\(usage)")
    if reply.utf8.count > 1_000_000 { return }
    let packed = try #require(try Self.settled("text/event-stream", reply, isPacked: true).entry?.usage)
    #expect((least...most).contains(packed.output), "\(packed)")
  }

  @Test func noLineOfAnotherFormIsFree() throws {
    let reply = String(repeating: "hello this is text and no JSON\n", count: 300)
    #expect(try Self.settled("application/x-ndjson", reply).entry?.usage?.output == 500)
    // Where it says what it took, that counts.
    let said = try Self.settled("text/event-stream", reply + "\n" + Self.events).entry?.usage
    #expect(said == TokenUsage(input: 5, output: 300, exactness: .exact))
  }

  /// An error is one in whatever form.
  @Test(arguments: ["text/event-stream", "application/x-ndjson", "application/json"], [true, false])
  func anErrorIsGivenBack(type: String, isStream: Bool) throws {
    let reply = #"{"error":{"message":"overloaded","type":"server_error"}}"#
    let (entry, text) = try Self.settled(type, reply, isStream: isStream)
    #expect(entry?.kind == .void && text == reply)
  }
}
