import Guard
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Testing

@testable import Gateway

/// What a script may tell its run's gateway: everybody in it knows the address. None of it makes anything free.
@Suite struct JoinedRunTests {
  private static let chat = #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hello"}]}"#
  private static let reply = #"{"usage":{"prompt_tokens":11,"completion_tokens":22}}"#

  private func harness() throws -> GatewayHarness {
    try GatewayHarness { exchange in
      exchange.reply(Self.reply)
      return true
    }
  }

  private func tell(_ harness: GatewayHarness, _ word: String, from id: String? = nil, _ message: String) throws
    -> TestClient.Reply
  {
    try harness.post(to: "/\(word)", key: (id.map { "~\($0)/" } ?? "") + "llmguard", message)
  }

  /// A call held by another process, as a run inside holds its own.
  private func holdElsewhere(_ harness: GatewayHarness, user: String = "ana", number: Int64) throws -> HoldID {
    let ledger = try SQLiteLedger(
      path: harness.folder + "/ledger.sqlite3", zone: ZoneOffsets(name: "UTC") { _ in 0 })
    let pipeline = Guard(settings: harness.gateway.options.settings, ledger: ledger, nowUnixMs: { Clock.unixMs })
    var request = CallRequest(
      user: user, operation: "chat", countedInputTokens: 0, statedTokens: 70, run: "run-1", program: "test")
    request.number = number
    guard case .admitted(let held) = try pipeline.admit(request) else { throw TestClient.Problem.noReply }
    Self.kept.use { $0.append(ledger) }
    return held.hold
  }

  /// An answer of the cache that another process has recorded, as a run inside does for its command.
  private func answerElsewhere(_ harness: GatewayHarness, user: String = "ana", run: String = "run-1") throws -> Int64 {
    let ledger = try SQLiteLedger(
      path: harness.folder + "/ledger.sqlite3", zone: ZoneOffsets(name: "UTC") { _ in 0 })
    let facts = CallFacts(
      user: user, tier: "t", operation: "chat", model: "m", run: run, program: "test", phase: .ok, estimatedInput: 1,
      estimatedOutput: 1)
    let call = CachedCall(facts: facts, tier: .exact, saved: Charge(tokens: 70, costMicroUSD: 0))
    guard case .recorded(let entry) = try ledger.recordCached(call, nowUnixMs: Clock.unixMs) else {
      throw TestClient.Problem.noReply
    }
    return entry
  }

  /// Ledgers whose holds live as long as they do.
  private static let kept = Locked<[SQLiteLedger]>([])

