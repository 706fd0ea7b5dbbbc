import GuardModel
import Providers
import TextFormats

extension Settings {
  /// Every rule in force, as it is without variables of the environment.
  public var listing: [(key: String, value: String, origin: String)] { listed { _ in nil } }

  /// Every rule in force: its key, its value as TOML, and where it comes from.
  ///
  /// - Parameter variable: what a variable of the environment holds; a provider's say where its calls go on to.
  public func listed(
    _ variable: (String) -> String?
  ) -> [(key: String, value: String, origin: String)] {
    var rows: [(key: String, value: String, origin: String)] = []
    func row(_ key: String, _ value: String) { rows.append((key, value, origins[key] ?? "built-in")) }
    func budgets(_ limits: [BudgetLimit]) -> String {
      "[" + limits.map { TOMLWriter.string($0.description) }.joined(separator: ", ") + "]"
    }
    func ladder(_ path: String, _ ladder: Ladder) {
      let models = ladder.cheaperModels.sorted { $0.key < $1.key }
        .map { "\(TOMLWriter.key($0.key)) = \(TOMLWriter.string($0.value))" }
      row("\(path).models", models.isEmpty ? "{}" : "{ " + models.joined(separator: ", ") + " }")
      if let cap = ladder.maxTokensCap { row("\(path).max_tokens", String(cap)) }
      row("\(path).delay", "\"\(DurationText.text(milliseconds: ladder.delayMs))\"")
    }
    func escalation(_ path: String, _ steps: [Multiplier]?, _ windowMs: Int64?) {
      if let steps { row("\(path).escalation", "[" + steps.map(\.description).joined(separator: ", ") + "]") }
      if let windowMs { row("\(path).retry_window", "\"\(DurationText.text(milliseconds: windowMs))\"") }
    }
    func limits(_ path: String, _ limits: LaneLimits) {
      if let most = limits.concurrency { row("\(path).concurrency", String(most)) }
      if let most = limits.callsPerMinute { row("\(path).calls_per_minute", String(most)) }
      if let most = limits.tokensPerMinute { row("\(path).tokens_per_minute", String(most)) }
    }
    row("timezone", timezone.map(TOMLWriter.string) ?? "(the machine's)")
    row("default_tier", TOMLWriter.string(defaultTier))
    row("fail_open", failOpen ? "true" : "false")
    row("unknown_price", unknownPrice.map(Self.text) ?? "\"refuse\"")
    row("abandoned_holds", TOMLWriter.string(abandonedHolds.rawValue))
    row("lock_wait", "\"\(DurationText.text(milliseconds: lockWaitMs))\"")
    row("default_max_tokens", String(defaultMaxOutputTokens))
    row("results_ttl", "\"\(DurationText.text(milliseconds: resultsTTLMs))\"")
    row("prefer", TOMLWriter.string(prefer.rawValue))
    let amounts = [RunLimits(tokens: runLimits.tokens), RunLimits(costMicroUSD: runLimits.costMicroUSD)]
      .filter { !$0.areNone }.map { TOMLWriter.string($0.description) }
    if !amounts.isEmpty { row("run.budget", "[" + amounts.joined(separator: ", ") + "]") }
    if let most = runLimits.calls { row("run.max_calls", String(most)) }
    if let most = runLimits.durationMs { row("run.max_duration", "\"\(DurationText.text(milliseconds: most))\"") }
    row("run.fail_on_refusal", failsOnRefusal ? "true" : "false")
    row("notify.command", "[" + notify.command.map(TOMLWriter.string).joined(separator: ", ") + "]")
    row(
      "notify.events",
      "["
        + NoticeKind.allCases.filter(notify.events.contains).map { TOMLWriter.string($0.rawValue) }
        .joined(separator: ", ") + "]")
    row("notify.timeout", "\"\(DurationText.text(milliseconds: notify.timeoutMs))\"")
    row("queue_wait", "\"\(DurationText.text(milliseconds: queueWaitMs))\"")
    for (key, value) in cache.listing { row(key, value) }
    for (name, tier) in tiers.sorted(by: { $0.key < $1.key }) {
      row("tier.\(TOMLWriter.key(name)).budgets", budgets(tier.budgets))
      row("tier.\(TOMLWriter.key(name)).self_grant", budgets(tier.selfGrants))
      row("tier.\(TOMLWriter.key(name)).warn", String(tier.thresholds.warnPercent))
      row("tier.\(TOMLWriter.key(name)).soft", String(tier.thresholds.softPercent))
      row("tier.\(TOMLWriter.key(name)).hard", String(tier.thresholds.hardPercent))
      ladder("tier.\(TOMLWriter.key(name)).ladder", tier.ladder)
      escalation("tier.\(TOMLWriter.key(name))", tier.escalation.steps, tier.escalation.windowMs)
      limits("tier.\(TOMLWriter.key(name))", tier.lane)
      for (key, value) in tier.cache.listing { row("tier.\(TOMLWriter.key(name)).\(key)", value) }
    }
    for provider in providers where !provider.base.isEmpty || !provider.variables.isEmpty {
      let path = "provider.\(TOMLWriter.key(provider.name))"
      if !provider.base.isEmpty { row("\(path).base", TOMLWriter.string(provider.base)) }
      row(
        "\(path).variables", "[" + provider.variables.map { TOMLWriter.string($0.name) }.joined(separator: ", ") + "]")
      for name in provider.variables.map(\.name) {
        guard let told = Self.address(in: variable(name), of: name, providers) else { continue }
        rows.append(("\(path).variables.\(name)", TOMLWriter.string(told.address), told.origin))
      }
      let deployments = provider.deployments.sorted { $0.key < $1.key }
        .map { "\(TOMLWriter.key($0.key)) = \(TOMLWriter.string($0.value))" }
      if !deployments.isEmpty { row("\(path).deployments", "{ " + deployments.joined(separator: ", ") + " }") }
      if provider.idleTimeoutSeconds != Provider.usualIdleTimeoutSeconds {
        row("\(path).idle_timeout", "\"\(DurationText.text(milliseconds: provider.idleTimeoutSeconds * 1000))\"")
      }
    }
    for (name, operation) in operations.sorted(by: { $0.key < $1.key }) {
      row("operation.\(TOMLWriter.key(name)).weight", operation.weight.description)
      row("operation.\(TOMLWriter.key(name)).budgets", budgets(operation.budgets))
      if let own = operation.ladder { ladder("operation.\(TOMLWriter.key(name)).ladder", own) }
      escalation("operation.\(TOMLWriter.key(name))", operation.escalationSteps, operation.retryWindowMs)
      row("operation.\(TOMLWriter.key(name)).priority", TOMLWriter.string(operation.priority.rawValue))
      for (key, value) in operation.cache.listing { row("operation.\(TOMLWriter.key(name)).\(key)", value) }
      if let most = operation.maxTokensPerCall {
        row("operation.\(TOMLWriter.key(name)).max_tokens_per_call", String(most))
      }
      if let most = operation.maxCostMicroUSDPerCall {
        row("operation.\(TOMLWriter.key(name)).max_cost_per_call", "\"\(BudgetLimit.dollars(most))\"")
      }
    }
    for (index, rule) in rules.enumerated() {
      let parts = [
        ("operation", rule.operation), ("route", rule.route), ("model", rule.model), ("client", rule.client),
        ("script", rule.script), ("instruction", rule.instruction),
      ].compactMap { name, value in value.map { "\(name) = \(TOMLWriter.string($0))" } }
      rows.append(("rule[\(index + 1)]", "{ " + parts.joined(separator: ", ") + " }", rule.place))
    }
    for (name, user) in users.sorted(by: { $0.key < $1.key }) {
      if let tier = user.tier { row("user.\(TOMLWriter.key(name)).tier", TOMLWriter.string(tier)) }
      if !user.budgets.isEmpty { row("user.\(TOMLWriter.key(name)).budgets", budgets(user.budgets)) }
      if let own = user.selfGrants { row("user.\(TOMLWriter.key(name)).self_grant", budgets(own)) }
    }
    for (name, weight) in modelWeights.sorted(by: { $0.key < $1.key }) {
      row("model.\(TOMLWriter.key(name)).weight", weight.description)
    }
    for (name, lane) in modelLanes.sorted(by: { $0.key < $1.key }) { limits("model.\(TOMLWriter.key(name))", lane) }
    for (name, lane) in providerLanes.sorted(by: { $0.key < $1.key }) {
      limits("provider.\(TOMLWriter.key(name))", lane)
    }
    for (name, price) in prices.sorted(by: { $0.key < $1.key }) {
      row("model.\(TOMLWriter.key(name)).price", Self.text(price))
    }
    for client in clients { row("client.\(TOMLWriter.key(client.name)).program", TOMLWriter.string(client.program)) }
    return rows
  }

  /// Where a variable leads, without the password, the key and the query that it may hold; `nil` where it states nothing.
  private static func address(
    in value: String?, of name: String, _ providers: [Provider]
  ) -> (address: String, origin: String)? {
    guard let value else { return nil }
    do throws(ClientBase.Problem) {
      guard let base = try ClientBase.read(value, of: name) else { return nil }
      return (
        base.address.origin + base.shownPath, "environment" + (base.mayHoldSecret(among: providers) ? " (in part)" : "")
      )
    } catch {
      return ("", "environment, cannot be used: \(error.rawValue)")
    }
  }
}
