import GuardModel
import TextFormats

/// Values of the types that keys have; what does not fit is a problem with its place.
extension ConfigReader {
  mutating func problem(_ node: TOMLNode, _ message: String, hint: String = "") {
    problems.append(
      ConfigProblem(
        path: source.path, position: node.position.line > 0 ? node.position : nil, message: message, hint: hint))
  }

  mutating func wrongType(_ node: TOMLNode, _ key: String, _ expected: String) {
    let type = node.value.typeName
    problem(
      node, "'\(key)' is \("aeiou".contains(type.prefix(1)) ? "an" : "a") \(type), expected \(expected)",
      hint: ConfigKey.remedy(for: node.value, at: key, expected: expected))
  }

  mutating func string(_ node: TOMLNode, _ key: String, expected: String = "a string") -> String? {
    if case .string(let text) = node.value { return text }
    wrongType(node, key, expected)
    return nil
  }

  mutating func boolean(_ node: TOMLNode, _ key: String) -> Bool? {
    if case .boolean(let value) = node.value { return value }
    wrongType(node, key, "true or false")
    return nil
  }

  mutating func integer(_ node: TOMLNode, _ key: String, _ range: ClosedRange<Int64>) -> Int64? {
    guard case .integer(let value) = node.value else {
      wrongType(node, key, "a whole number")
      return nil
    }
    if range.contains(value) { return value }
    problem(
      node, "'\(key)' is \(value), expected \(range.lowerBound) to \(range.upperBound)",
      hint: ConfigKey.meaning(of: key))
    return nil
  }

  mutating func table(_ node: TOMLNode, _ key: String) -> TOMLTable? {
    if case .table(let table) = node.value { return table }
    wrongType(node, key, "a table")
    return nil
  }

  mutating func strings(_ node: TOMLNode, _ key: String) -> [String]? {
    guard case .array(let elements) = node.value else {
      wrongType(node, key, "an array of strings")
      return nil
    }
    var texts: [String] = []
    for element in elements {
      guard let text = string(element, key) else { return nil }
      texts.append(text)
    }
    return texts
  }

  /// The name of a command, without its folder: that is what command lines are matched by.
  mutating func program(_ node: TOMLNode) -> String? {
    guard let text = string(node, "program") else { return nil }
    if !text.isEmpty, !text.contains("/") { return text }
    problem(node, "'\(text)' is not the name of a program", hint: "write it without its folder, such as \"mycli\"")
    return nil
  }

  /// An expression whose group is a number. One that cannot be used still counts as given.
  mutating func pattern(_ node: TOMLNode, _ key: String) -> String? {
    guard let text = string(node, key) else { return nil }
    if let fault = patternProblem(text) {
      problem(
        node, "the expression '\(text)' cannot be \(fault.hint == nil ? "read" : "used"): \(fault.problem)",
        hint: fault.hint ?? "it is a POSIX extended expression, such as 'in: ([0-9]+)'")
    } else if !text.contains("(") {
      problem(node, "the expression '\(text)' has no group", hint: "put the number in parentheses: 'in: ([0-9]+)'")
    }
    return text
  }

  mutating func budgets(_ node: TOMLNode) -> [BudgetLimit]? {
    guard case .array(let elements) = node.value else {
      wrongType(node, "budgets", "an array of budgets")
      return nil
    }
    var limits: [BudgetLimit] = []
    for element in elements {
      guard let text = string(element, "budgets") else { continue }
      do throws(BudgetSpecError) {
        guard case .limit(let limit) = try BudgetSpec(text) else {
          if elements.count > 1 {
            problem(element, "'unlimited' stands beside other budgets", hint: "take it out, or take the others out")
          }
          continue
        }
        if limits.contains(where: { $0.unit == limit.unit && $0.windowName == limit.windowName }) {
          problem(
            element, "there are two budgets in \(limit.unit.rawValue) per \(limit.windowName)",
            hint: "keep the one that is meant")
          continue
        }
        limits.append(limit)
      } catch { problem(element, error.description, hint: BudgetSpecError.hint) }
    }
    return limits
  }

