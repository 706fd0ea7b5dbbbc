import GuardModel
import HTTPWire
import Ledger
import ScriptedServer
import Testing

@testable import Gateway

/// What an event, or a line, of a stream says that is too long to be kept.
@Suite(.serialized) struct LongEventTests {
  private static let mostBytes = 8_388_608
  private static let long = String(repeating: "A", count: mostBytes + 1_000_000)

  private static let replies: [(target: String, key: String, type: String, reply: String)] = [
    (
      "/v1/responses", "openai", "text/event-stream",
      "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"object\":\"response\","
        + "\"status\":\"completed\",\"output\":[{\"type\":\"image_generation_call\",\"result\":\"\(long)\"}],"
        + "\"usage\":{\"input_tokens\":25,\"output_tokens\":60}}}\n\n"
    ),
    (
      "/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse", "gemini", "text/event-stream",
      "data: {\"candidates\":[{\"content\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"\(long)\"}}]},"
        + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":25,\"candidatesTokenCount\":60,"
        + "\"totalTokenCount\":85}}\r\n\r\n"
    ),
    (
      "/v1/chat/completions", "openai", "text/event-stream",
      "data: {\"usage\":{\"prompt_tokens\":25,\"completion_tokens\":60},\ndata: \"choices\":[{\"delta\":"
        + "{\"audio\":{\"data\":\"\(long)\"}},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
    ),
    (
      "/api/chat", "ollama", "application/x-ndjson",
      "{\"message\":{\"images\":[\"\(long)\"]},\"done\":true,\"prompt_eval_count\":25,\"eval_count\":60}\n"
    ),
  ]

