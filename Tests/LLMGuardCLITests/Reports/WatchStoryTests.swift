import Posix
import SessionDriver
import Testing

/// The live view on a real terminal.
@Suite struct WatchStoryTests {
  private func session(_ home: ProgramHome, _ after: String) throws -> TerminalSession {
    try TerminalSession(
      "export HOME='\(home.path)' PATH='\(home.path)/bin:/usr/bin:/bin' TERM=xterm LANG=C.UTF-8; stty -g > before; "
        + "llmguard usage watch; echo \"status $?\"; stty -g | cmp - before && echo same; \(after)")
  }

  @Test func itFillsTheScreenAndGivesItBack() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    _ = try home.run("llmguard run --user ana --op review -m gpt-4o --estimate 40 -- echo hi")
    let terminal = try session(home, "")
    #expect(terminal.sees("Last calls", limitMs: 30_000))
    #expect(terminal.sees("ana", limitMs: 30_000))
    _ = try home.run("llmguard run --user later --op review -m gpt-4o --estimate 40 -- echo hi")
    #expect(terminal.sees("later", limitMs: 30_000), "what ends is seen")
    terminal.resize(columns: 132)
    terminal.type("q")
    #expect(terminal.sees("status 0", limitMs: 30_000))
    #expect(terminal.sees("same", limitMs: 30_000))
    #expect(terminal.screen.contains("\u{1B}[?1049h") && terminal.screen.contains("\u{1B}[?1049l"))
    #expect(terminal.screen.contains("\u{1B}[?25h"))
  }

  @Test func aSignalEndsItAsAloneAndTheTerminalIsAsItWas() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let terminal = try session(home, "")
    #expect(terminal.sees("Last calls", limitMs: 30_000))
    terminal.type("\u{03}")
    #expect(terminal.sees("\u{1B}[?1049l", limitMs: 30_000))
    _ = terminal.finish()
  }

  /// A terminal that knows no escapes gets lines, as a pipe does.
  @Test func aTerminalWithoutEscapesGetsLines() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let terminal = try TerminalSession(
      "export HOME='\(home.path)' PATH='\(home.path)/bin:/usr/bin:/bin' TERM=dumb LANG=C.UTF-8; "
        + "llmguard run -q --user ana -m gpt-4o --estimate 40 -- true; echo begun; llmguard usage watch")
    #expect(terminal.sees("begun", limitMs: 30_000))
    #expect(terminal.sees("ana", limitMs: 30_000))
    terminal.type("\u{03}")
    _ = terminal.finish()
    #expect(!terminal.screen.contains("\u{1B}"), "\(terminal.screen)")
  }

  /// Whoever ends it from elsewhere leaves the terminal as it was, and it ends by the signal that it got.
  @Test(arguments: [("TERM", 143), ("HUP", 129)]) func itIsEndedFromElsewhere(signal: String, status: Int) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let terminal = try TerminalSession(
      "export HOME='\(home.path)' PATH='\(home.path)/bin:/usr/bin:/bin' TERM=xterm LANG=C.UTF-8; stty -g > before; "
        + "sh -c 'echo $$ > \"$HOME/pid\"; exec llmguard usage watch'; echo \"status $?\"; stty -g | cmp - before && echo same"
    )
    #expect(terminal.sees("Last calls", limitMs: 30_000))
    _ = try home.run("kill -\(signal) \"$(cat pid)\"")
    #expect(terminal.sees("status \(status)", limitMs: 30_000))
    #expect(terminal.sees("same", limitMs: 30_000))
    #expect(terminal.screen.contains("\u{1B}[?1049l") && terminal.screen.contains("\u{1B}[?25h"))
    _ = terminal.finish()
  }

  /// A job in the background must not be stopped for good by the terminal that it does not have.
  @Test func inTheBackgroundItSaysSoAndEnds() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let terminal = try TerminalSession(
      "export HOME='\(home.path)' PATH='\(home.path)/bin:/usr/bin:/bin' TERM=xterm LANG=C.UTF-8; "
        + "timeout -k 1 40 llmguard usage watch; echo \"status $?\"")
    #expect(terminal.sees("usage watch runs in the background", limitMs: 30_000))
    #expect(terminal.sees("status 69", limitMs: 30_000))
    _ = terminal.finish()
  }

  /// Stopped and sent on in the background, it waits there without the terminal, and a signal ends it.
  @Test(arguments: ["TERM", "INT"]) func whatWasSentToTheBackgroundIsEndedBySignals(signal: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      "session",
      """
      set -m
      sh -c 'echo $$ > "$HOME/pid"; exec llmguard usage watch'
      echo "stopped $?"; bg; echo "sent $(jobs -r | wc -l)"
      until [ -e "$HOME/go" ]; do sleep 0.05; done
      kill -\(signal) $(cat "$HOME/pid"); wait; echo "ended $?"

      """)
    let terminal = try TerminalSession(
      "export HOME='\(home.path)' PATH='\(home.path)/bin:/usr/bin:/bin' TERM=xterm LANG=C.UTF-8; bash \"$HOME/session\""
    )
    #expect(terminal.sees("Last calls", limitMs: 30_000))
    terminal.type("\u{1A}")
    if !terminal.sees("stopped", limitMs: 5000) { _ = try home.run("kill -TSTP $(cat pid)") }
    #expect(terminal.sees("sent 1", limitMs: 30_000))
    _ = try home.run("touch go")
    #expect(terminal.sees("ended", limitMs: 30_000))
    _ = terminal.finish()
  }

  @Test func inAPipeCallsAreLines() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run --user ana --estimate 40 -- echo hi > /dev/null
      timeout 40 llmguard usage watch > seen & watcher=$!
      until grep -q ana seen; do sleep 0.05; done
      kill $watcher; wait $watcher 2>/dev/null; cut -f 6 seen; grep -c '\u{1B}' seen
      """)
    #expect(outcome.output == "ana\n0\n", "\(outcome)")
  }

  /// A terminal that is stopped (^S), or that nobody reads, keeps nobody from ending it.
  @Test func aTerminalThatTakesNothingDoesNotKeepIt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let terminal = try TerminalSession(
      "export HOME='\(home.path)' PATH='\(home.path)/bin:/usr/bin:/bin' TERM=xterm LANG=C.UTF-8; "
        + "sh -c 'echo $$ > \"$HOME/pid\"; exec llmguard usage watch'; echo \"status $?\"")
    #expect(terminal.sees("Last calls", limitMs: 30_000))
    terminal.type("\u{13}")
    // Long enough that it has drawn since, and waits. A shell that tells of its end would wait, too.
    let outcome = try home.run(
      """
      sleep 3; kill -TERM "$(cat pid)"
      for i in $(seq 600); do kill -0 "$(cat pid)" 2>/dev/null || break; sleep 0.1; done; kill -0 "$(cat pid)" 2>/dev/null || echo gone
      """)
    terminal.type("\u{11}")
    #expect(outcome.output == "gone\n", "\(outcome)")
    #expect(terminal.sees("status 143", limitMs: 30_000))
    _ = terminal.finish()
  }
}