  /// What users may book themselves, in the grammar of budgets.
  mutating func selfGrants(_ node: TOMLNode) -> [BudgetLimit]? {
    guard case .array(let elements) = node.value else {
      wrongType(node, "self_grant", "an array of budgets")
      return nil
    }
    for element in elements {
      guard case .string(let text) = element.value, let spec = try? BudgetSpec(text) else { continue }
      switch spec {
      case .unlimited:
        problem(
          element, "'unlimited' is no ceiling for what users book themselves",
          hint: "give them a tier without that budget")
      case .limit(let limit):
        if case .replenishing = limit.rule {
          problem(
            element, "'\(text)' refills all the time, so there is no window to book for",
            hint: "write it without a burst: \"50k tokens/day\"")
        }
      }
    }
    return budgets(node)
  }

  mutating func duration(_ node: TOMLNode, _ key: String) -> Int64? {
    guard let text = string(node, key, expected: ConfigKey.duration) else { return nil }
    switch DurationText.read(text) {
    case .milliseconds(let ms): return ms
    case .tooLong:
      problem(node, "'\(text)' is too long", hint: "write at most \(DurationText.longestText)")
    case .malformed:
      problem(
        node, "'\(text)' is not a duration",
        hint: "write it \(source.isVariable ? "" : "in quotes, ")like \(DurationText.forms)")
    }
    return nil
  }

  /// A number as the decimal text it was written as; floating-point numbers print as the shortest text that reads back.
  func decimal(_ node: TOMLNode) -> String? {
    switch node.value {
    case .integer(let value): String(value)
    case .float(let value): Decimal.plain("\(value)")
    default: nil
    }
  }

  mutating func weight(_ node: TOMLNode) -> Multiplier? {
    guard let text = decimal(node) else {
      wrongType(node, "weight", "a number")
      return nil
    }
    if let weight = Multiplier(text) { return weight }
    problem(node, "the weight \(text) cannot be used", hint: "0 to 1000, with at most three decimals")
    return nil
  }

  mutating func escalationSteps(_ node: TOMLNode) -> [Multiplier]? {
    guard case .array(let elements) = node.value else {
      wrongType(node, "escalation", "an array of numbers")
      return nil
    }
    var steps: [(node: TOMLNode, factor: Multiplier)] = []
    for element in elements {
      guard let text = decimal(element) else {
        wrongType(element, "escalation", "a number")
        continue
      }
      guard let step = Multiplier(text) else {
        problem(element, "the factor \(text) cannot be used", hint: "1 to 1000, with at most three decimals")
        continue
      }
      steps.append((element, step))
    }
    // Of factors that cannot be read it has been told.
    let faults = elements.isEmpty || !steps.isEmpty ? Escalation.problems(with: steps.map(\.factor)) : []
    for fault in faults {
      problem(
        fault.place.map { steps[$0].node } ?? node, "the escalation cannot be used: \(fault.problem)",
        hint: "factors from 1 upwards, none below the one before, such as [1, 1, 1.5, 2, 3]; [1] turns it off")
    }
    return faults.isEmpty && steps.count == elements.count ? steps.map(\.factor) : nil
  }

  mutating func retryWindow(_ node: TOMLNode) -> Int64? {
    guard let ms = duration(node, "retry_window") else { return nil }
    if (1...Escalation.maximumWindowMs).contains(ms) { return ms }
    problem(node, "a retry window is longer than nothing and at most 24h", hint: "write it like \"30min\" or \"1h\"")
    return nil
  }

  /// An amount of money, as budgets write it.
  mutating func money(_ node: TOMLNode, _ key: String) -> Int64? {
    guard let text = string(node, key, expected: "an amount of money") else { return nil }
    if text.hasPrefix("$"), let amount = Decimal.parse(String(text.dropFirst()), decimals: 6), amount > 0 {
      return amount
    }
    problem(node, "'\(text)' is not an amount of money above nothing", hint: "write it like \"$0.50\"")
    return nil
  }
}
