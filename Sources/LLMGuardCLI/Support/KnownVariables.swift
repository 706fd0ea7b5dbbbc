import CommandSpec
import Configuration
import Posix

/// The variables whose names begin with `LLMGUARD_`: who mistypes one would not know that nobody reads it.
enum KnownVariables {
  static let prefix = "LLMGUARD_"

  /// Those that people set, those that a guarded command is given, and those that stand for keys of the configuration.
  static let names =
    [
      "LLMGUARD_LEDGER", "LLMGUARD_CACHE", "LLMGUARD_CONFIG", ActingUser.variable, "LLMGUARD_OP", "LLMGUARD_PRIORITY",
      "LLMGUARD_MODEL", "LLMGUARD_MAX_TOKENS", "LLMGUARD_PHASE", "LLMGUARD_PROGRAM", "LLMGUARD_REQUEST",
      "LLMGUARD_ENVELOPE", OuterRun.runVariable, OuterRun.gatewayVariable, OuterRun.originsVariable,
      OuterRun.flightVariable, OuterRun.capsVariable, OuterRun.rehearsalVariable,
    ] + ConfigReader.variables

  /// A variable that nobody reads.
  struct Stray: Equatable {
    let name: String
    /// The one that was probably meant.
    let nearest: String?
    /// Whether the two are one slip of the hand apart.
    let isSlip: Bool
    /// The option of `run` that is called the same; `nil` where none is.
    var option: String?

    /// Whether whoever set it hardly wanted it to mean nothing.
    var isMeant: Bool { isSlip || option != nil }

    var message: String { "nothing reads the variable \(name)" }

    var hint: String {
      if let option { return "give \(option) to 'llmguard run'; it has no variable" }
      if let nearest { return "did you mean \(nearest)?" }
      return
        "'llmguard --help' lists those that are read; keys of the configuration with a table have none, nor has unknown_price"
    }
  }

  /// Those of the environment that nobody reads, by name.
  static var strays: [Stray] {
    strays(among: Environment.values(beginning: prefix).keys.sorted())
  }

  static func strays(among set: [String]) -> [Stray] {
    set.filter { !names.contains($0) }.map { name in
      if let slip = names.first(where: { NearestName.isOneSlip(from: name, to: $0) }) {
        return Stray(name: name, nearest: slip, isSlip: true)
      }
      if let option = option(of: name) { return Stray(name: name, nearest: nil, isSlip: false, option: option) }
      // What all of them begin with tells nothing.
      let known = names.map { String($0.dropFirst(prefix.count)) }
      let nearest = NearestName.suggestion(for: String(name.dropFirst(prefix.count)), among: known)
      return Stray(name: name, nearest: nearest.map { prefix + $0 }, isSlip: false)
    }
  }

  /// `LLMGUARD_MAX_CALLS` is as `--max-calls` would be called, were it read.
  private static func option(of name: String) -> String? {
    let option = "--" + name.dropFirst(prefix.count).lowercased().replacing("_", with: "-")
    return RunCommand.command.options.contains { $0.names.contains(option) } ? option : nil
  }
}

extension Context {
  /// Warns of variables that were hardly meant as they are written. Inside another run that one has said it.
  func warnOfSlips() {
    guard OuterRun.current == nil else { return }
    for stray in KnownVariables.strays where stray.isMeant { say(.warning, stray.message, hint: stray.hint) }
    warnOfUnsoughtConfig()
  }

  /// Warns where nobody knows where the user's configuration is: it may be there, and the built-in rules hold.
  func warnOfUnsoughtConfig() {
    // Where the ledger has no place either, nothing is done, and that is said.
    guard let (message, hint) = unsoughtConfig, (try? ledgerPath()) != nil else { return }
    say(.warning, message, hint: hint)
  }

  /// What is said where the user's configuration is not looked for; `nil` where it is. The home of the user database is not taken for
  /// `HOME`: whose ledger and rules count is told by the environment alone.
  var unsoughtConfig: (message: String, hint: String)? {
    if seeksUserConfig { return nil }
    let stated = Environment.value("HOME").flatMap { $0.isEmpty ? nil : $0 }
    return (
      (stated.map { "HOME is '\($0)', which is not an absolute path" } ?? "HOME is not set")
        + ", so no configuration of yours is read",
      "set HOME, or LLMGUARD_CONFIG to the file"
    )
  }
}
