import CommandSpec
import Posix

/// `llmguard-bench realrun`: real documents, a real model, and a report that must agree with the server to the token.
enum RealRunCommand {
  static let command = Command<BenchHandler>(
    "realrun", summary: "Summarise real documents with a real model, and check the report to the token",
    handler: BenchHandler(run: run))

  static func run(_ arguments: ParsedArguments) throws(BenchFailure) -> Int32 {
    guard let script = script else {
      throw BenchFailure("'.tools/realrun/realrun.sh' was not found", hint: "run the binary that a checkout has built")
    }
    let status = ChildCommand(arguments: [script]).run()
    return status.shellStatus
  }

  /// The script in the checkout that built this executable.
  private static var script: String? {
    var folder = ProcessInfo.executablePath.map(File.parent(of:)) ?? "/"
    while folder != "/" {
      let path = "\(folder)/.tools/realrun/realrun.sh"
      if File.exists(path) { return path }
      folder = File.parent(of: folder)
    }
    return nil
  }
}
