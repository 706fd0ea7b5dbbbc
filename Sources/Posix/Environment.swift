import CPosix
import Glibc

/// The environment variables and the user.
public enum Environment {
  /// A variable's value; `nil` when it is not set. An empty value is a value.
  public static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// The name that a variable holds, whatever its bytes are (`NameBytes`).
  public static func name(_ variable: String) -> String? { getenv(variable).map { NameBytes.text($0) } }

  /// Whether a variable's value is UTF-8, or there is none: any other is read as one that it is not.
  public static func isText(_ name: String) -> Bool {
    getenv(name).map { String(validatingCString: $0) != nil } ?? true
  }

  /// A variable's value, which is then no longer set: children do not have it.
  public static func take(_ name: String) -> String? {
    defer { unsetenv(name) }
    return value(name)
  }

  /// All variables by name.
  public static var dictionary: [String: String] { values(beginning: "") }

  /// The variables whose names begin so, by name.
  public static func values(beginning prefix: String) -> [String: String] { values(beginningWithOneOf: [prefix]) }

  /// The variables whose names begin in one of some ways, by name. The others are not even read.
  public static func values(beginningWithOneOf prefixes: [String]) -> [String: String] {
    let beginnings = CStrings(prefixes.map { Array($0.utf8) })
    var values: [String: String] = [:]
    var cursor = llmguard_environment()
    while let entry = cursor?.pointee {
      cursor = cursor?.advanced(by: 1)
      for index in prefixes.indices {
        guard let beginning = beginnings.pointers[index], strncmp(entry, beginning, strlen(beginning)) == 0,
          let equals = strchr(entry, Int32(UInt8(ascii: "=")))
        else { continue }
        let name = UnsafeRawBufferPointer(start: entry, count: equals - entry)
        values[String(decoding: name, as: UTF8.self)] = String(cString: equals + 1)
        break
      }
    }
    return values
  }

  /// `HOME`, when it is an absolute path.
  public static var home: String? { value("HOME").flatMap { $0.hasPrefix("/") ? $0 : nil } }
}

/// The user this process runs for.
public enum CurrentUser {
  /// The name of the real user id, by the system's user database (as `NameBytes` writes it); `uid-1234` when it has none.
  public static var name: String {
    let id = getuid()
    return name(of: id, inFile: "/etc/passwd") ?? nameByLibrary(id) ?? "uid-\(id)"
  }

  /// The name of a user id in a file of users; `nil` when it is not there.
  ///
  /// Nearly everybody is there. The library would first ask a daemon and read its own configuration, which takes as long as
  /// what a call asks of the ledger.
  static func name(of id: UInt32, inFile path: String) -> String? {
    // *Source:* useradd(8): names have at most 32 characters; other databases allow more, and the library finds them.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { name in
      llmguard_user_name(path, id, name.baseAddress!, name.count) == 0 ? NameBytes.text(name.baseAddress!) : nil
    }
  }

  private static func nameByLibrary(_ id: UInt32) -> String? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    guard getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
    return entry.pw_name.map { NameBytes.text($0) }
  }

  /// Whether this is the superuser.
  public static var isRoot: Bool { getuid() == 0 }
}
