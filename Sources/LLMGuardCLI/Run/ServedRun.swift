import GuardModel
import Ledger
import Posix
import Providers
import SQLiteLedger

/// A run in a shell whose addresses lead to a server, which no run joins.
extension GuardedRun {
  /// Stops a command whose own words lead to a server where it is asked for what the server knows nothing of: nobody would keep it.
  func checkServed() throws(Failure) {
    var names: [String] = []
    if arguments[RunCommand.maxCalls] != nil { names.append(RunCommand.maxCalls.spec.name) }
    if arguments[RunCommand.runBudget] != nil { names.append(RunCommand.runBudget.spec.name) }
    if arguments[RunCommand.maxDuration] != nil { names.append(RunCommand.maxDuration.spec.name) }
    if arguments[RunCommand.strict] { names.append(RunCommand.strict.spec.name) }
    if arguments[RunCommand.maxTokens] != nil, !Placeholders.holdsMaxTokens(commandLine) {
      names.append(RunCommand.maxTokens.spec.name)
    }
    if let user = arguments[RunCommand.user], user != Environment.value(ActingUser.variable) {
      names.append(RunCommand.user.spec.name)
    }
    guard let last = names.popLast() else { return }
    let (list, verb) = names.isEmpty ? (last, "does") : (names.joined(separator: ", ") + " and " + last, "do")
    throw Failure(
      "the command's own words lead to 'llmguard serve', which meters what is sent there: \(list) \(verb) not hold for it; "
        + "the command was not started",
      hint:
        "quote the variables for a shell inside (sh -c '... \"$OPENAI_BASE_URL\" ...'), so that the calls are this run's; or leave "
        + "out \(list)",
      status: Failure.Status.usage)
  }

  /// Whether its command is there and can be executed.
  var canStart: Bool {
    guard let name = commandLine.first, let path = Executable.find(name) else { return false }
    return Program.isExecutable(path) && !File.isFolder(path)
  }

  /// Says who meters a command whose own words lead to a server.
  func tellOfServer(_ user: String, _ ledger: SQLiteLedger) throws(Failure) {
    let limits = try runLimits(of: user, ledger)
    if arguments[RunCommand.quiet] { return }
    context.say(
      .note,
      "the command's own words lead to 'llmguard serve', which meters what is sent there: this run charges nothing for it"
        + (limits.areNone ? "" : ", and its limits (\(limits)) do not hold for it"))
  }

  /// Stops a run that begins when the one around it is over, which was given caps: they are over with it, and what its script started
  /// would be free of them. A run with caps of its own is held to those.
  func checkLateCaps() throws(Failure) {
    guard let (message, hint) = try lateRefusal() else { return }
    throw Failure(message + "; the command was not started", hint: hint, status: Failure.Status.unavailable)
  }

  /// Why such a run is not started, and what to do about it; `nil` where it is.
  func lateRefusal() throws(Failure) -> (message: String, hint: String)? {
    guard let caps = OuterRun.caps, !OuterRun.leadsToServer, try statedLimits().areNone else { return nil }
    return (
      "the run around this one is over, and its caps with it (\(caps))",
      "let the script around it end with 'wait'; or give this run caps of its own (--max-calls, --max-duration, --run-budget); "
        + "what is to go on by itself is started by 'env -u \(OuterRun.capsVariable)'"
    )
  }
}
