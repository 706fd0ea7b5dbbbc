import GuardModel
import HTTPWire
import Posix
import SQLiteLedger
import Testing

@testable import Gateway

/// What a provider says of its own limits.
@Suite(.serialized) struct RateLimitTests {
  static let now: Int64 = 1_795_535_200_000

  private static func rests(_ fields: HTTPFields, tokens: Int64 = 100) -> [LaneRest] {
    RateLimits(fields, nowUnixMs: now).rests(tokens: tokens)
  }

  @Test(
    arguments: [
      ("2s", 2000), ("20ms", 20), ("6m0s", 360_000), ("1h2m3.5s", 3_723_500), ("1m30.951s", 90_951), ("7", 7000),
      ("0.25", 250), ("2026-11-24T15:46:45Z", 5000), ("2026-11-24T16:46:45.5+01:00", 5000), ("2020-01-01T00:00:00Z", 0),
      ("", nil), ("soon", nil), ("-1s", nil), ("1y", nil), ("1.2.3s", nil), ("99999999999999999999s", nil),
      ("2026-13-24T15:46:45Z", nil), ("2026-11-24T15:46:45", nil), ("٣s", nil),
    ] as [(String, Int64?)])
  func aResetIsADurationOrAnInstant(text: String, expected: Int64?) {
    #expect(RateLimits.resetMs(text, Self.now) == expected)
  }

  /// What is all there again corrects what was known, though nothing is left to wait for.
  @Test(arguments: ["0ms", "0s", "6m0s"]) func plentyCorrectsWhateverItsReset(reset: String) {
    let fields: HTTPFields = [
      "x-ratelimit-limit-tokens": "150000", "x-ratelimit-remaining-tokens": "100000", "x-ratelimit-reset-tokens": reset,
    ]
    let found = RateLimits(fields, nowUnixMs: 1000).corrections(tokens: 100)
    #expect(found.map(\.unit) == [.tokens] && found.map(\.left) == [100_000])
  }

