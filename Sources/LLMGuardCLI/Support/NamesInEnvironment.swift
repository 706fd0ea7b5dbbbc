import CommandSpec
import GuardModel
import Ledger
import Posix

extension Environment {
  /// The name that a variable holds; `nil` where it is not set, or empty.
  ///
  /// - Parameter kind: what is named, in words: `user`.
  /// - Throws: `Failure` for what cannot be a name.
  static func name(_ variable: String, of kind: String) throws(Failure) -> String? {
    guard let value = name(variable), !value.isEmpty else { return nil }
    do throws(NameError) {
      try Name.check(kind, value)
      return value
    } catch {
      throw Failure(
        "\(variable): \(error)", hint: "give the \(kind) a short printable name", status: Failure.Status.usage)
    }
  }
}

extension ParsedArguments {
  /// The name that an option gives, or the option's variable.
  func name(_ option: CommandSpec.Option<String>, _ kind: String) throws(Failure) -> String? {
    if let stated = self[option] { return stated }
    guard let variable = option.spec.environment else { return nil }
    return try Environment.name(variable, of: kind)
  }

  /// What calls are for, as an option or its variable says. Within a run the variable may be the judge's own.
  func operationName() throws(Failure) -> String? {
    let stated = try name(RunCommand.operation, "operation")
    if self[RunCommand.operation] == nil, let stated, stated.lowercased() == CallFacts.judgeOperation,
      OuterRun.current == nil
    {
      throw Failure(
        "LLMGUARD_OP: '\(stated)' \(Readers.judgesName)", hint: Readers.otherName, status: Failure.Status.usage)
    }
    return stated
  }
}
