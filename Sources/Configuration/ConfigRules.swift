import GuardModel
import TextFormats

/// `[[rule]]`: what calls are for. `[run]`: what each run may take, and how it ends.
extension ConfigReader {
  mutating func readRun(_ entry: TOMLTable.Entry) {
    guard let body = table(entry.node, "run") else { return }
    for inner in body.entries where isAllowed(inner, in: ["run"]) {
      switch inner.key {
      case "budget": readRunBudget(inner.node)
      case "max_calls":
        if case .integer(0) = inner.node.value {
          problem(inner.node, "'run.max_calls' is 0: no run could make a call", hint: RunLimits.remedyForNothing)
          continue
        }
        settings.runLimits.calls = integer(inner.node, "run.max_calls", 1...1_000_000_000) ?? settings.runLimits.calls
      case "max_duration":
        guard let ms = duration(inner.node, "run.max_duration") else { continue }
        if ms > 0 {
          settings.runLimits.durationMs = ms
        } else {
          problem(
            inner.node, "'run.max_duration' is 0: no run could make a call", hint: RunLimits.remedyForNothing)
        }
      case "fail_on_refusal":
        settings.failsOnRefusal = boolean(inner.node, "run.fail_on_refusal") ?? settings.failsOnRefusal
      default: break
      }
      note(inner, ["run", inner.key])
    }
  }

  /// One amount, or one of tokens and one of money.
  private mutating func readRunBudget(_ node: TOMLNode) {
    let nodes: [TOMLNode]
    if case .array(let elements) = node.value { nodes = elements } else { nodes = [node] }
    var limits = RunLimits()
    for node in nodes {
      guard let text = string(node, "run.budget") else { continue }
      if BudgetLimit.isNothing(runAmount: text) {
        problem(node, "'run.budget' is '\(text)': no run could make a call", hint: RunLimits.remedyForNothing)
        continue
      }
      guard let amount = BudgetLimit(runAmount: text), amount.unit != .calls else {
        problem(
          node, "'\(text)' is not an amount of tokens or money", hint: "write it like \"50k tokens\" or \"$0.50\"")
        continue
      }
      if amount.unit == .tokens, limits.tokens == nil {
        limits.tokens = amount.amount
      } else if amount.unit == .money, limits.costMicroUSD == nil {
        limits.costMicroUSD = amount.amount
      } else {
        problem(node, "there are two amounts in \(amount.unit.rawValue)", hint: "keep the one that is meant")
      }
    }
    settings.runLimits.tokens = limits.tokens
    settings.runLimits.costMicroUSD = limits.costMicroUSD
  }

  mutating func readRules(_ entry: TOMLTable.Entry) {
    guard case .array(let elements) = entry.node.value else {
      return problem(entry.node, "'rule' is not a list of tables", hint: "write [[rule]], with two brackets")
    }
    for element in elements {
      guard let body = table(element, "rule") else { continue }
      let position = body.entries.first?.keyPosition ?? element.position
      let place = position.line > 0 ? "\(source.path):\(position.line)" : source.path
      settings.positions["rule " + place] = position.line > 0 ? position : nil
      var rule = OperationRule(operation: "", place: place)
      var isLeftOut = false
      for entry in body.entries where isAllowed(entry, in: ["rule"]) {
        guard let text = string(entry.node, entry.key) else { continue }
        switch entry.key {
        case "operation":
          do throws(NameError) {
            try Name.check("operation", text)
            if text.lowercased() == Operation.judges {
              isLeftOut = true
              leaveOut(ruleFor: text, entry.node.position)
            }
            rule.operation = text
          } catch { problem(entry.node, error.description, hint: "use a short printable name") }
        case "route": rule.route = text
        case "model": rule.model = text
        case "client": rule.client = text
        case "script": rule.script = text
        case "instruction":
          if let fault = patternProblem(text) {
            problem(
              entry.node, "the expression '\(text)' cannot be \(fault.hint == nil ? "read" : "used"): \(fault.problem)",
              hint: fault.hint
                ?? "it is a POSIX extended expression: a sign such as ( or [ that means itself has a \\ before it, in single quotes"
            )
          }
          rule.instruction = text
        default: break
        }
      }
      let whole = TOMLNode(.boolean(true), at: position)
      if body["operation"] == nil {
        problem(whole, "a rule names no operation", hint: "operation = \"review\"")
      } else if !rule.isLimited {
        problem(
          whole, "a rule says nothing of the calls it is for",
          hint: "give it a route, a model, a client, a script or an instruction")
      }
      if !isLeftOut { settings.rules.append(rule) }
    }
  }

  /// Older programs took such a rule. Calls that went by it would count as the judge's; a mistake would stop every run after an
  /// upgrade.
  private mutating func leaveOut(ruleFor operation: String, _ position: SourcePosition) {
    settings.rulesLeftOut.append(
      ConfigWarning(
        key: "rule", origin: position.line > 0 ? "\(source.path):\(position.line)" : source.path,
        position: position.line > 0 ? position : nil,
        message: "'\(operation)' is what only the cache's own judge is asked for, so the rule is left out",
        hint: "give calls of your own another name, or take the rule out"))
  }
}