  @Test func whatIsNearlyUsedUpIsRemembered() {
    let openAI: HTTPFields = [
      "x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "0", "X-RateLimit-Reset-Requests": "2s",
      "x-ratelimit-limit-tokens": "30000", "x-ratelimit-remaining-tokens": "29000", "x-ratelimit-reset-tokens": "1s",
    ]
    #expect(Self.rests(openAI) == [LaneRest(.calls, left: 0, untilUnixMs: Self.now + 2000)])
    // A few more calls of this size would use it up.
    #expect(Self.rests(openAI, tokens: 8000).last == LaneRest(.tokens, left: 29_000, untilUnixMs: Self.now + 1000))
    let anthropic: HTTPFields = [
      "anthropic-ratelimit-requests-remaining": "40", "anthropic-ratelimit-requests-reset": "2026-11-24T15:46:45Z",
      "anthropic-ratelimit-tokens-remaining": "900", "anthropic-ratelimit-tokens-reset": "2026-11-24T15:46:45Z",
      "anthropic-ratelimit-input-tokens-limit": "9000", "anthropic-ratelimit-input-tokens-remaining": "300",
      "anthropic-ratelimit-input-tokens-reset": "2026-11-24T15:46:43Z",
      "anthropic-ratelimit-output-tokens-remaining": "7", "anthropic-ratelimit-output-tokens-reset": "5s",
    ]
    #expect(Self.rests(anthropic) == [LaneRest(.tokens, left: 300, untilUnixMs: Self.now + 3000)])
    // A day's limit fills up all the time: it is waited for a minute at a time.
    #expect(
      Self.rests(["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "7h12m"])
        == [LaneRest(.calls, left: 0, untilUnixMs: Self.now + 60_000)])
  }

  @Test(
    arguments: [
      [:], ["x-ratelimit-remaining-requests": "0"],
      ["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "x"],
      ["x-ratelimit-remaining-requests": "-1", "x-ratelimit-reset-requests": "2s"],
      ["x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "0s"],
      ["x-ratelimit-remaining-images": "0", "x-ratelimit-reset-images": "2s"],
      [
        "x-ratelimit-remaining-requests": "200", "x-ratelimit-limit-requests": "500",
        "x-ratelimit-reset-requests": "2s",
      ],
    ] as [HTTPFields])
  func whatSaysNothingHoldsNobody(fields: HTTPFields) { #expect(Self.rests(fields).isEmpty) }

  /// Two calls after a reply that left nothing: the next one waits for the reset, and its wait is recorded. The other
  /// model's does not.
  @Test func theNextCallWaitsForTheProvidersReset() throws {
    let count = Locked(0)
    let repliedAtMs = Locked<Int64>(0)
    let harness = try GatewayHarness { exchange in
      let isFirst = count.use { count in
        count += 1
        return count == 1
      }
      if isFirst { repliedAtMs.use { $0 = Clock.unixMs } }
      var fields: HTTPFields = ["x-ratelimit-limit-requests": "60", "x-ratelimit-reset-requests": "2s"]
      fields.append("x-ratelimit-remaining-requests", isFirst ? "0" : "59")
      exchange.reply(fields: fields, MeteredCallTests.reply)
      return true
    }
    func call(_ model: String) throws {
      let body = #"{"model":"\#(model)","max_tokens":50,"messages":[{"role":"user","content":"\#(count.use { $0 })"}]}"#
      #expect(try harness.post(body).status == 200)
    }
    try call("m")
    try call("other")
    let cameAtMs = Clock.unixMs
    try call("m")
    let opensAtMs = repliedAtMs.use { $0 } + 2000
    let held = try harness.ledger().filter { $0.kind == .reserve }
    try #require(held.count == 3)
    #expect(held[0].facts?.waitedMs == nil && held[1].facts?.waitedMs == nil, "nobody had to stand in the line")
    #expect(held[2].atUnixMs >= opensAtMs, "it went out no sooner than the provider said")
    // On a machine so busy that the reset was over there is nothing to wait for.
    if cameAtMs < opensAtMs - 1000 { #expect(held[2].facts?.waitedMs ?? 0 > 0) }
  }

  /// What one gateway is told holds for the other, which has the ledger alone in common with it.
  @Test func aRetryAfterHoldsForEverybody() throws {
    let harness = try GatewayHarness { exchange in
      exchange.reply(status: 429, fields: ["retry-after": "3"], #"{"error":{"message":"slow down"}}"#)
      return true
    }
    let before = Clock.unixMs
    #expect(try harness.post(MeteredCallTests.chat).status == 429)
    let other = try SQLiteLedger(path: harness.folder + "/ledger.sqlite3", zone: ZoneOffsets(name: "UTC") { _ in 0 })
    // It is written behind the reply.
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    while try other.pausedLanes(nowUnixMs: before + 2999).isEmpty, Clock.monotonicNanoseconds < end {
      Clock.sleep(ms: 5)
    }
    #expect(try other.pausedLanes(nowUnixMs: before + 2999) == ["model big at openai (\(harness.server.url))"])
    #expect(try other.pausedLanes(nowUnixMs: Clock.unixMs + 3001).isEmpty)
  }

  /// Another gateway refuses one user, and sees to the provider's limits itself; what is no use later needs no wait.
  @Test(
    arguments: [
      ["x-llmguard-phase": "hard", "x-should-retry": "false"], ["x-llmguard-phase": "ok", "x-should-retry": "true"],
      ["x-should-retry": "false"], [:],
    ] as [HTTPFields])
  func oneUsersRefusalHoldsNobodyElse(fields: HTTPFields) throws {
    let asked = Locked(0)
    let harness = try GatewayHarness(configure: { $0.waitMs = 0 }) { exchange in
      asked.use { $0 += 1 }
      var fields = fields
      fields.append("Retry-After", "600")
      exchange.reply(status: 429, fields: fields, #"{"error":{"message":"used up"}}"#)
      return true
    }
    #expect(try harness.post(MeteredCallTests.chat).status == 429)
    let other = try SQLiteLedger(path: harness.folder + "/ledger.sqlite3", zone: ZoneOffsets(name: "UTC") { _ in 0 })
    let isProviders = fields.count == 0
    // It is written behind the reply.
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    while isProviders, Clock.monotonicNanoseconds < end, try other.pausedLanes(nowUnixMs: Clock.unixMs).isEmpty {
      Clock.sleep(ms: 5)
    }
    #expect((try harness.post(MeteredCallTests.chat).json?["llmguard"] == nil) == !isProviders)
    #expect(asked.use { $0 } == (isProviders ? 1 : 2))
    #expect(try other.pausedLanes(nowUnixMs: Clock.unixMs).isEmpty != isProviders)
  }

  /// A key's pause is that key's, and a server's is that server's: whoever has another is not held up.
  @Test func anotherKeyIsNotHeldUp() throws {
    let harness = try GatewayHarness(configure: { $0.waitMs = 0 }) { exchange in
      let isAlices = exchange.head.fields["authorization"] == "Bearer alice-secret"
      if isAlices {
        exchange.reply(status: 429, fields: ["retry-after": "600"], #"{"error":{"message":"slow down"}}"#)
      } else {
        exchange.reply(MeteredCallTests.reply)
      }
      return true
    }
    func ask(_ key: String) throws -> TestClient.Reply {
      try harness.post(fields: ["Authorization": "Bearer \(key)"], MeteredCallTests.chat)
    }
    #expect(try ask("alice-secret").json?["error"]?["message"]?.stringValue == "slow down")
    let other = try SQLiteLedger(path: harness.folder + "/ledger.sqlite3", zone: ZoneOffsets(name: "UTC") { _ in 0 })
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    while try other.pausedLanes(nowUnixMs: Clock.unixMs).isEmpty, Clock.monotonicNanoseconds < end {
      Clock.sleep(ms: 5)
    }
    #expect(try ask("bob-secret").status == 200)
    #expect(try ask("alice-secret").json?["llmguard"]?["refused"]?.stringValue == "queue", "she is held up still")
    let lanes = try other.pausedLanes(nowUnixMs: Clock.unixMs)
    #expect(lanes.count == 1 && lanes.allSatisfy { !$0.contains("secret") && $0.hasPrefix("model big at openai (") })
  }

  /// The limits that somebody configured hold for all keys together.
  @Test func configuredLimitsAreEverybodys() throws {
    let harness = try GatewayHarness(
      settings: { $0.modelLanes["big"] = LaneLimits(callsPerMinute: 1) }, configure: { $0.waitMs = 0 }
    ) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    #expect(try harness.post(fields: ["Authorization": "Bearer a"], MeteredCallTests.chat).status == 200)
    #expect(try harness.post(fields: ["Authorization": "Bearer b"], MeteredCallTests.chat).status == 429)
  }

  /// A reply that says that there is plenty is looked at no further where nobody had said that there is little: a place in the line,
  /// which a limit of the configuration makes, costs no more by that.
  @Test func plentyIsNoNewsWhereNothingIsHeldBack() throws {
    let gateway = Locked<Gateway?>(nil)
    let commits = Locked<[Int64]>([])
    @Sendable func made() -> Int64 { gateway.use { $0?.desk.line.use { $0.commits } } ?? -1 }
    /// Waits until there are so many: a disk may be slow.
    @Sendable func note(_ least: Int64) {
      let endNs = Clock.monotonicNanoseconds + 10_000_000_000
      while made() < least, Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 2) }
      let made = made()
      commits.use { $0.append(made) }
    }
    let isShort = Locked(false)
    let (before, wanted) = (Locked<Int64>(0), Locked<Int64>(0))
    let harness = try GatewayHarness(settings: { $0.tiers["default"]?.lane = LaneLimits(concurrency: 1) }) { exchange in
      // The call's hold.
      note(before.use { $0 } + 1)
      let left = isShort.use { $0 } ? 3 : 499
      exchange.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(MeteredCallTests.reply.utf8.count)\r\n"
          + "x-ratelimit-limit-requests: 500\r\nx-ratelimit-remaining-requests: \(left)\r\n"
          + "x-ratelimit-reset-requests: 30s\r\n\r\n")
      // One more than is wanted would come now.
      Clock.sleep(ms: 150)
      note((commits.use { $0.last } ?? 0) + wanted.use { $0 })
      exchange.send(MeteredCallTests.reply)
      return true
    }
    gateway.use { $0 = harness.gateway }
    func more(_ most: Int64) throws -> Int64 {
      commits.use { $0 = [] }
      before.use { $0 = made() }
      wanted.use { $0 = most }
      #expect(try harness.post(MeteredCallTests.chat).status == 200)
      let seen = commits.use { $0 }
      return try #require(seen.count == 2 && seen[0] >= 0 ? seen[1] - seen[0] : nil)
    }
    #expect(try more(0) == 0)
    isShort.use { $0 = true }
    #expect(try more(1) == 1, "little is written down")
    isShort.use { $0 = false }
    #expect(try more(1) == 1, "plenty corrects it")
    #expect(try more(1) == 1, "as long as something is written down")
  }
}
