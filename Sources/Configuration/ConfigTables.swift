import GuardModel
import Providers
import TextFormats

/// The tables that hold rules by name: tiers, operations, users, models and clients.
extension ConfigReader {
  mutating func readTier(_ name: String, _ body: TOMLTable, _ position: SourcePosition) {
    var tier = settings.tier(name) ?? Tier(name: name, ladder: Settings.defaultLadder)
    var retry = (steps: tier.escalation.steps, windowMs: tier.escalation.windowMs)
    var percents = [tier.thresholds.warnPercent, tier.thresholds.softPercent, tier.thresholds.hardPercent]
    for entry in body.entries where isAllowed(entry, in: ["tier", name]) {
      switch entry.key {
      case "budgets": if let limits = budgets(entry.node) { tier.budgets = limits }
      case "warn": percents[0] = integer(entry.node, "warn", 1...1000) ?? percents[0]
      case "soft": percents[1] = integer(entry.node, "soft", 1...1000) ?? percents[1]
      case "hard": percents[2] = integer(entry.node, "hard", 1...1000) ?? percents[2]
      case "ladder": if let ladder = ladder(entry.node, ["tier", name, "ladder"], tier.ladder) { tier.ladder = ladder }
      case "escalation": retry.steps = escalationSteps(entry.node) ?? retry.steps
      case "retry_window": retry.windowMs = retryWindow(entry.node) ?? retry.windowMs
      case "self_grant": if let limits = selfGrants(entry.node) { tier.selfGrants = limits }
      case "concurrency", "calls_per_minute", "tokens_per_minute": tier.lane = limited(tier.lane, by: entry)
      case "cache", "near_limit", "cache_ttl": readCacheRule(entry, into: &tier.cache)
      default: break
      }
      note(entry, ["tier", name, entry.key])
    }
    if let thresholds = PhaseThresholds(warnPercent: percents[0], softPercent: percents[1], hardPercent: percents[2]) {
      tier.thresholds = thresholds
    } else {
      let outOfOrder = percents[0] > percents[1] ? body["soft"] ?? body["warn"] : body["hard"] ?? body["soft"]
      let place = outOfOrder ?? TOMLNode(.boolean(true), at: position)
      problem(
        place,
        "the thresholds of tier '\(name)' are out of order: warn \(percents[0]), soft \(percents[1]), hard \(percents[2])",
        hint: "warn ≤ soft ≤ hard, such as 80, 100, 120")
    }
    tier.escalation = Escalation(steps: retry.steps, windowMs: retry.windowMs) ?? tier.escalation
    settings.put(tier)
  }

  /// Capitals part no names of operations: of two that differ in nothing else, a third way to write them would pass the quotas
  /// of both.
  mutating func refuseTwin(of entry: TOMLTable.Entry) {
    let folded = entry.key.lowercased()
    guard settings.operations[entry.key] == nil,
      let twin = settings.operations.keys.filter({ $0.lowercased() == folded }).min()
    else { return }
    problems.append(
      ConfigProblem(
        path: source.path, position: entry.keyPosition,
        message: "the operations '\(entry.key)' and '\(twin)' differ in nothing but capitals, which part no names",
        hint: "put the rules of both into one, or give one of them another name"))
  }

