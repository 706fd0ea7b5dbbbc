/// What a cost is of which not all is known.
public enum CostBound: String, Hashable, Sendable, CaseIterable {
  /// All of it is known.
  case exact
  /// The least that it can be: a price is unknown.
  case atLeast = "at_least"
  /// The most that it can be: what is unknown can only make it less.
  case atMost = "at_most"
  /// It may be more, and it may be less.
  case about

  /// The bound of what may be more, less, neither or both.
  public init(mayBeMore: Bool, mayBeLess: Bool) {
    self = mayBeMore ? mayBeLess ? .about : .atLeast : mayBeLess ? .atMost : .exact
  }

  /// The bound of what such costs come to.
  public static func + (a: CostBound, b: CostBound) -> CostBound {
    CostBound(mayBeMore: a.mayBeMore || b.mayBeMore, mayBeLess: a.mayBeLess || b.mayBeLess)
  }

  /// Whether it may be more than what is known of it.
  public var mayBeMore: Bool { self == .atLeast || self == .about }

  /// Whether it may be less than what is known of it.
  public var mayBeLess: Bool { self == .atMost || self == .about }

  /// Words before the cost; none where all is known.
  public var words: String {
    switch self {
    case .exact: ""
    case .atLeast: "at least "
    case .atMost: "at most "
    case .about: "about "
    }
  }

  /// A mark behind the cost; none where all is known.
  public var mark: String {
    switch self {
    case .exact: ""
    case .atLeast: "+"
    case .atMost: "-"
    case .about: "±"
    }
  }
}
