import GuardModel
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// What a client pays that gives up before a reply begins: nothing where nothing had left for the provider.
@Suite(.serialized) struct UnsentCallTests {
  private static let call = #"{"model":"m","max_tokens":40,"messages":[{"role":"user","content":"one two three"}]}"#

  /// A gateway before a provider that is reached over TLS and never says a word.
  private func silent(_ listener: Socket) throws -> GatewayHarness {
    try GatewayHarness(
      settings: { settings in
        settings.providers = settings.providers.map { provider in
          var provider = provider
          provider.base = "https://127.0.0.1:\(listener.port)"
          return provider
        }
      }, configure: { $0.caps.calls = 1 }
    ) { _ in false }
  }

  /// The first words of TLS are none of the call's.
  @Test func whatNeverLeftIsFree() throws {
    let listener = try Socket.listening()
    defer { listener.close() }
    let harness = try silent(listener)
    let client = try harness.connect()
    try client.send("POST", harness.path("/v1/chat/completions"), body: Array(Self.call.utf8))
    let provider = try listener.accept()
    defer { provider.close() }
    var begun = [UInt8](repeating: 0, count: 5)
    #expect(try begun.withUnsafeMutableBytes { try provider.read(into: $0) } > 0)
    client.close()
    let entries = try harness.ledger()
    #expect(entries.map(\.kind) == [.reserve, .void], "\(entries)")
    #expect(entries.last?.note == "the client left")
    let room = harness.gateway.runs.hasRoom(for: Charge(tokens: 1, costMicroUSD: 0), nil, nowMs: 0)
    #expect(room, "it is none of the run's calls, of which there may be one")
  }

  /// What was sent is never free.
  @Test(arguments: [0, 2]) func whatHadLeftIsNot(retries: Int) throws {
    let begun = Locked(0)
    let harness = try GatewayHarness(configure: { $0.retries = retries }) { exchange in
      begun.use { $0 += 1 }
      _ = exchange.waitForEnd(limitMs: 20_000)
      return false
    }
    let client = try harness.connect()
    try client.send("POST", harness.path("/v1/chat/completions"), body: Array(Self.call.utf8))
    #expect(begun.wait(atMostMs: 20_000, until: { $0 > 0 }) { $0 } == 1)
    client.close()
    let settled = try #require(try harness.ledger().last)
    #expect(settled.kind == .settle && settled.ending == .failed && settled.usage?.exactness == .estimated)
    #expect(settled.usage?.input ?? 0 > 0 && settled.usage?.output == 0)
  }

  /// The provider goes on with a call that was to go on behind its reply, whoever waits for that: it may take all that was held.
  @Test(arguments: [false, true]) func whatGoesOnWithoutItsClientTakesWhatWasHeld(isBackground: Bool) throws {
    let begun = Locked(false)
    let harness = try GatewayHarness { exchange in
      begun.use { $0 = true }
      _ = exchange.waitForEnd(limitMs: 20_000)
      return false
    }
    let client = try harness.connect()
    let body = #"{"model":"m","max_output_tokens":40,"input":"one two three","background":\#(isBackground)}"#
    try client.send("POST", harness.path("/v1/responses"), body: Array(body.utf8))
    #expect(begun.wait(atMostMs: 20_000, until: { $0 }) { $0 })
    client.close()
    let settled = try #require(try harness.ledger().last)
    #expect(settled.kind == .settle && settled.usage?.input ?? 0 > 0)
    #expect(settled.usage?.output == (isBackground ? 40 : 0))
  }
}
