import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import ScriptedServer
import Testing
import TextFormats

@testable import Configuration
@testable import Gateway

/// Answers from the cache, through the gateway.
@Suite(.serialized) struct GatewayCacheTests {
  /// A provider that numbers its answers.
  private static func reply(_ number: Int) -> String {
    #"{"model":"big","choices":[{"message":{"content":"answer \#(number)"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#
  }

  private static func chat(_ text: String, _ more: String = "") -> String {
    #"{"model":"big","max_tokens":50\#(more),"messages":[{"role":"user","content":"\#(text)"}]}"#
  }

  /// What waits to be written takes memory: whoever has another large answer waits until there is room.
  @Test func answersThatWaitAreBoundedByTheirBytes() throws {
    struct State {
      var isAtWork = false
      var isReleased = false
      var hasCome = false
    }
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-cache")
    defer { try? Folder.removeTree(folder) }
    let cache = GatewayCache(path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits(), tell: { _ in })
    func keys(_ text: String) -> CacheKeys {
      CacheKeys(
        CacheQuestion(surroundings: CacheQuestion.Surroundings(), asked: Array(text.utf8)), scope: "user ana")
    }
    let (state, last) = (Locked(State()), keys("last"))
    cache.keep(keys("first"), bytes: 1, nil) {
      state.use { $0.isAtWork = true }
      state.look(when: { $0.isReleased }) { _ in }
      return nil
    }
    #expect(state.wait(atMostMs: 20_000, until: { $0.isAtWork }) { $0.isAtWork })
    cache.keep(keys("large"), bytes: 4 << 20, nil) { nil }
    try Thread.start {
      cache.keep(last, bytes: 1, nil) { nil }
      state.use { $0.hasCome = true }
    }
    // It could have come by then.
    Clock.sleep(ms: 50)
    #expect(!state.use { $0.hasCome })
    state.use { $0.isReleased = true }
    #expect(state.wait(atMostMs: 20_000, until: { $0.hasCome }) { $0.hasCome })
    cache.end()
  }

  private func harness(
    mode: CacheMode? = nil, budgets: [String] = ["1M tokens/day"], user: String = "ana",
    troubles: Locked<Int> = Locked(0), restMs: Int64 = 60_000, cache path: String? = nil, locks: [ConfigLock] = [],
    _ answer: @escaping @Sendable (Int, ScriptedServer.Exchange) -> Bool = { number, exchange in
      exchange.reply(Self.reply(number))
      return true
    }
  ) throws -> (GatewayHarness, Locked<Int>) {
    let calls = Locked(0)
    let place = try path ?? Folder.makeTemporary(prefix: "llmguard-gateway-cache")
    let harness = try GatewayHarness(
      budgets: budgets, settings: { $0.locks = locks },
      configure: { options in
        options.cache = GatewayCache(
          path: place + "/cache.sqlite3", mode: mode, limits: IntentCache.Limits(), likeness: { SentenceLikeness() },
          restMs: restMs, tell: { _ in troubles.use { $0 += 1 } })
        options.offer = { "offer of entry \($0.entry)" }
      }, identity: { $0.user = user }
    ) { exchange in
      let number = calls.use { calls in
        calls += 1
        return calls
      }
      return answer(number, exchange)
    }
    return (harness, calls)
  }

