import CommandSpec
import GuardModel
import Posix
import Terminal
import TextFormats

/// Whose calls and budgets a command is about: whom `--user` names, else whom `LLMGUARD_USER` names, else the login name.
///
/// One rule for commands that make calls, that look and that change something: a crontab says once whose its lines are. Who
/// did it is told by the audit, which goes by the login name alone.
enum ActingUser {
  static let variable = "LLMGUARD_USER"

  /// Whom the environment names, else the login name.
  static func name() throws(Failure) -> String { try Environment.name(variable, of: "user") ?? CurrentUser.name }

  /// What stands before a command that is to act for a user; nothing where it does so anyway, and `nil` where this process
  /// does not act for that user.
  static func prefix(toActFor user: String) -> String? {
    let named = Environment.name(variable).flatMap { $0.isEmpty ? nil : $0 }
    if user == named { return user == CurrentUser.name ? "" : "\(variable)=\(ShellWord.quoted(user)) " }
    return named == nil && user == CurrentUser.name ? "" : nil
  }
}

extension ParsedArguments {
  /// Whose calls and budgets it is about.
  func user(_ option: CommandSpec.Option<String> = SharedOptions.user) throws(Failure) -> String {
    if let stated = self[option] { return stated }
    return try ActingUser.name()
  }
}
