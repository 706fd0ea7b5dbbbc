import Configuration
import Guard
import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import Providers
import ScriptedServer
import Testing
import TextFormats

@testable import Gateway

/// A judge that is asked on a call's way through the gateway.
@Suite(.serialized) struct GatewayJudgeTests {
  static let asked =
    "Summarise chapter four of the novel Emma for my reading group in three short bullet points"
  static let similar = asked + " thanks, with love"
  static let another = asked + " thanks, with kisses"

  static func reply(_ text: String) -> String {
    #"{"model":"big","choices":[{"message":{"content":"\#(text)"}}],"usage":{"prompt_tokens":11,"completion_tokens":\#(output(text))}}"#
  }

  /// An answer takes more than a judge: else nobody would be asked.
  static func output(_ text: String) -> Int { text.hasPrefix("answer") ? 222 : 22 }

  static func chat(_ text: String, _ more: String = "") -> String {
    #"{"model":"big","max_tokens":500\#(more),"messages":[{"role":"user","content":"\#(text)"}]}"#
  }

  /// What reached the provider.
  struct Seen {
    var calls = 0
    var judged: [ScriptedServer.Exchange] = []
  }

  struct Bench {
    let harness: GatewayHarness
    let seen: Locked<Seen>
    let folder: String

    func post(_ text: String, fields: HTTPFields = [:], _ more: String = "") throws -> TestClient.Reply {
      try harness.post(fields: fields, GatewayJudgeTests.chat(text, more))
    }

    var asked: Int { seen.use { $0.judged.count } }
    var calls: Int { seen.use { $0.calls } }

    /// Ends the gateway and gives what it kept of judges.
    func labels() throws -> [CacheLabel] {
      harness.gateway.stop()
      return try IntentCache(path: folder + "/cache.sqlite3").labels()
    }
  }

  /// - Parameter judge: answers a question to the judge; the other calls are numbered.
  func bench(
    budgets: [String] = ["1M tokens/day"], judgeMs: Int64 = 60_000, caps: RunCaps = RunCaps(),
    identity: (inout GatewayIdentity) -> Void = { _ in }, settings change: (inout Settings) -> Void = { _ in },
    answer: (@Sendable (ScriptedServer.Exchange, Int) -> Void)? = nil,
    judge: @escaping @Sendable (ScriptedServer.Exchange) -> Void
  ) throws -> Bench {
    let seen = Locked(Seen())
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-judge")
    let harness = try GatewayHarness(
      budgets: budgets,
      settings: { settings in
        settings.cache.judgeModel = "tiny"
        settings.cache.similarity = PhaseValues(ok: 700, warn: 700, soft: 700, hard: 700)
        change(&settings)
      },
      configure: { options in
        options.cache = GatewayCache(
          path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits(), likeness: { SentenceLikeness() },
          tell: { _ in })
        options.limits.judgeMs = judgeMs
        options.caps = caps
        options.offer = { "offer of entry \($0.entry)" }
      }, identity: identity
    ) { exchange in
      if exchange.text.contains("Say only yes or no") {
        seen.use { $0.judged.append(exchange) }
        judge(exchange)
      } else {
        let number = seen.use { seen in
          seen.calls += 1
          return seen.calls
        }
        if let answer { answer(exchange, number) } else { exchange.reply(Self.reply("answer \(number)")) }
      }
      return true
    }
    return Bench(harness: harness, seen: seen, folder: folder)
  }

