import Glibc
import SessionDriver
import Testing

@testable import Posix

/// An isolated command reaches nobody through the file system, nor through the machine around it.
@Suite(.serialized, .enabled(if: IsolatedNetworkTests.isAvailable)) struct BarredSocketsTests {
  /// A server outside that listens in the file system, and counts who comes.
  private final class Outside: @unchecked Sendable {
    let path: String
    let guests = Locked(0)
    private let folder: String
    private let listener: Int32

    init() throws {
      folder = try Folder.makeTemporary(prefix: "posix-unix")
      path = folder + "/socket"
      listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let bytes = Array(path.utf8)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
      let status = withUnsafePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      if status != 0 || listen(listener, 8) != 0 { throw PosixError("bind", path: path) }
      try Thread.start { [listener, guests] in
        while true {
          let guest = accept(listener, nil, nil)
          if guest < 0 { break }
          guests.use { $0 += 1 }
          let socket = Socket(adopting: FileDescriptor(guest))
          try? socket.writeAll(Array("HTTP/1.0 200 OK\r\n\r\noutside".utf8))
          socket.endWriting()
          Clock.sleep(ms: 100)
          socket.close()
        }
        close(listener)
      }
    }

    deinit {
      shutdown(listener, Int32(SHUT_RDWR))
      try? Folder.removeTree(folder)
    }
  }

  @Test func aServerInTheFileSystemIsNotReached() throws {
    let outside = try Outside()
    let ask = "curl -s --max-time 10 --unix-socket \(outside.path) http://a.example/"
    #expect(try Driver.run("exec \"$PROBE\" \(ask)").text == "outside")
    #expect(outside.guests.use { $0 } == 1, "without isolation it gets there")
    let inside = try Driver.run("exec \"$PROBE\" --isolate x \(ask)")
    #expect(inside.status != .exited(0) && inside.text == "", "\(inside.errorText)")
    #expect(outside.guests.use { $0 } == 1)
    #expect(try Driver.run("exec \"$PROBE\" --let-sockets --isolate x \(ask)").text == "outside")
    #expect(outside.guests.use { $0 } == 2, "unless it is let")
  }

  /// What can be had of each kind: system calls by their numbers, so that no library falls back to another.
  ///
  /// *Source:* the kernel's tables of system calls.
  private static let attempts: [(name: String, call: String, isAllowed: Bool)] = {
    #if arch(x86_64)
      let (socket, pair) = (41, 53)
    #else
      let (socket, pair) = (198, 199)
    #endif
    var attempts: [(String, String, Bool)] = [
      ("network", "\(socket), 2, 1, 0", true), ("network 6", "\(socket), 10, 1, 0", true),
      ("the kernel's messages", "\(socket), 16, 3, 0", true),
      ("unix", "\(socket), 1, 1, 0", false), ("unix datagrams", "\(socket), 1, 2, 0", false),
      ("unix, flags", "\(socket), 1, 0x80801, 0", false), ("unix, upper half", "\(socket), (1<<32)|1, 1, 0", false),
      ("crypto", "\(socket), 38, 5, 0", false), ("virtual machine", "\(socket), 40, 1, 0", false),
      ("pair", "\(pair), 1, 1, 0, $pair", true), ("pair, flags", "\(pair), 1, 0x80801, 0, $pair", true),
      ("pair of packets", "\(pair), 1, 5, 0, $pair", true), ("pair of datagrams", "\(pair), 1, 2, 0, $pair", false),
      ("raw pair", "\(pair), 1, 3, 0, $pair", false), ("ring", "425, 1, $pair", false),
    ]
    #if arch(x86_64)
      attempts.append(("x32", "0x40000000 | \(socket), 2, 1, 0", false))
    #endif
    return attempts
  }()

  @Test func otherKindsOfSocketsAreBarred() throws {
    let calls = Self.attempts.map {
      "$! = 0; my $got = syscall(\($0.call)); print $got < 0 ? \"no\" : \"yes\", \"\\n\";"
    }
    let script = "$pair = \"\\0\" x 256;\n" + calls.map { "{ \($0) }" }.joined(separator: "\n")
    let outcome = try Driver.run("cat > a.pl <<'END'\n\(script)\nEND\nexec \"$PROBE\" --isolate x perl a.pl")
    let answers = outcome.text.split(separator: "\n").map { $0 == "yes" }
    try #require(answers.count == Self.attempts.count, "\(outcome.text) \(outcome.errorText)")
    for (attempt, answer) in zip(Self.attempts, answers) {
      // Of the network's sixth version a machine may have none.
      if attempt.name == "network 6" { continue }
      #expect(answer == attempt.isAllowed, "\(attempt.name)")
    }
  }

  #if arch(x86_64)
    /// A program of 32 bits, whose system calls have other numbers: `mov eax, 1; mov ebx, 42; int 0x80`.
    private static let small: [UInt8] = {
      func words(_ values: [UInt32]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(value >> (8 * $0) & 255) } }
      }
      func halves(_ values: [UInt16]) -> [UInt8] { values.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }
      let start: UInt32 = 0x0804_8000
      return [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1] + [UInt8](repeating: 0, count: 9) + halves([2, 3])
        + words([1, start + 84, 52, 0, 0]) + halves([52, 32, 1, 0, 0, 0])
        + words([1, 0, start, start, 96, 96, 5, 0x1000])
        + [0xB8, 1, 0, 0, 0, 0xBB, 42, 0, 0, 0, 0xCD, 0x80]
    }()

    private static let makeSmall =
      "printf '\(small.map { "\\" + String($0, radix: 8) }.joined())' > small; chmod +x small; exec \"$PROBE\""

    /// Not every kernel runs such programs.
    private static let runsSmall = (try? Driver.run("\(makeSmall) ./small").status) == .exited(42)

    @Test(.enabled(if: runsSmall)) func aProgramOfAnotherKindEnds() throws {
      #expect(try Driver.run("\(Self.makeSmall) --isolate x ./small").status == .signaled(SIGSYS))
    }
  #endif

  /// What programs do with sockets besides goes on, or they do without.
  @Test(arguments: [
    "getent passwd 0 >&2; logger hello || true; echo ok", "echo ok | cat",
    "bash -c 'exec 3<>/dev/tcp/127.0.0.1/$PORT; echo ok'",
  ])
  func whatProgramsNeedIsThere(script: String) throws { try check(script) }

  @Test(.enabled(if: has("perl"))) func perlHasItsPairs() throws {
    try check(
      "perl -MSocket -e 'socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0) or die; syswrite $a, \"ok\\n\"; sysread $b, my $t, 3; print $t'"
    )
  }

  @Test(.enabled(if: has("git"))) func gitCommits() throws {
    try check(
      "git init -q r && git -C r -c user.name=a -c user.email=a@b commit -q --allow-empty -m a && git -C r log --format=tformat:ok"
    )
  }

  @Test(.enabled(if: has("python3"))) func pythonHasItsLoop() throws {
    try check(
      "python3 -c 'import asyncio, subprocess; asyncio.run(asyncio.sleep(0)); print(subprocess.check_output([\"echo\", \"ok\"]).decode(), end=\"\")'"
    )
  }

  @Test(.enabled(if: has("node"))) func nodeStartsOthers() throws {
    try check(
      "node -e 'require(\"child_process\").exec(\"echo ok\", (e, out) => process.stdout.write(out))'"
    )
  }

  private static func has(_ program: String) -> Bool {
    (try? Driver.run("command -v \(program) >/dev/null").status) == .exited(0)
  }

  private func check(_ script: String) throws {
    let outcome = try Driver.run(
      "exec \"$PROBE\" --isolate x sh -c 'PORT=$(echo \"$INSIDE\" | tr -dc 0-9: | cut -d: -f3); eval \"$0\"' '\(script.replacing("'", with: "'\\''"))'"
    )
    #expect(outcome.text == "ok\n", "\(outcome.errorText)")
  }
}
