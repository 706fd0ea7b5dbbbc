import Posix

/// What processes take of the machine.
enum ProcessUse {
  /// A process's resident memory; 0 when it is gone.
  static func kilobytes(of process: String) -> Int64 { number("VmRSS", of: "/proc/\(process)/status") }

  /// The most that it ever had; 0 when it is gone.
  static func mostKilobytes(of process: String) -> Int64 { number("VmHWM", of: "/proc/\(process)/status") }

  /// The process that started this one.
  static var parent: String { String(number("PPid", of: "/proc/self/status")) }

  /// The time that a process's threads, those included that have ended, have taken of the processors, in microseconds and in
  /// steps of a hundredth of a second; 0 when it is gone.
  static func processorUs(of process: String) -> Int64 {
    guard let bytes = try? File.readAll("/proc/\(process)/stat", maximumBytes: 4096) else { return 0 }
    // Behind the program's name, which may have anything in it. *Source:* proc(5): the time of the program and of the system
    // are its fields 14 and 15, in hundredths of a second; the first behind the name is 3.
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let own = Int64(fields[11]), let system = Int64(fields[12]) else { return 0 }
    return (own + system) * 10_000
  }

  private static func number(_ name: String, of path: String) -> Int64 {
    guard let bytes = try? File.readAll(path, maximumBytes: 65_536) else { return 0 }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
    return Int64(line.filter(\.isNumber)) ?? 0
  }
}