  mutating func readOperation(_ name: String, _ body: TOMLTable) {
    var operation = settings.operations[name] ?? Operation(name: name)
    for entry in body.entries where isAllowed(entry, in: ["operation", name]) {
      switch entry.key {
      case "weight": operation.weight = weight(entry.node) ?? operation.weight
      case "budgets": if let limits = budgets(entry.node) { operation.budgets = limits }
      case "ladder": operation.ladder = ladder(entry.node, ["operation", name, "ladder"], operation.ladder ?? Ladder())
      case "escalation": operation.escalationSteps = escalationSteps(entry.node) ?? operation.escalationSteps
      case "priority":
        guard let word = string(entry.node, "priority") else { continue }
        if let priority = Priority(rawValue: word) {
          operation.priority = priority
        } else {
          problem(entry.node, "'\(word)' is not 'high', 'normal' or 'low'", hint: ConfigKey.meaning(of: entry.key))
        }
      case "retry_window": operation.retryWindowMs = retryWindow(entry.node) ?? operation.retryWindowMs
      case "cache", "near_limit", "cache_ttl": readCacheRule(entry, into: &operation.cache)
      case "max_tokens_per_call":
        operation.maxTokensPerCall = integer(entry.node, entry.key, 1...1_000_000_000) ?? operation.maxTokensPerCall
      case "max_cost_per_call":
        operation.maxCostMicroUSDPerCall = money(entry.node, entry.key) ?? operation.maxCostMicroUSDPerCall
      default: break
      }
      note(entry, ["operation", name, entry.key])
    }
    settings.operations[name] = operation
  }

  mutating func readUser(_ name: String, _ body: TOMLTable) {
    var user = settings.users[name] ?? UserSettings()
    for entry in body.entries where isAllowed(entry, in: ["user", name]) {
      switch entry.key {
      case "tier":
        guard let tier = string(entry.node, "tier") else { continue }
        tierReferences.append((tier, source.path, entry.node.position))
        user.tier = tier
      case "budgets":
        guard let limits = budgets(entry.node) else { continue }
        if limits.isEmpty, case .array(let elements) = entry.node.value, let unlimited = elements.first {
          problem(
            unlimited, "'unlimited' cannot be a user's own budget: their tier's budgets would still hold",
            hint: "give the user a tier without budgets")
        }
        user.budgets = limits
        user.isSystems = source.kind == .system
      case "self_grant": user.selfGrants = selfGrants(entry.node) ?? user.selfGrants
      default: break
      }
      note(entry, ["user", name, entry.key])
    }
    settings.users[name] = user
  }

  mutating func readModel(_ name: String, _ body: TOMLTable) {
    for entry in body.entries where isAllowed(entry, in: ["model", name]) {
      switch entry.key {
      case "weight": if let weight = weight(entry.node) { settings.modelWeights[name] = weight }
      case "price": if let price = price(entry.node) { settings.prices[name] = price }
      case "concurrency", "calls_per_minute", "tokens_per_minute":
        settings.modelLanes[name] = limited(settings.modelLanes[name] ?? LaneLimits(), by: entry)
      default: break
      }
      note(entry, ["model", name, entry.key])
    }
  }

  mutating func readClient(_ name: String, _ body: TOMLTable, _ position: SourcePosition) {
    let place = settings.clients.firstIndex { $0.name == name }
    var client = place.map { settings.clients[$0] } ?? Client(name: name, program: name)
    var patterns: (input: String?, output: String?, onError: Bool) = (nil, nil, false)
    for entry in body.entries where isAllowed(entry, in: ["client", name]) {
      let node = entry.node
      switch entry.key {
      case "program": client.program = program(node) ?? client.program
      case "required_words": client.requiredWords = strings(node, entry.key) ?? client.requiredWords
      case "model_options": client.modelOptions = strings(node, entry.key) ?? client.modelOptions
      case "model_is_operand": client.modelIsOperand = boolean(node, entry.key) ?? client.modelIsOperand
      case "max_tokens_option": client.maxTokensOption = strings(node, entry.key) ?? client.maxTokensOption
      case "prompt_options": client.promptOptions = strings(node, entry.key) ?? client.promptOptions
      case "prompt_file_options": client.promptFileOptions = strings(node, entry.key) ?? client.promptFileOptions
      case "body_options": client.bodyOptions = strings(node, entry.key) ?? client.bodyOptions
      case "conversation_options":
        client.conversationOptions = strings(node, entry.key) ?? client.conversationOptions
      case "value_options": client.valueOptions = strings(node, entry.key) ?? client.valueOptions
      case "reads_input": client.readsInput = boolean(node, entry.key) ?? client.readsInput
      case "only_answers": client.onlyAnswers = boolean(node, entry.key) ?? client.onlyAnswers
      case "unseen_options": client.unseenOptions = strings(node, entry.key) ?? client.unseenOptions
      case "usage":
        guard let word = string(node, entry.key) else { continue }
        switch word {
        case "none": client.usage = .none
        case "reply": client.usage = .reply
        default: problem(node, "'\(word)' is not 'none' or 'reply'", hint: ConfigKey.meaning(of: "client.NAME.usage"))
        }
      case "usage_input": patterns.input = pattern(node, entry.key)
      case "usage_output": patterns.output = pattern(node, entry.key)
      case "usage_on_error": patterns.onError = boolean(node, entry.key) ?? false
      default: break
      }
      note(entry, ["client", name, entry.key])
    }
    switch (patterns.input, patterns.output) {
    case (let input?, let output?): client.usage = .patterns(input: input, output: output, onError: patterns.onError)
    case (nil, nil): break
    default:
      problem(
        TOMLNode(.boolean(true), at: position), "client '\(name)' needs both usage_input and usage_output",
        hint: "add the other one: an expression whose group is the number, such as 'in: ([0-9]+)'")
    }
    if client.maxTokensOption.count > 2 {
      problem(
        body["max_tokens_option"] ?? TOMLNode(.boolean(true), at: position), "max_tokens_option has one or two words",
        hint: "write it like max_tokens_option = [\"-n\"] or [\"-o\", \"max_tokens\"]")
    }
    if let place { settings.clients[place] = client } else { settings.clients.insert(client, at: 0) }
  }

