import GuardModel

/// What usage can be grouped by.
public enum UsageDimension: String, Hashable, Sendable, CaseIterable {
  /// Who was charged.
  case user
  /// What the call was for.
  case operation
  /// The model it went to.
  case model
  /// The user's tier at the time.
  case tier
  /// The phase it went out in.
  case phase
  /// The run it belonged to.
  case run
  /// The program that the run was of: a script's name, or a client's.
  case program
  /// The quarter of an hour (UTC) in which it settled; every time zone's hours and days are made of them.
  case quarterHour
}

/// Which calls to sum, and how to group them.
public struct UsageQuery: Hashable, Sendable {
  /// The first instant; `nil` for the beginning.
  public var sinceUnixMs: Int64?
  /// The first instant no longer counted; `nil` for no end.
  public var untilUnixMs: Int64?
  /// Only this user.
  public var user: String?
  /// Only this operation.
  public var operation: String?
  /// The groups, in the order of a row's `group`.
  public var groupBy: [UsageDimension]

  /// Makes a query.
  public init(
    sinceUnixMs: Int64? = nil, untilUnixMs: Int64? = nil, user: String? = nil, operation: String? = nil,
    groupBy: [UsageDimension] = []
  ) {
    self.sinceUnixMs = sinceUnixMs
    self.untilUnixMs = untilUnixMs
    self.user = user
    self.operation = operation
    self.groupBy = groupBy
  }

  /// The length of a `quarterHour` group in milliseconds.
  public static let quarterHourMs: Int64 = 900_000
}

/// Sums over a group of calls.
public struct UsageSums: Hashable, Sendable {
  /// Settled calls.
  public var calls: Int64 = 0
  /// Input tokens the provider counted.
  public var exactInput: Int64 = 0
  /// Input tokens llmguard counted.
  public var estimatedInput: Int64 = 0
  /// Output tokens the provider counted.
  public var exactOutput: Int64 = 0
  /// Output tokens llmguard counted.
  public var estimatedOutput: Int64 = 0
  /// Charged (weighted) tokens.
  public var chargeTokens: Int64 = 0
  /// Known cost in millionths of a dollar.
  public var costMicroUSD: Int64 = 0
  /// Calls whose cost is unknown, wholly or in part: a price that is not known is not in `costMicroUSD`, and a discount that is
  /// not known is not taken off there.
  public var callsOfUnknownCost: Int64 = 0
  /// Refused calls; not counted in `calls`.
  public var refusals: Int64 = 0
  /// Settled calls that went out degraded.
  public var degraded: Int64 = 0
  /// Settled calls that did not end complete.
  public var failed: Int64 = 0
  /// Charged tokens beyond what was held.
  public var overrunTokens: Int64 = 0
  /// Settled calls that were retries of the same thing.
  public var retries: Int64 = 0
  /// Charged tokens that were charged because of that.
  public var surchargeTokens: Int64 = 0
  /// Calls that were answered from the cache; not counted in `calls`.
  public var cached: Int64 = 0
  /// Charged tokens that they would have taken.
  public var savedTokens: Int64 = 0
  /// Known cost that they would have had, in millionths of a dollar.
  public var savedMicroUSD: Int64 = 0
  /// Of the input, what providers read from their prompt caches.
  public var cachedInput: Int64 = 0
  /// Of the input, what they wrote to them.
  public var cacheWrite: Int64 = 0
  /// Of that, what they keep for an hour.
  public var cacheWriteHour: Int64 = 0
  /// Of the output, what was reasoning.
  public var reasoning: Int64 = 0
  /// Of the input, what was sound.
  public var audioInput: Int64 = 0
  /// Of the output, what was sound.
  public var audioOutput: Int64 = 0
  /// Of the input, what tools of the providers' own added.
  public var toolInput: Int64 = 0
  /// Searches of the web that providers made.
  public var webSearches: Int64 = 0
  /// Requests that went out and that nobody can meter; not counted in `calls`, and their cost is in no sum.
  public var unmetered: Int64 = 0
  /// Of `callsOfUnknownCost`, those of which a discount alone is unknown: they cost what they are in `costMicroUSD`, or less.
  public var callsOfCostAtMost: Int64 = 0
  /// Of `callsOfUnknownCost`, those that may have cost more, or less: a price and a discount are unknown.
  public var callsOfCostAbout: Int64 = 0

