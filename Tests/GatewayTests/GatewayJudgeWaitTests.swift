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
    }) { $0.reply("{}") }
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
}
