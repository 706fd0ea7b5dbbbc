import Glibc

/// A process that a command left behind.
public struct LeftProcess: Hashable, Sendable {
  /// Its number.
  public var id: Int32
  /// Its program's name, as the kernel has it; empty for none.
  public var program: String

  /// How many environments are read at most: some 15 µs each.
  private static let mostRead = 64

  /// What is left of a command: the processes of this one's session that were started after it with a variable that only the
  /// command was given, without those that another of them started; by their numbers.
  ///
  /// What made a session of its own wants to go on, and is none of them; nor is another user's, which nobody may look into. Where
  /// the kernel's numbers have begun anew since, or a crowd was started in between, none is found. *Source:*
  /// proc_pid_environ(5): what a process was started with; of one that has ended, nothing.
  ///
  /// - Parameter variable: `NAME=VALUE`.
  public static func all(startedWith variable: String) -> [LeftProcess] {
    let wanted = Array(variable.utf8)
    let found = numbers(in: getsid(0)) { $0.elementsEqual(wanted) }
    return found.filter { id in !found.contains { $0 == ProcessInfo.parent(of: id) } }.map {
      LeftProcess(id: $0, program: ProcessInfo.name(of: $0))
    }
  }

  /// The numbers of all of them, whatever session they are in and whoever started them; also of those that were given the variable
  /// with more behind a slash, as what runs inside the command is.
  public static func numbers(startedWith variable: String) -> [Int32] {
    let wanted = Array(variable.utf8)
    return numbers(in: nil) { entry in
      entry.starts(with: wanted) && [nil, UInt8(ascii: "/")].contains(entry.dropFirst(wanted.count).first)
    }
  }

  /// Those of this user's processes after this one that have an entry in their environment, by their numbers.
  ///
  /// - Parameter session: theirs; `nil` for any.
  private static func numbers(in session: Int32?, _ isWanted: (ArraySlice<UInt8>) -> Bool) -> [Int32] {
    guard let handle = opendir("/proc") else { return [] }
    defer { closedir(handle) }
    let own = getpid()
    var (found, read) = ([Int32](), 0)
    // The kernel lists them by their numbers.
    while read < mostRead, let entry = readdir(handle) {
      let id = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { atoi($0) }
      }
      // Nobody else's environment is read that can be told without it.
      guard id > own, session == nil || getsid(id) == session else { continue }
      read += 1
      guard let environment = try? File.readAll("/proc/\(id)/environ", maximumBytes: 4 << 20),
        environment.split(separator: 0).contains(where: isWanted)
      else { continue }
      found.append(id)
    }
    return found.sorted()
  }
}
