import Glibc
import Posix

/// A fresh home in which a real shell runs the real program.
struct ProgramHome {
  let path: String

  /// What a script did.
  struct Outcome {
    var status: Int32
    var output: String
    var error: String
  }

  init() throws {
    path = try Folder.makeTemporary(prefix: "llmguard-home")
    for name in ["bin", "work", ".config", ".config/llmguard"] { try Folder.makePrivate("\(path)/\(name)") }
    // A link, not a script: a shell between would change the environment.
    if symlink(Self.program, path + "/bin/llmguard") != 0 { throw PosixError("symlink", path: path) }
  }

  /// The top folder that the tests were built from.
  static let checkout = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// A program to test in place of the one that was built beside the tests. `LLMGUARD_PROGRAM` would be another's: a run sets it.
  static let stated = Environment.value("PROGRAM_UNDER_TEST")

  static var program: String {
    if let stated { return stated }
    let folder = File.parent(of: ProcessInfo.executablePath ?? "")
    return [folder, checkout + "/.build/debug"].map { $0 + "/llmguard" }.first(where: File.exists) ?? "llmguard"
  }

  func write(_ name: String, _ text: String) throws { try File.replace("\(path)/\(name)", with: Array(text.utf8)) }

  /// Runs a script with a minimal environment, as cron would; one that hangs is killed and has status 137.
  func run(_ script: String, limitSeconds: Int = 240, tellsHome: Bool = true) throws -> Outcome {
    let number = Random.hexadecimal(bytes: 4)
    let (out, err) = ("\(path)/out-\(number)", "\(path)/err-\(number)")
    try write("script-\(number).sh", script)
    let status = Shell.run(
      "cd '\(path)' && timeout -s KILL \(limitSeconds) env -i \(tellsHome ? "HOME='\(path)'" : "") "
        + "PATH='\(path)/bin:/usr/bin:/bin' LANG=C.UTF-8 sh script-\(number).sh >'\(out)' 2>'\(err)' </dev/null")
    func text(_ path: String) throws -> String { String(decoding: try File.readAll(path), as: UTF8.self) }
    return Outcome(status: status, output: try text(out), error: try text(err))
  }

  func remove() { try? Folder.removeTree(path) }
}
