/// A request that went to a provider and that nobody can meter: what it took is not known, and in no sum.
public struct UnmeteredCall: Hashable, Sendable {
  /// What is known of it; nothing is estimated.
  public var facts: CallFacts
  /// The kind of route: `images`, `audio`. Never a path, which may name anything.
  public var route: String

  /// Makes a record.
  public init(facts: CallFacts, route: String) {
    self.facts = facts
    self.route = route
  }
}
