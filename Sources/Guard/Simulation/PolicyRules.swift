import GuardModel

/// What holds for the calls of a user for an operation, worked out once; what changes from call to call is set in place,
/// for copying it would take longer than deciding.
final class PolicyRules {
  let tier: Tier
  let budgets: [Int]
  let windowMs: Int64
  /// What holds for answers from the cache.
  let cache: CachePolicy
  var request: CallRequest
  var known: Planner.Knowledge

  init(
    _ tier: Tier, _ budgets: [Int], windowMs: Int64, cache: CachePolicy, _ request: CallRequest,
    _ known: Planner.Knowledge
  ) {
    (self.tier, self.budgets, self.windowMs, self.cache) = (tier, budgets, windowMs, cache)
    (self.request, self.known) = (request, known)
  }
}

/// Whose question it is, and for what.
struct AttemptPlace: Hashable {
  var user: Int32
  var operation: Int16
  var question: UInt64

  init(_ call: TracedCall) { (user, operation, question) = (call.user, call.operation, call.question) }

  /// Few ask the same as somebody else: the question tells places apart well enough.
  func hash(into hasher: inout Hasher) { hasher.combine(question) }
}
