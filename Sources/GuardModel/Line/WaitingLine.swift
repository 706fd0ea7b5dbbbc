/// A call that waits for its turn.
public struct WaitingCall: Hashable, Sendable {
  /// Its ticket's number; a later ticket has a larger one.
  public var ticket: Int64
  /// Whose it is.
  public var user: String
  /// How urgent it is.
  public var priority: Priority
  /// When it came.
  public var arrivedAtUnixMs: Int64
  /// The lanes it takes; it starts when there is room in all of them.
  public var lanes: [Lane]
  /// Its estimated tokens.
  public var tokens: Int64

  /// Makes a waiting call.
  public init(
    ticket: Int64, user: String, priority: Priority, arrivedAtUnixMs: Int64, lanes: [Lane], tokens: Int64
  ) {
    self.ticket = ticket
    self.user = user
    self.priority = priority
    self.arrivedAtUnixMs = arrivedAtUnixMs
    self.lanes = lanes
    self.tokens = tokens
  }
}

/// Whose turn it is. Pure: the same calls and lanes give the same order, in the ledger and in a simulation.
///
/// Calls stand in the order of a score: the time they came, less their priority's head start, plus a handicap for every
/// call of the same user that is under way, stands before them, or had its turn since the first of those who wait came. So a
/// user's own calls keep their order within a priority; a burst of one user does not bar the others, not even where one call
/// at a time is under way and between two of them none is; and everybody's turn comes: a score never grows with time, and
/// calls that come later start with a later time. Where nobody waits, nothing is remembered.
public enum WaitingLine {
  /// What each call of the same user before it puts a call back.
  public static let handicapMs: Int64 = 5000

  /// When the first of those who wait came: turns since then count. `nil` where nobody waits.
  public static func memoryBeginsAtUnixMs(_ calls: some Sequence<WaitingCall>) -> Int64? {
    calls.lazy.map(\.arrivedAtUnixMs).min()
  }

  /// The waiting calls in the order of their turns.
  ///
  /// - Parameter begun: calls by user that are under way, or began since the first of those who wait came and have ended.
  public static func order(_ calls: [WaitingCall], begun: [String: Int64]) -> [WaitingCall] {
    func rank(_ call: WaitingCall) -> (Int64, Int64) {
      (call.arrivedAtUnixMs - call.priority.headStartMs, call.ticket)
    }
    var before = begun
    return calls.sorted { rank($0) < rank($1) }
      .map { call -> (score: Int64, call: WaitingCall) in
        let place = before[call.user, default: 0]
        before[call.user] = place + 1
        return (rank(call).0 + place * handicapMs, call)
      }
      .sorted { ($0.score, $0.call.ticket) < ($1.score, $1.call.ticket) }
      .map(\.call)
  }

  /// The calls that may start now, and the others in the order of their turns.
  ///
  /// A call without room in a lane closes that lane to those behind it: nobody overtakes a large call until it never
  /// starts. It does not close the lanes that it has room in.
  ///
  /// - Parameter begun: as for the order.
  public static func turns(
    _ calls: [WaitingCall], lanes: [String: LaneUse], begun: [String: Int64], nowUnixMs: Int64
  ) -> (start: [WaitingCall], wait: [WaitingCall]) {
    var lanes = lanes
    var closed: Set<String> = []
    var start: [WaitingCall] = []
    var wait: [WaitingCall] = []
    for call in order(calls, begun: begun) {
      let full = call.lanes.filter { lane in
        closed.contains(lane.name)
          || !(lanes[lane.name] ?? LaneUse()).hasRoom(for: call.tokens, under: lane.limits, nowUnixMs: nowUnixMs)
      }
      if full.isEmpty {
        for lane in call.lanes { lanes[lane.name, default: LaneUse()].start(call.tokens, atUnixMs: nowUnixMs) }
        start.append(call)
      } else {
        closed.formUnion(full.map(\.name))
        wait.append(call)
      }
    }
    return (start, wait)
  }
}
