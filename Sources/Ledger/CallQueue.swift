import GuardModel

/// The number of a ticket: unique in its ledger, never used again.
public struct TicketID: Hashable, Sendable, CustomStringConvertible {
  /// The number, ≥ 1.
  public let number: Int64
  /// Wraps a number.
  public init(_ number: Int64) { self.number = number }
  /// The number in decimal.
  public var description: String { String(number) }
}

/// A call on its way into the waiting line.
public struct TicketRequest: Hashable, Sendable {
  /// Whose it is.
  public var user: String
  /// What it is for.
  public var operation: String
  /// The program of its run.
  public var program: String
  /// How urgent it is.
  public var priority: Priority
  /// The lanes it takes.
  public var lanes: [Lane]
  /// Its estimated tokens.
  public var tokens: Int64

  /// Makes a request.
  public init(user: String, operation: String, program: String, priority: Priority, lanes: [Lane], tokens: Int64) {
    self.user = user
    self.operation = operation
    self.program = program
    self.priority = priority
    self.lanes = lanes
    self.tokens = tokens
  }
}

/// Where a ticket stands.
public enum Standing: Hashable, Sendable {
  /// Its call may go out, and counts as under way until it leaves.
  case started
  /// It waits: how many tickets have their turn before it in the lanes it needs, and how long that may take, where recent
  /// starts tell; and what of its provider's keeps it, or one of those, from starting.
  case waiting(ahead: Int64, estimateMs: Int64?, hold: ProviderHold? = nil)
}

/// A ticket, for people.
public struct TicketRecord: Hashable, Sendable {
  /// Its number.
  public var id: TicketID
  /// What it asked for.
  public var request: TicketRequest
  /// When it came.
  public var arrivedAtUnixMs: Int64
  /// When its call went out; `nil` while it waits.
  public var startedAtUnixMs: Int64?
  /// The waiting process, for display.
  public var ownerPID: Int32

  /// Makes a record.
  public init(
    id: TicketID, request: TicketRequest, arrivedAtUnixMs: Int64, startedAtUnixMs: Int64?, ownerPID: Int32
  ) {
    self.id = id
    self.request = request
    self.arrivedAtUnixMs = arrivedAtUnixMs
    self.startedAtUnixMs = startedAtUnixMs
    self.ownerPID = ownerPID
  }
}

/// What a provider's reply says is left of its own limits.
public struct SaidRests: Hashable, Sendable {
  /// What is worth remembering.
  public var rests: [LaneRest]
  /// What only corrects that of which something is remembered: there is enough of it.
  public var corrections: [LaneRest]
  /// When the call was sent whose reply it is.
  public var sentAtUnixMs: Int64
  /// That call's places in the line.
  public var tickets: [TicketID]

  /// Makes one.
  public init(_ rests: [LaneRest], corrections: [LaneRest] = [], sentAtUnixMs: Int64, tickets: [TicketID] = []) {
    self.rests = rests
    self.corrections = corrections
    self.sentAtUnixMs = sentAtUnixMs
    self.tickets = tickets
  }
}

/// What a provider holds back in a lane.
public struct HeldLane: Hashable, Sendable {
  /// The lane.
  public var lane: String
  /// Until when nothing starts in it; `nil` when calls start.
  public var pausedUntilUnixMs: Int64?
  /// What the provider has left of its own limits.
  public var rests: [LaneRest]

  /// Makes one.
  public init(lane: String, pausedUntilUnixMs: Int64? = nil, rests: [LaneRest] = []) {
    self.lane = lane
    self.pausedUntilUnixMs = pausedUntilUnixMs
    self.rests = rests
  }
}

/// The line in which calls wait for room, across processes.
///
/// Whose turn it is, `WaitingLine` decides. A ticket whose owner died leaves by itself: whoever looks next takes it away.
public protocol CallQueue: AnyObject {
  /// Takes a ticket.
  func enter(_ request: TicketRequest, nowUnixMs: Int64) throws(LedgerError) -> TicketID

  /// Where a ticket stands; one whose turn it is starts.
  ///
  /// - Throws: `.unknownTicket` when it has left.
  func standing(of ticket: TicketID, nowUnixMs: Int64) throws(LedgerError) -> Standing

  /// Has a ticket that waits wait in other lanes, or by other limits, from its place on; one that has started stays as it is.
  func move(_ ticket: TicketID, to lanes: [Lane]) throws(LedgerError)

  /// Leaves, from the line or at the end of the call. Leaving again changes nothing.
  func leave(_ ticket: TicketID) throws(LedgerError)

  /// Everybody in the line: those under way first, then in the order of their turns.
  func tickets(nowUnixMs: Int64) throws(LedgerError) -> [TicketRecord]

  /// The lanes in which a provider holds calls back now: nothing starts in them, or only as much as the provider has left.
  func pausedLanes(nowUnixMs: Int64) throws(LedgerError) -> Set<String>

  /// What providers hold back now, by lane.
  func heldLanes(nowUnixMs: Int64) throws(LedgerError) -> [HeldLane]

  /// The limits that keep a call from starting now; where those before it do, all limits of its lanes.
  func limits(on lanes: [Lane], tokens: Int64, nowUnixMs: Int64) throws(LedgerError) -> [LaneLimit]

  /// Lets nothing start in a lane until an instant: a provider asked for it, and everybody keeps to it. An earlier
  /// instant than the one that stands changes nothing.
  func pause(lane: String, untilUnixMs: Int64, nowUnixMs: Int64) throws(LedgerError)

  /// Remembers what a provider says is left of its own limits in a lane. Calls under way take it from there, so that many
  /// who come together do not all take the last of it, until a reply tells that the provider has counted them, or they end. The
  /// newest counts; of two that were said at about the same time the smaller.
  func remember(_ said: SaidRests, lane: String, nowUnixMs: Int64) throws(LedgerError)
}
