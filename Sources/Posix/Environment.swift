import CPosix
import Glibc

/// The environment variables and the user.
public enum Environment {
  /// A variable's value; `nil` when it is not set. An empty value is a value.
  public static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// A variable's value, which is then no longer set: children do not have it.
  public static func take(_ name: String) -> String? {
    defer { unsetenv(name) }
    return value(name)
  }

  /// All variables as `NAME=value`, in order.
  public static var all: [String] {
    var entries: [String] = []
    var cursor = llmguard_environment()
    while let entry = cursor?.pointee {
      entries.append(String(cString: entry))
      cursor = cursor?.advanced(by: 1)
    }
    return entries
  }

  /// All variables by name.
  public static var dictionary: [String: String] {
    all.reduce(into: [:]) { result, entry in
      guard let equals = entry.firstIndex(of: "=") else { return }
      result[String(entry[..<equals])] = String(entry[entry.index(after: equals)...])
    }
  }

  /// `HOME`, when it is an absolute path.
  public static var home: String? { value("HOME").flatMap { $0.hasPrefix("/") ? $0 : nil } }
}

/// The user this process runs for.
public enum CurrentUser {
  /// The name of the real user id, by the system's user database; `uid-1234` when it has none.
  public static var name: String {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    let id = getuid()
    if getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name {
      return String(cString: name)
    }
    return "uid-\(id)"
  }

  /// Whether this is the superuser.
  public static var isRoot: Bool { getuid() == 0 }
}
