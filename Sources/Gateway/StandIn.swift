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

/// The hold of a command that was metered by its text before it started, and its place in the line. Its first call through
/// the gateway takes them over, in one commit: what the one gives back the other holds, and nobody can come between. Nor
/// does that call wait for a turn that its own command has.
public struct StandIn: Hashable, Sendable {
  /// The hold.
  public let hold: HoldID
  /// What it holds.
  public let charge: Charge
  /// Whether the command was told to use something cheaper; that is not done a second time.
  public let isDegraded: Bool
  /// Its place; `nil` where nothing limits it.
  public var place: TurnPlace?

  /// Makes one.
  public init(hold: HoldID, charge: Charge, isDegraded: Bool, place: TurnPlace?) {
    self.hold = hold
    self.charge = charge
    self.isDegraded = isDegraded
    self.place = place
  }

  /// That of a call that was admitted by its text.
  public init(_ held: HeldCall, place: TurnPlace?) {
    self.init(
      hold: held.hold, charge: held.plan.shape.charge, isDegraded: held.plan.degradation != nil, place: place)
  }
}

extension Gateway {
  /// Lets the first metered call take the place of a hold.
  public func standIn(for held: HeldCall, place: TurnPlace?) {
    tally.skipNumbers(upTo: held.plan.request.number)
    runs.setStandIn(StandIn(held, place: place))
  }

  /// Numbers calls from after this one on: those up to it are taken.
  public func skipNumbers(upTo number: Int64) { tally.skipNumbers(upTo: number) }

  /// The hold that no call has replaced, so that its text decides; nothing replaces it afterwards.
  public func takeStandIn() -> StandIn? { runs.takeStandIn()?.standIn }
}
