import Guard
import GuardModel
import Posix
import TextFormats

/// A run inside another: it uses the gateway of the outer one, and its addresses say so with a part before the key, `~ID`.
public enum JoinedRun {
  /// A run's part of the path.
  public static func part(_ id: String) -> String { "~\(id)" }

  /// The run that a part of a path names; `nil` for any other part.
  public static func id(in part: String) -> String? {
    guard part.hasPrefix("~") else { return nil }
    let id = part.dropFirst()
    return isID(id) ? String(id) : nil
  }

  static func isID(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 64 && text.allSatisfy { $0.isASCII && $0.isHexDigit }
  }
}

/// What a run inside another wants for its own calls. What it does not say, the run around it says.
public struct JoinedTerms: Hashable, Sendable {
  /// What its calls are for.
  public var operation: String?
  /// How urgent they are.
  public var priority: Priority?
  /// Whether a degraded call is accepted.
  public var mayDegrade = true
  /// Whether what cannot be metered is refused.
  public var isStrict = false
  /// Whether nothing is said but errors and refusals.
  public var isQuiet = false
  /// How often a call that the provider turned away is sent again.
  public var retries: Int64?
  /// How long a call waits for its turn.
  public var waitMs: Int64?
  /// Whether calls go out unmetered when the ledger cannot be used.
  public var failsOpen: Bool?
  /// What the cache may do.
  public var cacheMode: CacheMode?
  /// The most output tokens that a call may ask for.
  public var maxOutputTokens: Int64?
  /// What its calls may take together.
  public var caps = RunCaps()
  /// Names the envelope that it holds for its calls, among those of all runs inside; `nil` where it holds none.
  public var envelope: String?

  /// Nothing in particular.
  public init() {}

  /// Reads them as they are sent.
  public init(_ json: JSONValue) {
    operation = json["operation"]?.stringValue.flatMap { name in
      do throws(NameError) { try Name.check("operation", name) } catch { return nil }
      return name
    }
    priority = json["priority"]?.stringValue.flatMap(Priority.init)
    mayDegrade = json["may_degrade"]?.boolValue ?? true
    isStrict = json["strict"]?.boolValue ?? false
    isQuiet = json["quiet"]?.boolValue ?? false
    retries = json["retries"]?.int64Value.map { min(max($0, 0), 20) }
    waitMs = json["wait_ms"]?.int64Value.map { max($0, 0) }
    failsOpen = json["fail_open"]?.boolValue
    cacheMode = json["cache"]?.stringValue.flatMap(CacheMode.init)
    envelope = json["envelope"]?.stringValue.flatMap { JoinedRun.isID($0) ? $0 : nil }
    maxOutputTokens = json["max_output_tokens"]?.int64Value.map { max($0, 0) }
    caps.calls = json["max_calls"]?.int64Value
    caps.tokens = json["max_tokens"]?.int64Value
    caps.costMicroUSD = json["max_cost_micro_usd"]?.int64Value
    caps.endsAtMs = json["ends_at_unix_ms"]?.int64Value.map { Self.sinceStartMs(atUnixMs: $0) }
  }

  /// When no call goes out any more, by the clock as it is set now: whoever is sent it reads it at once.
  private var endsAtUnixMs: Int64? { caps.endsAtMs.map { $0 - Clock.sinceStartMs + Clock.unixMs } }

  private static func sinceStartMs(atUnixMs instant: Int64) -> Int64 {
    min(max(instant, 0), 1 << 53) - Clock.unixMs + Clock.sinceStartMs
  }

  /// As they are sent.
  public var json: JSONValue {
    [
      "operation": .string(orNull: operation), "priority": .string(orNull: priority?.rawValue),
      "may_degrade": .bool(mayDegrade), "strict": .bool(isStrict), "quiet": .bool(isQuiet), "retries": .int(retries),
      "wait_ms": .int(waitMs), "fail_open": failsOpen.map { .bool($0) } ?? .null,
      "cache": .string(orNull: cacheMode?.rawValue), "max_calls": .int(caps.calls), "max_tokens": .int(caps.tokens),
      "max_cost_micro_usd": .int(caps.costMicroUSD), "ends_at_unix_ms": .int(endsAtUnixMs),
      "envelope": .string(orNull: envelope), "max_output_tokens": .int(maxOutputTokens),
    ]
  }
}

/// What holds for one call: what its run says, else what the runs around it say, else the gateway's options.
struct CallTerms {
  let isStrict: Bool
  let isQuiet: Bool
  var retries: Int
  var waitMs: Int64
  var failsOpen: Bool
  /// The most output tokens that a call may ask for: the lowest that any of its runs says.
  var maxOutputTokens: Int64?
  /// What the cache may do; `nil` where no run inside says.
  var cacheMode: CacheMode?
  /// The envelope that its calls draw from; `nil` for that of the gateway's own run.
  let envelope: String?

  /// - Parameters:
  ///   - chain: what the call's run and those around it want, the nearest first.
  ///   - identity: whose calls come in; gets what the runs say of it.
  init(_ rules: GatewayRules, _ chain: [JoinedTerms], _ identity: inout GatewayIdentity) {
    func nearest<Value>(_ what: (JoinedTerms) -> Value?) -> Value? { chain.lazy.compactMap(what).first }
    if let operation = nearest(\.operation) { identity.operation = operation }
    if let priority = nearest(\.priority) { identity.priority = priority }
    if chain.contains(where: { !$0.mayDegrade }) { identity.mayDegrade = false }
    isStrict = rules.options.isStrict || chain.contains(where: \.isStrict)
    isQuiet = chain.contains(where: \.isQuiet)
    retries = nearest(\.retries).map { Int($0) } ?? rules.options.retries
    waitMs = nearest(\.waitMs) ?? rules.options.waitMs
    maxOutputTokens = (chain.map(\.maxOutputTokens) + [rules.options.maxOutputTokens]).compactMap { $0 }.min()
    let opens = nearest(\.failsOpen) ?? rules.options.failsOpen
    // What the administrator has locked is not a run's to say.
    failsOpen =
      opens && (rules.options.settings.failOpen || rules.options.settings.lockPlace(of: "fail_open") == nil)
    envelope = nearest(\.envelope).map { CallRequest.envelope(inRun: identity.run, of: $0) }
    let mode = nearest(\.cacheMode)
    cacheMode = mode == .similar && !rules.allowsSimilar ? nil : mode
  }
}
