import CPosix
import Glibc

/// Arguments and variables as bytes: what is not UTF-8 must reach a command as it reached this process.
enum RawStrings {
  /// The bytes of an argument. One that Swift repaired while reading this process's command line is looked up there.
  static func argument(_ text: String) -> [UInt8] {
    guard text.unicodeScalars.contains("\u{FFFD}") else { return Array(text.utf8) }
    for index in 0..<Int(CommandLine.argc) {
      if let raw = CommandLine.unsafeArgv[index], String(cString: raw) == text { return bytes(raw) }
    }
    return Array(text.utf8)
  }

  /// This process's variables with some set or (`nil`) taken away.
  static func environment(changedBy changes: [String: String?]) -> [[UInt8]] {
    var entries: [[UInt8]] = []
    var cursor = llmguard_environment()
    while let entry = cursor?.pointee {
      let name = bytes(entry).prefix { $0 != UInt8(ascii: "=") }
      if !changes.keys.contains(where: { $0.utf8.elementsEqual(name) }) { entries.append(bytes(entry)) }
      cursor = cursor?.advanced(by: 1)
    }
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
      if let value { entries.append(Array("\(name)=\(value)".utf8)) }
    }
    return entries
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }
}

/// A null-terminated array of C strings, freed with it.
final class CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ strings: [[UInt8]]) {
    count = strings.count
    pointers = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() {
      pointers[index] = strdup(string.map(CChar.init(bitPattern:)) + [0])
    }
    pointers[count] = nil
  }

  deinit {
    for index in 0..<count { free(pointers[index]) }
    pointers.deallocate()
  }
}

/// Programs on `PATH`.
public enum Executable {
  /// Where a program is found, by the rules of execvp: a name with a slash is a path, any other is looked for in the
  /// folders of `PATH`.
  public static func find(_ program: String) -> String? {
    if program.utf8.contains(UInt8(ascii: "/")) { return program }
    let folders = (Environment.value("PATH") ?? "/bin:/usr/bin").split(separator: ":", omittingEmptySubsequences: false)
    return folders.lazy.map { $0.isEmpty ? program : "\($0)/\(program)" }
      .first { !File.isFolder($0) && access($0, X_OK) == 0 }
  }
}
