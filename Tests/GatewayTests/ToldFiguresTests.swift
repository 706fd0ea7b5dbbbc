import Guard
import GuardModel
import Ledger
import Testing
import TextFormats

@testable import Gateway

/// Figures that programs read in the gateway's replies, and those that stand for what a provider does not tell.
@Suite struct ToldFiguresTests {
  /// What is said of a run's own limit is there for programs, too.
  @Test func aRunsOwnLimitIsToldInFigures() throws {
    for (change, unit, limit) in [
      ({ (caps: inout RunCaps) in caps.tokens = 40 }, "tokens", 40), ({ $0.calls = 1 }, "calls", 1),
      ({ $0.costMicroUSD = 300 }, "micro_usd", 300),
    ] as [((inout RunCaps) -> Void, String, Int64)] {
      let harness = try GatewayHarness(configure: { change(&$0.caps) }) { exchange in
        exchange.reply(MeteredCallTests.reply)
        return true
      }
      var refused: JSONValue?
      for _ in 1...20 where refused == nil { refused = try harness.post(MeteredCallTests.chat).json?["llmguard"] }
      let told = try #require(refused)
      #expect(told["refused"]?.stringValue == "run_cap" && told["budget"]?.stringValue == "run", "\(told)")
      #expect(told["unit"]?.stringValue == unit && told["limit"]?.int64Value == limit, "\(told)")
      let taken = try #require(told["taken"]?.int64Value)
      #expect(told["remaining"]?.int64Value == limit - taken, "\(told)")
      // The price of this model is not known.
      let needed = told["needed"]?.int64Value
      #expect(unit == "micro_usd" ? needed == nil : try #require(needed) + taken > limit, "\(told)")
    }
  }

  /// Of a reply in a known form that tells no usage, the answer is counted, and not what is written around it.
  @Test func aWholeReplyWithoutUsageIsCountedByItsText() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(
        #"{"id":"chatcmpl-123456789012345678901234567890","object":"chat.completion","created":1700000000,"choices":[{"index":0,"message":{"role":"assistant","content":"four words of answer"},"finish_reason":"stop"}]}"#
      )
      return true
    }
    #expect(try harness.post(MeteredCallTests.chat).status == 200)
    let settled = try #require(try harness.ledger().last { $0.kind == .settle })
    #expect((3...6).contains(settled.usage?.output ?? 0), "\(settled)")
    #expect(settled.usage?.exactness == .estimated)
  }
}
