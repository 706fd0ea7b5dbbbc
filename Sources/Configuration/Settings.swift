import GuardModel
import Providers
import TextFormats

/// The rules in force: what the program comes with, changed by the configuration files and the environment.
public struct Settings: Sendable {
  /// The time zone in which days begin; `nil` takes the machine's.
  public var timezone: String?
  /// The tier of users that nobody gave one.
  public var defaultTier = "default"
  /// All tiers by name.
  public var tiers: [String: Tier] {
    get { changedTiers ?? [Self.builtInTier.name: Self.builtInTier] }
    set { changedTiers = newValue }
  }
  /// Those of the configuration with the built-in one; `nil` where there is only that. For one call of one tier a table would
  /// take longer to make than all that is looked up in it.
  private var changedTiers: [String: Tier]?
  private static let builtInTier = Tier(name: "default", budgets: defaultBudgets, ladder: defaultLadder)

  /// Puts a tier where it belongs. Through `tiers`, each would be put into a copy of all.
  mutating func put(_ tier: Tier) {
    if changedTiers == nil { changedTiers = [Self.builtInTier.name: Self.builtInTier] }
    changedTiers?[tier.name] = tier
  }

  /// The tier of a name.
  public func tier(_ name: String) -> Tier? {
    if let changedTiers { return changedTiers[name] }
    return name == Self.builtInTier.name ? Self.builtInTier : nil
  }
  /// Operations that have rules of their own, by name.
  public var operations: [String: Operation] = [:]
  /// Rules that name the operation of calls, the administrator's first; the first that fits counts.
  public var rules: [OperationRule] = []
  /// Rules that are left out, and why.
  var rulesLeftOut: [ConfigWarning] = []
  /// Users that have rules of their own, by name.
  public var users: [String: UserSettings] = [:]
  /// How many calls of a model all users together may have under way and start, by model; more wait.
  public var modelLanes: [String: LaneLimits] = [:]
  /// What is answered from the cache.
  public var cache = CachePolicy()
  /// The same by provider, of calls that pass the gateway.
  public var providerLanes: [String: LaneLimits] = [:]
  /// How long what submitted calls left is kept.
  public var resultsTTLMs: Int64 = 604_800_000
  /// How long a call waits for its turn.
  public var queueWaitMs: Int64 = 120_000
  /// A factor on the charge of a model's calls, by model.
  public var modelWeights: [String: Multiplier] = [:]
  /// Prices that come before all others, by model.
  public var prices: [String: ModelPrice] = [:]
  /// What an unknown model is taken to cost; `nil` refuses its calls where a money budget applies.
  public var unknownPrice: ModelPrice?
  /// Whether commands run unmetered when the ledger cannot be used.
  public var failOpen = false
  /// What becomes of the hold of a run that was killed.
  public var abandonedHolds = AbandonedHoldPolicy.charge
  /// How long to wait for the ledger's lock.
  public var lockWaitMs: Int64 = 10_000
  /// The output expected of a call that says no maximum and has no history.
  public var defaultMaxOutputTokens: Int64 = 1000
  /// What users give up first who did not choose themselves.
  public var prefer = Sacrifice.model
  /// What each run may take at most, where neither its command line nor its user says.
  public var runLimits = RunLimits()
  /// Whether a run fails where any of its calls was refused and its command did not.
  public var failsOnRefusal = false
  /// Whom to tell of what.
  public var notify = NotifySettings()
  /// Known clients; the first that matches counts.
  public var clients: [Client] = BuiltInClients.all
  /// Providers that calls may go to.
  public var providers: [Provider] = BuiltInProviders.all
  /// Prices that were imported into the state folder.
  public var importedPrices: [String: ModelPrice] = [:]
  /// Where each key that was set comes from: `llmguard.toml:3`, `LLMGUARD_FAIL_OPEN`.
  public var origins: [String: String] = [:]
  /// Where in its file each key that one says stands.
  var positions: [String: SourcePosition] = [:]
  /// What the administrator's file keeps from being changed.
  public internal(set) var locks: [ConfigLock] = []

  /// The rules without any configuration: one tier for everybody.
  public init() {}

  /// The built-in tier's budgets. Money is left out: a budget in money refuses models whose price nobody knows, such as
  /// local ones, and the first run of a new user should not be refused.
  public static let defaultBudgets =
    BudgetLimit(unit: .tokens, amount: 1_000_000, rule: .calendar(.day)).map { [$0] } ?? []

