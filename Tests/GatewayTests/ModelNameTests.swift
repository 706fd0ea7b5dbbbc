import Guard
import GuardModel
import Posix
import Testing
import TextFormats

@testable import Gateway

/// Names of models, which end in a ledger that nothing is ever removed from.
@Suite(.serialized) struct ModelNameTests {
  /// A megabyte of name reaches neither the provider nor the ledger, wherever it stands.
  @Test func aNameThatNobodyCouldReadIsRefused() throws {
    let long = String(repeating: "m", count: 1 << 20)
    let harness = try GatewayHarness { _ in
      Issue.record("it was sent")
      return false
    }
    for name in [long, String(repeating: "m", count: 513), "a\\u0000b", "a\\u001b[31mb", "\\uFFFE"] {
      let reply = try harness.post(#"{"model":"\#(name)","messages":[]}"#)
      #expect(reply.status == 400)
      let message = reply.json?["error"]?["message"]?.stringValue ?? ""
      #expect(message.contains("the model's name cannot be one"), "\(message.prefix(200))")
      #expect(message.utf8.count < 300, "the name is not repeated")
    }
    let name = String(repeating: "m", count: 2000)
    let body = #"{"model":"m","messages":[],"contents":[]}"#
    for (target, key) in [
      ("/openai/deployments/\(name)/chat/completions", "openai"), ("/v1beta/models/\(name):generateContent", "gemini"),
      ("/v1beta/models/a%1Bb:generateContent", "gemini"),
      // What a client meant for the query may be its key.
      ("/v1beta/models/m%3Fkey=k:generateContent", "gemini"), ("/openai/deployments/m%3Fk/chat/completions", "openai"),
    ] {
      let reply = try harness.post(to: target, key: key, body)
      #expect(reply.status == 400, "\(target.prefix(40))")
      #expect(reply.json?["error"] != nil, "in the provider's shape: \(reply.text.prefix(200))")
    }
    #expect(try harness.ledger().isEmpty)
  }
}
