import Configuration
import Guard
import GuardModel
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// What a run may take holds without a ledger: it stands in memory.
@Suite(.serialized) struct OpenCapTests {
  private static func caps(_ change: (inout RunCaps) -> Void) -> RunCaps {
    var caps = RunCaps()
    change(&caps)
    return caps
  }

  private static func body(_ model: String = "gpt-4o", maximum: Int? = 500) -> String {
    let maximum = maximum.map { #""max_tokens":\#($0),"# } ?? ""
    return #"{"model":"\#(model)",\#(maximum)"messages":[{"role":"user","content":"hi"}]}"#
  }

  private func harness(
    _ seen: Locked<Int>, _ caps: RunCaps, status: Int = 200, reply: String = MeteredCallTests.reply
  ) throws -> GatewayHarness {
    let harness = try GatewayHarness(configure: { ($0.failsOpen, $0.caps) = (true, caps) }) { exchange in
      seen.use { $0 += 1 }
      exchange.reply(status: status, reply)
      return true
    }
    for name in ["ledger.sqlite3", "ledger.sqlite3-wal"] { try File.remove(harness.folder + "/" + name) }
    return harness
  }

  /// A call counts as what it may take, as one would that is metered.
  @Test(arguments: [
    (caps { $0.calls = 2 }, body(), 2), (caps { $0.endsAtMs = 0 }, body(), 0),
    (caps { $0.tokens = 600 }, body(), 1), (caps { $0.tokens = 1200 }, body(), 2),
    (caps { $0.tokens = 400 }, body(), 0),
    (caps { $0.tokens = 10 }, body(maximum: nil), 0), (caps { $0.costMicroUSD = 6000 }, body(), 1),
    (caps { $0.costMicroUSD = 1_000_000 }, body("nobody-knows"), 0), (RunCaps(), body(), 4),
  ])
  func whatARunMayTakeHolds(_ caps: RunCaps, _ body: String, _ most: Int) throws {
    let seen = Locked(0)
    let harness = try harness(seen, caps)
    let statuses = try (0..<4).map { _ in try harness.post(body).status }
    #expect(statuses == (0..<4).map { $0 < most ? 200 : 429 })
    #expect(seen.use { $0 } == most)
    let summary = harness.gateway.summary
    #expect(summary.unmetered == Int64(most) && summary.refusals == Int64(4 - most))
    let told = harness.news.all.filter { if case .failed(_, isOpen: true) = $0 { true } else { false } }
    #expect(told.count == most, "of those that went out alone it is said")
  }

  @Test func aRefusalSaysWhy() throws {
    let harness = try harness(Locked(0), Self.caps { $0.calls = 0 })
    let reply = try harness.post(Self.body())
    #expect(reply.text.contains(#""refused":"run_cap""#) && reply.text.contains(#""limit":0"#), "\(reply.text)")
  }

  /// What the provider turned away is none of them.
  @Test func whatDidNotHappenIsNone() throws {
    let seen = Locked(0)
    let harness = try harness(seen, Self.caps { ($0.calls, $0.tokens) = (1, 600) }, status: 500)
    for _ in 0..<3 { #expect(try harness.post(Self.body()).status == 500) }
    #expect(seen.use { $0 } == 3)
  }

  /// Calls by routes that nobody can meter count with them.
  @Test func unmeteredOnesCount() throws {
    let seen = Locked(0)
    let harness = try harness(seen, Self.caps { $0.calls = 2 })
    #expect(try harness.post(to: "/v1/images/generations", "{}").status == 200)
    #expect(try harness.post(Self.body()).status == 200)
    #expect(try harness.post(to: "/v1/images/generations", "{}").status == 429)
    #expect(try harness.post(Self.body()).status == 429)
    #expect(seen.use { $0 } == 2)
    #expect(!harness.gateway.hasTaken, "nobody knows that it was what a command's text says")
  }
}
