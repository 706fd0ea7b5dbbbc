/// Why a hold was given back although its call goes on: another entry tells of the call, and lists, counts and sums have
/// that one alone.
public enum Replacement: String, CaseIterable, Sendable {
  /// A command was held by its text, and its calls are held one by one.
  case calls = "its calls are metered by what they are"
  /// A command was held by its text, and the cache answered its call.
  case cache = "the cache answered its call"
  /// A call was held, and then refused because its run may take no more.
  case refusal = "the run may take no more"
}

extension Entry {
  /// Whether it gives back a hold of whose call another entry tells.
  public var isReplaced: Bool { kind == .void && note.flatMap(Replacement.init) != nil }

  /// Why a hold is given back whose call passed another gateway over the same ledger.
  public static let chargedElsewhere = "charged by the gateway that it went to"

  /// Whether it gives back the hold of such a call.
  public var isChargedElsewhere: Bool { kind == .void && note == Self.chargedElsewhere }

  /// Whether it gives back the charge of a call that came to nothing, and of which no other entry tells.
  public var isOfNothing: Bool { kind == .void && !isReplaced && !isChargedElsewhere }

  /// How the reason begins for which the charge of a call is given back that the provider answered with an error.
  public static let answeredMark = "the provider answered with "

  /// Why the charge of a call is given back that another gateway refused, to which it went.
  public static let refusedElsewhere = answeredMark + "status 429, the refusal of a gateway"

  /// Whether it gives back the charge of a call that the provider answered with an error: it was made, and cost nothing.
  public var isAnswered: Bool { kind == .void && note?.hasPrefix(Self.answeredMark) == true }
}
