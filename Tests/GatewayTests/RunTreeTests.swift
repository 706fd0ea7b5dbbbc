import Guard
import GuardModel
import Ledger
import Posix
import Testing

@testable import Gateway

/// Runs inside runs, as the gateway remembers them.
@Suite struct RunTreeTests {
  private func capped(_ calls: Int64) -> JoinedTerms {
    var terms = JoinedTerms()
    terms.caps.calls = calls
    return terms
  }

  private func charge(_ tokens: Int64) -> Charge { Charge(tokens: tokens, costMicroUSD: 0) }

  private func take(_ tree: RunTree, _ id: String) -> RunCap? { tree.take(charge(1), id, nowMs: 0) }

  /// A loop of a script makes more runs than anybody wants to remember; those that have left make no room scarce, and the
  /// latest are still known.
  @Test func ofThoseThatHaveLeftTheLatestAreRemembered() {
    let tree = RunTree(RunCaps())
    for number in 0..<25_000 {
      let id = "a\(number)"
      #expect(tree.join(id, parent: nil, capped(0)))
      #expect(tree.leave(id, posted: nil) != nil)
    }
    #expect(take(tree, "a24999") == .calls(0) && take(tree, "a16000") == .calls(0))
    #expect(take(tree, "a1") == nil, "forgotten")
  }

  /// What wants nothing of its own is not remembered: it stands nowhere between.
  @Test func oneWithoutWishesIsNoneOfThem() {
    let tree = RunTree(RunCaps())
    #expect(tree.join("c", parent: nil, capped(1)))
    #expect(tree.leave("c", posted: nil) != nil)
    for number in 0..<25_000 {
      #expect(tree.join("a\(number)", parent: nil, JoinedTerms()))
      #expect(tree.leave("a\(number)", posted: nil) != nil)
    }
    #expect(take(tree, "c") == nil && take(tree, "c") == .calls(1))
  }

  /// The end of a run is sent as an instant of the clock, and kept by the one that nobody sets.
  @Test(arguments: [3_600_000, -5000] as [Int64]) func anEndIsSentAsAnInstant(afterMs: Int64) throws {
    let read = JoinedTerms(["ends_at_unix_ms": .int(Clock.unixMs + afterMs)])
    let end = try #require(JoinedTerms(read.json).caps.endsAtMs)
    #expect(abs(end - Clock.sinceStartMs - afterMs) < 2000)
  }

  /// Whatever it is that is sent.
  @Test(arguments: [Int64.min, .max]) func anEndMayBeAnyNumber(instant: Int64) throws {
    let end = try #require(JoinedTerms(["ends_at_unix_ms": .int(instant)]).caps.endsAtMs)
    #expect((end > Clock.sinceStartMs) == (instant > 0))
  }

  /// A call under way when its run leaves is settled where it was taken.
  @Test func aCallUnderWayIsSettledAfterItsRunHasLeft() {
    var terms = JoinedTerms()
    terms.caps.tokens = 10
    let tree = RunTree(RunCaps())
    #expect(tree.join("a", parent: nil, terms) && tree.join("b", parent: "a", JoinedTerms()))
    #expect(tree.take(charge(10), "b", nowMs: 0) == nil)
    _ = tree.leave("b", posted: nil)
    tree.settle("b", charge(10), charge(4))
    #expect(tree.take(charge(7), "a", nowMs: 0) == .tokens(10, used: 4, held: 0))
    #expect(tree.hasRoom(for: charge(6), "a", nowMs: 0))
    #expect(!tree.hasRoom(for: charge(7), "b", nowMs: 0))
  }

  /// Whoever asks whether there is room takes none, neither in the run itself nor in those around it.
  @Test func askingForRoomTakesNothing() {
    var terms = JoinedTerms()
    terms.caps.tokens = 10
    let tree = RunTree(RunCaps())
    #expect(tree.join("a", parent: nil, terms) && tree.join("b", parent: "a", terms))
    for _ in 0..<3 { #expect(tree.hasRoom(for: charge(10), "b", nowMs: 0)) }
    #expect(!tree.hasTaken("a") && !tree.hasTaken("b"))
    #expect(tree.take(charge(10), "b", nowMs: 0) == nil)
  }

  /// A run that has left has no envelope any more, and no stand-in that a call could take the place of.
  @Test func whatItHeldIsGone() {
    var terms = capped(5)
    terms.envelope = "e"
    let tree = RunTree(RunCaps())
    #expect(tree.join("a", parent: nil, terms))
    _ = tree.leave("a", posted: nil)
    #expect(tree.terms(of: "a").allSatisfy { $0.envelope == nil } && tree.terms(of: "a").first?.caps.calls == 5)
    #expect(tree.leave("a", posted: nil) == nil)
    #expect(!tree.join("a", parent: nil, JoinedTerms()), "its name is taken")
  }

  /// However many answers are named, each counts once, also those named long ago.
  @Test func answersThatWereNamedAreNotNamedAgain() {
    let tree = RunTree(RunCaps())
    tree.setStandIn(
      StandIn(hold: HoldID(1), charge: charge(5), earlier: EarlierDecision(), keeping: .gateway, place: nil))
    #expect(tree.join("a", parent: nil, JoinedTerms()))
    #expect(!tree.claim(2, by: "a"), "no command is to be the run's call")
    #expect(tree.handOver(to: "a") != nil)
    #expect(!tree.claim(1, by: "a"), "not after the hold")
    #expect(!tree.hasTaken())
    for entry in Int64(2)..<30_000 { #expect(tree.claim(entry, by: "a")) }
    #expect(tree.hasTaken() && tree.hasTaken("a"))
    for entry in [Int64(2), 9000, 20_000, 29_999] { #expect(!tree.claim(entry, by: "a")) }
  }
}
