import CPosix
import Glibc

/// Programs in place of this one.
public enum Program {
  /// Where a program is found in some folders, such as those of `PATH`; `nil` when it is in none.
  public static func find(_ name: String, in folders: [String]) -> String? {
    for folder in folders {
      let path = "\(folder)/\(name)"
      // Most folders do not have it: what is asked first is answered last for the others only.
      if access(path, X_OK) == 0, !File.isFolder(path) { return path }
    }
    return nil
  }

  /// What the first line of a script names to run it, with a carriage return that belongs to it for the system; `nil` of what is
  /// no script.
  public static func interpreter(of path: String) -> String? {
    guard let file = try? FileDescriptor.open(path, .read) else { return nil }
    defer { file.close() }
    var start = [UInt8](repeating: 0, count: 256)
    let count = start.withUnsafeMutableBytes { (try? file.read(into: $0)) ?? 0 }
    guard let line = start[..<count].split(separator: 0x0A, omittingEmptySubsequences: false).first,
      line.starts(with: Array("#!".utf8))
    else { return nil }
    let blanks: Set<UInt8> = [0x20, 0x09]
    let word = line.dropFirst(2).drop(while: blanks.contains).prefix { !blanks.contains($0) }
    return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
  }

  /// Whether this user may execute a file.
  public static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

  /// The folders of `PATH`, in order.
  public static var folders: [String] {
    (Environment.value("PATH") ?? "/bin:/usr/bin").split(separator: ":", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "." : String($0) }
  }

  /// Puts a program in the place of this one.
  ///
  /// - Parameters:
  ///   - path: the program.
  ///   - arguments: its arguments, its own name first. What this process got as bytes that are no text it gets unchanged.
  ///   - variables: variables to set (or, with `nil`, to take away).
  /// - Returns: only when it cannot be done.
  public static func replaceThis(by path: String, _ arguments: [String], variables: [String: String?]) -> PosixError {
    replaceThis(by: path, arguments.map(RawStrings.argument), variables: variables)
  }

  /// The same with arguments that are bytes.
  public static func replaceThis(by path: String, _ arguments: [[UInt8]], variables: [String: String?]) -> PosixError {
    let argv = CStrings(arguments)
    let envp = CStrings(environmentChangedBy: variables)
    execve(path, argv.pointers, envp.pointers)
    return PosixError("exec", path: path)
  }

  /// Puts bytes in memory where a program that takes this one's place can read them as a file.
  ///
  /// - Returns: the path.
  public static func memoryFile(_ bytes: [UInt8]) throws(PosixError) -> (path: String, descriptor: FileDescriptor) {
    let number = llmguard_memory_file("llmguard")
    if number < 0 { throw PosixError("memfd_create") }
    let file = FileDescriptor(number)
    try file.writeAll(bytes)
    lseek(number, 0, SEEK_SET)
    return ("/proc/self/fd/\(number)", file)
  }
}

extension FileDescriptor {
  /// Puts this one in the place of standard input.
  public func becomeInput() { dup2(number, 0) }
}

extension Folder {
  /// Makes a symbolic link.
  public static func link(_ path: String, to target: String) throws(PosixError) {
    if symlink(target, path) != 0 { throw PosixError("symlink", path: path) }
  }
}