  /// The built-in ladder: for well-known models the next cheaper one of the same family.
  public static let defaultLadder = Ladder(
    steps: [
      "gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-5", "gpt-5-mini",
      "gpt-5-mini", "gpt-5-nano", "gpt-5.4", "gpt-5.4-mini", "gpt-5.4-mini", "gpt-5.4-nano", "gpt-6-astra", "gpt-6-sol",
      "gpt-6-sol", "gpt-6-luna", "o3", "o4-mini", "claude-opus-5-5", "claude-sonnet-5-5",
      "claude-sonnet-5-5", "claude-haiku-5-5", "claude-opus-4-5", "claude-sonnet-4-5",
      "claude-sonnet-4-5", "claude-haiku-4-5", "gemini-2.5-pro", "gemini-2.5-flash",
      "gemini-2.5-flash", "gemini-2.5-flash-lite", "opus", "sonnet", "sonnet", "haiku",
    ], maxTokensCap: 1000, delayMs: 1000)

  /// The price of a model; `nil` when it is unknown and no price is stated for unknown ones.
  public func price(of model: String?) -> ModelPrice? {
    guard let model else { return unknownPrice }
    return priceTable.price(of: model) ?? unknownPrice
  }

  /// All prices: configured, imported, built-in.
  public var priceTable: PriceTable { PriceTable([prices, importedPrices]) }

  /// The operation that somebody states: the configuration's, where it writes the name with other capitals. `Review` does not
  /// pass the quota of `review`.
  public func operation(stated name: String) -> String {
    if operations[name] != nil { return name }
    let folded = name.lowercased()
    let known = operations.keys.filter { $0.lowercased() == folded }
    return known.count == 1 ? known[0] : name
  }

  /// The weights of a call's tokens.
  public func weights(operation: String, model: String?) -> [Multiplier] {
    namedWeights(operation: operation, model: model).map { $0.factor }
  }

  /// The weights of a call's tokens, each with what it is of: `operation chat`, `model gpt-4o`.
  public func namedWeights(operation: String, model: String?) -> [(of: String, factor: Multiplier)] {
    var weights: [(of: String, factor: Multiplier)] = []
    if let weight = operations[operation]?.weight, weight != .one { weights.append(("operation \(operation)", weight)) }
    if let model, let weight = modelWeights[model], weight != .one { weights.append(("model \(model)", weight)) }
    return weights
  }

  /// What a call is for, where the caller did not say: as the first rule that fits it says, else the endpoint's name.
  ///
  /// Pure, and the same for every way a call can arrive.
  ///
  /// - Parameters:
  ///   - traits: what is known of the call.
  ///   - endpoint: the endpoint's name, or the client's; `nil` when there is none.
  ///   - holds: whether a text holds a POSIX extended expression, without regard to case.
  public func operation(
    for traits: CallTraits, endpoint: String?, holds: (_ expression: String, _ text: String) -> Bool
  ) -> (name: String, basis: OperationBasis) {
    if let rule = rules.first(where: { $0.fits(traits, holds: holds) }) {
      return (rule.operation, .rule(place: rule.place))
    }
    return endpoint.map { ($0, .endpoint) } ?? ("default", .standard)
  }

  /// The lanes a call takes: its user's own, and its model's and its provider's that all share. None where nothing is limited.
  public func lanes(user: String, tier: Tier, model: String?, provider: String? = nil) -> [Lane] {
    var lanes: [Lane] = []
    if !tier.lane.areNone { lanes.append(Lane(name: "user \(user)", limits: tier.lane)) }
    if let model, let limits = modelLanes[model], !limits.areNone {
      lanes.append(Lane(name: "model \(model)", limits: limits))
    }
    if let provider, let limits = providerLanes[provider], !limits.areNone {
      lanes.append(Lane(name: "provider \(provider)", limits: limits))
    }
    return lanes
  }

  /// Whether no call ever waits.
  public var limitsNothing: Bool {
    (changedTiers?.values.allSatisfy(\.lane.areNone) ?? Self.builtInTier.lane.areNone)
      && modelLanes.values.allSatisfy(\.areNone)
      && providerLanes.values.allSatisfy(\.areNone)
  }

  /// What retries of a call cost: as its operation says, else as the tier does.
  public func escalation(tier: Tier, operation: String) -> Escalation {
    guard let own = operations[operation], own.escalationSteps != nil || own.retryWindowMs != nil else {
      return tier.escalation
    }
    return Escalation(
      steps: own.escalationSteps ?? tier.escalation.steps, windowMs: own.retryWindowMs ?? tier.escalation.windowMs)
      ?? tier.escalation
  }

