import CPosix
import Glibc

/// A command in a session of its own: it shares no terminal, no group and no stream with this process.
public struct DetachedCommand {
  private let arguments: [String]

  /// Makes a command of a program and its arguments.
  public init(_ arguments: [String]) { self.arguments = arguments }

  /// Starts it and lets go of it: nobody waits for it, and it is nobody's child. Its outputs go nowhere.
  ///
  /// - Parameter input: what it reads; at most what a pipe holds, so that this process need not wait for it.
  /// - Throws: `PosixError`; `EMSGSIZE` for a longer input.
  public func start(input: [UInt8]) throws(PosixError) {
    let ends = try pipe(input)
    defer { close(ends) }
    let (argv, envp) = vectors
    let code = llmguard_spawn_detached(argv.pointers, envp.pointers, ends)
    if code != 0 { throw PosixError("start", path: arguments.first, code: code) }
  }

  /// Runs it to its end. When its time is up it is ended, with what it started.
  ///
  /// - Parameters:
  ///   - input: what it reads.
  ///   - limitMs: how long it may take.
  /// - Returns: how it ended; `nil` when its time was up and it was ended.
  public func run(input: [UInt8], limitMs: Int64) -> ChildStatus? {
    let ends: Int32
    do throws(PosixError) { ends = try pipe(input) } catch { return .notStarted(error) }
    let (argv, envp) = vectors
    var pid: pid_t = 0
    let code = llmguard_spawn_session(&pid, argv.pointers, envp.pointers, ends)
    close(ends)
    if code != 0 { return .notStarted(PosixError(ChildStatus.startCall, path: arguments.first, code: code)) }
    let end = Clock.monotonicNanoseconds + limitMs * 1_000_000
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      if Clock.monotonicNanoseconds >= end {
        kill(-pid, SIGTERM)
        Clock.sleep(ms: 200)
        kill(-pid, SIGKILL)
        waitpid(pid, &status, 0)
        return nil
      }
      Clock.sleep(ms: 5)
    }
    var number: Int32 = 0
    if llmguard_signaled(status, &number) == 1 { return .signaled(number) }
    _ = llmguard_exited(status, &number)
    return .exited(number)
  }

  private var vectors: (argv: CStrings, envp: CStrings) {
    (CStrings(arguments.map(RawStrings.argument)), CStrings(environmentChangedBy: [:]))
  }

  /// The reading end of a pipe that holds some bytes and ends after them.
  private func pipe(_ bytes: [UInt8]) throws(PosixError) -> Int32 {
    var ends: [Int32] = [-1, -1]
    if llmguard_pipe2(&ends, 0) != 0 { throw PosixError("pipe") }
    _ = llmguard_set_pipe_size(ends[1], Int32(clamping: bytes.count))
    if bytes.count > Int(llmguard_pipe_size(ends[1])) {
      ends.forEach { close($0) }
      throw PosixError("write", code: EMSGSIZE)
    }
    do throws(PosixError) { try FileDescriptor(ends[1]).writeAll(bytes) } catch {
      ends.forEach { close($0) }
      throw error
    }
    close(ends[1])
    return ends[0]
  }
}