  /// Its usage is charged, and every byte of it reaches the client.
  @Test(arguments: replies.indices) func theUsageOfALongPartIsExact(place: Int) throws {
    let (target, key, type, reply) = Self.replies[place]
    let harness = try GatewayHarness { exchange in
      exchange.reply(type: type, reply)
      return true
    }
    let answer = try harness.post(
      to: target, key: key,
      #"{"model":"m","stream":true,"stream_options":{"include_usage":true},"max_tokens":300,"input":"a","messages":[{"role":"user","content":"a"}],"contents":[{"parts":[{"text":"a"}]}]}"#
    )
    #expect(answer.status == 200 && answer.body.elementsEqual(reply.utf8))
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 25, output: 60, exactness: .exact))
  }

  private static func asked(_ more: String) -> String {
    #"{"model":"m","stream":true,"max_tokens":300,"messages":[{"role":"user","content":"a"}]"# + more + "}"
  }

  /// Nobody knows how much text was in it.
  @Test func withoutUsageItTakesWhatWasHeld() throws {
    let harness = try GatewayHarness { exchange in
      let event = "data: {\"choices\":[{\"delta\":{\"content\":\"\(Self.long)\"},\"finish_reason\":\"stop\"}]}\n\n"
      exchange.reply(type: "text/event-stream", event + "data: [DONE]\n\n")
      return true
    }
    _ = try harness.post(Self.asked(#","stream_options":{"include_usage":true}"#))
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(usage.output == 300 && usage.exactness == .estimated, "\(usage)")
  }

  /// Raw blocks of 64 KiB. *Source:* RFC 1951 section 3.2.4.
  private static func deflated(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 65_535) {
      let piece = bytes[start..<min(start + 65_535, bytes.count)]
      let size = UInt16(piece.count)
      result.append(piece.endIndex == bytes.count ? 1 : 0)
      result += [UInt8(size & 0xFF), UInt8(size >> 8), UInt8(~size & 0xFF), UInt8(~size >> 8)] + piece
    }
    return result
  }

  /// Nor where it comes compressed, though nobody asked for that.
  @Test(arguments: ["text/event-stream", "application/x-ndjson"], [false, true])
  func ofACompressedOneToo(type: String, asksForUsage: Bool) throws {
    let harness = try GatewayHarness { exchange in
      let part = "{\"choices\":[{\"delta\":{\"content\":\"\(Self.long)\"},\"finish_reason\":\"stop\"}]}"
      let bytes = Self.deflated(type == "text/event-stream" ? "data: \(part)\n\ndata: [DONE]\n\n" : part + "\n")
      var head = HTTPResponseHead(200, fields: ["Content-Type": type, "Content-Encoding": "deflate"])
      head.fields.append("Content-Length", String(bytes.count))
      try? exchange.socket.writeAll(HTTPWriter.head(head) + bytes)
      return true
    }
    _ = try harness.post(Self.asked(asksForUsage ? #","stream_options":{"include_usage":true}"# : ""))
    let usage = try #require(try harness.ledger().last?.usage)
    #expect(usage.output == 300 && usage.exactness == .estimated, "\(usage)")
  }

  /// A comment is no text of the answer, and neither is an error: alone it takes nothing.
  @Test(
    arguments: [
      (": \(long)\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"one\"},\"finish_reason\":\"stop\"}]}\n\n", 2),
      ("data: {\"error\":{\"message\":\"\(long)\"}}\n\n", nil),
      ("data: {\"type\":\"error\",\"message\":\"\(long)\"}\n\n", nil),
      // What came before is not known.
      (
        "data: {\"choices\":[{\"delta\":{\"content\":\"\(long)\"}}]}\n\ndata: {\"error\":{\"message\":\"\(long)\"}}\n\n",
        300
      ),
      ("data: {\"error\":{\"code\":1},\"choices\":[{\"delta\":{\"content\":\"\(long)\"}}]}\n\n", 300),
      ("data: {\"type\":\"error\",\"delta\":{\"text\":\"\(long)\"}}\n\n", 300),
      ("data: {\"error\":{\"code\":1},\"output_text\":\"\(long)\"}\n\n", 300),
      // What stands beside short data is none of it.
      (": \(long)\ndata: {\"choices\":[{\"delta\":{\"content\":\"one\"},\"finish_reason\":\"stop\"}]}\n\n", 2),
      ("event: \(long)\ndata: {\"choices\":[{\"delta\":{\"content\":\"one\"},\"finish_reason\":\"stop\"}]}\n\n", 2),
      ("data: {\"choices\":[{\"delta\":{\"content\":\"one\"},\"finish_reason\":\"stop\"}]}\nx: \(long)\n\n", 2),
    ] as [(String, Int64?)])
  func whatIsNoTextTakesNothing(reply: String, output: Int64?) throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(type: "text/event-stream", reply)
      return true
    }
    _ = try harness.post(Self.asked(#","stream_options":{"include_usage":true}"#))
    let last = try #require(try harness.ledger().last)
    #expect(last.kind == (output == nil ? .void : .settle) && last.usage?.output == output, "\(last)")
  }

  /// A comment of which the beginning has left is ended, though nothing else of its event is for the client.
  @Test func theEndOfACommentBesideUsageFollows() throws {
    let reply =
      ": \(Self.long)\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":6}}\n\ndata: [DONE]\n\n"
    let harness = try GatewayHarness { exchange in
      exchange.reply(type: "text/event-stream", reply)
      return true
    }
    #expect(try harness.post(Self.asked("")).body.elementsEqual(reply.utf8))
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 9, output: 6, exactness: .exact))
  }

  /// Usage that its client did not ask for is left out, but not the end of an event of which the beginning has left.
  @Test func theEndOfOneThatHoldsOnlyUsageFollows() throws {
    let reply =
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n"
      + "data: {\"choices\":[],\"obfuscation\":\"\(Self.long)\",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":6}}\n\n"
      + "data: [DONE]\n\n"
    let harness = try GatewayHarness { exchange in
      exchange.reply(type: "text/event-stream", reply)
      return true
    }
    let answer = try harness.post(Self.asked(""))
    #expect(answer.body.elementsEqual(reply.utf8))
    #expect(try harness.ledger().last?.usage == TokenUsage(input: 9, output: 6, exactness: .exact))
  }
}