  @Test func aYesGivesTheSimilarAnswerAndIsKept() throws {
    let bench = try bench { $0.reply(Self.reply("Yes.")) }
    defer { try? Folder.removeTree(bench.folder) }
    let fields: HTTPFields = [
      "Authorization": "Bearer sk-own", "Idempotency-Key": "one-call", "OpenAI-Organization": "org",
    ]
    #expect(try bench.post(Self.asked, fields: fields).text == Self.reply("answer 1"))
    let given = try bench.post(Self.similar, fields: fields)
    #expect(given.text == Self.reply("answer 1"))
    #expect(given.head.fields["x-llmguard-cache"]?.hasPrefix("similar; age=") == true)
    #expect(given.head.fields["x-llmguard-cache"]?.hasSuffix("; judged") == true)
    #expect(given.head.fields["x-llmguard-charge"] == "0")
    let asked = try #require(bench.seen.use { $0.judged.first })
    #expect(asked.head.fields["Authorization"] == "Bearer sk-own")
    #expect(asked.head.fields["OpenAI-Organization"] == "org")
    #expect(asked.head.fields["Idempotency-Key"] == nil, "that is the client's call's")
    let body = try JSONParser.parse(asked.body)
    #expect(body["model"]?.stringValue == "tiny")
    #expect(body["max_tokens"]?.int64Value == JudgePrompt.maxOutputTokens)
    #expect(
      body["messages"]?.arrayValue?.first?["content"]?.stringValue == JudgePrompt.text(Self.similar, Self.asked))
    // The verdict is kept: nobody is asked twice.
    #expect(try bench.post(Self.similar, fields: fields).text == Self.reply("answer 1"))
    #expect(bench.calls == 1 && bench.asked == 1)
    let labels = try bench.labels()
    #expect(labels.map(\.isSame) == [true])
    #expect(labels.map(\.source) == ["judge tiny"])
    let calls = try bench.harness.calls()
    #expect(calls.map(\.facts.operation) == ["chat", "cache-judge", "chat", "chat"])
    #expect(try bench.harness.ledger().filter { $0.kind == .settle }.count == 2)
  }

  @Test func aNoSendsTheCallAndIsKept() throws {
    let bench = try bench { $0.reply(Self.reply("no")) }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    #expect(try bench.post(Self.similar).text == Self.reply("answer 2"))
    #expect(try bench.post(Self.similar).text == Self.reply("answer 2"), "its own answer is kept")
    #expect(bench.calls == 2 && bench.asked == 1)
    #expect(try bench.labels().map(\.isSame) == [false])
    #expect(bench.harness.gateway.summary.refusals == 0)
  }

  /// What is no clear yes lets the call go its way, and nobody is told.
  @Test(arguments: [
    (500, #"{"error":{"message":"no"}}"#), (404, "no such model"), (200, reply("It depends.")),
  ]) func whatFailsIsANo(status: Int, body: String) throws {
    // The second call's answer is not kept, so that the third is the same case.
    let bench = try bench(answer: { exchange, number in
      exchange.reply(number == 1 ? Self.reply("answer 1") : #"{"choices":[]}"#)
    }) { $0.reply(status: status, body) }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    let own = try bench.post(Self.similar)
    #expect(own.status == 200)
    #expect(own.text == #"{"choices":[]}"#)
    #expect(bench.asked == 1)
    #expect(try bench.post(Self.similar).text == own.text)
    // A model that is not there is not asked for again at once; what it said is in the cache.
    #expect(bench.asked == (status == 404 || body.contains("depends") ? 1 : 2))
    #expect(try bench.labels().isEmpty)
    let refused = bench.harness.news.all.filter { news in
      switch news {
      case .admitted, .settled, .givenBack: false
      default: true
      }
    }
    #expect(refused.isEmpty, "nobody is told of it: \(refused)")
  }

  @Test func aSlowJudgeIsNotWaitedFor() throws {
    let release = Locked(false)
    let bench = try bench(judgeMs: 100) { exchange in
      release.wait(until: { $0 }) { _ in }
      exchange.reply(Self.reply("yes"))
    }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    #expect(try bench.post(Self.similar).text == Self.reply("answer 2"))
    release.use { $0 = true }
    #expect(bench.asked == 1)
    #expect(try bench.labels().isEmpty)
    // It was sent, and that is not free.
    let judged = try bench.harness.calls().filter { $0.facts.operation == CacheStep.judgeOperation }
    #expect(judged.count == 1)
    #expect(judged.first.map { ($0.entry.charge?.tokens ?? 0) > 0 } == true, "\(judged)")
  }

  @Test func aClientThatLeavesIsNotJudgedFor() throws {
    let release = Locked(false)
    let hasLeft = Locked(false)
    let bench = try bench { exchange in
      release.use { $0 = true }
      hasLeft.wait(until: { $0 }) { _ in }
      _ = exchange.waitForEnd()
    }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    let client = try bench.harness.connect()
    try client.send(
      "POST", bench.harness.path("/v1/chat/completions"), body: Array(Self.chat(Self.similar).utf8))
    release.wait(until: { $0 }) { _ in }
    client.close()
    hasLeft.use { $0 = true }
    bench.harness.gateway.finish(while: { true })
    #expect(bench.calls == 1, "the call itself was not sent")
    #expect(try bench.harness.ledger().filter { $0.kind == .settle }.count == 2)
  }

  @Test func aJudgeThatMayNotBeAskedIsANo() throws {
    let bench = try bench(settings: {
      $0.operations[CacheStep.judgeOperation] = Operation(name: CacheStep.judgeOperation)
      $0.operations[CacheStep.judgeOperation]?.maxTokensPerCall = 5
    }) { $0.reply(Self.reply("yes")) }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    #expect(try bench.post(Self.similar).text == Self.reply("answer 2"))
    #expect(bench.asked == 0)
    #expect(bench.harness.gateway.summary.refusals == 0, "nothing that the run asked was refused")
    #expect(bench.harness.gateway.summary.lastWasRefused == false)
    #expect(try bench.harness.calls().filter { $0.facts.operation == CacheStep.judgeOperation }.count == 1)
  }

  @Test func whatItCannotSaveIsNotSpent() throws {
    let short = #","max_tokens":20"#
    let bench = try bench(answer: { exchange, number in
      let text = Self.reply("answer \(number)")
      exchange.reply(exchange.text.contains(#""max_tokens":20"#) ? text.replacing("222", with: "20") : text)
    }) { $0.reply(Self.reply("yes")) }
    defer { try? Folder.removeTree(bench.folder) }
    func post(_ text: String, _ fields: HTTPFields = [:]) throws -> TestClient.Reply {
      try bench.harness.post(
        fields: fields, #"{"model":"big"\#(short),"messages":[{"role":"user","content":"\#(text)"}]}"#)
    }
    _ = try post(Self.asked)
    #expect(try post(Self.similar).text == Self.reply("answer 2").replacing("222", with: "20"))
    // Nor for one that wants no call at all.
    _ = try bench.post(Self.asked)
    #expect(try bench.post(Self.similar, fields: ["x-llmguard-cache": "only"]).status == 429)
    #expect(try bench.post(Self.similar, fields: ["x-llmguard-cache": "off"]).status == 200)
    #expect(bench.asked == 0)
  }

  /// A call is never refused for what its judge took.
  @Test(arguments: [(100, 0), (300, 1)]) func theCallItselfComesFirst(spare: Int64, asks: Int) throws {
    var caps = RunCaps()
    // The first call takes 233; the second holds 500 and what it asks.
    caps.tokens = 233 + 530 + spare
    caps.calls = 2
    let bench = try bench(caps: caps) { $0.reply(Self.reply("no")) }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    #expect(try bench.post(Self.similar).text == Self.reply("answer 2"))
    #expect(bench.asked == asks)
    #expect(try bench.post(Self.another, fields: ["x-llmguard-cache": "off"]).status == 429, "two calls were made")
  }

  @Test func budgetsComeFirst() throws {
    let bench = try bench(budgets: ["800 tokens/day"]) { $0.reply(Self.reply("no")) }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    let second = try bench.post(Self.similar)
    #expect(bench.asked == 0, "\(second.status)")
    #expect(try bench.harness.calls().allSatisfy { $0.facts.operation != CacheStep.judgeOperation })
  }

  /// Near a limit a small question may save a call that would be refused.
  @Test func aYesStandsInPlaceOfARefusal() throws {
    let bench = try bench(
      budgets: ["1200 tokens/day"],
      answer: { exchange, number in
        let text = Self.reply("answer \(number)")
        exchange.reply(number == 1 ? text : text.replacing("222", with: "400"))
      }
    ) { $0.reply(Self.reply("yes")) }
    defer { try? Folder.removeTree(bench.folder) }
    func post(_ text: String, most: Int) throws -> TestClient.Reply {
      try bench.harness.post(
        #"{"model":"big","max_tokens":\#(most),"messages":[{"role":"user","content":"\#(text)"}]}"#)
    }
    // What must be equal is the maximum, too.
    _ = try post(Self.asked, most: 900)
    _ = try post("Name the moons of the planet Mars", most: 420)
    let given = try post(Self.similar, most: 900)
    #expect(given.status == 200)
    #expect(given.text == Self.reply("answer 1"), "\(given.text)")
    #expect(given.head.fields["x-llmguard-cache"]?.hasPrefix("similar") == true)
    #expect(given.head.fields["x-llmguard-phase"] == "hard")
    #expect(bench.asked == 1)
    #expect(try post("Name the moons of the planet Jupiter", most: 900).status == 429)
  }

  @Test func aStreamIsGivenAsAStream() throws {
    let bench = try bench(answer: { exchange, _ in
      exchange.reply(
        type: "text/event-stream",
        MeteredCallTests.events(withUsage: true).replacing(
          "\"completion_tokens\":2}", with: "\"completion_tokens\":222}"))
    }) { exchange in
      #expect(!exchange.text.contains("stream"))
      exchange.reply(Self.reply("yes"))
    }
    defer { try? Folder.removeTree(bench.folder) }
    let stream = #","stream":true,"stream_options":{"include_usage":true}"#
    let first = try bench.post(Self.asked, stream)
    let given = try bench.post(Self.similar, stream)
    #expect(given.text == first.text)
    #expect(given.isWhole)
    #expect(given.head.fields["Content-Type"] == "text/event-stream")
    #expect(given.head.fields["x-llmguard-cache"]?.hasPrefix("similar") == true)
    #expect(bench.calls == 1 && bench.asked == 1)
  }

  @Test func identicalCallsAtOnceAreJudgedOnce() throws {
    let started = Locked(0)
    let bench = try bench { exchange in
      // What was sent is not read yet; whoever came only now would find what was said, and prove nothing.
      started.wait(until: { $0 == 6 }) { _ in Clock.sleep(ms: 300) }
      exchange.reply(Self.reply("yes"))
    }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    let (port, path) = (bench.harness.port, bench.harness.path("/v1/chat/completions"))
    let texts = Locked<[String]>([])
    let running = Locked(6)
    for _ in 0..<6 {
      try Posix.Thread.start {
        do {
          let client = try TestClient(port: port)
          try client.send("POST", path, body: Array(Self.chat(Self.similar).utf8))
          started.use { $0 += 1 }
          let text = try client.reply().text
          texts.use { $0.append(text) }
          client.close()
        } catch { texts.use { $0.append("\(error)") } }
        running.use { $0 -= 1 }
      }
    }
    running.wait(until: { $0 == 0 }) { _ in }
    #expect(texts.use { $0 } == Array(repeating: Self.reply("answer 1"), count: 6))
    #expect(bench.calls == 1 && bench.asked == 1)
  }

  /// The hold of a command that was metered by its text stays that of its own call.
  @Test(arguments: [false, true]) func aStandInWaitsForTheCallItself(isSame: Bool) throws {
    let bench = try bench { $0.reply(Self.reply(isSame ? "yes" : "no")) }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    _ = try bench.harness.holdForText(tokens: 700, number: 50)
    #expect(try bench.post(Self.similar).text == Self.reply(isSame ? "answer 1" : "answer 2"))
    #expect(bench.asked == 1)
    #expect(bench.harness.gateway.hasReplacedStandIn)
    let entries = try bench.harness.ledger()
    #expect(entries.filter { $0.kind == .void }.count == 1)
    #expect(entries.filter { $0.kind == .settle }.count == (isSame ? 2 : 3))
  }

  /// Of every provider's form, with the client's own credentials.
  @Test(arguments: ["anthropic", "gemini", "ollama"]) func everyProviderIsAskedInItsOwnForm(_ key: String) throws {
    let bench = try bench(answer: { exchange, number in
      exchange.reply(Self.form(key, "answer \(number)"))
    }) { exchange in
      switch key {
      case "anthropic":
        #expect(exchange.head.fields["x-api-key"] == "own" && exchange.text.contains(#""max_tokens":5"#))
      case "gemini": #expect(exchange.head.target.contains("/models/tiny:generateContent?key=own"))
      default: #expect(exchange.text.contains(#""stream":false"#) && exchange.text.contains(#""num_predict":5"#))
      }
      #expect(key == "gemini" || exchange.text.contains(#""model":"tiny""#))
      exchange.reply(Self.form(key, "Yes"))
    }
    defer { try? Folder.removeTree(bench.folder) }
    func post(_ text: String) throws -> TestClient.Reply {
      switch key {
      case "anthropic":
        try bench.harness.post(to: "/v1/messages", key: key, fields: ["x-api-key": "own"], Self.chat(text))
      case "gemini":
        try bench.harness.post(
          to: "/v1beta/models/big:generateContent?key=own", key: key,
          #"{"generationConfig":{"maxOutputTokens":500},"contents":[{"parts":[{"text":"\#(text)"}]}]}"#)
      default:
        try bench.harness.post(
          to: "/api/chat", key: key,
          #"{"model":"big","stream":false,"options":{"num_predict":500},"messages":[{"role":"user","content":"\#(text)"}]}"#
        )
      }
    }
    #expect(try post(Self.asked).text == Self.form(key, "answer 1"))
    #expect(try post(Self.similar).text == Self.form(key, "answer 1"))
    #expect(bench.calls == 1 && bench.asked == 1)
  }

  private static func form(_ key: String, _ text: String) -> String {
    switch key {
    case "anthropic":
      #"{"model":"big","content":[{"type":"text","text":"\#(text)"}],"usage":{"input_tokens":11,"output_tokens":\#(GatewayJudgeTests.output(text))}}"#
    case "gemini":
      #"{"candidates":[{"content":{"parts":[{"text":"\#(text)"}]}}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":\#(GatewayJudgeTests.output(text))}}"#
    default:
      #"{"model":"big","message":{"role":"assistant","content":"\#(text)"},"done":true,"prompt_eval_count":11,"eval_count":\#(GatewayJudgeTests.output(text))}"#
    }
  }
}