  /// What a run has started may outlive it: its calls, and the runs that join from there, stay under its caps and wishes.
  @Test func aRunThatHasLeftStillHoldsItsOwn() throws {
    let harness = try harness()
    func calls(_ id: String, _ count: Int) throws -> [Int] {
      try (0..<count).map { _ in try harness.post(key: "~\(id)/openai", Self.chat).status }
    }
    _ = try tell(harness, "join", #"{"id":"a0","max_calls":3,"strict":true}"#)
    _ = try tell(harness, "join", from: "a0", #"{"id":"b0"}"#)
    #expect(try calls("b0", 1) == [200])
    #expect(try tell(harness, "leave", from: "b0", "{}").status == 200)
    #expect(try tell(harness, "leave", from: "b0", "{}").status == 404, "it has left")
    // Between the run with the caps and one that joins now stands one that is gone.
    _ = try tell(harness, "join", from: "b0", #"{"id":"c0"}"#)
    #expect(try calls("c0", 1) == [200])
    #expect(try tell(harness, "leave", from: "a0", "{}").json?["calls"]?.int64Value == 2)
    _ = try tell(harness, "join", from: "a0", #"{"id":"d0"}"#)
    #expect(try calls("d0", 2) == [200, 429])
    #expect(try calls("c0", 1) == [429] && calls("a0", 1) == [429])
    #expect(try harness.post(to: "/v1/images/generations", key: "~d0/openai", "{}").status == 403, "strict")
    #expect(try harness.post(Self.chat).status == 200, "the outermost run has no caps")
  }

  @Test func toJoinEndsNoHold() throws {
    let harness = try harness()
    let held = try harness.holdForText(tokens: 500)
    let joined = try tell(harness, "join", #"{"id":"ab","metered_by_text":true}"#)
    #expect(joined.json?["instead_of"]?.int64Value == held.hold.number)
    #expect(try tell(harness, "withdraw", from: "ab", "{}").status == 200)
    #expect(try tell(harness, "leave", from: "ab", #"{"charge_tokens":-1000}"#).status == 200)
    #expect(!harness.gateway.hasReplacedStandIn)
    #expect(try harness.ledger().map(\.kind) == [.reserve])
  }

  @Test func aCallTakesThePlaceOfAHoldThatWasHandedOver() throws {
    let harness = try harness()
    _ = try harness.holdForText(tokens: 500)
    _ = try tell(harness, "join", #"{"id":"ab","metered_by_text":true}"#)
    #expect(try harness.post(Self.chat).status == 200)
    #expect(harness.gateway.hasReplacedStandIn)
    #expect(try harness.ledger().map(\.kind) == [.reserve, .void, .reserve, .settle])
  }

  @Test func onlyTheRunThatHoldsItCanLetACallTakeItsPlace() throws {
    let isFree = Locked(false)
    let arrived = Locked(false)
    let harness = try GatewayHarness { exchange in
      arrived.use { $0 = true }
      isFree.wait(until: { $0 }) { _ in }
      exchange.reply(Self.reply)
      return true
    }
    let client = try harness.connect()
    defer { client.close() }
    try client.send("POST", harness.path("/v1/chat/completions"), body: Array(Self.chat.utf8))
    arrived.wait(until: { $0 }) { _ in }
    _ = try tell(harness, "join", #"{"id":"ab"}"#)
    let others = CallNumbers.draw()
    _ = try holdElsewhere(harness, user: "ben", number: others)
    // The call under way is the first of its run; nobody holds anything under the last number.
    for number in [0, 1, 2, others, CallNumbers.draw()] {
      #expect(
        try tell(harness, "stand-in", from: "ab", #"{"number":\#(number),"hold":1,"charge_tokens":1}"#).status == 404)
    }
    let own = CallNumbers.draw()
    let hold = try holdElsewhere(harness, number: own)
    #expect(try tell(harness, "stand-in", from: "ab", #"{"number":\#(own)}"#).status == 200)
    isFree.use { $0 = true }
    #expect(try client.reply().status == 200)
    #expect(try harness.post(key: "~ab/openai", Self.chat).status == 200)
    #expect(try tell(harness, "withdraw", from: "ab", "{}").json?["was_there"]?.boolValue == false)
    let entries = try harness.ledger()
    #expect(entries.filter { $0.kind == .void }.map(\.hold) == [hold])
    #expect(entries.filter { $0.kind == .settle }.count == 2)
  }

  @Test func whoeverSaysTwiceThatItsTextDecidesIsToldTheSame() throws {
    let harness = try harness()
    _ = try tell(harness, "join", #"{"id":"ab"}"#)
    let number = CallNumbers.draw()
    _ = try holdElsewhere(harness, number: number)
    _ = try tell(harness, "stand-in", from: "ab", #"{"number":\#(number)}"#)
    // The first may be a script's word. Its run still hears that no call took the place of its hold, and settles it.
    for _ in 1...2 { #expect(try tell(harness, "withdraw", from: "ab", "{}").json?["was_there"]?.boolValue == true) }
    #expect(try harness.ledger().map(\.kind) == [.reserve])
  }

  /// An answer of the cache that a run inside names is the call of the command around it: one that the ledger has, of the same
  /// run and user, and later than the hold.
  @Test func anAnswerThatARunInsideNamesHasToBeThere() throws {
    let harness = try harness()
    let early = try answerElsewhere(harness)
    let held = try harness.holdForText(tokens: 500)
    func leave(_ id: String, naming entry: Int64) throws {
      _ = try tell(harness, "join", #"{"id":"\#(id)","metered_by_text":true}"#)
      #expect(try tell(harness, "leave", from: id, #"{"answered_by":\#(entry)}"#).status == 200)
    }
    let others = [try answerElsewhere(harness, user: "ben"), try answerElsewhere(harness, run: "run-2")]
    for (index, entry) in ([early, held.hold.number, 999, -1] + others).enumerated() {
      try leave("a\(index)", naming: entry)
      #expect(!harness.gateway.hasTaken, "\(entry)")
    }
    try leave("b", naming: try answerElsewhere(harness))
    #expect(harness.gateway.hasTaken)
  }

  /// One answer is the call of one command.
  @Test func anAnswerIsNamedOnce() throws {
    let harness = try harness()
    func hasTaken(_ id: String, naming entry: () throws -> Int64) throws -> Bool? {
      let number = CallNumbers.draw()
      _ = try tell(harness, "join", #"{"id":"\#(id)"}"#)
      _ = try holdElsewhere(harness, number: number)
      _ = try tell(harness, "stand-in", from: id, #"{"number":\#(number)}"#)
      _ = try tell(harness, "join", from: id, #"{"id":"\#(id)0","metered_by_text":true}"#)
      _ = try tell(harness, "leave", from: "\(id)0", #"{"answered_by":\#(try entry())}"#)
      return try tell(harness, "withdraw", from: id, "{}").json?["has_taken"]?.boolValue
    }
    var answer: Int64 = 0
    #expect(
      try hasTaken("a") {
        answer = try answerElsewhere(harness)
        return answer
      } == true)
    #expect(try hasTaken("b") { answer } == false)
    #expect(try hasTaken("c") { try answerElsewhere(harness) } == true)
  }
}
