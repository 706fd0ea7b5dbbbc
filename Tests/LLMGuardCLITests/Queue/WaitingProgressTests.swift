import GuardModel
import Posix
import SessionDriver
import Testing

@testable import LLMGuardCLI

/// What is seen of a call that waits.
@Suite struct WaitingProgressTests {
  /// What is written when the line is looked at every 50 ms, and the call starts in the end.
  private func written(isTerminal: Bool, isQuiet: Bool = false, forMs: Int64, isStarted: Bool = true) -> [String] {
    let lines = Locked<[String]>([])
    var progress = WaitingProgress(isTerminal: isTerminal, isQuiet: isQuiet) { text in lines.use { $0.append(text) } }
    for waited in stride(from: 0, to: forMs, by: 50) {
      progress.show(ahead: 3 - waited / 10_000, estimateMs: 12_000 - waited / 10, waitedMs: waited)
    }
    progress.end(waitedMs: forMs, isStarted: isStarted)
    return lines.use { $0 }
  }

  @Test func plainLinesComeAfterASecondAndThenEveryTen() {
    #expect(
      written(isTerminal: false, forMs: 25_000) == [
        "llmguard: queued: 3 calls before this one, about 12 s\n",
        "llmguard: queued: 2 calls before this one, about 11 s\n",
        "llmguard: queued: 1 call before this one, about 10 s\n", "llmguard: running, after 25 s in the line\n",
      ])
    #expect(written(isTerminal: false, forMs: 1000).isEmpty, "who waits a moment has nothing to read")
    #expect(written(isTerminal: false, forMs: 11_000, isStarted: false).count == 1)
    #expect(written(isTerminal: false, forMs: 11_050, isStarted: false).count == 2)
  }

  @Test func aTerminalsLineChangesFiveTimesASecond() {
    let lines = written(isTerminal: true, forMs: 2000)
    #expect(lines.count == 11)
    let start = "\r\u{1B}[Kllmguard: queued: 3 calls before this one, about 1"
    #expect(lines.dropLast(2).allSatisfy { $0.hasPrefix(start) })
    #expect(lines.suffix(2) == ["\r\u{1B}[K", "llmguard: running, after 2 s in the line\n"])
    #expect(written(isTerminal: true, forMs: 150).isEmpty)
  }

  @Test func quietSaysNothing() {
    for isTerminal in [false, true] { #expect(written(isTerminal: isTerminal, isQuiet: true, forMs: 60_000).isEmpty) }
  }

  /// A provider that keeps a call from starting is named, with what it says.
  @Test(
    arguments: [
      (.rest(.tokens, left: 0, taken: 0), "openai", "openai says 0 tokens are left"),
      (.rest(.calls, left: 1, taken: 1), "openai", "openai says 1 call is left, and calls under way take 1"),
      (
        .rest(.tokens, left: 12_345, taken: 40), nil,
        "the provider says 12.3k tokens are left, and calls under way take 40"
      ),
      (.pause, "anthropic", "anthropic lets no call start"),
    ] as [(ProviderHold.Cause, String?, String)]) func aProviderIsNamed(
      cause: ProviderHold.Cause, of provider: String?, words: String
    )
  {
    let hold = ProviderHold(cause, untilUnixMs: 5)
    #expect(hold.words(provider) == words)
    #expect(
      WaitingProgress.text(ahead: 0, estimateMs: 12_000, because: hold.words(provider))
        == "queued: next, about 12 s (\(words))")
    #expect(WaitingProgress.text(ahead: 0, estimateMs: nil, because: hold.words(provider)) == "queued: next (\(words))")
  }

  // MARK: - On a terminal

  /// A call under way until something is written into `go`, and one that waits behind it, `$1` of it.
  private static let line = """
    cd "$HOME"; mkfifo go
    for i in 1 2 3; do llmguard run -q -n 10 -- true; done
    llmguard run -q -n 10 -- sh -c 'read x < go' &
    state() { llmguard queue list --json | grep -c "\\"state\\": \\"$1\\""; }
    until [ "$(state running)" = 1 ]; do sleep 0.05; done

    """

  private func session(_ script: String, _ terminal: String = "export TERM=xterm") throws -> (Wrapping, TerminalSession)
  {
    let wrapping = try Wrapping()
    try wrapping.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['unlimited']\nconcurrency = 1\n")
    return (wrapping, try wrapping.session(terminal + "\n" + Self.line + script, .alone))
  }

  private func open(_ wrapping: Wrapping) { _ = Shell.run("echo > '\(wrapping.path)/go'") }

  @Test func thePositionIsSeenLiveThenThatItRuns() throws {
    let (wrapping, session) = try session(
      """
      llmguard run -q -n 10 -- true &
      until [ "$(state waiting)" = 1 ]; do sleep 0.05; done
      llmguard run -n 10 -- sh -c 'echo child out; echo child err >&2' > out; wait; echo over; cat out
      """)
    defer { wrapping.remove() }
    #expect(session.sees("queued: 1 call before this one, about ", limitMs: 60_000), "\(session.screen)")
    open(wrapping)
    #expect(session.sees("over", limitMs: 60_000), "\(session.screen)")
    #expect(session.finish(limitMs: 60_000) == .exited(0))
    let parts = session.screen.split(separator: "\r\u{1B}[K").map(String.init)
    #expect(parts.count >= 2)
    #expect(parts.dropLast().allSatisfy { $0.hasPrefix("llmguard: queued: ") && !$0.contains("\n") }, "\(parts)")
    // The child's streams are its own: on the screen after the indicator, and in the file as they were written.
    let last = try #require(parts.last)
    #expect(last.hasPrefix("llmguard: running, after "), "\(last)")
    #expect(last.hasSuffix(" in the line\r\nchild err\r\nover\r\nchild out\r\n"), "\(last)")
  }

  @Test func quietOnATerminalSaysNothing() throws {
    let (wrapping, session) = try session(
      """
      (until [ "$(state waiting)" = 1 ]; do sleep 0.05; done; sleep 1; echo > go) &
      llmguard run -q -n 10 -- echo child; wait
      """)
    defer { wrapping.remove() }
    #expect(session.finish(limitMs: 60_000) == .exited(0))
    #expect(session.screen == "child\r\n")
  }

  /// A terminal that knows no escapes, or does not say what it is, gets plain lines, and as few of them as a file does.
  @Test(arguments: ["export TERM=dumb", "export TERM=", "unset TERM"])
  func aTerminalWithoutEscapesGetsPlainLines(terminal: String) throws {
    let (wrapping, session) = try session("llmguard run -n 10 -- echo child; wait", terminal)
    defer { wrapping.remove() }
    #expect(session.sees("queued: next, about ", limitMs: 60_000), "\(session.screen)")
    Clock.sleep(ms: 1000)
    open(wrapping)
    #expect(session.finish(limitMs: 60_000) == .exited(0))
    let lines = session.screen.split(separator: "\r\n").map(String.init)
    #expect(lines.count == 3 && !session.screen.contains("\u{1B}"), "\(lines)")
    #expect(lines.first?.hasPrefix("llmguard: queued: next, about ") == true, "\(lines)")
    #expect(
      lines.dropFirst().first?.hasPrefix("llmguard: running, after ") == true && lines.last == "child", "\(lines)")
  }

  /// Without a terminal a waiter says so once in ten seconds, on its standard error alone.
  @Test func withoutATerminalAPlainLineIsWritten() throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    try wrapping.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['unlimited']\nconcurrency = 1\n")
    let outcome = try wrapping.run(
      Self.line + """
        llmguard run -n 10 -- echo child > out 2> err & n=0
        until grep -q queued err; do sleep 0.1; n=$((n + 1)); [ $n -lt 600 ] || break; done
        echo > go; wait; cat out err
        """, .alone)
    let lines = outcome.text.split(separator: "\n").map(String.init)
    #expect(lines.first == "child", "\(outcome.text)\(outcome.errorText)")
    #expect(lines.dropFirst().first?.hasPrefix("llmguard: queued: next, about ") == true, "\(lines)")
    #expect(lines.last?.hasPrefix("llmguard: running, after ") == true, "\(lines)")
    #expect(!outcome.text.contains("\u{1B}"))
  }
}
