import CPosix
import Glibc

/// The clocks.
public enum Clock {
  /// Milliseconds since 1970 by the wall clock.
  public static var unixMs: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Nanoseconds since some fixed moment; never runs backwards.
  public static var monotonicNanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// The processor's time that this thread has had, in nanoseconds.
  public static var threadNanoseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Milliseconds since the machine was started, its sleep included. Nobody sets it, and all processes see the same.
  /// *Source:* clock_gettime(2), `CLOCK_BOOTTIME`.
  public static var sinceStartMs: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Waits. Signals that end the process end it; others do not cut the wait short.
  public static func sleep(ms: Int64) { sleep(microseconds: ms * 1000) }

  /// Waits likewise, more finely.
  public static func sleep(microseconds: Int64) {
    var left = timespec(tv_sec: Int(microseconds / 1_000_000), tv_nsec: Int(microseconds % 1_000_000) * 1000)
    var rest = timespec()
    while nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
  }
}

/// Random bytes from the kernel.
public enum Random {
  /// Hexadecimal digits of fresh random bytes: twice as many as bytes.
  public static func hexadecimal(bytes count: Int) -> String {
    var bytes = [UInt8](repeating: 0, count: count)
    precondition(llmguard_random(&bytes, count) == 0, "the kernel gives no random bytes")
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

/// Processes, for display.
public enum ProcessInfo {
  /// This process.
  public static var id: Int32 { getpid() }

  /// The name of this machine, as the kernel has it; empty where it has none.
  public static let hostName: String = {
    var name = [CChar](repeating: 0, count: 257)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()

  /// The process that started this one, or that took it over.
  public static var parentID: Int32 { getppid() }

  /// Whether a process is stopped, as `/proc` tells.
  public static func isStopped(_ id: Int32) -> Bool { state(id) == "T" }

  /// Whether a process is there and not stopped, as `/proc` tells.
  static func isRunning(_ id: Int32) -> Bool { state(id).map { $0 != "T" } ?? false }

  /// Whether a process of that number exists.
  public static func exists(_ id: Int32) -> Bool { kill(id, 0) == 0 || errno == EPERM }

  /// The process that started another one, or that took it over; `nil` when there is none of that number.
  static func parent(of id: Int32) -> Int32? { statusFields(id)?.dropFirst().first.flatMap { Int32($0) } }

  private static func state(_ id: Int32) -> Character? { statusFields(id)?.first?.first }

  /// What `/proc/ID/stat` says after the name: the state, the parent and so on. *Source:* proc_pid_stat(5).
  static func statusFields(_ id: Int32) -> [Substring]? {
    guard let bytes = try? File.readAll("/proc/\(id)/stat", maximumBytes: 4096) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    // The name in parentheses may hold anything; the state is the first word after the last ')'.
    guard let end = text.lastIndex(of: ")") else { return nil }
    return text[text.index(after: end)...].split(separator: " ")
  }

  /// One line of `/proc/ID/status`, without its name; `nil` where there is none. *Source:* proc_pid_status(5).
  static func status(_ name: String, of id: Int32) -> Substring? {
    guard let bytes = try? File.readAll("/proc/\(id)/status", maximumBytes: 16_384) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("\(name):\t") }
    return line?.dropFirst(name.utf8.count + 2)
  }

  /// The path of the running executable.
  public static var executablePath: String? { File.linkTarget("/proc/self/exe") }

  /// A path by which the running executable can be started again by a process that comes of this one: where another version
  /// took its place since, or none, the one by which the kernel keeps it. *Source:* proc_pid_exe(5).
  public static var ownProgram: String? {
    let kept = "/proc/self/exe"
    return executablePath.map { File.identity($0) == File.identity(kept) ? $0 : kept }
  }
}
