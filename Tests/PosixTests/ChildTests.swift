import Glibc
import Posix
import SessionDriver
import Testing

/// A command runs under the wrapper as it would alone.
@Suite struct ChildTests {
  @Test(arguments: [
    ("true", "exited(0)"), ("sh -c 'exit 42'", "exited(42)"), ("sh -c 'kill -TERM $$'", "signaled(15)"),
    ("sh -c 'kill -KILL $$'", "signaled(9)"), ("no-such-command-anywhere", "exited(127)"), ("''", "exited(127)"),
    ("./plain", "exited(126)"), ("/", "exited(126)"), ("./plain/below", "exited(126)"), ("./script a b", "exited(7)"),
  ])
  func endsAsTheCommandEnds(command: String, expected: String) throws {
    let files = "echo data > plain; printf 'test \"$1$2\" = ab && exit 7' > script; chmod +x script"
    let outcome = try Driver.run("\(files); exec \"$PROBE\" \(command)")
    #expect(outcome.status.map { "\($0)" } == expected, "\(outcome.errorText)")
  }

  @Test func aWrapperLikeEnvAgreesOnEveryStatus() throws {
    let outcome = try Driver.run(
      """
      echo data > plain
      for c in true false ./plain ./plain/below /nowhere/x no-such-command; do
        "$PROBE" $c 2>/dev/null; a=$?; env $c 2>/dev/null; b=$?; [ $a = $b ] || echo "$c: $a, not $b"
      done
      """)
    #expect(outcome.text == "")
    #expect(outcome.status == .exited(0))
  }

  @Test func theCommandHasACleanMaskAndOnlyTheInheritedDescriptors() throws {
    let show = "grep -E '^Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd | tr '\\n' ' '"
    let alone = try Driver.run("sh -c \"\(show)\"")
    let wrapped = try Driver.run(
      "\"$PROBE\" --watch w --watch-error e --relay '' sh -c \"\(show)\"")
    #expect(alone.text.contains("SigBlk:\t0000000000000000"))
    #expect(wrapped.text == alone.text)
  }

  @Test func anIgnoredSignalStaysIgnored() throws {
    let outcome = try Driver.run(
      "trap '' HUP PIPE; grep SigIgn /proc/self/status; exec \"$PROBE\" --watch w grep SigIgn /proc/self/status")
    let lines = outcome.text.split(separator: "\n")
    #expect(lines.count == 2 && lines[0] == lines[1] && lines[0].hasSuffix("1001"))
  }

  @Test(arguments: ["INT", "TERM", "HUP", "QUIT", "USR1", "USR2", "ALRM"])
  func aSignalSentToTheWrapperReachesTheCommand(name: String) throws {
    let outcome = try Driver.run(
      """
      cat > command <<'END'
      trap 'echo got \(name); exit 9' \(name)
      : > ready
      while :; do sleep 0.02; done
      END
      { while [ ! -e ready ]; do sleep 0.01; done; kill -\(name) $$; } &
      exec "$PROBE" sh command
      """)
    #expect(outcome.text == "got \(name)\n", "\(outcome.errorText)")
    #expect(outcome.status == .exited(9))
  }

  @Test func anAlarmSetBeforeTheWrapperEndsTheCommand() throws {
    let outcome = try Driver.run("exec perl -e 'alarm 1; exec @ARGV' \"$PROBE\" sleep 200")
    #expect(outcome.status == .signaled(SIGALRM))
  }

  @Test func variablesAreSetUnsetAndOtherwiseLeftByteForByte() throws {
    let outcome = try Driver.run(
      """
      A=1 B=2 RAW=$(printf 'caf\\351') exec "$PROBE" --set B=3 --unset A --set C='x=y' \\
        sh -c 'printf "%s|%s|%s|" "${A-none}" "$B" "$C"; printf %s "$RAW"'
      """)
    #expect(outcome.output == Array("none|3|x=y|caf".utf8) + [0xE9])
  }

  @Test func argumentsThatAreNotUTF8StayByteForByte() throws {
    let outcome = try Driver.run("exec \"$PROBE\" printf %s \"$(printf 'caf\\351')\"")
    #expect(outcome.output == Array("caf".utf8) + [0xE9])
  }

  @Test func closedStandardDescriptorsAreNotFilledByPipes() throws {
    let outcome = try Driver.run(
      "\"$PROBE\" --watch w sh -c 'echo said; exit 3' <&- 2>&-; echo $?; \"$PROBE\" --watch v true >&-; echo $?; wc -c < v"
    )
    #expect(outcome.text == "said\n3\n0\n0\n")
  }

  /// Alone, `echo` fails where there is nothing to write to, and `cat` where there is nothing to read.
  @Test func closedStandardDescriptorsAreClosedForTheCommand() throws {
    let outcome = try Driver.run(
      """
      for guard in '' '"$PROBE"' '"$PROBE" --watch w --watch-error x'; do
        eval "$guard sh -c 'echo hi; echo \\$? >&2' >&-" 2>&1
        eval "$guard sh -c 'echo hi >&2; echo \\$?' 2>&-"
        eval "$guard sh -c 'ls /proc/self/fd/0 >/dev/null 2>&1; echo \\$?' <&-"
        eval "$guard sh -c 'for n in 0 1 2; do [ -e /proc/self/fd/\\$n ] && exit 9; done; exit 4' <&- >&- 2>&-"; echo "$?."
      done
      """)
    let parts = outcome.text.split(separator: ".", omittingEmptySubsequences: false)
    #expect(parts.count == 4, "\(outcome.errorText)")
    #expect(parts[0].hasSuffix("\n4"), "\(outcome.text)")
    #expect(parts[0] == parts[1].dropFirst() && parts[1] == parts[2], "\(outcome.text)")
  }

  @Test func aStoppedCommandStopsTheWrapperUntilItIsContinued() throws {
    let outcome = try Driver.run(
      """
      "$PROBE" sh -c 'kill -STOP $$; exit 5' & pid=$!
      until grep -q '^State:.T' /proc/$pid/status; do sleep 0.01; done
      echo stopped; kill -CONT $pid; wait $pid; echo $?
      """)
    #expect(outcome.text == "stopped\n5\n", "\(outcome.errorText)")
  }
}
