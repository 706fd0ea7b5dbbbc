/// What the soft phase does to a call, step by step.
public struct Ladder: Hashable, Sendable {
  /// For each model the next cheaper one: `gpt-4o → gpt-4o-mini`. Followed as a chain.
  public var cheaperModels: [String: String]
  /// The most output tokens a degraded call may ask for.
  public var maxTokensCap: Int64?
  /// How long a degraded call waits before it goes out.
  public var delayMs: Int64

  /// Makes a ladder.
  public init(cheaperModels: [String: String] = [:], maxTokensCap: Int64? = nil, delayMs: Int64 = 0) {
    self.cheaperModels = cheaperModels
    self.maxTokensCap = maxTokensCap
    self.delayMs = delayMs
  }

  /// The rungs for a call, from the mildest: one per cheaper model in the chain, each with the cap and the delay; a
  /// single rung with the cap and the delay where the model has no cheaper one.
  ///
  /// - Parameters:
  ///   - model: the model asked for; `nil` when unknown.
  ///   - maxTokens: the maximum asked for; `nil` when none was.
  ///   - canChangeModel: whether the call lets its model be changed.
  ///   - canCapTokens: whether the call lets its maximum be changed.
  public func rungs(
    model: String?, maxTokens: Int64?, canChangeModel: Bool, canCapTokens: Bool
  ) -> [Degradation] {
    let cap = canCapTokens ? maxTokensCap.map { min($0, maxTokens ?? $0) } : maxTokens
    let models = canChangeModel ? chain(from: model) : []
    if models.isEmpty { return [Degradation(model: model, maxTokens: cap ?? maxTokens, delayMs: delayMs)] }
    return models.map { Degradation(model: $0, maxTokens: cap ?? maxTokens, delayMs: delayMs) }
  }

  /// The models below one, each once: a chain that returns to itself ends there.
  public func chain(from model: String?) -> [String] {
    var chain: [String] = []
    var current = model
    while let name = current, let next = cheaperModels[name], next != model, !chain.contains(next) {
      chain.append(next)
      current = next
    }
    return chain
  }
}

/// How a call goes out on one rung of the ladder.
public struct Degradation: Hashable, Sendable {
  /// The model; `nil` when it is not known.
  public let model: String?
  /// The most output tokens; `nil` for no maximum.
  public let maxTokens: Int64?
  /// How long it waits first.
  public let delayMs: Int64

  /// Makes a degradation.
  public init(model: String?, maxTokens: Int64?, delayMs: Int64) {
    self.model = model
    self.maxTokens = maxTokens
    self.delayMs = delayMs
  }
}
