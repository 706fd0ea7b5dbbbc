import Glibc
import SessionDriver
import Testing

@testable import Posix

/// A command in a network of its own reaches one listener, and nothing else.
@Suite(.serialized) struct IsolatedNetworkTests {
  /// Whether this kernel gives namespaces; where it does not, the tests have nothing to look at.
  static let isAvailable: Bool = (try? IsolatedNetwork()) != nil

  /// A server outside, which counts who comes.
  private func outside() throws -> (port: UInt16, guests: Locked<Int>, close: () -> Void) {
    let listener = try Socket.listening()
    let guests = Locked(0)
    try Thread.start {
      while let socket = try? listener.accept() {
        guests.use { $0 += 1 }
        try? socket.writeAll(Array("HTTP/1.0 200 OK\r\n\r\noutside".utf8))
        socket.endWriting()
        Clock.sleep(ms: 100)
        socket.close()
      }
      listener.close()
    }
    return (listener.port, guests, { listener.shutdown() })
  }

  @Test(.enabled(if: isAvailable)) func theListenerIsReached() throws {
    let outcome = try Driver.run("exec \"$PROBE\" --isolate hello sh -c 'curl -s --max-time 10 \"$INSIDE\"'")
    #expect(outcome.text == "hello", "\(outcome.errorText)")
    #expect(outcome.status == .exited(0))
  }

  @Test(.enabled(if: isAvailable)) func nothingElseIsReached() throws {
    let (port, guests, close) = try outside()
    defer { close() }
    let ask = "env -i /usr/bin/curl -s --max-time 10 http://127.0.0.1:\(port)/"
    let control = try Driver.run("exec \"$PROBE\" \(ask)")
    #expect(control.text == "outside")
    #expect(guests.use { $0 } == 1, "without isolation it gets there")
    let inside = try Driver.run("exec \"$PROBE\" --isolate hello \(ask)")
    #expect(inside.status == .exited(7), "curl could not connect")
    #expect(inside.text == "")
    #expect(guests.use { $0 } == 1)
  }

  @Test(.enabled(if: isAvailable)) func thereIsNoWayOut() throws {
    let outcome = try Driver.run(
      """
      exec "$PROBE" --isolate x sh -c '
        tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d " "; tail -n +2 /proc/net/route
        nsenter --net=/proc/1/ns/net true 2>/dev/null && echo escaped
        nsenter --net=/proc/$PPID/ns/net true 2>/dev/null && echo escaped
        true'
      """)
    #expect(outcome.text == "lo\n", "\(outcome.errorText)")
  }

  @Test(
    .enabled(if: isAvailable),
    arguments: [
      ("true", "exited(0)"), ("sh -c 'exit 42'", "exited(42)"), ("sh -c 'kill -TERM $$'", "signaled(15)"),
      ("no-such-command-anywhere", "exited(127)"), ("./plain", "exited(126)"), ("./script a b", "exited(7)"),
    ])
  func endsAsTheCommandEnds(command: String, expected: String) throws {
    let files = "echo data > plain; printf 'test \"$1$2\" = ab && exit 7' > script; chmod +x script"
    let outcome = try Driver.run("\(files); exec \"$PROBE\" --isolate x \(command)")
    #expect(outcome.status.map { "\($0)" } == expected, "\(outcome.errorText)")
  }

  @Test(.enabled(if: isAvailable)) func allButTheNetworkIsAsAlone() throws {
    // Signals 32 and 33 are the C library's own, and change with its threads.
    let signals = "sed -nE 's/^Sig(Blk|Ign):.*(.{7})$/\\1 \\2/p' /proc/self/status"
    let show = "id -u; id -g; id -G; \(signals); ls /proc/self/fd | tr '\\n' ' '; umask"
    let alone = try Driver.run("sh -c \"\(show)\"")
    let inside = try Driver.run("\"$PROBE\" --isolate x --watch w --relay '' sh -c \"\(show)\"")
    #expect(inside.text == alone.text)
  }

  /// Who is not the superuser is isolated, too, with nothing but their own number mapped.
  @Test(.enabled(if: isAvailable && getuid() == 0)) func nobodyIsIsolated() throws {
    let outcome = try Driver.run(
      """
      chmod 755 . ..; cp "$PROBE" ./probe; chmod 755 probe
      exec setpriv --reuid=65534 --regid=65534 --clear-groups ./probe --isolate hello sh -c '
        id -u; curl -s --max-time 10 "$INSIDE"'
      """)
    #expect(outcome.text == "65534\nhello", "\(outcome.errorText)")
  }

  @Test(arguments: [
    (["kernel.unprivileged_userns_clone": 0], ["kernel.unprivileged_userns_clone=1"]),
    (["kernel.unprivileged_userns_clone": 1, "user.max_user_namespaces": 63], []),
    (["user.max_user_namespaces": 0], ["user.max_user_namespaces=10000"]),
    (["kernel.apparmor_restrict_unprivileged_userns": 1], ["kernel.apparmor_restrict_unprivileged_userns=0"]),
    ([:], []),
  ])
  func whatStandsAgainstItIsNamed(switches: [String: Int], expected: [String]) {
    #expect(IsolatedNetwork.Unavailable.closedSwitches { switches[$0] } == expected)
  }
}
