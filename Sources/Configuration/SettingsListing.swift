import GuardModel
import TextFormats

extension Settings {
  /// Every rule in force: its key, its value as TOML, and where it comes from.
  public var listing: [(key: String, value: String, origin: String)] {
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
      row("\(path).delay", "\"\(ladder.delayMs)ms\"")
    }
    row("timezone", timezone.map(TOMLWriter.string) ?? "(the machine's)")
    row("default_tier", TOMLWriter.string(defaultTier))
    row("fail_open", failOpen ? "true" : "false")
    row("unknown_price", unknownPrice.map(Self.text) ?? "\"refuse\"")
    row("abandoned_holds", TOMLWriter.string(abandonedHolds.rawValue))
    row("lock_wait", "\"\(lockWaitMs)ms\"")
    row("default_max_tokens", String(defaultMaxOutputTokens))
    for (name, tier) in tiers.sorted(by: { $0.key < $1.key }) {
      row("tier.\(name).budgets", budgets(tier.budgets))
      row("tier.\(name).warn", String(tier.thresholds.warnPercent))
      row("tier.\(name).soft", String(tier.thresholds.softPercent))
      row("tier.\(name).hard", String(tier.thresholds.hardPercent))
      ladder("tier.\(name).ladder", tier.ladder)
    }
    for (name, operation) in operations.sorted(by: { $0.key < $1.key }) {
      row("operation.\(name).weight", operation.weight.description)
      row("operation.\(name).budgets", budgets(operation.budgets))
      if let own = operation.ladder { ladder("operation.\(name).ladder", own) }
    }
    for (name, user) in users.sorted(by: { $0.key < $1.key }) {
      if let tier = user.tier { row("user.\(name).tier", TOMLWriter.string(tier)) }
      if !user.budgets.isEmpty { row("user.\(name).budgets", budgets(user.budgets)) }
    }
    for (name, weight) in modelWeights.sorted(by: { $0.key < $1.key }) {
      row("model.\(name).weight", weight.description)
    }
    for (name, price) in prices.sorted(by: { $0.key < $1.key }) { row("model.\(name).price", Self.text(price)) }
    for client in clients { row("client.\(client.name).program", TOMLWriter.string(client.program)) }
    return rows
  }

  private static func text(_ price: ModelPrice) -> String {
    "{ input = \(Decimal.text(price.inputMicroUSDPerMillion, decimals: 6)), "
      + "output = \(Decimal.text(price.outputMicroUSDPerMillion, decimals: 6)) }"
  }
}
