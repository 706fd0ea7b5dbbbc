import Configuration
import GuardModel
import HTTPWire
import IntentCache
import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway

/// Asking for the same again, through the gateway: what is a retry, and what never is.
@Suite(.serialized) struct GatewayRetryTests {
  private static let reply =
    #"{"model":"big","choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":50,"completion_tokens":50}}"#

  private static func chat(_ turns: [(role: String, text: String)], _ more: String = "") -> String {
    let messages = turns.map { #"{"role":"\#($0.role)","content":"\#($0.text)"}"# }.joined(separator: ",")
    return #"{"model":"big","max_tokens":50\#(more),"messages":[\#(messages)]}"#
  }

  private static func ask(_ text: String, about document: String = "a text") -> String {
    chat([("system", document), ("user", text)])
  }

  private func harness(_ answer: (@Sendable (ScriptedServer.Exchange) -> Bool)? = nil) throws -> GatewayHarness {
    try GatewayHarness(
      budgets: ["1M tokens/day"], identity: { $0.mayNameUser = true },
      answer ?? { exchange in
        exchange.reply(Self.reply)
        return true
      })
  }

  /// What each of some calls is charged; a first call is charged 100.
  private func charges(
    _ bodies: [String], to target: String = "/v1/chat/completions", users: [String] = [], in harness: GatewayHarness
  ) throws -> [String] {
    try bodies.enumerated().map { index, body in
      let fields: HTTPFields = users.isEmpty ? [:] : ["x-llmguard-user": users[index % users.count]]
      return try harness.post(to: target, fields: fields, body).head.fields["x-llmguard-charge"] ?? "none"
    }
  }

  @Test func theSameGetsDearerWhateverItsParameters() throws {
    let harness = try harness()
    let bodies = ["", #","seed":1"#, #","temperature":0.9"#, #","seed":2,"top_p":0.5"#, "", ""].map {
      Self.chat([("user", "three names for a cat")], $0)
    }
    #expect(try charges(bodies, in: harness) == ["100", "100", "150", "200", "300", "300"])
    let entries = try harness.ledger().filter { $0.kind == .settle }
    #expect(entries.map(\.facts?.attempt) == [1, 2, 3, 4, 5, 6])
    #expect(entries.map { $0.surchargeTokens ?? 0 } == [0, 0, 50, 100, 200, 200])
  }

  /// Whichever model is asked, and wherever its name stands: another answer to the same question is asked for.
  @Test func anotherModelIsARetryForAllProviders() throws {
    let openAI = ["m1", "m2", "m3", "m4"].map {
      #"{"model":"\#($0)","max_tokens":50,"messages":[{"role":"user","content":"three names for a cat"}]}"#
    }
    #expect(try charges(openAI, in: try harness()) == ["100", "100", "150", "200"])
    let gemini =
      #"{"generationConfig":{"maxOutputTokens":50},"contents":[{"parts":[{"text":"three names for a cat"}]}]}"#
    let harness = try harness { exchange in
      exchange.reply(#"{"usageMetadata":{"promptTokenCount":50,"candidatesTokenCount":50}}"#)
      return true
    }
    let charged = try ["m1", "m2", "m3", "m4"].map { model in
      try harness.post(to: "/v1beta/models/\(model):generateContent", key: "gemini", gemini).head.fields[
        "x-llmguard-charge"]
    }
    #expect(charged == ["100", "100", "150", "200"])
  }

  /// The answer that was given before would be free, had it been kept: nobody pays more because llmguard's own cache is broken.
  /// Whoever wants a new one does.
  @Test(arguments: [(nil, "100"), ("refresh", "200"), ("off", "200")] as [(String?, String)])
  func aCacheInTroubleMakesNothingDearer(mode: String?, last: String) throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-gateway-retry")
    defer { try? Folder.removeTree(folder) }
    try File.replace(folder + "/cache.sqlite3", with: [UInt8](repeating: 0x41, count: 9000))
    let harness = try GatewayHarness(
      configure: { options in
        options.cache = GatewayCache(
          path: folder + "/cache.sqlite3", mode: nil, limits: IntentCache.Limits(), likeness: { SentenceLikeness() },
          restMs: 60_000, tell: { _ in })
      }
    ) { exchange in
      exchange.reply(Self.reply)
      return true
    }
    let fields: HTTPFields = mode.map { ["x-llmguard-cache": $0] } ?? [:]
    let charged = try (1...4).map { _ in
      try harness.post(fields: fields, Self.chat([("user", "Explain the tides")])).head.fields["x-llmguard-charge"]
    }
    #expect(charged.last == last && charged.first == "100", "\(charged)")
  }

  @Test func theSameInOtherWordsIsARetry() throws {
    let bodies = [
      "Can you summarise this?", "a summary of this, please", "Summarise this", "Please could you summarise this.",
    ].map { Self.ask($0) }
    #expect(try charges(bodies, in: try harness()) == ["100", "100", "150", "200"])
  }

  /// Not the same intent, as far as the lexicon knows; but nothing that counts differs, and the words are much alike.
  @Test func muchTheSameWordsAreARetry() throws {
    let bodies = [
      "What is the root exception in this Java stack trace?", "java stack trace root exception?",
      "I'd like the root exception of this Java stack trace identified.",
      "What is the root cause in this Java stack trace?",
    ].map { Self.ask($0) }
    #expect(try charges(bodies, in: try harness()) == ["100", "100", "150", "100"])
  }

  @Test func whatDiffersInAnyPartIsNoRetry() throws {
    let harness = try harness()
    let asked = (1...5).map { Self.ask("Summarise this", about: "document \($0)") }
    #expect(try charges(asked, in: harness) == [String](repeating: "100", count: 5), "a loop over files")
    let animals = ["cat", "dog", "mouse", "horse", "cow"].map { Self.ask("three names for a \($0)") }
    #expect(try charges(animals, in: harness) == [String](repeating: "100", count: 5), "a loop over words")
    let numbers = (2...6).map { Self.ask("Write \($0) haiku about rain") }
    #expect(try charges(numbers, in: harness) == [String](repeating: "100", count: 5), "a loop over numbers")
    let others = [
      "Summarise this in French", "Summarise this in German", "Do not summarise this", "Translate this to French",
    ].map { Self.ask($0) }
    #expect(try charges(others, in: harness) == [String](repeating: "100", count: 4))
  }

  /// The same numbers come each time: nobody asks again in the hope of better ones.
  @Test(arguments: ["/v1/embeddings", "/api/embed", "/v1beta/models/text-embedding-004:embedContent"])
  func anEmbeddingAskedForAgainIsNoRetry(target: String) throws {
    let harness = try self.harness { exchange in
      exchange.reply(
        #"{"data":[],"embeddings":[],"embedding":{"values":[]},"prompt_eval_count":100,"usage":{"prompt_tokens":100,"total_tokens":100},"#
          + #""usageMetadata":{"promptTokenCount":100}}"#)
      return true
    }
    let body =
      target.hasPrefix("/v1beta")
      ? #"{"content":{"parts":[{"text":"the cat sat"}]}}"# : #"{"model":"small","input":"the cat sat on the mat"}"#
    let charges = try self.charges([String](repeating: body, count: 5), to: target, in: harness)
    #expect(Set(charges).count == 1 && charges.allSatisfy { Int64($0) != nil }, "\(charges)")
    let entries = try harness.ledger().filter { $0.kind == .settle }
    #expect(entries.count == 5 && entries.allSatisfy { $0.facts?.attempt == 1 && ($0.surchargeTokens ?? 0) == 0 })
  }

  @Test func anAgentWhoseMessagesGrowIsNeverCharged() throws {
    var turns: [(String, String)] = [("system", "be brief"), ("user", "Fix the failing test")]
    var bodies: [String] = []
    for round in 1...8 {
      bodies.append(Self.chat(turns))
      turns += [("assistant", "running it"), (round % 2 == 0 ? "user" : "tool", "it failed")]
    }
    #expect(try charges(bodies, in: try harness()) == [String](repeating: "100", count: 8))
  }

  @Test func twoUsersNeverRetryEachOthersCalls() throws {
    let bodies = [String](repeating: Self.ask("three names for a cat"), count: 6)
    #expect(
      try charges(bodies, users: ["ana", "ben"], in: try harness()) == ["100", "100", "100", "100", "150", "150"])
  }

  @Test(arguments: [429, 500, 503, 529])
  func whatAClientSendsAgainAfterAnErrorIsNoRetry(status: Int) throws {
    let calls = Locked(0)
    let harness = try self.harness { exchange in
      let number = calls.use { calls in
        calls += 1
        return calls
      }
      let isEarly = number <= 6
      exchange.reply(status: isEarly ? status : 200, isEarly ? #"{"error":{"message":"later"}}"# : Self.reply)
      return true
    }
    let body = Self.ask("three names for a cat")
    for _ in 1...6 { #expect(try harness.post(body).status == status) }
    #expect(try charges([body, body, body], in: harness) == ["100", "100", "150"])
    #expect(try harness.ledger().filter { $0.kind == .void }.count == 6)
  }

  /// A client that gives up before anything came, and asks again: what the provider may have done is charged, and that the
  /// client asks again is not.
  @Test func whatAClientSendsAgainAfterATimeoutIsNoRetry() throws {
    let (isLate, arrived) = (Locked(true), Locked(0))
    let harness = try self.harness { exchange in
      arrived.use { $0 += 1 }
      let endNs = Clock.monotonicNanoseconds + 60_000_000_000
      while isLate.use({ $0 }), Clock.monotonicNanoseconds < endNs { Clock.sleep(ms: 5) }
      exchange.reply(Self.reply)
      return true
    }
    let body = Self.ask("three names for a cat")
    for number in 1...5 {
      let client = try harness.connect()
      try client.send("POST", harness.path("/v1/chat/completions"), body: Array(body.utf8))
      try until { arrived.use { $0 } == number }
      client.close()
      try until { try harness.openHolds() == 0 }
    }
    isLate.use { $0 = false }
    #expect(try charges([body, body, body], in: harness) == ["100", "100", "150"])
    let endings = try harness.ledger().filter { $0.kind == .settle }.map(\.ending)
    #expect(endings == [.failed, .failed, .failed, .failed, .failed, .complete, .complete, .complete])
  }

  @Test func ofManyAtOnceOnlyOneIsTheFirst() throws {
    let harness = try harness()
    let charges = Locked<[String]>([])
    let body = Self.ask("three names for a cat")
    Thread.together(
      (1...24).map { _ -> @Sendable () -> Void in
        {
          let charge = try? harness.post(body).head.fields["x-llmguard-charge"]
          charges.use { $0.append(charge ?? "none") }
        }
      })
    let counts = ["100", "150", "200", "300"].map { step in charges.use { $0.count { $0 == step } } }
    #expect(counts == [2, 1, 1, 20])
  }

  private func until(_ isSo: () throws -> Bool) throws {
    let endNs = Clock.monotonicNanoseconds + 60_000_000_000
    while try !isSo() {
      if Clock.monotonicNanoseconds > endNs { throw Never60() }
      Clock.sleep(ms: 5)
    }
  }

  private struct Never60: Error {}
}

extension GatewayHarness {
  /// How many charges are held.
  func openHolds() throws -> Int {
    let (result, _) = try gateway.desk.perform { tools in Result { try tools.ledger.holds().count } }
    return try result.get()
  }
}
