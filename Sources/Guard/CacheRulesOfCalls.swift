import Configuration
import GuardModel
import IntentCache
import TextFormats

/// What the rules say of the cache for one call.
extension Settings {
  /// The rules that apply: those of all calls, of the user's tier, of the operation.
  public func cachePolicy(_ plan: Plan) -> CachePolicy {
    cache.applying(tier(plan.tier)?.cache ?? CacheRules(), operations[plan.request.operation]?.cache)
  }

  /// What a call wants of the cache: as it says itself, else as the rules say. `[cache] mode` is for calls that do not say;
  /// whom a tier, an operation or a lock keeps out of the cache stays out of it.
  ///
  /// - Parameter policy: the rules that apply, where they are known.
  public func cacheMode(_ plan: Plan, stated: CacheMode?, _ policy: CachePolicy? = nil) -> CacheMode {
    let mode = (policy ?? cachePolicy(plan)).mode
    guard let stated else { return mode }
    return mode == .off && cacheBar(plan) != nil ? .off : stated
  }

  /// What keeps a call out of the cache, whatever it says itself: `tier.free.cache (llmguard.toml:3)`; `nil` for nothing.
  public func cacheBar(_ plan: Plan) -> String? {
    func bar(_ parts: String...) -> String {
      let key = parts.map(TOMLWriter.key).joined(separator: ".")
      return key + (origins[key].map { " (\($0))" } ?? "")
    }
    let operation = plan.request.operation
    switch (operations[operation]?.cache.mode, tier(plan.tier)?.cache.mode, cache.mode) {
    case (.off?, _, _): return bar("operation", operation, "cache")
    case (nil, .off?, _): return bar("tier", plan.tier, "cache")
    case (nil, nil, .off): return lockPlace(of: "cache", "mode").map { "cache.mode (locked by \($0))" }
    default: return nil
    }
  }

  /// The keys of a question, within the scope that the rules say.
  public func cacheKeys(_ question: CacheQuestion, _ plan: Plan) -> CacheKeys {
    cachePolicy(plan).keys(question, plan)
  }

  /// The same before the call is planned, all of them made; `nil` where its tier is a part of them.
  public func cacheKeys(_ question: CacheQuestion, beforePlanning call: CallRequest) -> CacheKeys? {
    if cache.scope == .tier { return nil }
    let keys = CacheKeys(question, scope: cache.scopeText(user: call.user, tier: ""))
    keys.readIntent()
    return keys
  }

  /// An answer as it is kept; `nil` where the call wants nothing kept.
  public func keeping(
    _ reply: CachedReply, _ keys: CacheKeys, _ plan: Plan, usage: TokenUsage, costMicroUSD: Int64?, mode: CacheMode,
    nowUnixMs: Int64
  ) -> IntentCache.Keeping? {
    if mode == .off || mode == .only { return nil }
    let facts = CacheFacts(
      user: plan.request.user, operation: plan.request.operation, model: plan.shape.model, usage: usage,
      costMicroUSD: costMicroUSD)
    return IntentCache.Keeping(reply, for: keys, facts, nowUnixMs: nowUnixMs)
  }
}

extension Plan {
  /// What is asked as the call goes out, where that is with another model or maximum; of a refused one, as it would go out
  /// with more room, the dearest first.
  public func lowered(_ question: CacheQuestion) -> [CacheQuestion] {
    loweredShapes.map { question.lowered(model: $0.model, maxOutputTokens: $0.maxOutputTokens) }
  }

  /// What is asked, and as it goes out.
  public func questions(_ asked: CacheQuestion) -> [CacheQuestion] { [asked] + lowered(asked) }
}

extension CachePolicy {
  /// The keys of a question, within the scope of the rules.
  ///
  /// - Parameter ahead: keys that were made before; those of another scope are not taken.
  func keys(_ question: CacheQuestion, _ plan: Plan, ahead: CacheKeys? = nil) -> CacheKeys {
    let scope = scopeText(user: plan.request.user, tier: plan.tier)
    if let ahead, ahead.scope == scope { return ahead }
    return CacheKeys(question, scope: scope)
  }

  /// Whose answers fit.
  fileprivate func scopeText(user: String, tier: String) -> String {
    switch scope {
    case .user: "user " + user
    case .tier: "tier " + tier
    case .all: "all"
    }
  }
}
