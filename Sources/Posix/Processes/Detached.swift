import CPosix
import Glibc

/// Commands that outlive this process and its terminal.
public enum Detached {
  /// Starts a command in a session of its own, without a terminal, and does not wait for it.
  ///
  /// - Parameters:
  ///   - arguments: the program and its arguments.
  ///   - environment: variables to set (or, with `nil`, to take away) over this process's.
  ///   - input: the file that is its standard input.
  ///   - output: the file that takes its standard output; made anew, its user's alone.
  ///   - error: the same for its standard error.
  /// - Returns: its process.
  public static func start(
    _ arguments: [String], environment: [String: String?], input: String, output: String, error: String
  ) throws(PosixError) -> Int32 {
    guard let program = arguments.first else { throw PosixError("run", path: "", code: ENOENT) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    for (number, path) in [(Int32(1), output), (2, error)] {
      posix_spawn_file_actions_addopen(&actions, number, path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGCHLD] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let session: Int32 = 0x80  // POSIX_SPAWN_SETSID, which the C library defines for its own extensions alone.
    posix_spawnattr_setflags(&attributes, Int16(session) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    let argv = CStrings(arguments.map(RawStrings.argument))
    let envp = CStrings(environmentChangedBy: environment)
    var process: pid_t = 0
    let code = posix_spawn(&process, program, &actions, &attributes, argv.pointers, envp.pointers)
    if code != 0 { throw PosixError("run", path: program, code: code) }
    return process
  }
}

extension ProcessInfo {
  /// Names this start of the machine: another one after a reboot. Empty where the kernel does not say.
  public static var bootID: String {
    let bytes = (try? File.readAll("/proc/sys/kernel/random/boot_id", maximumBytes: 256)) ?? []
    return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
  }

  /// When a process was started, in the kernel's ticks since the machine was: with its number it names one process; `nil`
  /// when there is none.
  public static func startTicks(_ id: Int32) -> Int64? {
    // The state is the third field, and the start the twenty-second.
    guard let fields = statusFields(id), fields.count > 19 else { return nil }
    return Int64(fields[19])
  }

  /// Whether a process goes on that was started at a time: one that nobody has taken note of the end of does not.
  public static func goesOn(_ id: Int32, startTicks: Int64) -> Bool {
    guard let fields = statusFields(id), fields.count > 19 else { return false }
    return Int64(fields[19]) == startTicks && fields[0] != "Z" && fields[0] != "X"
  }

  /// The children of a process's first thread.
  public static func children(of id: Int32) -> [Int32] {
    let bytes = (try? File.readAll("/proc/\(id)/task/\(id)/children", maximumBytes: 65_536)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { Int32($0.filter(\.isNumber)) }
  }

  /// How long a process has had a processor, in nanoseconds; `nil` when there is none.
  public static func processorNanoseconds(_ id: Int32) -> Int64? {
    guard let bytes = try? File.readAll("/proc/\(id)/schedstat", maximumBytes: 256) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: " ").first.flatMap { Int64($0) }
  }

  /// Asks this process to end, from now on, when the one ends that started it, however that ends.
  ///
  /// - Parameter parent: that process, whose first thread started this one.
  public static func endWith(parent: Int32) {
    _ = llmguard_end_with_parent(SIGTERM)
    // It may have ended before that.
    if getppid() != parent { kill(getpid(), SIGTERM) }
  }

  /// Has no image of this process's memory written where it crashes, whatever `ulimit -c` says: it holds what is other people's. Other
  /// processes of the user's cannot look into it, either.
  public static func leaveNoCore() { _ = llmguard_leave_no_core() }

  /// The same of a process into which others of the user's may look, such as its own command's gateway. The programs that it starts
  /// as commands are under the limit that `ulimit -c` has set.
  public static func leaveCoreToCommands() { llmguard_leave_core_to_programs() }

  /// Asks a process to end.
  public static func terminate(_ id: Int32) throws(PosixError) {
    if kill(id, SIGTERM) != 0, errno != ESRCH { throw PosixError("kill") }
  }
}
