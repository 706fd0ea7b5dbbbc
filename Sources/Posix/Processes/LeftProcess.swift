import Glibc

/// A process that a command left behind.
public struct LeftProcess: Hashable, Sendable {
  /// Its number.
  public var id: Int32
  /// Its program's name, as the kernel has it; empty for none.
  public var program: String

  /// How many are found at most.
  private static let mostFound = 64

  /// What is left of a command: the processes of this one's session that were started after it with a variable that only the
  /// command was given, without those that another of them started; by their numbers.
  ///
  /// What made a session of its own wants to go on, and is none of them; nor is another user's, which nobody may look into. Where
  /// the kernel's numbers have begun anew since, none is found. *Source:* proc_pid_environ(5): what a process was started with; of
  /// one that has ended, nothing.
  ///
  /// - Parameter variable: `NAME=VALUE`.
  public static func all(startedWith variable: String) -> [LeftProcess] {
    let wanted = Array(variable.utf8)
    let (own, session) = (getpid(), getsid(0))
    // Nobody else's environment is read that can be told without it.
    let found = look(in: numbers.filter { $0 > own && getsid($0) == session }) { environment in
      environment.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }.found
    return found.filter { id in !found.contains { $0 == ProcessInfo.parent(of: id) } }.map {
      LeftProcess(id: $0, program: ProcessInfo.name(of: $0))
    }
  }

  /// The numbers of those that were started with a text in a variable, whatever session they are in and whoever started them.
  ///
  /// - Parameter isOwn: whether only those after this one are of interest; where the kernel's numbers have begun anew since, that
  ///   is any.
  public static func numbers(mentioning text: String, afterThisOne isOwn: Bool = false) -> [Int32] {
    let (wanted, own) = (Array(text.utf8), getpid())
    let isAfter = isOwn && latestNumber >= own
    let (found, silent) = look(in: isAfter ? numbers.filter { $0 > own } : numbers) { ByteSearch.holds(wanted, in: $0) }
    if silent.isEmpty || found.count == mostFound { return found }
    // One that is just taking up its program has no environment for a moment.
    Clock.sleep(ms: 1)
    return found + look(in: silent) { ByteSearch.holds(wanted, in: $0) }.found
  }

  /// Those of some processes whose environment is a wanted one, and those that have none.
  private static func look(in ids: [Int32], _ isWanted: ([UInt8]) -> Bool) -> (found: [Int32], silent: [Int32]) {
    var (found, silent) = ([Int32](), [Int32]())
    for id in ids where found.count < mostFound {
      guard let environment = try? File.readAll("/proc/\(id)/environ", maximumBytes: 4 << 20) else { continue }
      if environment.isEmpty { silent.append(id) } else if isWanted(environment) { found.append(id) }
    }
    return (found, silent)
  }

  /// The number that the kernel gave last; 0 where it does not say.
  private static var latestNumber: Int32 {
    let bytes = (try? File.readAll("/proc/loadavg", maximumBytes: 256)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).last.flatMap { Int32($0) } ?? 0
  }

  /// The numbers of all processes.
  private static var numbers: [Int32] {
    guard let handle = opendir("/proc") else { return [] }
    defer { closedir(handle) }
    var numbers: [Int32] = []
    while let entry = readdir(handle) {
      let number = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { atoi($0) }
      }
      if number > 0 { numbers.append(number) }
    }
    return numbers.sorted()
  }
}
