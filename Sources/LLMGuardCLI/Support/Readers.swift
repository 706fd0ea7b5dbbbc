import CommandSpec
import Configuration
import GuardModel

/// Readers of values that several commands take.
enum Readers {
  static func name(_ kind: String) -> @Sendable (String) -> Result<String, ValueProblem> {
    { text in
      do throws(NameError) {
        try Name.check(kind, text)
        return .success(text)
      } catch { return .failure(ValueProblem("cannot be a \(kind) name: \(error.problem)")) }
    }
  }

  static let budget: @Sendable (String) -> Result<BudgetSpec, ValueProblem> = { text in
    do throws(BudgetSpecError) { return .success(try BudgetSpec(text)) } catch {
      return .failure(ValueProblem("is not a budget: \(error.problem)"))
    }
  }

  /// An amount without a window: that of one run.
  static let runBudget: @Sendable (String) -> Result<BudgetLimit, ValueProblem> = { text in
    BudgetLimit(runAmount: text).map { .success($0) }
      ?? .failure(ValueProblem("is not an amount: write it like 50k tokens, $0.50 or 20 calls"))
  }

  static let duration: @Sendable (String) -> Result<Int64, ValueProblem> = { text in
    DurationText.milliseconds(text).map { .success($0) }
      ?? .failure(ValueProblem("is not a duration: write it like 90s, 15min, 6h or 30d"))
  }
}

/// Options that several commands share.
enum SharedOptions {
  static let json = Flag("--json", summary: "print one JSON object, for programs")

  static let user = Option<String>(
    "--user", "-u", metavar: "NAME", summary: "whose", environment: ActingUser.variable,
    defaultText: "the login name of the real user id", completion: .names(kind: "users"), read: Readers.name("user"))
}

/// What is accepted by every command.
enum GlobalOptions {
  static let color = Option(
    "--color", metavar: "WHEN", summary: "when to use colours: auto, always or never", environment: "NO_COLOR",
    defaultText: "auto", completion: .words(["auto", "always", "never"]),
    read: ValueReader.choice(ColorChoiceValue.self))

  static let config = Option<String>(
    "--config", metavar: "FILE", summary: "read this configuration instead of the user's",
    environment: "LLMGUARD_CONFIG", completion: .file)

  static let version = Flag("--version", summary: "print the version and leave")
}

/// The words of `--color`.
enum ColorChoiceValue: String, CaseIterable, Sendable {
  case auto, always, never
}
