import GuardModel
import HTTPWire
import Testing

@testable import Gateway

/// What a request says of the cache.
@Suite struct StatedModeTests {
  @Test(arguments: CacheMode.allCases) func itIsReadWhateverItsLetterCase(mode: CacheMode) {
    for text in [mode.rawValue, mode.rawValue.uppercased()] {
      let stated = StatedMode(["X-LLMGuard-Cache": text])
      #expect(stated.mode == mode && stated.fault == nil)
    }
  }

  @Test func whoSaysNothingIsRight() {
    let stated = StatedMode([:])
    #expect(stated.mode == nil && stated.fault == nil)
  }

  /// It is turned away, and nothing is sent.
  @Test(arguments: ["of", "none", "no-cache", "auto, off", ""]) func anotherWordIsNotPassedOver(text: String) throws {
    let harness = try GatewayHarness { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      return true
    }
    let chat = #"{"model":"gpt-4o","messages":[{"role":"user","content":"hello you"}]}"#
    let reply = try harness.post(to: "/v1/chat/completions", key: "openai", fields: ["x-llmguard-cache": text], chat)
    #expect(reply.status == 400 && String(decoding: reply.body, as: UTF8.self).contains("auto, off, refresh"))
    #expect(try harness.ledger().isEmpty)
  }
}
