import GuardModel
import Providers
import TextFormats

/// A rule that may stand, and does not do what whoever wrote it will have meant.
public struct ConfigWarning: Hashable, Sendable, CustomStringConvertible {
  /// The key.
  public let key: String
  /// Where it comes from: `FILE:LINE`, or what it is that says it.
  public let origin: String
  /// Where in that file; `nil` where it is none, or says the key nowhere itself.
  public let position: SourcePosition?
  /// What it does.
  public let message: String
  /// What to write in its place.
  public let hint: String

  /// Makes a warning.
  public init(key: String, origin: String, position: SourcePosition? = nil, message: String, hint: String) {
    (self.key, self.origin, self.position, self.message, self.hint) = (key, origin, position, message, hint)
  }

  /// The file that says it; `nil` where none does.
  public var file: String? { position.map { String(origin.dropLast(":\($0.line)".count)) } }

  /// As a mistake is told: `llmguard.toml:3:8: tier.free.budgets: the burst of …`.
  public var description: String {
    position.map { "\(origin):\($0.column): \(key): \(message)" } ?? "\(origin): \(message)"
  }
}

extension Settings {
  /// What is allowed and hardly meant, by its key.
  public var warnings: [ConfigWarning] {
    var found = slips + rulesLeftOut
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
      Self.slips(tier.budgets).forEach { warn(path("tier", name) + ".budgets", $0.message, $0.hint) }
    }
    for (name, operation) in operations {
      if let ladder = operation.ladder {
        dearer(ladder).forEach { warn(path("operation", name) + ".ladder.models", $0, Self.ladderHint) }
        unpriced(ladder, operation.budgets).forEach {
          warn(path("operation", name) + ".ladder.models", $0.message, $0.hint)
        }
      }
      Self.slips(operation.budgets).forEach { warn(path("operation", name) + ".budgets", $0.message, $0.hint) }
      if operation.weight.thousandths == 0 {
        warn(path("operation", name) + ".weight", "calls for '\(name)' are charged no tokens", Self.weightHint)
      }
    }
    for (name, weight) in modelWeights where weight.thousandths == 0 {
      warn(path("model", name) + ".weight", "calls of '\(name)' are charged no tokens", Self.weightHint)
    }
    for (name, user) in users {
      Self.slips(user.budgets).forEach { warn(path("user", name) + ".budgets", $0.message, $0.hint) }
    }
    return found.sorted { ($0.key, $0.message) < ($1.key, $1.message) }
  }

  private static let ladderHint =
    "near a limit a call goes to the model on the right, but to none that is dearer for it: put the cheaper one there"
  private static let burstHint = "a burst holds at least what one period refills, such as 10k tokens/min burst 50k"
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

  /// What is said of budgets that may be set and are hardly meant, and what to write in their place: a bucket that is smaller
  /// than what comes in, and an amount that nobody uses up.
  public static func slips(_ budgets: [BudgetLimit]) -> [(message: String, hint: String)] {
    budgets.flatMap { limit in
      var found: [(message: String, hint: String)] = []
      if case .replenishing(_, let burst) = limit.rule, burst < limit.amount {
        found.append(
          ("the burst of '\(limit)' is smaller than what one period refills, and the rest of it is lost", burstHint))
      }
      if max(limit.amount, limit.capacity) > mostThatLimits(limit.unit) {
        found.append(("'\(limit)' is so much that it limits nothing", hugeHint))
      }
      return found
    }
  }

  /// A million thousand million tokens, a thousand million dollars, a million million calls: hundreds of times what the largest
  /// users take.
  private static func mostThatLimits(_ unit: BudgetUnit) -> Int64 {
    switch unit {
    case .tokens, .money: 1_000_000_000_000_000
    case .calls: 1_000_000_000_000
    }
  }
  private static let hugeHint =
    "count its zeros: at most 1000000B tokens, 1000B calls or $1000000000; without any limit it is 'unlimited'"
}
