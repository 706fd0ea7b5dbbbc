import CommandSpec
import Posix

/// `llmguard-bench realrun`: real documents, a real model, and a report that must agree with the server to the token.
enum RealRunCommand {
  static let command = Command<BenchHandler>(
    "realrun", summary: "Summarise real documents with a real model, and check the report to the token",
    description: [
      "Twenty manual pages of this machine are summarised for two users of different tiers by a small model that is "
        + "served on this machine. Every call stands behind `llmguard run`, the one that was built beside this program. "
        + "One user finishes; one is warned, degraded and refused. It fails unless the usage report says, user by user and "
        + "to the token, what the server says that it computed.",
      "The model and its server are two Python packages (180 MB), which the first run fetches into `.build/realrun`; what "
        + "the users saw and the server's log stay there. It takes some minutes.",
    ],
    handler: BenchHandler(run: run))

  static func run(_ arguments: ParsedArguments) throws(BenchFailure) -> Int32 {
    let script = try Tools.file("realrun/realrun.sh")
    let status = ChildCommand(arguments: [script, try Tools.program()]).run()
    if case .notStarted(let error) = status { throw BenchFailure(error) }
    return status.shellStatus
  }
}
