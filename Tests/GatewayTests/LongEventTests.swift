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
}