  /// Nothing.
  public init() {}

  /// All of them, in the order in which they are told to others.
  public static var parts: [WritableKeyPath<UsageSums, Int64>] {
    [
      \.calls, \.exactInput, \.estimatedInput, \.exactOutput, \.estimatedOutput, \.chargeTokens, \.costMicroUSD,
      \.callsOfUnknownCost, \.refusals, \.degraded, \.failed, \.overrunTokens, \.retries, \.surchargeTokens,
      \.cached, \.savedTokens, \.savedMicroUSD, \.cachedInput, \.cacheWrite, \.cacheWriteHour, \.reasoning,
      \.audioInput,
      \.audioOutput, \.toolInput, \.webSearches, \.unmetered, \.callsOfCostAtMost, \.callsOfCostAbout,
    ]
  }

  /// Adds other sums.
  ///
  /// - Throws: `AmountOverflow` when one does not fit.
  public mutating func add(_ other: UsageSums) throws(AmountOverflow) {
    // Part by part: by key paths it would take longer than the rest of a settlement in memory.
    func add(_ sum: inout Int64, _ more: Int64) throws(AmountOverflow) {
      if more != 0 { sum = try Amount.sum(sum, more) }
    }
    try add(&calls, other.calls)
    try add(&exactInput, other.exactInput)
    try add(&estimatedInput, other.estimatedInput)
    try add(&exactOutput, other.exactOutput)
    try add(&estimatedOutput, other.estimatedOutput)
    try add(&chargeTokens, other.chargeTokens)
    try add(&costMicroUSD, other.costMicroUSD)
    try add(&callsOfUnknownCost, other.callsOfUnknownCost)
    try add(&refusals, other.refusals)
    try add(&degraded, other.degraded)
    try add(&failed, other.failed)
    try add(&overrunTokens, other.overrunTokens)
    try add(&retries, other.retries)
    try add(&surchargeTokens, other.surchargeTokens)
    try add(&cached, other.cached)
    try add(&savedTokens, other.savedTokens)
    try add(&savedMicroUSD, other.savedMicroUSD)
    try add(&cachedInput, other.cachedInput)
    try add(&cacheWrite, other.cacheWrite)
    try add(&cacheWriteHour, other.cacheWriteHour)
    try add(&reasoning, other.reasoning)
    try add(&audioInput, other.audioInput)
    try add(&audioOutput, other.audioOutput)
    try add(&toolInput, other.toolInput)
    try add(&webSearches, other.webSearches)
    try add(&unmetered, other.unmetered)
    try add(&callsOfCostAtMost, other.callsOfCostAtMost)
    try add(&callsOfCostAbout, other.callsOfCostAbout)
  }
}

/// What several of the sums come to together, saturating: more than can be counted is shown as the most that can be.
extension UsageSums {
  /// Tokens in and out, whoever counted them.
  public var tokens: Int64 { Self.saturating(exactInput, estimatedInput, exactOutput, estimatedOutput) }
  /// Input tokens.
  public var input: Int64 { Self.saturating(exactInput, estimatedInput) }
  /// Output tokens.
  public var output: Int64 { Self.saturating(exactOutput, estimatedOutput) }
  /// Calls that were answered, by a provider or from the cache.
  public var answered: Int64 { Self.saturating(calls, cached) }
  /// Calls that were asked for: those that were answered and those that were refused.
  public var asked: Int64 { Self.saturating(answered, refusals) }
  /// All that was asked for: those calls, and requests that nobody can meter. What was refused is a share of this.
  public var requests: Int64 { Self.saturating(asked, unmetered) }
  /// What went out to providers, metered or not.
  public var sent: Int64 { Self.saturating(calls, unmetered) }

