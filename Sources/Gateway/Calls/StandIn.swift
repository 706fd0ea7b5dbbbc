import Guard
import GuardModel
import Ledger
import Posix

/// A place in the line whose turn has come, and the lanes it was taken in.
public struct TurnPlace: Hashable, Sendable {
  /// The ticket.
  public let ticket: TicketID
  /// The names of its lanes.
  public let lanes: Set<String>

  /// Makes a place.
  public init(ticket: TicketID, lanes: Set<String>) {
    self.ticket = ticket
    self.lanes = lanes
  }
}

/// Who keeps the answer of a command that is one call, so that it is not kept twice.
public enum AnswerKeeping: String, Sendable {
  /// The gateway, as any call's.
  case gateway
  /// The command's own run.
  case run
  /// The command's own run, which has one to the same request and asks anew.
  case runAnew = "run_anew"
}

/// The hold of a command that was metered by its text before it started, and its place in the line. Its first call through
/// the gateway takes them over, in one commit: what the one gives back the other holds, and nobody can come between. Nor
/// does that call wait for a turn that its own command has.
public struct StandIn: Hashable, Sendable {
  /// The hold.
  public let hold: HoldID
  /// What it holds.
  public let charge: Charge
  /// What was decided about the command; its call is the same call.
  public let earlier: EarlierDecision
  /// Who keeps the answer.
  public let keeping: AnswerKeeping
  /// Its place; `nil` where nothing limits it.
  public var place: TurnPlace?

  /// Makes one.
  public init(hold: HoldID, charge: Charge, earlier: EarlierDecision, keeping: AnswerKeeping, place: TurnPlace?) {
    self.hold = hold
    self.charge = charge
    self.earlier = earlier
    self.keeping = keeping
    self.place = place
  }

  /// That of a call that was admitted by its text.
  public init(_ held: HeldCall, keeping: AnswerKeeping, place: TurnPlace?) {
    self.init(
      hold: held.hold, charge: held.plan.shape.charge, earlier: EarlierDecision(held.plan), keeping: keeping,
      place: place)
  }
}

extension Gateway {
  /// Lets the first metered call take the place of a hold.
  ///
  /// - Parameter keeping: who keeps the answer.
  public func standIn(for held: HeldCall, keeping: AnswerKeeping, place: TurnPlace?) {
    tally.skipNumbers(upTo: held.plan.request.number)
    runs.setStandIn(StandIn(held, keeping: keeping, place: place))
  }

  /// Whether a call has taken the place of the run's hold; if not, its text decides.
  public var hasReplacedStandIn: Bool { runs.wasReplaced }

  /// Whether a run inside was to be the call of the run's command: it may have given its hold back.
  public var isHandedOver: Bool { runs.isHandedOver() }

  /// Whether the run's command was answered by the gateway itself, and nothing of it went out.
  public var sentNothing: Bool { runs.sentNothing() }

  /// Whether the run's command has taken anything that was seen here.
  public var hasTaken: Bool { runs.hasTaken() }
}
