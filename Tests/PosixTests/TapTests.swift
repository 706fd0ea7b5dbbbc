import Glibc
import Posix
import SessionDriver
import Testing

/// Watched streams pass on every byte, at once, and hold nobody up.
@Suite struct TapTests {
  @Test func aHundredMegabytesPassUnchanged() throws {
    let outcome = try Driver.run(
      """
      make='yes "a line of text that repeats" | head -c 100000000'
      "$PROBE" --watch seen sh -c "$make" | cksum; sh -c "$make" | cksum; cksum < seen
      """)
    let sums = outcome.text.split(separator: "\n")
    #expect(sums.count == 3 && Set(sums).count == 1 && sums[0].hasSuffix(" 100000000"), "\(outcome.text)")
  }

  @Test func aReaderThatLeavesEndsTheCommandAtOnce() throws {
    let outcome = try Driver.run("{ \"$PROBE\" --watch seen yes; echo $? >&2; } | head -n 1")
    #expect(outcome.text == "y\n")
    #expect(outcome.errorText == "141\n")
  }

  /// What a command wrote is what it took, whether or not anybody was there to have it.
  @Test func whatNobodyTakesIsSeenAllTheSame() throws {
    let outcome = try Driver.run(
      """
      mkfifo gone
      "$PROBE" --watch left sh -c 'echo one; read -r _ <gone; echo two' | { read -r _; exec <&-; echo >gone; }
      "$PROBE" --watch full printf 'one\\ntwo\\n' >/dev/full
      cat left full
      """)
    #expect(outcome.text == "one\ntwo\none\ntwo\n", "\(outcome.errorText)")
  }

  @Test(arguments: ["sleep 200 & echo done", "yes >&2 & echo done", "sh -c 'while :; do echo more; done' & echo done"])
  func aProcessLeftBehindHoldsNobodyUp(script: String) throws {
    let outcome = try Driver.run(
      "\"$PROBE\" --watch seen --watch-error err sh -c \"\(script)\" 2>/dev/null | head -c 5")
    #expect(outcome.status == .exited(0))
    #expect(outcome.text.hasPrefix("done\n") || outcome.text.hasPrefix("more\n"))
  }

  @Test func bothStreamsAreToldApart() throws {
    let outcome = try Driver.run(
      "\"$PROBE\" --watch o --watch-error e sh -c 'echo out; echo err >&2'; cat o e; exit 0")
    #expect(outcome.text == "out\nout\nerr\n")
    #expect(outcome.errorText == "err\n")
  }

  @Test func aStalledReaderDoesNotKeepSignalsFromTheCommand() throws {
    let outcome = try Driver.run(
      """
      mkfifo pipe
      sleep 200 < pipe & reader=$!
      "$PROBE" --watch seen yes > pipe & pid=$!
      until [ -s seen ]; do sleep 0.01; done
      sleep 0.3; kill -TERM $pid; wait $pid; echo $?; kill $reader
      """)
    #expect(outcome.status != nil, "the wrapper hung")
    #expect(outcome.text == "143\n")
  }

  @Test func aRelayedPrefixComesFirstAndOnce() throws {
    let outcome = try Driver.run(
      "printf 'and more' | \"$PROBE\" --relay 'first ' cat; printf x | \"$PROBE\" --relay abc true")
    #expect(outcome.text == "first and more")
    #expect(outcome.status == .exited(0))
  }

  @Test func aRelayedInputPassesWhole() throws {
    let outcome = try Driver.run("seq 1 200000 | \"$PROBE\" --relay '' cksum; seq 1 200000 | cksum")
    #expect(Set(outcome.text.split(separator: "\n")).count == 1)
  }

  @Test func theInheritedDescriptorsStayBlocking() throws {
    let flags = "grep flags /proc/self/fdinfo/0 /proc/self/fdinfo/1 >&2"
    let outcome = try Driver.run("{ \(flags); \"$PROBE\" --watch w --relay '' cat; \(flags); } < /dev/null | cat")
    let lines = outcome.errorText.split(separator: "\n")
    #expect(lines.count == 4 && lines[0...1] == lines[2...3].map { $0 }[...], "\(outcome.errorText)")
  }

  @Test func aPipeIsLookedIntoWithoutTakingAnything() throws {
    let outcome = try Driver.run(
      """
      until_there() { until [ -e "$1" ]; do sleep 0.01; done; }
      seq 1 100000 | { "$PROBE" peek 60000; wc -c; }
      (printf abc; : >written; until_there seen) | { until_there written; "$PROBE" peek 50; : >seen; head -c 3; }
      """)
    #expect(outcome.text == "complete 588895\n588895\nopen 3\nabc")
  }

  @Test func aFragmentedPipeIsSeenWhole() throws {
    // Each write of a page and a byte starts pages of its own; the copy needs as many as the pipe has.
    let outcome = try Driver.run(
      "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do dd if=/dev/zero bs=65537 count=1 2>/dev/null; done | head -c 900000 | { \"$PROBE\" peek 60000; wc -c; }"
    )
    #expect(outcome.text == "complete 900000\n900000\n")
  }
}
