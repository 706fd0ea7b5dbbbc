import Posix
import SessionDriver
import Testing

/// A watched terminal keeps its modes, and the real one follows when the command changes them through its output, as
/// `curses` does.
@Suite struct TerminalModesTests {
  /// Waiting, for a minute at most: `shown TEXT` for what was written to have passed, `are MODES` for the terminal to have
  /// followed.
  private static let waits = #"""
    within() { n=0; until "$@" || [ $n -ge 6000 ]; do sleep 0.01; n=$((n+1)); done; }
    passed() { [ ! -e seen ] || grep -q "$1" seen; }
    have() { stty -a <&0 | grep -qe "$1"; }
    shown() { within passed "$1"; }
    are() { within have "$1"; }

    """#

  private func screens(_ text: String) throws -> (alone: TerminalSession, wrapped: TerminalSession) {
    let script = Self.waits + text
    let alone = try TerminalSession("stty sane; \(script)")
    #expect(alone.finish() == .exited(0), "\(alone.screen)")
    let wrapped = try TerminalSession(
      "stty sane; exec \"$PROBE\" --watch seen --watch-error seen2 sh -c \(quoted(script))")
    #expect(wrapped.finish() == .exited(0), "\(wrapped.screen)")
    return (alone, wrapped)
  }

  private func quoted(_ text: String) -> String { "'" + text.split(separator: "'").joined(separator: "'\\''") + "'" }

  @Test(arguments: [
    "stty -a <&0; stty -a <&1; stty -a <&2",
    #"printf "a\nb\r\nc\r\r\n\n\rd\n\n""#,
    #"stty -onlcr <&1; printf "a\nb\r\n"; shown b; stty onlcr <&1; are " onlcr"; printf "c\n""#,
    #"stty -opost <&1; printf "a\nb\r\n"; shown b; stty opost <&1; are "^opost\| opost"; printf "c\n""#,
    #"stty -echo <&1; stty -icanon min 3 <&2; are "-echo "; are "min = 3"; stty -a <&0"#,
  ])
  func theTerminalShowsAndSaysTheSame(script: String) throws {
    let (alone, wrapped) = try screens(script)
    #expect(wrapped.screen == alone.screen)
    #expect(wrapped.modes == alone.modes)
  }

  @Test func keysComeOneByOneWhenAskedForThroughTheOutput() throws {
    // Those of the session itself may be changed before they are looked at.
    let idle = try TerminalSession("read -r line")
    let before = idle.modes
    idle.type("\n")
    #expect(idle.finish() == .exited(0))
    let session = try TerminalSession(
      """
      exec "$PROBE" --watch seen sh -c '
        stty -icanon -echo <&1; echo ready; keys=$(dd bs=1 count=3 2>/dev/null); stty icanon echo <&1; echo "got $keys"'
      """)
    #expect(session.sees("ready"))
    session.type("xyz")
    #expect(session.sees("got xyz"), "\(session.screen)")
    #expect(session.finish() == .exited(0))
    #expect(session.screen == "ready\r\ngot xyz\r\n")
    #expect(session.modes == before)
  }

  @Test func aSuspendedCommandLeavesTheShellsModesAndTakesItsOwnAgain() throws {
    let session = try TerminalSession("PS1='ready> ' exec bash --norc --noprofile -i")
    #expect(session.sees("ready> "))
    session.type(
      """
      "$PROBE" --watch seen bash -c 'own() { stty -icanon -echo <&1; echo be""gun; }
      trap "stty sane <&1; kill -STOP \\$\\$; own" TSTP; own; until read -rn1 -t 0.05 key; do :; done
      stty sane <&1; echo "<$key>"'\n
      """)
    #expect(session.sees("begun"))
    session.type("\u{1A}")
    #expect(session.sees("ready> ", after: "Stopped"), "\(session.screen)")
    session.type("fg\n")
    #expect(session.sees("begun", times: 2), "\(session.screen)")
    session.type("k")
    #expect(session.sees("<k>"), "\(session.screen)")
    session.type("exit 4\n")
    #expect(session.finish() == .exited(4), "\(session.screen)")
  }
}
