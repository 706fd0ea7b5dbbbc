import Posix
import Testing

@testable import Gateway

extension GatewayJudgeTests {
  /// A call that waits for the same one is judged as any other, where that one leaves no answer.
  @Test func aCallThatWaitedForTheSameIsJudged() throws {
    let (again, isOver) = (Locked<(@Sendable () -> Void)?>(nil), Locked(false))
    // Of three calls the second leaves nothing that is kept. While it is under way the third one comes.
    let bench = try bench(answer: { exchange, number in
      if number == 2, let again = again.use({ $0 }) {
        try? Posix.Thread.start { again() }
        Clock.sleep(ms: 300)
      }
      exchange.reply(number == 2 ? #"{"choices":[]}"# : Self.reply("answer \(number)"))
    }) { $0.reply(status: 500, "{}") }
    defer { try? Folder.removeTree(bench.folder) }
    let (port, path) = (bench.harness.port, bench.harness.path("/v1/chat/completions"))
    again.use {
      $0 = {
        if let client = try? TestClient(port: port) {
          _ = try? client.exchange(
            "POST", path, fields: [:], body: Array(GatewayJudgeTests.chat(Self.similar, "").utf8))
          client.close()
        }
        isOver.use { $0 = true }
      }
    }
    _ = try bench.post(Self.asked)
    #expect(try bench.post(Self.similar).status == 200)
    isOver.wait(until: { $0 }) { _ in }
    #expect(bench.calls == 3)
    #expect(bench.asked == 2, "each of the two was asked about")
  }

  /// Whoever asks one that hangs waits as long as it may take: not every call does.
  @Test func aJudgeThatDoesNotReplyIsLeftAloneForAWhile() throws {
    let release = Locked(false)
    let bench = try bench(
      judgeMs: 100,
      answer: { exchange, number in exchange.reply(number > 1 ? #"{"choices":[]}"# : Self.reply("answer 1")) }
    ) { exchange in
      release.wait(until: { $0 }) { _ in }
      exchange.reply(Self.reply("yes"))
    }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    for _ in 0..<3 { #expect(try bench.post(Self.similar).status == 200) }
    release.use { $0 = true }
    #expect(bench.calls == 4)
    #expect(bench.asked == 1)
  }

  /// A key that a provider does not take, or not for the judge's model, says nothing of another one's.
  @Test(arguments: [401, 403, 404]) func aJudgeRestsForTheKeyThatItWasNotTakenFrom(status: Int) throws {
    let bench = try bench(answer: { exchange, number in
      exchange.reply(number == 1 ? Self.reply("answer 1") : #"{"choices":[]}"#)
    }) { exchange in
      if exchange.head.fields["Authorization"] == "Bearer good" {
        exchange.reply(Self.reply("yes"))
      } else {
        exchange.reply(status: status, "no")
      }
    }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    for _ in 0..<2 {
      #expect(try bench.post(Self.similar, fields: ["Authorization": "Bearer bad"]).text == #"{"choices":[]}"#)
    }
    #expect(bench.asked == 1)
    #expect(try bench.post(Self.similar, fields: ["Authorization": "Bearer good"]).text == Self.reply("answer 1"))
    #expect(bench.asked == 2)
  }

  /// A model that thinks before it speaks has used its tokens up before: it is left alone, and somebody is told why.
  @Test(arguments: [
    #"{"choices":[{"message":{"content":""},"finish_reason":"length"}],"usage":{"prompt_tokens":11,"completion_tokens":5}}"#,
    #"{"choices":[{"message":{"content":null},"finish_reason":"length"}],"usage":{"prompt_tokens":11,"completion_tokens":5}}"#,
    #"{"choices":[{"message":{"content":"<think> Okay, so"},"finish_reason":"length"}],"usage":{"prompt_tokens":11,"completion_tokens":5}}"#,
    "{}",
  ]) func aJudgeThatIsCutShortIsNotAskedAgain(body: String) throws {
    let bench = try bench(answer: { exchange, number in
      exchange.reply(number == 1 ? Self.reply("answer 1") : #"{"choices":[]}"#)
    }) { $0.reply(body) }
    defer { try? Folder.removeTree(bench.folder) }
    _ = try bench.post(Self.asked)
    for text in [Self.similar, Self.similar, Self.another] {
      #expect(try bench.post(text).text == #"{"choices":[]}"#)
    }
    #expect(bench.asked == 1)
    let told = bench.harness.news.all.compactMap { news -> String? in
      if case .judgeUnclear(let model) = news { model } else { nil }
    }
    #expect(told == ["tiny"])
    #expect(try bench.labels().isEmpty)
  }

  /// Other rules may name another judge, or give this one more room.
  @Test func aJudgeIsAskedAgainWhenTheRulesChange() throws {
    let bench = try bench(answer: { exchange, number in
      exchange.reply(number == 1 ? Self.reply("answer 1") : #"{"choices":[]}"#)
    }) { $0.reply("{}") }
    defer { try? Folder.removeTree(bench.folder) }
    for text in [Self.asked, Self.similar, Self.similar] { _ = try bench.post(text) }
    #expect(bench.asked == 1)
    bench.harness.gateway.change({ _ in }, alongside: { _ in })
    _ = try bench.post(Self.similar)
    #expect(bench.asked == 2)
  }
}
