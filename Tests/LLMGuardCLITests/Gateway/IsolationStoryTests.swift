import Posix
import PretendProvider
import Testing

/// `llmguard run --isolate`: a bypass is not unlikely but impossible.
@Suite(.serialized, .enabled(if: (try? IsolatedNetwork()) != nil)) struct IsolationStoryTests {
  let home: ProgramHome
  let provider: PretendProvider

  init() throws {
    home = try ProgramHome()
    provider = try PretendProvider()
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = '\(provider.url)/v1'\n")
  }

  private static let body = #"{"model":"gpt-4o","messages":[{"role":"user","content":"hello there"}]}"#

  @Test func theGatewayIsReachedAndMeters() throws {
    defer { home.remove() }
    try home.write(
      "job.sh",
      """
      curl -sS "$OPENAI_BASE_URL/chat/completions" -d '\(Self.body)' | grep -o 'You said: hello there'
      curl -sS https://api.openai.com/v1/chat/completions -d '\(Self.body)' | grep -o 'You said: hello there'
      """)
    let outcome = try home.run(
      "llmguard run --isolate --no-cache sh job.sh; echo $?; llmguard usage report | cut -f 2-4; llmguard ledger verify"
    )
    let line = try #require(provider.tally.lines["gpt-4o"])
    #expect(line.calls == 2)
    #expect(
      outcome.output
        == "You said: hello there\nYou said: hello there\n0\n2\t\(line.inputTokens)\t\(line.outputTokens)\nok\n",
      "\(outcome.output) \(outcome.error)")
  }

  /// Of the gateway's own memory no image is kept; what its shell allows is for the command to decide.
  @Test func theCommandKeepsItsLimits() throws {
    defer { home.remove() }
    let outcome = try home.run("ulimit -c unlimited; llmguard run -q --isolate -- sh -c 'ulimit -Sc'")
    #expect(outcome.output == "unlimited\n", "\(outcome)")
  }

  @Test func aBypassReachesNothing() throws {
    defer { home.remove() }
    try home.write(
      "job.sh",
      """
      env -i /usr/bin/curl -s --max-time 10 \(provider.url)/v1/chat/completions -d '\(Self.body)'
      echo $?
      """)
    let control = try home.run("llmguard run --no-cache sh job.sh")
    #expect(control.output.contains("You said: hello there"), "without it the way is open: \(control.error)")
    #expect(provider.tally.lines["gpt-4o"]?.calls == 1)
    let isolated = try home.run("llmguard run --isolate --no-cache sh job.sh")
    #expect(isolated.output == "7\n", "\(isolated.error)")
    #expect(provider.tally.lines["gpt-4o"]?.calls == 1)
  }

  /// A proxy in the file system, as Docker's or an agent's socket may be one, is no way out.
  @Test func aSocketInTheFileSystemIsNoWayOut() throws {
    defer { home.remove() }
    try home.write(
      "outside.pl",
      """
      use IO::Socket::UNIX; use IO::Socket::INET;
      my $door = IO::Socket::UNIX->new(Local => "door", Listen => 5) or die; print "up\\n"; close STDOUT;
      alarm 60;
      while (my $guest = $door->accept) { while (<$guest>) { last if /^\\s*$/ } print $guest "HTTP/1.0 200 OK\\r\\n\\r\\noutside"; close $guest }
      """)
    let ask = "curl -s --max-time 10 --unix-socket door http://api.openai.com/v1/models; echo"
    let outcome = try home.run(
      """
      perl outside.pl > up & server=$!
      until [ -s up ]; do kill -0 $server || exit; sleep 0.02; done
      llmguard run -- sh -c '\(ask)'
      llmguard run --isolate -- sh -c '\(ask)'
      llmguard run --isolate --unix-sockets -- sh -c '\(ask)'
      kill $server
      """)
    #expect(outcome.output == "outside\n\noutside\n", "\(outcome.output) \(outcome.error)")
  }

  @Test func aRunInsideJoins() throws {
    defer { home.remove() }
    try home.write("ask.sh", "curl -sS \"$OPENAI_BASE_URL/chat/completions\" -d '\(Self.body)' >/dev/null\n")
    let outcome = try home.run(
      "llmguard run --isolate --no-cache -- sh -c 'llmguard run --no-cache sh ask.sh; echo $?'; "
        + "llmguard usage report | cut -f 2; llmguard ledger verify")
    #expect(outcome.output == "0\n1\nok\n", "\(outcome.output) \(outcome.error)")
    #expect(provider.tally.lines["gpt-4o"]?.calls == 1)
  }

  @Test func whatCannotBeMeantIsRefused() throws {
    defer { home.remove() }
    let alone = try home.run("llmguard run --unix-sockets true; echo $?")
    #expect(alone.output == "125\n")
    #expect(alone.error.contains("'--unix-sockets' without '--isolate'"))
    let none = try home.run("llmguard run --isolate --no-gateway true; echo $?")
    #expect(none.output == "125\n")
    #expect(none.error.contains("leave the command nothing to reach"))
    let inner = try home.run("llmguard run sh -c 'llmguard run --isolate true; echo $?'")
    #expect(inner.output == "125\n")
    #expect(inner.error.contains("give --isolate to the outer run"))
    let open = try home.run(
      "llmguard run --isolate --fail-open -- sh -c 'echo ran'; echo $?; chmod 600 .local/state/llmguard/*; "
        + "head -c 9999 /dev/zero > ledger; LLMGUARD_LEDGER=$HOME/ledger llmguard run --isolate --fail-open -- sh -c 'echo ran'; echo $?"
    )
    #expect(open.output == "ran\n0\n125\n", "an unguarded command is not started where isolation was asked for")
  }
}
