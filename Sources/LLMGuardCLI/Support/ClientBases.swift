import Posix
import Providers

/// Variables of the user's that say where a provider is. One that cannot be used must not be passed over: prompts and keys
/// would go to a server that the user did not mean.
extension Failure {
  /// Stops at a variable that cannot be used.
  ///
  /// - Parameters:
  ///   - providers: those whose clients are led.
  ///   - consequence: what does not happen.
  static func check(basesOf providers: [Provider], consequence: String) throws(Failure) {
    let faults = ClientBase.faults(providers, value: Environment.value)
    guard let first = faults.first else { return }
    throw Failure(
      "\(first.name) cannot be used: \(first.problem.rawValue); \(consequence)", hint: hint(mending: first),
      details: faults.dropFirst().map { "\($0.name) cannot be used: \($0.problem.rawValue)" },
      status: Status.configuration)
  }

  /// Stops at a variable that cannot be used, or that holds what others are not to be told.
  ///
  /// - Parameters:
  ///   - providers: those whose clients are told an address of a server's.
  ///   - tellsPaths: whether somebody is told now, with its path, where a variable leads.
  static func check(basesToldFor providers: [Provider], tellsPaths: Bool) throws(Failure) {
    try check(basesOf: providers, consequence: "nothing was started or made")
    // What leads to a server of this machine stands for what the user had said before.
    let environment = OuterRun.environmentWithout()
    for name in providers.lazy.flatMap(\.variables).map(\.name) {
      guard let value = environment[name], let base = (try? ClientBase.read(value, of: name)) ?? nil,
        base.mayHoldSecret(among: providers)
      else { continue }
      if base.user.isEmpty, base.query.isEmpty {
        if !tellsPaths { continue }
        throw Failure(
          "\(name) cannot be used here: its path has somebody's key of a server, which whoever gets these addresses "
            + "would be told",
          hint: "state it without a key, or take it away: unset \(name)", status: Status.configuration)
      }
      let part = base.user.isEmpty ? "a query" : "a name or a password before its host"
      throw Failure(
        "\(name) cannot be used here: it has \(part), which everybody with a key of the server would be told",
        hint: "state it without that part, or take it away: unset \(name)", status: Status.configuration)
    }
  }

  /// What to do about a variable that cannot be used.
  static func hint(mending fault: ClientBase.Fault) -> String {
    "it says where a client's calls go, and without it they would go to another server: write it like "
      + "https://HOST/PATH, or take it away: unset \(fault.name)"
  }
}
