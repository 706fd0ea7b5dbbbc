import GuardModel
import Providers
import TextFormats

/// Names that stand for nothing and are nearly another's: they may be meant, so they are warned of and no mistakes.
extension Settings {
  /// The names that are probably slips, by their keys.
  var slips: [ConfigWarning] { modelSlips + operationSlips + dearPrices }

  /// Where in its file a key stands; `nil` where no file says it.
  public func position(of key: String) -> SourcePosition? { positions[key] }

  /// Warns at a key's place.
  func warning(_ key: String, _ message: String, _ hint: String) -> ConfigWarning {
    let stated =
      origins[key] == nil ? origins.keys.filter { $0.hasPrefix(key + ".") }.min() : key
    return ConfigWarning(
      key: key, origin: stated.flatMap { origins[$0] } ?? "built-in", position: stated.flatMap { positions[$0] },
      message: message, hint: hint)
  }

  // MARK: - Models

  private var modelSlips: [ConfigWarning] {
    let known = priceTable.all.map(\.model)
    let names = Set(known).union(providers.flatMap(\.deployments.keys))
    // A price that is stated makes its own name known; what it may have been meant for is another.
    func nearest(_ name: String) -> String? { Nearest.slip(name, among: known.filter { $0 != name }) }
    var found: [ConfigWarning] = []
    func look(_ ladder: Ladder, _ budgets: [BudgetLimit], _ key: String) {
      // Where money limits the calls, unknown prices are told anyway.
      let isTold = budgets.contains { $0.unit == .money }
      let own = ladder.cheaperModels.filter { Self.defaultLadder.cheaperModels[$0.key] != $0.value }
      let targets = isTold ? [] : Set(own.values)
      for model in targets.union(own.keys).sorted() where !names.contains(model) {
        guard let meant = nearest(model) else { continue }
        found.append(
          warning(
            key, "no model '\(model)' is known, and '\(meant)' is",
            "did you mean '\(meant)'? A price tells that it is none: "
              + "[model.\(TOMLWriter.key(model))] price = …"))
      }
    }
    for (name, tier) in tiers { look(tier.ladder, tier.budgets, "tier.\(TOMLWriter.key(name)).ladder.models") }
    for (name, operation) in operations {
      guard let ladder = operation.ladder else { continue }
      look(ladder, operation.budgets, "operation.\(TOMLWriter.key(name)).ladder.models")
    }
    let given = Set(PriceTable([importedPrices]).all.map(\.model))
    for model in Set(modelWeights.keys).union(prices.keys).union(modelLanes.keys).subtracting(given).sorted() {
      guard let meant = nearest(model) else { continue }
      found.append(
        warning(
          "model.\(TOMLWriter.key(model))", "'\(model)' is nearly '\(meant)', whose rules these are not",
          "did you mean '\(meant)'? Names count to the letter"))
    }
    for rule in rules {
      guard let pattern = rule.model else { continue }
      let stem = pattern.drop { $0 == "*" }.reversed().drop { $0 == "*" }.reversed()
      guard !stem.contains("*"), !names.contains(where: { NamePattern.fits(pattern, $0) }),
        let meant = nearest(String(stem))
      else { continue }
      found.append(
        ConfigWarning(
          key: "rule", origin: rule.place, position: positions["rule " + rule.place],
          message: "no known model fits model = \"\(pattern)\"",
          hint: "did you mean '\(pattern.replacing(String(stem), with: meant))'?"))
    }
    return found
  }

  // MARK: - Operations

  /// Operations with rules of their own that nothing names, beside one without rules that is nearly called so.
  private var operationSlips: [ConfigWarning] {
    let named = Set(rules.map(\.operation))
    let loose = named.subtracting(operations.keys).sorted()
    return operations.keys.sorted().filter { !named.contains($0) }.compactMap { name in
      guard let meant = Nearest.slip(name, among: loose) else { return nil }
      return warning(
        "operation.\(TOMLWriter.key(name))", "no rule names the operation '\(name)', and one names '\(meant)'",
        "did you mean '\(meant)'? Calls are for '\(name)' where --operation says so")
    }
  }

  // MARK: - Prices

  /// What no model costs for a million tokens: then a price of one token, or one in cents, was meant.
  private static let dearestMicroUSD: Int64 = 10_000_000_000

  private var dearPrices: [ConfigWarning] {
    prices.keys.sorted().compactMap { model in
      guard let price = prices[model],
        max(price.inputMicroUSDPerMillion, price.outputMicroUSDPerMillion) > Self.dearestMicroUSD
      else { return nil }
      return warning(
        "model.\(TOMLWriter.key(model)).price", "'\(model)' costs more than $10,000 for a million tokens",
        "prices are in dollars for a million tokens, not for one")
    }
  }
}
