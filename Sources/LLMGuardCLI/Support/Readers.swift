import CommandSpec
import Configuration
import GuardModel
import Ledger
import Posix

/// An amount without a window, which may be nothing: that of one run, or the most that may have been used.
struct StatedAmount: Sendable {
  let unit: BudgetUnit
  let amount: Int64

  /// An amount is a limit without its window.
  static let read: @Sendable (String) -> Result<StatedAmount, ValueProblem> = { text in
    if let limit = BudgetLimit(runAmount: text) {
      return .success(StatedAmount(unit: limit.unit, amount: limit.amount))
    }
    if Readers.isZero(text), let limit = BudgetLimit(runAmount: String(text.map { $0.isNumber ? "1" : $0 })) {
      return .success(StatedAmount(unit: limit.unit, amount: 0))
    }
    return .failure(Readers.amountProblem(text))
  }
}

/// Readers of values that several commands take.
enum Readers {
  static func name(_ kind: String) -> @Sendable (String) -> Result<String, ValueProblem> {
    { text in
      let text = NameBytes.text(ofArgument: text)
      do throws(NameError) {
        try Name.check(kind, text)
        return .success(text)
      } catch {
        let article = "aeiou".contains(kind.first ?? "x") && kind != "user" ? "an" : "a"
        return .failure(
          ValueProblem(
            "cannot be \(article) \(kind) name: \(error.problem)",
            hint: "a name is 1 to \(Name.maximumBytes) bytes of printable text, with no '-' at its beginning and no "
              + "space at its ends"))
      }
    }
  }

  /// Of the name of what calls are for. That of the cache's own judge, whose refusals fail no run, is nobody else's.
  static let operation: @Sendable (String) -> Result<String, ValueProblem> = { text in
    if text.lowercased() == CallFacts.judgeOperation { return .failure(ValueProblem(judgesName, hint: otherName)) }
    return name("operation")(text)
  }

  /// What is wrong with that name, and what to do about it.
  static let judgesName = "is what only the cache's own judge is asked for"
  static let otherName = "give calls of your own another name"

  static let budget: @Sendable (String) -> Result<BudgetSpec, ValueProblem> = { text in
    do throws(BudgetSpecError) { return .success(try BudgetSpec(text)) } catch {
      return .failure(ValueProblem("is not a budget: \(error.problem)", hint: isTakenByShell(text) ? dollarHint : nil))
    }
  }

  /// What is wrong with an amount: the unit is missing, it is nothing, or its digits are grouped.
  static func amountProblem(_ text: String) -> ValueProblem {
    if isTakenByShell(text) { return ValueProblem("is not an amount", hint: dollarHint) }
    let bare = text.filter { $0 != "," && $0 != " " && $0 != "_" }
    if bare != text.filter({ $0 != " " }), BudgetLimit(runAmount: bare) != nil {
      return ValueProblem(
        "is not an amount: write its digits together, or with commas between groups of three, as in 5,000")
    }
    if isZero(text) { return ValueProblem("is nothing: an amount is above zero") }
    if BudgetLimit(runAmount: text + " tokens") != nil || isZero(text + " tokens") {
      return ValueProblem("has no unit: write '\(text) tokens', '\(text) calls' or '$\(text)'")
    }
    return ValueProblem("is not an amount: write it like '50k tokens', '$0.50' or '20 calls'")
  }

  /// Whether a text looks like what a shell makes of `$0.50` where it takes the `$` for a variable's: `$0` is the shell or its
  /// script, and `$5` mostly nothing.
  static func isTakenByShell(_ text: String) -> Bool {
    if text.isEmpty || text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix(" ") { return true }
    // "bash.50", "nightly.sh.50", "-bash/day": a shell's or a script's name in place of the amount's beginning.
    let name = text.prefix { $0 != "/" && $0 != " " }
    let shells = ["bash", "-bash", "sh", "-sh", "dash", "zsh", "-zsh", "ksh"]
    return shells.contains(String(name)) || name.contains(".") && (name.first?.isLetter ?? false || name.first == "-")
  }

  /// What to do about that.
  static let dollarHint =
    "the shell has taken the $ with what follows it for a variable: put the amount in single quotes, as in '$0.50'"

  /// Whether an amount is nothing, in any unit.
  static func isZero(_ text: String) -> Bool {
    BudgetLimit.isNothing(runAmount: text)
  }

  static let duration: @Sendable (String) -> Result<Int64, ValueProblem> = { text in
    switch DurationText.read(text) {
    case .milliseconds(let ms): .success(ms)
    case .tooLong: .failure(ValueProblem("is too long: give at most \(DurationText.longestText)"))
    case .malformed where Decimal.isNumber(text, decimals: 3):
      .failure(ValueProblem("has no unit: write '\(text)s', '\(text)min' or '\(text)h'"))
    case .malformed: .failure(ValueProblem("is not a duration: write it like \(DurationText.forms)"))
    }
  }
}

/// Options that several commands share.
enum SharedOptions {
  static let json = Flag("--json", summary: "print one JSON object, for programs")

  /// The same where there is an object for each thing.
  static let jsonLines = Flag("--json", summary: "print a JSON object a line, for programs")

  static let user = NamedUser.option("whose", isActing: true)
}

extension ParsedArguments {
  /// The form that is asked for, by `--format` or by `--json`.
  ///
  /// - Throws: when the two ask for different ones.
  func form<Form: RawRepresentable & Equatable & Sendable>(
    _ format: Option<Form>, json: Form, otherwise standard: Form
  ) throws(Failure) -> Form where Form.RawValue == String {
    guard self[SharedOptions.json] else { return self[format] ?? standard }
    guard let stated = self[format], stated != json else { return json }
    throw Failure(
      "--json and --format \(stated.rawValue) ask for two forms at once", hint: "leave one of them out",
      status: Failure.Status.usage)
  }
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

  static let header = Flag(
    "--header", summary: "begin a table in a pipe with the names of its columns",
    details: "On a terminal tables have headings; in a pipe they are lines of exact values, separated by tabs.")

  static let version = Flag("--version", summary: "print the version and leave")
}

/// The words of `--color`.
enum ColorChoiceValue: String, CaseIterable, Sendable {
  case auto, always, never
}