  /// The tier and the budgets that apply to a call.
  ///
  /// The ledger's assignments (made on the command line) come before the configuration's, and the user's own before the
  /// tier's: a budget replaces the later ones of the same unit and window, and the others still hold, so that no limit
  /// goes away unsaid. What the administrator has locked can be lowered in this way, but not raised; what users lower
  /// themselves never raises anything. An operation's quotas add to all.
  ///
  /// - Throws: `SettingsError.unknownTier` when the user is in a tier that no longer exists.
  public func budgets(
    user: String, ledgerTier: String?, ledgerBudgets: [BudgetLimit], lowered: [BudgetLimit] = [], operation: String?
  ) throws(SettingsError) -> (tier: Tier, budgets: [Budget]) {
    let assigned = tierLockPlace(of: user) == nil ? ledgerTier : nil
    let name = assigned ?? users[user]?.tier ?? defaultTier
    guard let tier = self.tier(name) else {
      throw .unknownTier(name: name, user: user, known: tiers.keys.sorted())
    }
    let own = users[user]
    let isTierLocked = lockPlace(of: "tier", name, "budgets") != nil
    // What the administrator's own file gives a user stands where it locks the tiers only.
    let isOwnLocked = lockPlace(of: "user", user, "budgets") != nil || own?.isSystems == true && isTierLocked
    let layers: [(origin: String, limits: [BudgetLimit], isLocked: Bool)] = [
      ("user \(user)", ledgerBudgets, false),
      ("user \(user)", own?.budgets ?? [], isOwnLocked), ("tier \(name)", tier.budgets, isTierLocked),
    ]
    var budgets: [Budget] = []
    // Of the budgets in place, those that a locked layer has confirmed: a later one has no say in them.
    var isConfirmed: Set<BudgetKey> = []
    for (origin, limits, isLocked) in layers {
      for limit in limits {
        let budget = Budget(scope: .user(user), limit: limit, thresholds: tier.thresholds, origin: origin)
        if let place = budgets.firstIndex(where: { $0.key == budget.key }) {
          if isLocked, !isConfirmed.contains(budget.key) { budgets[place].lower(to: budget) }
        } else {
          budgets.append(budget)
        }
        if isLocked { isConfirmed.insert(budget.key) }
      }
    }
    for limit in lowered {
      let budget = Budget(
        scope: .user(user), limit: limit, thresholds: tier.thresholds,
        origin: limit == .pause ? Budget.pauseOrigin : Budget.loweredOrigin(user))
      if let place = budgets.firstIndex(where: { $0.key == budget.key }) {
        budgets[place].lower(to: budget)
      } else {
        budgets.append(budget)
      }
    }
    if let operation { budgets += quotas(of: user, operation: operation, tier: tier) }
    return (tier, budgets)
  }

  /// The budgets that an operation has for each user, in a tier.
  public func quotas(of user: String, operation: String, tier: Tier) -> [Budget] {
    (operations[operation]?.budgets ?? []).map {
      Budget(
        scope: .operation(user: user, operation: operation), limit: $0, thresholds: tier.thresholds,
        origin: "operation \(operation)")
    }
  }
}

/// A user's rules in the configuration.
public struct UserSettings: Hashable, Sendable {
  /// Their tier; `nil` takes the default one.
  public var tier: String?
  /// Budgets of their own.
  public var budgets: [BudgetLimit] = []
  /// Whether the budgets stand in the administrator's file.
  var isSystems = false
  /// What they may book themselves on top of their budgets, in each window; `nil` takes the tier's.
  public var selfGrants: [BudgetLimit]?

  /// No rules.
  public init() {}
}

/// The configuration does not fit what the ledger says.
public enum SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A user was assigned a tier that does not exist.
  case unknownTier(name: String, user: String, known: [String])

  /// What happened.
  public var description: String {
    switch self {
    case .unknownTier(let name, let user, _): "the tier '\(name)' of \(user) does not exist"
    }
  }

  /// Whom it is about.
  public var user: String {
    switch self {
    case .unknownTier(_, let user, _): user
    }
  }

  /// What to do about it.
  public var hint: String {
    switch self {
    case .unknownTier(_, let user, let known):
      "known tiers: \(known.joined(separator: ", ")); 'llmguard user set-tier \(ShellWord.text(user)) TIER' assigns another"
    }
  }
}
