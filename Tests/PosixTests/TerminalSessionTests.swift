import Glibc
import Posix
import SessionDriver
import Testing

/// On a terminal the command meets the terminal, not the wrapper.
@Suite struct TerminalSessionTests {
  /// Waits until the command has counted something, for a minute at most, and then for what may come a second time.
  private static let isTold = """
    i=0; until [ $n -gt 0 ] || [ $i -ge 3000 ]; do i=$((i + 1)); sleep 0.02; done
    i=0; while [ $i -lt 30 ]; do i=$((i + 1)); sleep 0.02; done
    """

  @Test(arguments: ["", "--watch seen --watch-error seen2"])
  func theCommandSeesATerminalOfTheRightSize(options: String) throws {
    let session = try TerminalSession(
      "sleep 0.1; exec \"$PROBE\" \(options) sh -c 'test -t 0 && test -t 1 && test -t 2 && stty size <&1; echo end'",
      columns: 123)
    #expect(session.finish() == .exited(0))
    #expect(session.screen == "24 123\r\nend\r\n")
  }

  @Test(arguments: ["", "--watch seen"])
  func interruptReachesTheCommandExactlyOnce(options: String) throws {
    let session = try TerminalSession(
      """
      cat > command <<'END'
      n=0
      trap 'n=$((n + 1)); echo "interrupted $n"' INT
      echo ready
      \(Self.isTold)
      echo "total $n"
      END
      exec "$PROBE" \(options) sh command
      """)
    #expect(session.sees("ready"))
    session.type("\u{3}")
    #expect(session.sees("interrupted 1"))
    #expect(session.finish() == .exited(0))
    #expect(session.screen.contains("total 1"), "\(session.screen)")
  }

  /// The command waits in a builtin: a ^C in the instant in which dash forks is lost in dash, wrapped or not.
  @Test func interruptEndsTheWrapperAsItEndsTheCommand() throws {
    let session = try TerminalSession("exec \"$PROBE\" --watch seen sh -c 'echo ready; read line'")
    #expect(session.sees("ready"))
    session.type("\u{3}")
    #expect(session.finish() == .signaled(SIGINT))
  }

  @Test(arguments: ["", "--watch seen"])
  func theCommandReadsTheTerminal(options: String) throws {
    let session = try TerminalSession("exec \"$PROBE\" \(options) sh -c 'echo ready; read line; echo \"<$line>\"'")
    #expect(session.sees("ready"))
    session.type("typed\n")
    #expect(session.finish() == .exited(0))
    #expect(session.screen.hasSuffix("typed\r\n<typed>\r\n"))
  }

  @Test(arguments: ["", "--watch seen"])
  func aNewSizeIsSeenInTheEnd(options: String) throws {
    let session = try TerminalSession(
      """
      cat > command <<'END'
      trap 'stty size <&1; n=$((n + 1))' WINCH
      n=0; echo ready
      \(Self.isTold)
      echo "told $n"
      END
      sleep 0.1; exec "$PROBE" \(options) sh command
      """)
    #expect(session.sees("ready"))
    session.resize(columns: 99)
    #expect(session.sees("24 99"))
    #expect(session.finish() == .exited(0))
    if options.isEmpty { #expect(session.screen.contains("told 1"), "\(session.screen)") }
  }

  @Test func bytesPassTheTerminalOnce() throws {
    let command = "sh -c 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo \"line $i\"; done'"
    let alone = try TerminalSession("exec \(command)")
    #expect(alone.finish() == .exited(0))
    let wrapped = try TerminalSession("exec \"$PROBE\" --watch seen \(command)")
    #expect(wrapped.finish() == .exited(0))
    #expect(wrapped.screen == alone.screen)
  }

  @Test(arguments: ["", "--watch seen"])
  func theShellSuspendsAndResumesTheWrapperWithTheCommand(options: String) throws {
    let session = try TerminalSession("PS1='ready> ' exec bash --norc --noprofile -i")
    #expect(session.sees("ready> "))
    session.type("\"$PROBE\" \(options) sh -c 'echo be''gun; read line; echo \"<$line>\"; exit 6'\n")
    #expect(session.sees("begun"))
    session.type("\u{1A}")
    #expect(session.sees("ready> ", after: "Stopped"), "\(session.screen)")
    session.type("fg\n")
    #expect(session.sees("fg\r\n"))
    #expect(session.isGivenToAJob(), "\(session.screen)")
    session.type("typed\n")
    #expect(session.sees("<typed>"))
    session.type("exit $?\n")
    #expect(session.finish() == .exited(6), "\(session.screen)")
  }
}