  mutating func limited(_ before: LaneLimits, by entry: TOMLTable.Entry) -> LaneLimits {
    var limits = before
    guard let limit = integer(entry.node, entry.key, 1...1_000_000_000) else { return limits }
    switch entry.key {
    case "concurrency": limits.concurrency = limit
    case "calls_per_minute": limits.callsPerMinute = limit
    default: limits.tokensPerMinute = limit
    }
    return limits
  }

  private mutating func ladder(_ node: TOMLNode, _ path: [String], _ before: Ladder) -> Ladder? {
    guard let body = table(node, path.joined(separator: ".")) else { return nil }
    var ladder = before
    for entry in body.entries where isAllowed(entry, in: path) {
      switch entry.key {
      case "models":
        guard let models = table(entry.node, "models") else { continue }
        var steps: [String: String] = [:]
        for model in models.entries {
          guard let cheaper = string(model.node, model.key) else { continue }
          do throws(NameError) {
            try Name.check("model", cheaper)
            steps[model.key] = cheaper
          } catch { problem(model.node, error.description, hint: "use a short printable name") }
        }
        ladder.cheaperModels = steps
        // Each loop is told once, at its first model; what has been followed to its end once has none.
        var followed: Set<String> = []
        for model in models.entries where !followed.contains(model.key) {
          if !comesBack(to: model.key, steps, &followed) { continue }
          problem(
            model.node, "the ladder comes back to '\(model.key)'",
            hint: "each model leads to a cheaper one, and the last to none")
        }
      case "max_tokens":
        ladder.maxTokensCap = integer(entry.node, "max_tokens", 1...1_000_000_000) ?? ladder.maxTokensCap
      case "delay": ladder.delayMs = duration(entry.node, "delay") ?? ladder.delayMs
      default: break
      }
      note(entry, path + [entry.key])
    }
    return ladder
  }

  /// Whether the models below one lead back to it.
  ///
  /// - Parameter followed: those of which nothing more is to be told; the ones that are passed are added, but for a loop that begins
  ///   further below.
  private func comesBack(to model: String, _ steps: [String: String], _ followed: inout Set<String>) -> Bool {
    var path = [model]
    var places = [model: 0]
    while let next = steps[path[path.count - 1]], !followed.contains(next) {
      if let place = places[next] {
        followed.formUnion(place == 0 ? path[...] : path[..<place])
        return place == 0
      }
      places[next] = path.count
      path.append(next)
    }
    followed.formUnion(path)
    return false
  }
}
