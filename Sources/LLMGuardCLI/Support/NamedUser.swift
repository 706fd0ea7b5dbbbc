import CommandSpec
import GuardModel
import Posix

/// How a command line names a user: with `--user` wherever there is one to name, and in place where a command is about
/// one user.
enum NamedUser {
  /// The option, in the words of a command. One that may be left out stands for whoever acts.
  static func option(_ summary: String, isActing: Bool = false) -> CommandSpec.Option<String> {
    CommandSpec.Option(
      "--user", "-u", metavar: "NAME", summary: summary, environment: isActing ? ActingUser.variable : nil,
      defaultText: isActing ? "the login name of the real user id" : nil, completion: .names(kind: "users"),
      read: Readers.name("user"))
  }

  /// The option of a command that has `USER` among its operands.
  static let stated = option("the same as USER")

  /// The operand, which `--user` can take the place of.
  ///
  /// - Parameter more: other options that say whom the command is about.
  static func operand(_ summary: String, orBy more: [OptionSpec] = []) -> OperandSpec {
    OperandSpec(
      "USER", summary: summary, count: .optional, completion: .names(kind: "users"), replacedBy: [stated.spec] + more)
  }

  /// Checks the name of a user, wherever one stands outside an option: all are held to the same rules.
  static func check(_ user: String) throws(Failure) {
    do throws(NameError) { try Name.check("user", user) } catch {
      throw Failure(
        error.description, hint: "use a short printable name; 'llmguard user list' shows the known ones",
        status: Failure.Status.usage)
    }
  }
}

extension ParsedArguments {
  /// The user who is named in place or with `--user`, and the operands behind; no user where neither is given.
  ///
  /// - Parameters:
  ///   - isNext: whether the first operand is what stands behind `USER`, where `--user` names somebody.
  ///   - isOld: whether the ledger may have the name from before there were rules for it.
  /// - Throws: when both are given and name two users, and for a name that nobody can have.
  func namedUser(
    _ isNext: (String) -> Bool = { _ in false }, isOld: Bool = false
  ) throws(Failure) -> (user: String?, rest: ArraySlice<String>) {
    let first = operands.first.map(NameBytes.text(ofArgument:))
    guard let stated = self[NamedUser.stated] else {
      if let first, !isOld { try NamedUser.check(first) }
      return (first, operands.dropFirst())
    }
    guard let first, first == stated || !isNext(first) else { return (stated, operands[...]) }
    guard first == stated else {
      throw Failure(
        "'\(first)' and --user \(stated) name two users", hint: "name the one that is meant",
        status: Failure.Status.usage)
    }
    return (stated, operands.dropFirst())
  }

  /// The user whom a command cannot do without.
  ///
  /// - Parameters:
  ///   - command: its words behind the program's.
  ///   - isNext: as `namedUser` has it.
  ///   - isOld: the same.
  func neededUser(
    _ command: String, _ isNext: (String) -> Bool = { _ in false }, isOld: Bool = false
  ) throws(Failure) -> (user: String, rest: ArraySlice<String>) {
    let (user, rest) = try namedUser(isNext, isOld: isOld)
    guard let user else {
      throw Failure(
        "llmguard \(command) needs a USER",
        hint: "name the user in place or with --user; 'llmguard user list' shows the known ones",
        status: Failure.Status.usage)
    }
    return (user, rest)
  }
}
