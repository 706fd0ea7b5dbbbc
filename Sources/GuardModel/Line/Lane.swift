/// How urgent a call is: a head start in the waiting line, not a right of way.
public enum Priority: String, Hashable, Sendable, CaseIterable {
  /// Before calls that came up to half a minute earlier.
  case high
  /// In order of arrival.
  case normal
  /// After calls that come up to half a minute later.
  case low

  /// How much earlier the call counts as having come.
  ///
  /// Constant, so that every call's turn comes: whoever waits a minute longer is before any priority.
  public var headStartMs: Int64 {
    switch self {
    case .high: 30_000
    case .normal: 0
    case .low: -30_000
    }
  }
}

/// How many calls may be under way at once, and how much may start in a minute.
///
/// Invariant: every limit is ≥ 1.
public struct LaneLimits: Hashable, Sendable {
  /// Calls under way at once; `nil` for no limit.
  public var concurrency: Int64?
  /// Calls that start within any 60 seconds; `nil` for no limit.
  public var callsPerMinute: Int64?
  /// Estimated tokens of the calls that start within any 60 seconds; `nil` for no limit.
  public var tokensPerMinute: Int64?

  /// Makes limits.
  public init(concurrency: Int64? = nil, callsPerMinute: Int64? = nil, tokensPerMinute: Int64? = nil) {
    self.concurrency = concurrency
    self.callsPerMinute = callsPerMinute
    self.tokensPerMinute = tokensPerMinute
  }

  /// Whether nothing is limited.
  public var areNone: Bool { concurrency == nil && callsPerMinute == nil && tokensPerMinute == nil }
}

/// A limit of a lane.
public struct LaneLimit: Hashable, Sendable {
  /// What is limited, by its key in the configuration.
  public enum Kind: String, Hashable, Sendable {
    /// Calls under way at once.
    case concurrency
    /// Calls that start within a minute.
    case callsPerMinute = "calls_per_minute"
    /// Estimated tokens of the calls that start within a minute.
    case tokensPerMinute = "tokens_per_minute"
  }

  /// Which limit it is.
  public let kind: Kind
  /// How much it allows.
  public let most: Int64
  /// Whose it is.
  public let lane: String

  /// Makes one.
  public init(_ kind: Kind, most: Int64, lane: String) { (self.kind, self.most, self.lane) = (kind, most, lane) }
}

extension Lane {
  /// The limits it has.
  public var all: [LaneLimit] {
    let pairs: [(LaneLimit.Kind, Int64?)] = [
      (.concurrency, limits.concurrency), (.callsPerMinute, limits.callsPerMinute),
      (.tokensPerMinute, limits.tokensPerMinute),
    ]
    return pairs.compactMap { kind, most in most.map { LaneLimit(kind, most: $0, lane: name) } }
  }
}

/// A way that calls take, with its limits: a user's own, or a model's that all users share.
public struct Lane: Hashable, Sendable {
  /// What it is called: `user alice`, `model gpt-4o`. One name is one lane.
  public var name: String
  /// Its limits, as the call's configuration has them.
  public var limits: LaneLimits

  /// Makes a lane.
  public init(name: String, limits: LaneLimits) {
    self.name = name
    self.limits = limits
  }
}

/// What a provider says is left of a limit of its own.
public struct LaneRest: Hashable, Sendable {
  /// What it counts.
  public enum Unit: String, Hashable, Sendable, CaseIterable {
    /// Calls.
    case calls
    /// Tokens.
    case tokens
  }

  /// What it counts.
  public var unit: Unit
  /// How much the provider says is left, ≥ 0.
  public var left: Int64
  /// What calls under way take of it that the provider may not have counted, ≥ 0.
  public var taken: Int64 = 0
  /// Until when that holds; then there is enough again, as far as anybody knows.
  public var untilUnixMs: Int64

  /// Makes a rest.
  public init(_ unit: Unit, left: Int64, untilUnixMs: Int64) {
    self.unit = unit
    self.left = max(0, left)
    self.untilUnixMs = untilUnixMs
  }

  /// What a call takes of it.
  public func need(of tokens: Int64) -> Int64 { unit == .calls ? 1 : max(0, tokens) }

  /// Whether it is enough for another call.
  public func hasRoom(for tokens: Int64) -> Bool { left - taken >= need(of: tokens) }

  /// Counts a call as under way.
  public mutating func take(_ tokens: Int64) { taken = (try? Amount.sum(taken, need(of: tokens))) ?? .max }
}

/// What a lane carries at an instant.
public struct LaneUse: Hashable, Sendable {
  /// Calls under way.
  public var running: Int64 = 0
  /// Calls that started within the last 60 seconds, each with its estimated tokens, the oldest first.
  public var starts: [(atUnixMs: Int64, tokens: Int64)] = []
  /// Until when nothing starts, because the provider asked for it.
  public var pausedUntilUnixMs: Int64 = 0
  /// What the provider says is left of its own limits.
  public var rests: [LaneRest] = []

  /// Nothing.
  public init() {}

  /// The length of the window in which starts are counted.
  public static let windowMs: Int64 = 60_000

  /// Compares two uses.
  public static func == (a: LaneUse, b: LaneUse) -> Bool {
    a.running == b.running && a.pausedUntilUnixMs == b.pausedUntilUnixMs && a.rests == b.rests
      && a.starts.elementsEqual(b.starts) { $0.atUnixMs == $1.atUnixMs && $0.tokens == $1.tokens }
  }

  /// Feeds the parts.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(running)
    hasher.combine(starts.count)
    hasher.combine(pausedUntilUnixMs)
    hasher.combine(rests)
  }

  /// Whether a call may start now.
  ///
  /// A call of more tokens than a minute may hold starts when nothing else has started in the last minute: it is let
  /// through late rather than never.
  public func hasRoom(for tokens: Int64, under limits: LaneLimits, nowUnixMs: Int64) -> Bool {
    if hold(for: tokens, nowUnixMs: nowUnixMs) != nil { return false }
    return reached(by: tokens, under: limits, nowUnixMs: nowUnixMs) == nil
  }

  /// The first limit of the configuration that keeps a call from starting now; `nil` where none does.
  public func reached(by tokens: Int64, under limits: LaneLimits, nowUnixMs: Int64) -> LaneLimit.Kind? {
    if let most = limits.concurrency, running >= most { return .concurrency }
    let recent = starts.filter { $0.atUnixMs > nowUnixMs - Self.windowMs }
    if let most = limits.callsPerMinute, Int64(recent.count) >= most { return .callsPerMinute }
    if let most = limits.tokensPerMinute, !recent.isEmpty {
      let used = recent.reduce(tokens) { sum, start in (try? Amount.sum(sum, start.tokens)) ?? .max }
      if used > most { return .tokensPerMinute }
    }
    return nil
  }

  /// Counts a call as started.
  public mutating func start(_ tokens: Int64, atUnixMs: Int64) {
    running += 1
    starts.append((atUnixMs, tokens))
    take(tokens)
  }

  /// Takes what a call may take off what the provider has left.
  public mutating func take(_ tokens: Int64) { for index in rests.indices { rests[index].take(tokens) } }
}
