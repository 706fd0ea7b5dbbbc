import GuardModel
import Providers
import TextFormats

/// A rule that may stand, and does not do what whoever wrote it will have meant.
public struct ConfigWarning: Hashable, Sendable {
  /// The key.
  public let key: String
  /// Where it comes from: `FILE:LINE`.
  public let origin: String
  /// What it does.
  public let message: String
  /// What to write in its place.
  public let hint: String

  /// Makes a warning.
  public init(key: String, origin: String, message: String, hint: String) {
    (self.key, self.origin, self.message, self.hint) = (key, origin, message, hint)
  }
}

extension Settings {
  /// What is allowed and hardly meant, by its key.
  public var warnings: [ConfigWarning] {
    var found = slips
    func warn(_ key: String, _ message: String, _ hint: String) { found.append(warning(key, message, hint)) }
    func path(_ kind: String, _ name: String) -> String { "\(kind).\(TOMLWriter.key(name))" }
    for provider in providers where provider.base.isEmpty && provider.variables.isEmpty {
      warn(
        path("provider", provider.name), "the provider '\(provider.name)' has no base: no call is led there",
        "say where it answers: base = \"https://…/v1\"")
    }
    for (name, tier) in tiers {
      dearer(tier.ladder).forEach { warn(path("tier", name) + ".ladder.models", $0, Self.ladderHint) }
      unpriced(tier.ladder, tier.budgets).forEach { warn(path("tier", name) + ".ladder.models", $0.message, $0.hint) }
      Self.smallBursts(tier.budgets).forEach { warn(path("tier", name) + ".budgets", $0, Self.burstHint) }
    }
    for (name, operation) in operations {
      if let ladder = operation.ladder {
        dearer(ladder).forEach { warn(path("operation", name) + ".ladder.models", $0, Self.ladderHint) }
        unpriced(ladder, operation.budgets).forEach {
          warn(path("operation", name) + ".ladder.models", $0.message, $0.hint)
        }
      }
      Self.smallBursts(operation.budgets).forEach { warn(path("operation", name) + ".budgets", $0, Self.burstHint) }
      if operation.weight.thousandths == 0 {
        warn(path("operation", name) + ".weight", "calls for '\(name)' are charged no tokens", Self.weightHint)
      }
    }
    for (name, weight) in modelWeights where weight.thousandths == 0 {
      warn(path("model", name) + ".weight", "calls of '\(name)' are charged no tokens", Self.weightHint)
    }
    for (name, user) in users {
      Self.smallBursts(user.budgets).forEach { warn(path("user", name) + ".budgets", $0, Self.burstHint) }
    }
    return found.sorted { ($0.key, $0.message) < ($1.key, $1.message) }
  }

  private static let ladderHint =
    "near a limit a call goes to the model on the right, but to none that is dearer for it: put the cheaper one there"
  /// What to write in place of such a burst.
  public static let burstHint = "a burst holds at least what one period refills, such as 10k tokens/min burst 50k"
  private static let weightHint = "no budget in tokens ever fills by them; leave the weight out, or give it a small one"

  /// The steps of a ladder that cost more.
  private func dearer(_ ladder: Ladder) -> [String] {
    ladder.cheaperModels.sorted { $0.key < $1.key }.compactMap { from, to in
      guard let old = price(of: from), let new = price(of: to) else { return nil }
      let isDearer =
        new.inputMicroUSDPerMillion >= old.inputMicroUSDPerMillion
        && new.outputMicroUSDPerMillion >= old.outputMicroUSDPerMillion
        && (new.inputMicroUSDPerMillion, new.outputMicroUSDPerMillion)
          != (old.inputMicroUSDPerMillion, old.outputMicroUSDPerMillion)
      return isDearer ? "'\(to)' costs more than '\(from)', whose place it takes" : nil
    }
  }

  /// The steps of a ladder that lead to a model of unknown price, where money limits the calls: they are never taken.
  private func unpriced(_ ladder: Ladder, _ budgets: [BudgetLimit]) -> [(message: String, hint: String)] {
    guard budgets.contains(where: { $0.unit == .money }) else { return [] }
    // What is built in is nobody's slip: its short names are some clients' own.
    let own = ladder.cheaperModels.filter { Self.defaultLadder.cheaperModels[$0.key] != $0.value }
    return Set(own.values).sorted().filter { price(of: $0) == nil }.map { model in
      let nearest = Nearest.name(to: model, among: priceTable.all.map(\.model)).map { "did you mean '\($0)'? " } ?? ""
      return (
        "the price of '\(model)' is unknown, and no call that a budget in money limits is sent to it",
        nearest
          + "put a model there whose price is known, or state it: [model.\(TOMLWriter.key(model))] price = …"
      )
    }
  }

  /// What is said of the budgets whose bucket is smaller than what comes in.
  public static func smallBursts(_ budgets: [BudgetLimit]) -> [String] {
    budgets.compactMap { limit in
      guard case .replenishing(_, let burst) = limit.rule, burst < limit.amount else { return nil }
      return "the burst of '\(limit)' is smaller than what one period refills, and the rest of it is lost"
    }
  }
}
