/// What the soft phase does to a call, step by step.
public struct Ladder: Hashable, Sendable {
  /// Models, each followed by the next cheaper one. Every call has a ladder and few look at it: a list that the compiler can
  /// lay out costs them nothing.
  private var steps: [String]
  /// The most output tokens a degraded call may ask for.
  public var maxTokensCap: Int64?
  /// How long a degraded call waits before it goes out.
  public var delayMs: Int64

  /// Makes a ladder.
  public init(cheaperModels: [String: String] = [:], maxTokensCap: Int64? = nil, delayMs: Int64 = 0) {
    self.init(steps: [], maxTokensCap: maxTokensCap, delayMs: delayMs)
    self.cheaperModels = cheaperModels
  }

  /// Makes a ladder from a list of models, each followed by the next cheaper one.
  public init(steps: [String], maxTokensCap: Int64?, delayMs: Int64) {
    self.steps = steps
    self.maxTokensCap = maxTokensCap
    self.delayMs = delayMs
  }

  /// For each model the next cheaper one: `gpt-4o → gpt-4o-mini`. Followed as a chain.
  public var cheaperModels: [String: String] {
    get {
      var models: [String: String] = [:]
      for index in stride(from: 0, to: steps.count - 1, by: 2) { models[steps[index]] = steps[index + 1] }
      return models
    }
    set { steps = newValue.keys.sorted().flatMap { [$0, newValue[$0] ?? ""] } }
  }

  private func cheaper(than model: String) -> String? {
    stride(from: 0, to: steps.count - 1, by: 2).first { steps[$0] == model }.map { steps[$0 + 1] }
  }

  /// Whether two ladders do the same, in whatever order their models were given.
  public static func == (a: Ladder, b: Ladder) -> Bool {
    a.maxTokensCap == b.maxTokensCap && a.delayMs == b.delayMs
      && (a.steps == b.steps || a.cheaperModels == b.cheaperModels)
  }

  /// Hashes what two equal ladders have in common.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(cheaperModels)
    hasher.combine(maxTokensCap)
    hasher.combine(delayMs)
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

  /// The rungs in the order of a user's preference: what they give up first stands on a rung of its own, before the usual
  /// ones. Where nothing is left to give up of it, the usual rungs stand alone.
  public func rungs(
    model: String?, maxTokens: Int64?, canChangeModel: Bool, canCapTokens: Bool, first: Sacrifice
  ) -> [Degradation] {
    let usual = rungs(
      model: model, maxTokens: maxTokens, canChangeModel: canChangeModel, canCapTokens: canCapTokens)
    switch first {
    case .model: return usual
    case .length:
      guard canCapTokens, let cap = maxTokensCap, cap < maxTokens ?? .max else { return usual }
      return [Degradation(model: model, maxTokens: cap, delayMs: delayMs)] + usual
    case .delay:
      guard delayMs > 0 else { return usual }
      let longer = (try? Amount.scaledUp(delayMs, by: Self.delayFactor, over: 1)) ?? delayMs
      return [Degradation(model: model, maxTokens: maxTokens, delayMs: longer)] + usual
    }
  }

  /// How much longer a call waits that gives up nothing else.
  public static let delayFactor: Int64 = 4

  /// The models below one, each once: a chain that returns to itself ends there.
  public func chain(from model: String?) -> [String] {
    var chain: [String] = []
    var current = model
    while let name = current, let next = cheaper(than: name), next != model, !chain.contains(next) {
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

/// What a user gives up first when a call must become cheaper.
public enum Sacrifice: String, Hashable, Sendable, CaseIterable {
  /// The model: the next cheaper one answers, with the cap and the delay. This is what holds without a choice.
  case model
  /// The length: the model stays while a shorter answer is enough.
  case length
  /// Time: model and length stay while a longer wait is enough.
  case delay
}
