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

  /// Whether a process is stopped, as `/proc` tells.
  public static func isStopped(_ id: Int32) -> Bool { state(id) == "T" }

  /// Whether a process of that number exists.
  public static func exists(_ id: Int32) -> Bool { kill(id, 0) == 0 || errno == EPERM }

  private static func state(_ id: Int32) -> Character? {
    guard let bytes = try? File.readAll("/proc/\(id)/stat", maximumBytes: 4096) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    // The name in parentheses may hold anything; the state is the first word after the last ')'.
    guard let end = text.lastIndex(of: ")") else { return nil }
    return text[text.index(after: end)...].first { $0 != " " }
  }

  /// The path of the running executable.
  public static var executablePath: String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { readlink("/proc/self/exe", $0.baseAddress!, $0.count) }
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }
}
