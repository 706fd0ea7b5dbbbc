import CPosix
import Glibc

/// Arguments and variables as bytes: what is not UTF-8 must reach a command as it reached this process.
enum RawStrings {
  /// The bytes of an argument. One that Swift repaired while reading this process's command line is looked up there.
  static func argument(_ text: String) -> [UInt8] {
    guard text.unicodeScalars.contains("\u{FFFD}") else { return Array(text.utf8) }
    var index: Int32 = 0
    while let raw = llmguard_argument(index) {
      if String(cString: raw) == text { return bytes(raw) }
      index += 1
    }
    return Array(text.utf8)
  }

  /// The bytes of a variable's new value: where it ends or begins with the old one, to which something was added, that goes on as it
  /// is.
  static func value(_ text: String, of name: String) -> [UInt8] {
    guard text.unicodeScalars.contains("\u{FFFD}"), let old = getenv(name) else { return Array(text.utf8) }
    let (new, repaired) = (Array(text.utf8), Array(String(cString: old).utf8))
    if new.reversed().starts(with: repaired.reversed()) { return new.dropLast(repaired.count) + bytes(old) }
    return new.starts(with: repaired) ? bytes(old) + new.dropFirst(repaired.count) : new
  }

  private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
  }
}

/// A null-terminated array of C strings, freed with it.
final class CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  /// Those before it are somebody else's.
  private let firstOwn: Int
  private let count: Int

  init(_ strings: [[UInt8]]) {
    count = strings.count
    firstOwn = 0
    pointers = .allocate(capacity: count + 1)
    for (index, string) in strings.enumerated() { pointers[index] = Self.copy(string) }
    pointers[count] = nil
  }

  /// This process's variables with some set or (`nil`) taken away. The others stand where they are.
  init(environmentChangedBy changes: [String: String?]) {
    let names = changes.keys.sorted()
    let environment = llmguard_environment()
    var known = 0
    while environment?[known] != nil { known += 1 }
    pointers = .allocate(capacity: known + names.count + 1)
    let changed = CStrings(names.map { Array($0.utf8) })
    var filled = Int(llmguard_environment_without(changed.pointers, Int32(names.count), pointers))
    firstOwn = filled
    for name in names {
      guard case .some(.some(let value)) = changes[name] else { continue }
      pointers[filled] = Self.copy(Array("\(name)=".utf8) + RawStrings.value(value, of: name))
      filled += 1
    }
    count = filled
    pointers[count] = nil
  }

  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    bytes.withUnsafeBytes { if let start = $0.baseAddress { memcpy(copy, start, $0.count) } }
    copy[bytes.count] = 0
    return copy
  }

  deinit {
    for index in firstOwn..<count { pointers[index]?.deallocate() }
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
      .first { access($0, X_OK) == 0 && !File.isFolder($0) }
  }
}