  private static func saturating(_ values: Int64...) -> Int64 {
    values.reduce(0) { (try? Amount.sum($0, $1)) ?? .max }
  }
}

/// What is not known of the cost.
extension UsageSums {
  /// Calls that may have cost more than what `costMicroUSD` holds of them.
  public var callsOfUnknownPrice: Int64 { max(0, callsOfUnknownCost - callsOfCostAtMost) }
  /// Calls that may have cost less than what it holds of them.
  public var callsOfUnknownDiscount: Int64 { Self.saturating(callsOfCostAtMost, callsOfCostAbout) }
  /// What `costMicroUSD` is of the calls.
  public var boundOfCalls: CostBound {
    CostBound(mayBeMore: callsOfUnknownPrice > 0, mayBeLess: callsOfUnknownDiscount > 0)
  }
  /// What it is of all that went out: requests that nobody can meter are not in it.
  public var costBound: CostBound { boundOfCalls + (unmetered > 0 ? .atLeast : .exact) }
}

/// One group of a usage query.
public struct UsageRow: Hashable, Sendable {
  /// The group's values in the order of `UsageQuery.groupBy`: names, or the quarter hour's first Unix millisecond in
  /// decimal. A model that is not known is the empty string.
  public var group: [String]
  /// Its sums.
  public var sums: UsageSums

  /// Makes a row.
  public init(group: [String], sums: UsageSums) {
    self.group = group
    self.sums = sums
  }
}

extension UsageSums {
  /// The sums of one settled call.
  public static func settled(_ settlement: Settlement, _ facts: CallFacts, _ overrunTokens: Int64) -> UsageSums {
    var sums = UsageSums()
    sums.calls = 1
    switch settlement.usage.exactness {
    case .exact: (sums.exactInput, sums.exactOutput) = (settlement.usage.input, settlement.usage.output)
    case .estimated: (sums.estimatedInput, sums.estimatedOutput) = (settlement.usage.input, settlement.usage.output)
    }
    sums.chargeTokens = settlement.charge.tokens
    sums.costMicroUSD = settlement.charge.costMicroUSD ?? 0
    switch UsagePart.bound(settlement.unpriced, ofCostMicroUSD: settlement.charge.costMicroUSD) {
    case .exact: break
    case .atLeast: sums.callsOfUnknownCost = 1
    case .atMost: (sums.callsOfUnknownCost, sums.callsOfCostAtMost) = (1, 1)
    case .about: (sums.callsOfUnknownCost, sums.callsOfCostAbout) = (1, 1)
    }
    sums.degraded = facts.degraded ? 1 : 0
    sums.failed = settlement.ending == .complete ? 0 : 1
    sums.overrunTokens = overrunTokens
    sums.retries = facts.attempt > 1 ? 1 : 0
    sums.surchargeTokens = settlement.surchargeTokens
    let usage = settlement.usage
    (sums.cachedInput, sums.cacheWrite) = (usage.cachedInput, usage.cacheWrite)
    (sums.cacheWriteHour, sums.reasoning) = (usage.cacheWriteHour, usage.reasoning)
    (sums.audioInput, sums.audioOutput) = (usage.audioInput, usage.audioOutput)
    (sums.toolInput, sums.webSearches) = (usage.toolInput, usage.webSearches)
    return sums
  }

  /// The sums of one call that was answered from the cache.
  public static func cached(charge: Charge, saved: Charge) -> UsageSums {
    var sums = UsageSums()
    sums.cached = 1
    (sums.chargeTokens, sums.costMicroUSD) = (charge.tokens, charge.costMicroUSD ?? 0)
    (sums.savedTokens, sums.savedMicroUSD) = (saved.tokens, saved.costMicroUSD ?? 0)
    return sums
  }

  /// The sums of one request that nobody can meter.
  public static var unmetered: UsageSums {
    var sums = UsageSums()
    sums.unmetered = 1
    return sums
  }

  /// The sums of one refused call.
  public static var refused: UsageSums {
    var sums = UsageSums()
    sums.refusals = 1
    return sums
  }
}
