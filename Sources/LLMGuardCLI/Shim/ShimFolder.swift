import Posix
import Providers

/// A private folder that stands first on a command's `PATH`: programs that would call providers by their addresses are
/// links to llmguard there, which changes the addresses and hands over to the real program.
struct ShimFolder {
  /// The file that marks such a folder and says where calls go.
  static let tableName = ".llmguard-shims"

  /// Variables that a shim may have to give back.
  private static let ownVariables = ["API_BASE_URL", "OLLAMA_HOST"]
  /// What begins the line of such a variable.
  static let ownMark = "own"

  let path: String

  /// Makes the folder for the programs that this machine has.
  init?(servers: ServerTable) throws(PosixError) {
    guard let program = ProcessInfo.executablePath else { return nil }
    path = try Folder.makeTemporary(prefix: "llmguard-shims")
    do throws(PosixError) {
      for name in CommandRewriter.programs where Self.realProgram(name) != nil {
        try Folder.link("\(path)/\(name)", to: program)
      }
      let own = Self.ownVariables.compactMap { name in
        Environment.value(name).map { "\(Self.ownMark)\t\(name)\t\($0)\n" }
      }
      // Nobody reads it before the command starts, and it ends with the run: no sync is worth its wait.
      let table = try FileDescriptor.open("\(path)/\(Self.tableName)", .createNew)
      defer { table.close() }
      try table.writeAll(Array((servers.text + own.joined()).utf8))
    } catch {
      remove()
      throw error
    }
  }

  /// `PATH` with the folder first.
  var searchPath: String { path + ":" + (Environment.value("PATH") ?? "/usr/local/bin:/usr/bin:/bin") }

  func remove() { try? Folder.removeTree(path) }

  /// A program outside of all such folders.
  static func realProgram(_ name: String) -> String? {
    Program.find(name) { !File.exists("\($0)/\(tableName)") }
  }
}
