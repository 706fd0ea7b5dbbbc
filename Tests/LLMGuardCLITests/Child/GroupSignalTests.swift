import SessionDriver
import Testing

/// Signals that went to the whole group, the command among it, and signals that went to llmguard alone.
///
/// Each script is the leader of a group. It stops llmguard first, so that the command has dealt with its own signal long before
/// llmguard reads what came for it, and what is passed on then is a second one.
@Suite struct GroupSignalTests {
  private static let start = """
    $W sh -c 'trap "echo got" TERM; : > ready; until [ -e over ]; do sleep 0.02; done; trap - TERM; exit 4' & p=$!
    until [ -e ready ]; do sleep 0.02; done
    kill -STOP $p

    """
  private static let end = """

    sleep 0.3; kill -CONT $p; sleep 0.3; : > over; wait $p; echo $?
    """

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// The name of the script's program; it is what tells `timeout` from others.
    let program: String
    let signals: String
    let times: Int
    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(
      name: "timeout's end: to llmguard, then, ignored by itself, to its group", program: "timeout",
      signals: "kill -TERM $p; trap '' TERM; kill -TERM 0", times: 1),
    Case(
      name: "one who ignores it and sends it to llmguard alone", program: "cleanup",
      signals: "trap '' TERM; kill -TERM $p", times: 1),
    Case(
      name: "timeout --foreground: to llmguard alone", program: "timeout", signals: "kill -TERM $p", times: 1),
    Case(
      name: "one of another name, of whom nothing is known", program: "cleanup",
      signals: "trap '' TERM; kill -TERM 0", times: 2),
  ])
  func reachesTheCommand(_ one: Case) throws {
    let wrapping = try Wrapping()
    defer { wrapping.remove() }
    let script = Self.start + one.signals + Self.end
    for way in [Wrapping.Way.guarded, .metered] {
      let got = try wrapping.run(
        """
        rm -f ready over
        cat > \(one.program) <<'END'
        #!/bin/sh
        \(script)
        END
        chmod +x \(one.program); setsid -w ./\(one.program)
        """, way, limitMs: 30_000)
      let expected = String(repeating: "got\n", count: one.times) + "4\n"
      #expect(got.text == expected, "\(way): \(got.text); \(got.errorText.prefix(600))")
    }
  }
}
