import Configuration
import GuardModel
import Ledger
import Testing

@testable import Guard

/// What applies to calls is put together once, and again where anything that it is of has changed.
@Suite struct RulesOfCallsTests {
  static func rules(_ name: String) throws -> Guard.Rules {
    (tier: try #require(Settings().tier("default")), budgets: [], first: name == "b" ? .length : .model)
  }

  @Test func aUserWhoHasOnlyCalledIsTheSame() throws {
    var known = RulesOfCalls()
    #expect(known.rules("ana", nil, "chat")?.first == nil)
    known.note(try Self.rules("b"), "ana", LedgerUser(name: "ana", lastCallAtUnixMs: 5), "chat")
    #expect(known.rules("ana", LedgerUser(name: "ana", lastCallAtUnixMs: 9), "chat")?.first == .length)
    #expect(known.rules("ana", LedgerUser(name: "ana"), "chat")?.first == .length)
    // Anything else that is known of them counts.
    #expect(known.rules("ana", nil, "chat")?.first == nil)
    #expect(known.rules("ana", LedgerUser(name: "ana", tier: "gold"), "chat")?.first == nil)
    #expect(known.rules("ana", LedgerUser(name: "ana", removed: true), "chat")?.first == nil)
    #expect(known.rules("ana", LedgerUser(name: "ana", lastCallAtUnixMs: 9), nil)?.first == nil)
    #expect(known.rules("eve", LedgerUser(name: "ana", lastCallAtUnixMs: 9), "chat")?.first == nil)
    // What is put together anew takes the place of what was.
    known.note(try Self.rules("a"), "ana", LedgerUser(name: "ana", tier: "gold"), "chat")
    #expect(known.rules("ana", LedgerUser(name: "ana", tier: "gold"), "chat")?.first == .model)
    #expect(known.rules("ana", LedgerUser(name: "ana"), "chat")?.first == nil)
  }

  @Test func onlyTheLastFewAreKept() throws {
    var known = RulesOfCalls()
    for number in 0..<9 { known.note(try Self.rules("a"), "user \(number)", nil, nil) }
    #expect(known.rules("user 0", nil, nil)?.first == nil)
    for number in 1..<9 { #expect(known.rules("user \(number)", nil, nil)?.first == .model) }
  }
}
