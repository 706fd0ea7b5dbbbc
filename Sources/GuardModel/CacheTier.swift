/// Why a stored answer fits a request. Each tier is less certain than the one before.
public enum CacheTier: String, Hashable, Sendable, CaseIterable, Comparable {
  /// The request has the same words.
  case exact
  /// It asks for the same in other words: every slot of what is asked agrees.
  case intent
  /// It is worded alike, and no guard objects. Never served unasked.
  case similar

  /// Orders tiers, the most certain first.
  public static func < (a: CacheTier, b: CacheTier) -> Bool { a.order < b.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