  @Test func theSameRequestIsAnsweredByteForByteAndMarked() throws {
    let (harness, calls) = try harness()
    let first = try harness.post(Self.chat("three names"))
    #expect(first.head.fields["x-llmguard-cache"] == nil)
    let second = try harness.post(Self.chat("three names", #","user":"u-1""#))
    #expect(second.status == 200)
    #expect(second.body == first.body)
    #expect(second.head.fields["Content-Type"] == first.head.fields["Content-Type"])
    #expect(second.head.fields["x-llmguard-cache"]?.hasPrefix("exact; age=") == true)
    #expect(second.head.fields["x-llmguard-charge"] == "0")
    #expect(second.head.fields["x-llmguard-used"] == "33")
    #expect(try harness.post(Self.chat("four names")).text == Self.reply(2))
    #expect(try harness.post(Self.chat("three names", #","temperature":0.3"#)).text == Self.reply(3))
    #expect(calls.use { $0 } == 3)
    let entries = try harness.ledger()
    #expect(entries.filter { $0.kind == .cached }.map(\.saved?.tokens) == [33])
    #expect(entries.filter { $0.kind == .settle }.count == 3)
  }

  /// Who writes for long, or a disk that is full for a while, does not make a server pay for every answer from then on.
  @Test func aCacheThatWasInTroubleIsUsedAgain() throws {
    let (place, troubles) = (try Folder.makeTemporary(prefix: "llmguard-gateway-cache"), Locked(0))
    defer { try? Folder.removeTree(place) }
    let (harness, calls) = try harness(troubles: troubles, restMs: 5000, cache: place)
    #expect(try harness.post(Self.chat("one")).status == 200)
    #expect(try harness.post(Self.chat("one")).text == Self.reply(1))
    let other = try FileLock(path: place + "/cache.sqlite3.flights")
    #expect(try other.acquire(deadlineMs: 20_000))
    #expect(try harness.post(Self.chat("two")).text == Self.reply(2))
    #expect(troubles.wait(atMostMs: 20_000, until: { $0 > 0 }) { $0 } == 1)
    // It is left alone for a while.
    #expect(try harness.post(Self.chat("one")).text == Self.reply(3))
    other.release()
    Clock.sleep(ms: 5200)
    #expect(try harness.post(Self.chat("one")).text == Self.reply(1))
    #expect(try harness.post(Self.chat("three")).text == Self.reply(4))
    #expect(try harness.post(Self.chat("three")).text == Self.reply(4))
    #expect(calls.use { $0 } == 4)
    #expect(troubles.use { $0 } == 1)
  }

  @Test func aRetryIsToldOfTheAnswerThatIsKept() throws {
    let (harness, calls) = try harness()
    for _ in 1...4 { _ = try harness.post(fields: ["x-llmguard-cache": "refresh"], Self.chat("three names")) }
    _ = try harness.post(fields: ["x-llmguard-cache": "refresh"], Self.chat("four names"))
    let told = harness.news.all.compactMap { news -> Bool? in
      if case .admitted(_, let couldBeAnswered) = news { couldBeAnswered } else { nil }
    }
    #expect(told == [false, false, true, true, false], "the first retry costs nothing more")
    let free = try harness.post(fields: ["x-llmguard-cache": "only"], Self.chat("three names"))
    #expect(free.text == Self.reply(4))
    #expect(calls.use { $0 } == 5)
    #expect(try harness.ledger().filter { $0.kind == .cached }.count == 1, "looking was no answer")
  }

  /// Near a limit the cheaper answer is given again to the same request; with room the model that is asked for answers.
  @Test func aCallThatGoesOutCheaperIsGivenTheAnswerThatItGotSo() throws {
    let place = try Folder.makeTemporary(prefix: "llmguard-gateway-cache")
    defer { try? Folder.removeTree(place) }
    let (tight, calls) = try harness(budgets: ["50 tokens/day"], cache: place) { number, exchange in
      exchange.reply(Self.reply(number).replacing("11", with: "3").replacing("22", with: "2"))
      return true
    }
    for _ in 0..<2 { #expect(try tight.post(Self.chat("three names")).text.contains("answer 1")) }
    #expect(calls.use { $0 } == 1)
    // Others have used up the rest: it would be refused, and is answered.
    for text in ["four", "five", "six"] { _ = try tight.post(Self.chat(text)) }
    #expect(try tight.post(Self.chat("seven")).status == 429)
    let again = try tight.post(Self.chat("three names"))
    #expect(again.text.contains("answer 1") && again.head.fields["x-llmguard-model"] == "small")
    #expect(try tight.ledger().contains { $0.kind == .reserve && $0.facts?.model == "small" })
    let cached = try #require(try tight.ledger().first { $0.kind == .cached })
    #expect(cached.facts?.degraded == false && cached.facts?.model == "big")
    let (roomy, more) = try harness(cache: place)
    #expect(try roomy.post(Self.chat("three names")).head.fields["x-llmguard-cache"] == nil)
    #expect(more.use { $0 } == 1)
  }

  @Test(arguments: [false, true])
  func aStreamIsGivenAgainAsAStreamWithTheUsageThatIsAskedFor(asks: Bool) throws {
    let (harness, calls) = try harness { number, exchange in
      let isAsked = exchange.text.contains(#""include_usage":true"#)
      exchange.reply(type: "text/event-stream", MeteredCallTests.events(withUsage: isAsked))
      return true
    }
    let option = asks ? #","stream_options":{"include_usage":true}"# : ""
    let body = Self.chat("names", #","stream":true\#(option)"#)
    let first = try harness.post(body)
    let second = try harness.post(body)
    #expect(first.text == MeteredCallTests.events(withUsage: asks))
    #expect(second.text == first.text)
    #expect(second.isWhole)
    #expect(second.head.fields["Content-Type"] == "text/event-stream")
    #expect(second.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true)
    #expect(calls.use { $0 } == 1)
    // The whole reply is not given to one who asked for a stream, nor the other way round.
    _ = try harness.post(Self.chat("names"))
    #expect(calls.use { $0 } == 2)
  }

  @Test func whatFailedOrBrokeOffIsNotKept() throws {
    let (harness, calls) = try harness { number, exchange in
      switch number {
      case 1: exchange.reply(status: 500, #"{"error":{"message":"no"}}"#)
      case 2: exchange.reply(#"{"choices":[{"message":{"content":"without usage"}}]}"#)
      default: exchange.reply(Self.reply(number))
      }
      return true
    }
    for _ in 0..<4 { _ = try harness.post(Self.chat("names")) }
    #expect(calls.use { $0 } == 3)
  }

  @Test func theClientAndTheRunMaySayWhatTheyWant() throws {
    let (harness, calls) = try harness()
    _ = try harness.post(Self.chat("names"))
    #expect(try harness.post(fields: ["x-llmguard-cache": "refresh"], Self.chat("names")).text == Self.reply(2))
    #expect(try harness.post(fields: ["x-llmguard-cache": "off"], Self.chat("names")).text == Self.reply(3))
    #expect(try harness.post(Self.chat("names")).text == Self.reply(2))
    let refused = try harness.post(fields: ["x-llmguard-cache": "only"], Self.chat("other names"))
    #expect(refused.status == 429)
    #expect(refused.text.contains("not_cached"))
    #expect(calls.use { $0 } == 3)
    let (off, more) = try self.harness(mode: .off)
    for _ in 0..<2 { _ = try off.post(Self.chat("names")) }
    #expect(more.use { $0 } == 2)
  }

  /// Answers are written behind the reply; whoever asks at once gets them all the same.
  @Test func whatHasJustBeenAnsweredIsFoundAtOnce() throws {
    let (harness, calls) = try harness()
    let client = try harness.connect()
    defer { client.close() }
    let path = harness.path("/v1/chat/completions")
    for round in 1...20 {
      func ask(_ text: String, _ fields: HTTPFields = [:]) throws -> TestClient.Reply {
        try client.exchange("POST", path, fields: fields, body: Array(Self.chat(text).utf8))
      }
      let text = "Summarise chapter \(round) of Emma in three bullet points."
      let first = try ask(text)
      #expect(first.text == Self.reply(2 * round - 1))
      let other = try ask("can you give me a summary of chapter \(round) of Emma in 3 bullet points?")
      #expect(other.head.fields["x-llmguard-cache"]?.hasPrefix("intent") == true)
      #expect(other.body == first.body)
      #expect(try ask(text, ["x-llmguard-cache": "refresh"]).text == Self.reply(2 * round))
      #expect(try ask(text).text == Self.reply(2 * round))
    }
    #expect(calls.use { $0 } == 40)
    #expect(try harness.ledger().filter { $0.kind == .cached }.count == 40)
  }

  @Test func whatIsKeptIsThereWhenTheGatewayHasEnded() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-cache")
    let (harness, _) = try harness(cache: folder)
    for number in 0..<50 { _ = try harness.post(Self.chat("names of planet \(number)")) }
    harness.gateway.stop()
    #expect(try IntentCache(path: folder + "/cache.sqlite3").statistics().entries == 50)
    try? Folder.removeTree(folder)
  }

  @Test func anEmbeddingIsOfItsVeryWords() throws {
    let (harness, calls) = try harness { _, exchange in
      exchange.reply(#"{"data":[{"embedding":[1]}],"usage":{"prompt_tokens":3,"total_tokens":3}}"#)
      return true
    }
    func embed(_ text: String) throws {
      _ = try harness.post(to: "/v1/embeddings", #"{"model":"big","input":"\#(text)"}"#)
    }
    try embed("summarise this in 3 bullets")
    try embed("give me a 3-bullet summary of this")
    try embed("summarise this in 3 bullets")
    #expect(calls.use { $0 } == 2)
  }

  @Test func oneUsersAnswerIsNotAnothers() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-cache")
    let (ana, first) = try harness(cache: folder)
    _ = try ana.post(Self.chat("who am I"))
    let (ben, second) = try harness(user: "ben", cache: folder)
    #expect(try ben.post(Self.chat("who am I")).text == Self.reply(1))
    #expect(try ana.post(Self.chat("who am I")).head.fields["x-llmguard-cache"] != nil)
    #expect(first.use { $0 } == 1 && second.use { $0 } == 1)
    try? Folder.removeTree(folder)
  }

  @Test func identicalCallsAtOnceAreOne() throws {
    let started = Locked(0)
    let (harness, calls) = try harness { number, exchange in
      // The first is answered when all clients have sent theirs.
      started.wait(until: { $0 == 8 }) { _ in }
      exchange.reply(Self.reply(number))
      return true
    }
    let (port, path) = (harness.port, harness.path("/v1/chat/completions"))
    let texts = Locked<[String]>([])
    let running = Locked(8)
    for _ in 0..<8 {
      try Posix.Thread.start {
        do {
          let client = try TestClient(port: port)
          try client.send("POST", path, body: Array(Self.chat("names").utf8))
          started.use { $0 += 1 }
          let text = try client.reply().text
          texts.use { $0.append(text) }
          client.close()
        } catch { texts.use { $0.append("\(error)") } }
        running.use { $0 -= 1 }
      }
    }
    running.wait(until: { $0 == 0 }) { _ in }
    #expect(texts.use { $0 } == Array(repeating: Self.reply(1), count: 8))
    #expect(calls.use { $0 } == 1)
    #expect(try harness.ledger().filter { $0.kind == .cached }.count == 7)
  }

  @Test func aRefusalNamesTheOffer() throws {
    let (harness, _) = try harness(budgets: ["100 tokens/day"]) { number, exchange in
      exchange.reply(
        #"{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":20,"completion_tokens":99}}"#)
      return true
    }
    let text = "Summarise chapter four of the novel Emma for my reading group in three short bullet points"
    _ = try harness.post(Self.chat(text))
    let same = try harness.post(Self.chat(text))
    #expect(
      same.head.fields["x-llmguard-cache"]?.hasPrefix("exact") == true, "what is there is given, whatever is left")
    let refused = try harness.post(Self.chat(text + " thanks, with love"))
    #expect(refused.status == 429, "\(refused.text)")
    #expect(refused.text.contains("offer of entry 1"), "\(refused.text)")
  }

  /// A call that the line turns away, and one whose price nobody knows, are offered what there is.
  @Test func otherRefusalsNameTheOfferToo() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-cache")
    defer { try? Folder.removeTree(folder) }
    let text = "Summarise chapter four of the novel Emma for my reading group in three short bullet points"
    let similar = text + " thanks, with love"
    guard case .limit(let money) = try BudgetSpec("$1/day") else {
      Issue.record("that is a limit")
      return
    }
    let harness = try GatewayHarness(
      settings: { settings in
        settings.cache.similarity = PhaseValues(ok: 700, warn: 700, soft: 700, hard: 700)
        settings.tiers["default"]?.lane.concurrency = 1
        settings.operations["paid"] = Operation(name: "paid", budgets: [money])
      },
      configure: { options in
        options.cache = GatewayCache(
          path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits(), likeness: { SentenceLikeness() },
          tell: { _ in })
        options.offer = { "offer of entry \($0.entry)" }
        options.waitMs = 0
      }
    ) { exchange in
      exchange.reply(Self.reply(1))
      return true
    }
    #expect(try harness.post(Self.chat(text)).status == 200)
    let priced = try harness.post(fields: ["x-llmguard-op": "paid"], Self.chat(similar))
    #expect(priced.text.contains(#""refused":"unknown_price""#), "\(priced.text)")
    #expect(priced.text.contains("offer of entry 1") && priced.head.fields["x-llmguard-reset"] == nil, "\(priced.text)")
    let taken = try harness.gateway.desk.perform { tools -> Bool in
      let request = TicketRequest(
        user: "ana", operation: "chat", program: "test", priority: .normal,
        lanes: [Lane(name: "user ana", limits: LaneLimits(concurrency: 1))], tokens: 1)
      guard let ticket = try? tools.ledger.enter(request, nowUnixMs: Clock.unixMs) else { return false }
      return (try? tools.ledger.standing(of: ticket, nowUnixMs: Clock.unixMs)) == .started
    }
    #expect(taken.value)
    let queued = try harness.post(Self.chat(similar))
    #expect(queued.text.contains(#""refused":"queue""#), "\(queued.text)")
    #expect(queued.text.contains("offer of entry 1"), "\(queued.text)")
    #expect(queued.head.fields["x-llmguard-offer"]?.hasPrefix("1; age=") == true)
    #expect(queued.head.fields["x-llmguard-phase"] == "ok")
    let anew = try harness.post(fields: ["x-llmguard-op": "paid", "x-llmguard-cache": "refresh"], Self.chat(text))
    #expect(anew.text.contains(#""refused":"unknown_price""#) && anew.text.contains("offer of entry 1"), "\(anew.text)")
    let off = try harness.post(fields: ["x-llmguard-cache": "off"], Self.chat(similar))
    #expect(!off.text.contains("offer of entry"), "\(off.text)")
  }

  @Test(arguments: [false, true]) func whatIsLockedIsNotTheClientsToSay(isLocked: Bool) throws {
    let (harness, calls) = try harness(
      budgets: ["100 tokens/day"],
      locks: isLocked ? [ConfigLock(key: "cache.mode", place: "test:1")].compactMap(\.self) : []
    ) { _, exchange in
      exchange.reply(
        #"{"choices":[{"message":{"content":"x"}}],"usage":{"prompt_tokens":20,"completion_tokens":99}}"#)
      return true
    }
    let text = "Summarise chapter four of the novel Emma for my reading group in three short bullet points"
    _ = try harness.post(Self.chat(text))
    let similar = Self.chat(text + " thanks, with love")
    let refused = try harness.post(similar)
    #expect(refused.text.contains("offer of entry 1") == !isLocked, "\(refused.text)")
    let reply = try harness.post(fields: ["x-llmguard-cache": "similar"], similar)
    #expect(reply.status == (isLocked ? 429 : 200), "\(reply.text)")
    #expect(reply.text.contains("offer of entry") == false)
    #expect(calls.use { $0 } == 1)
    // Whatever else a client asks for is still its own business.
    #expect(try harness.post(fields: ["x-llmguard-cache": "only"], Self.chat(text)).status == 200)
  }

  @Test func aCacheInTroubleIsDoneWithout() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-cache")
    try File.replace(folder + "/cache.sqlite3", with: [UInt8](repeating: 0x41, count: 9000))
    let troubles = Locked(0)
    let (harness, calls) = try harness(troubles: troubles, cache: folder)
    for _ in 0..<3 { #expect(try harness.post(Self.chat("names")).status == 200) }
    #expect(calls.use { $0 } == 3)
    #expect(troubles.use { $0 } == 1)
    try? Folder.removeTree(folder)
  }
}
