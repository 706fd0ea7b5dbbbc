import Guard
import GuardModel
import HTTPWire
import IntentCache
import Posix
import SQLiteLedger
import Testing

@testable import Configuration
@testable import Gateway

/// Answers from the cache that are charged a part (`hit_charge`), under what a run may take.
@Suite(.serialized) struct ChargedAnswerTests {
  private static let reply =
    #"{"choices":[{"message":{"content":"hello"}}],"usage":{"prompt_tokens":10,"completion_tokens":10}}"#

  private static func chat(_ text: String) -> String {
    #"{"model":"big","max_tokens":12,"messages":[{"role":"user","content":"\#(text)"}]}"#
  }

  /// A gateway whose answers from the cache take 10 tokens.
  private func harness(
    place: String, _ change: (inout RunCaps) -> Void, observer: (SQLiteLedger) -> (any CallObserver)? = { _ in nil }
  ) throws -> GatewayHarness {
    try GatewayHarness(
      settings: { $0.cache.hitCharge = Multiplier("0.5") ?? $0.cache.hitCharge },
      configure: { options in
        options.cache = GatewayCache(
          path: place + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits(), tell: { _ in })
        change(&options.caps)
      }, observer: observer
    ) { exchange in
      exchange.reply(Self.reply)
      return true
    }
  }

  /// One that does not fit under the cap is not given: the call is as any other, and refused as any other.
  @Test func theyEndWhereTheCapDoes() throws {
    let place = try Folder.makeTemporary(prefix: "llmguard-charged-answer")
    defer { try? Folder.removeTree(place) }
    let harness = try harness(place: place) { $0.tokens = 45 }
    for fits in [true, true, true, false, false] {
      let reply = try harness.post(Self.chat("three names"))
      #expect(reply.status == (fits ? 200 : 429))
      #expect(reply.json?["llmguard"]?["refused"]?.stringValue == (fits ? nil : "run_cap"))
    }
    let only = try harness.post(fields: ["x-llmguard-cache": "only"], Self.chat("three names"))
    #expect(only.json?["llmguard"]?["refused"]?.stringValue == "run_cap")
    #expect(try harness.ledger().filter { $0.kind == .cached }.map(\.charge?.tokens) == [10, 10])
  }

  /// They are none of the run's calls, and free ones take nothing.
  @Test func theyAreNoCalls() throws {
    let place = try Folder.makeTemporary(prefix: "llmguard-charged-answer")
    defer { try? Folder.removeTree(place) }
    let harness = try harness(place: place) { $0.calls = 1 }
    for _ in 1...4 { #expect(try harness.post(Self.chat("three names")).status == 200) }
    #expect(try harness.post(Self.chat("other names")).json?["llmguard"]?["refused"]?.stringValue == "run_cap")
  }

  /// Those that come together do not all get the last of it.
  @Test func manyAtOnceStayUnderTheCap() throws {
    let place = try Folder.makeTemporary(prefix: "llmguard-charged-answer")
    defer { try? Folder.removeTree(place) }
    let harness = try harness(place: place) { $0.tokens = 105 }
    #expect(try harness.post(Self.chat("three names")).status == 200)
    let (given, ended) = (Locked(0), Locked(0))
    for _ in 1...24 {
      try Thread.start {
        let status = (try? harness.post(Self.chat("three names")))?.status
        if status == 200 { given.use { $0 += 1 } }
        ended.use { $0 += 1 }
      }
    }
    #expect(ended.wait(atMostMs: 60_000, until: { $0 == 24 }) { $0 } == 24)
    #expect(given.use { $0 } == 8)
    let charged = try harness.ledger().filter { $0.kind == .cached }.compactMap(\.charge?.tokens)
    #expect(charged == Array(repeating: 10, count: 8))
  }
}
