import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// What replies say of budgets while other calls are under way.
@Suite(.serialized) struct CurrentBalanceTests {
  private static func figures(_ reply: TestClient.Reply) -> [String?] {
    ["used", "held", "remaining"].map { reply.head.fields["x-llmguard-" + $0] }
  }

  private static func body(_ question: String, _ maximum: Int) -> String {
    #"{"model":"m","max_tokens":\#(maximum),"messages":[{"role":"user","content":"\#(question)"}]}"#
  }

  /// Of a long call that ends after others have begun and ended, and while one is under way, the reply says how the budget stands
  /// then; so does the head of a stream.
  @Test func aReplySaysHowTheBudgetStandsWhenItEnds() throws {
    let open = Locked<Set<String>>([])
    func wait(for name: String) { open.wait(until: { $0.contains(name) }) { _ in } }
    let harness = try GatewayHarness(budgets: ["100k tokens/day"]) { exchange in
      let text = String(decoding: exchange.body, as: UTF8.self)
      for name in ["long", "other"] where text.contains(name) {
        open.use { _ = $0.insert("has " + name) }
        open.wait(until: { $0.contains(name) }) { _ in }
      }
      let output = text.contains("long") ? 995 : text.contains("short") ? 295 : 45
      exchange.reply(#"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":\#(output)}}"#)
      return true
    }
    let replies = Locked<[String: [String?]]>([:])
    func begin(_ name: String, _ maximum: Int) throws {
      try Thread.start {
        let reply = try? harness.post(Self.body(name, maximum))
        replies.use { $0[name] = reply.map(Self.figures) }
      }
      wait(for: "has " + name)
    }
    try begin("long", 2000)
    #expect(Self.figures(try harness.post(Self.body("short", 400)))[0] == "300")
    try begin("other", 60)
    open.use { _ = $0.insert("long") }
    replies.wait(until: { $0["long"] != nil }) { _ in }
    let long = try #require(replies.use { $0["long"] })
    let held = try #require(long[1].flatMap { Int($0) })
    #expect(long[0] == "1300" && (60...80).contains(held) && long[2] == String(100_000 - 1300 - held))
    open.use { _ = $0.insert("other") }
    replies.wait(until: { $0["other"] != nil }) { _ in }
    #expect(replies.use { $0["other"] } == ["1350", nil, "98650"])
    // What was told is in the ledger by now.
    _ = try harness.ledger()
    #expect(harness.gateway.balances.isEmpty)
  }

  /// A call that comes to nothing has no part in what others say.
  @Test func whatIsGivenBackIsNotHeld() throws {
    let harness = try GatewayHarness(budgets: ["100k tokens/day"]) { exchange in
      exchange.reply(status: 500, "{}")
      return true
    }
    for _ in 0..<2 {
      #expect(Self.figures(try harness.post(Self.body("no", 100))) == ["0", nil, "100000"])
    }
    _ = try harness.ledger()
    #expect(harness.gateway.balances.isEmpty)
  }
}
