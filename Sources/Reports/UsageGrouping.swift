import GuardModel
import Ledger
import TextFormats

/// What calls are grouped by.
public enum UsageGrouping: String, Hashable, Sendable, CaseIterable {
  /// By user.
  case user
  /// By operation.
  case operation
  /// By model.
  case model
  /// By day, in a time zone.
  case day
  /// By hour, in a time zone.
  case hour
  /// By run.
  case run
  /// By program: a script's name, or a client's.
  case program
  /// By tier.
  case tier
  /// By phase.
  case phase

  /// The dimension the ledger groups by.
  public var dimension: UsageDimension {
    switch self {
    case .user: .user
    case .operation: .operation
    case .model: .model
    case .day, .hour: .quarterHour
    case .run: .run
    case .program: .program
    case .tier: .tier
    case .phase: .phase
    }
  }

  /// Whether its groups follow each other in time.
  var isTime: Bool { self == .day || self == .hour }

  /// Its heading.
  var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

  /// The name of a group, from what the ledger calls it.
  func name(_ key: String, in zone: ZoneOffsets) -> String {
    guard isTime else { return key.isEmpty ? "(unknown)" : key }
    let instant = Int64(key) ?? 0
    return self == .day ? CivilTime.date(instant, in: zone) : CivilTime.hour(instant, in: zone)
  }

  /// The group of a call.
  func name(of size: CallSize, in zone: ZoneOffsets) -> String {
    switch self {
    case .user: size.user
    case .operation: size.operation
    case .model: name(size.model, in: zone)
    case .day, .hour: name(String(size.endedAtUnixMs), in: zone)
    case .run: size.run
    case .program: name(size.program, in: zone)
    case .tier: size.tier
    case .phase: size.phase.rawValue
    }
  }
}

/// What a report ranks and compares by.
public enum UsageUnit: String, Hashable, Sendable, CaseIterable {
  /// Tokens in and out, as they were counted.
  case tokens
  /// What providers took.
  case money
  /// Calls.
  case calls
  /// Charged (weighted) tokens.
  case charge

  /// Its amount in some sums, saturating.
  public func amount(_ sums: UsageSums) -> Int64 {
    switch self {
    case .tokens: sums.tokens
    case .money: sums.costMicroUSD
    case .calls: sums.calls
    case .charge: sums.chargeTokens
    }
  }

  /// The name of its amounts for programs.
  var key: String {
    switch self {
    case .tokens: "tokens"
    case .money: "cost_micro_usd"
    case .calls: "calls"
    case .charge: "charge_tokens"
    }
  }

  /// In headings: `Share of charge`.
  var word: String { self == .money ? "cost" : rawValue }
}

/// How large calls are, and how far off their estimates were.
public struct SizeSummary: Hashable, Sendable {
  /// Tokens in and out of a call.
  public let tokens: Distribution
  /// By how much the estimate was off, in millionths of what the call took; calls that the provider counted alone.
  public let errors: Distribution
  /// The same of the input alone, which can be read beforehand: of the answer the most it may be is taken.
  public let inputErrors: Distribution
  /// How much of the estimate a call took, in millionths; of the same calls.
  public let uses: Distribution
  /// How long calls stood in the line, in milliseconds; those alone that a limit made stand there.
  public let waits: Distribution

  /// Sums some calls up.
  public init(_ sizes: some Sequence<CallSize>) {
    tokens = Distribution(sizes.map(\.tokens))
    // Who stood there at all stood there for a moment.
    waits = Distribution(sizes.compactMap(\.waitedMs).filter { $0 > 0 })
    let exact = sizes.filter { $0.exactness == .exact && $0.tokens > 0 }
    errors = Distribution(
      exact.compactMap { FixedPoint(nearest: Self.distance($0.tokens, $0.estimated), over: $0.tokens)?.millionths })
    inputErrors = Distribution(
      exact.compactMap { FixedPoint(nearest: Self.distance($0.input, $0.estimatedInput), over: $0.input)?.millionths })
    uses = Distribution(exact.compactMap { FixedPoint(nearest: $0.tokens, over: $0.estimated)?.millionths })
  }

  /// How far two counts are apart, saturating: a ledger that a disk has changed may have any.
  private static func distance(_ a: Int64, _ b: Int64) -> Int64 { Int64(clamping: (Int128(a) - Int128(b)).magnitude) }

  /// How well llmguard counts, and how much is held for answers that turn out shorter: two figures, for one of both would
  /// say neither. `nil` where the provider counted nothing.
  var held: String? {
    guard let use = medianUse else { return nil }
    let input = medianInputError.map {
      "the input of half of the calls was estimated \($0.millionths == 0 ? "exactly" : "to within \($0.percent)"); "
    }
    return (input ?? "") + "half of them took \(use.percent) or less of what was held, the longest answer included"
  }

  /// The median error of the estimates; `nil` when the provider counted nothing.
  public var medianError: FixedPoint? { errors.median.map(FixedPoint.init(millionths:)) }
  /// The median error of the estimates of the input.
  public var medianInputError: FixedPoint? { inputErrors.median.map(FixedPoint.init(millionths:)) }
  /// The median share of the estimates that calls took.
  public var medianUse: FixedPoint? { uses.median.map(FixedPoint.init(millionths:)) }
}
