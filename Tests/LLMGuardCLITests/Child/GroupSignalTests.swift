import SessionDriver
import Testing

/// Signals that went to the whole group, the command among it, and signals that went to llmguard alone.
///
/// Each script is the leader of a group. It stops llmguard first, so that the command has dealt with its own signal long before
/// llmguard reads what came for it, and what is passed on then is a second one.
@Suite struct GroupSignalTests {
  private static let start = """
    had() { n=0; until [ "$(wc -l <had)" -ge $1 ] || [ $n -ge 3000 ]; do sleep 0.02; n=$((n+1)); done; }
    : > had
    $W sh -c 'trap "echo got; echo >> had" TERM; : > ready; until [ -e over ]; do sleep 0.02; done; trap - TERM; exit 4' & p=$!
    until [ -e ready ]; do sleep 0.02; done
    kill -STOP $p

    """

  /// How often it has one is waited for; then comes a while for what should not come.
  private static func end(_ one: Case) -> String {
    """

    had \(one.own); sleep 0.3; kill -CONT $p; had \(one.times); sleep 0.3; : > over; wait $p; echo $?
    """
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// The name of the script's program; it is what tells `timeout` from others.
    let program: String
    let signals: String
    /// How many of them the command has by itself, and how many in the end.
    let own: Int
    let times: Int
    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(
      name: "timeout's end: to llmguard, then, ignored by itself, to its group", program: "timeout",
      signals: "kill -TERM $p; trap '' TERM; kill -TERM 0", own: 1, times: 1),
    Case(
      name: "one who ignores it and sends it to llmguard alone", program: "cleanup",
      signals: "trap '' TERM; kill -TERM $p", own: 0, times: 1),
    Case(
      name: "timeout --foreground: to llmguard alone", program: "timeout", signals: "kill -TERM $p", own: 0,
      times: 1),
    Case(
      name: "one of another name, of whom nothing is known", program: "cleanup",
      signals: "trap '' TERM; kill -TERM 0", own: 1, times: 2),
  ])
  func reachesTheCommand(_ one: Case) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let script = Self.start + one.signals + Self.end(one)
    for way in [Wrapping.Way.guarded, .metered] {
      let got = try wrapping.run(
        """
        rm -f ready over
        cat > \(one.program) <<'END'
        #!/bin/sh
        \(script)
        END
        chmod +x \(one.program); setsid -w ./\(one.program)
        """, way)
      let expected = String(repeating: "got\n", count: one.times) + "4\n"
      #expect(got.text == expected, "\(way): \(got.text); \(got.errorText.prefix(600))")
    }
  }
}
