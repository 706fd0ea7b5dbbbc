import GuardModel
import Ledger
import SQLite

/// What providers say is left of their own limits.
///
/// A figure stands as it was said, with the instant at which the call was sent whose reply said it: the provider made it later than
/// that, and had counted that call. What calls take that it may not have counted is taken off whenever somebody looks, so that a
/// call that has ended takes nothing any more.
extension SQLiteLedger {
  /// Remembers what a provider has left.
  public func remember(_ said: SaidRests, lane: String, nowUnixMs: Int64) throws(LedgerError) {
    try write(nowUnixMs: nowUnixMs) { writer throws(WriteFailure) in
      try writer.run(
        "DELETE FROM lane_rest WHERE until_ms <= ? OR set_ms > ?",
        [.integer(nowUnixMs), .integer(nowUnixMs + Self.clockPlayMs)])
      for rest in said.rests where rest.untilUnixMs > nowUnixMs {
        try self.remember(rest, isNew: true, said, lane, nowUnixMs, writer)
      }
      for rest in said.corrections { try self.remember(rest, isNew: false, said, lane, nowUnixMs, writer) }
      for ticket in said.tickets {
        try writer.run("UPDATE ticket SET counted = 1 WHERE id = ?", [.integer(ticket.number)])
      }
    }
  }

  /// - Parameter isNew: whether it is remembered where nothing is; else it only corrects what is.
  private func remember(
    _ rest: LaneRest, isNew: Bool, _ said: SaidRests, _ lane: String, _ now: Int64, _ writer: Writer
  ) throws(WriteFailure) {
    let known = try writer.row(
      "SELECT left, until_ms, set_ms, sent_ms FROM lane_rest WHERE lane = ? AND unit = ?",
      [.text(lane), .text(rest.unit.rawValue)])
    var (sent, until) = (min(said.sentAtUnixMs, now), rest.untilUnixMs)
    if let known {
      // Its call was sent when the one that is known had come, or clearly after that one's call: it is the newer one. Of two that
      // were made at about the same time the smaller counts: it has counted more.
      let isNewer = sent >= known.integer(2) || sent - known.integer(3) >= Self.underWayMs
      if !isNewer {
        if rest.left > known.integer(0) { return }
        sent = min(sent, known.integer(3))
      }
      if !isNew { until = known.integer(1) }
    } else if !isNew {
      return
    }
    try writer.run(
      "INSERT OR REPLACE INTO lane_rest (lane, unit, left, until_ms, set_ms, sent_ms) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .text(lane), .text(rest.unit.rawValue), .integer(rest.left), .integer(until), .integer(now), .integer(sent),
      ])
  }

  /// Takes off what calls under way take that the provider may not have counted.
  func takeFromRests(_ line: inout Line) {
    if line.restsSentAtUnixMs.isEmpty { return }
    for ticket in line.tickets where !line.counted.contains(ticket.id) {
      guard let started = ticket.startedAtUnixMs else { continue }
      for lane in ticket.request.lanes {
        guard let sent = line.restsSentAtUnixMs[lane.name] else { continue }
        for (index, sent) in sent.enumerated() where started > sent - Self.underWayMs {
          line.lanes[lane.name]?.rests[index].take(ticket.request.tokens)
        }
      }
    }
  }

  /// What providers hold back now.
  public func heldLanes(nowUnixMs: Int64) throws(LedgerError) -> [HeldLane] {
    try living(nowUnixMs).lanes.sorted { $0.key < $1.key }.compactMap { name, use in
      let pause = use.pausedUntilUnixMs > nowUnixMs ? use.pausedUntilUnixMs : nil
      if pause == nil, use.rests.isEmpty { return nil }
      return HeldLane(lane: name, pausedUntilUnixMs: pause, rests: use.rests)
    }
  }

  /// How long a call may be on its way to its provider while a later one has come there.
  private static let underWayMs: Int64 = 1000
}

extension SQLiteLedger.Line {
  /// What of its provider's keeps a call from starting, or one before it in a lane of its own, which nobody overtakes.
  ///
  /// - Parameters:
  ///   - waiting: those that wait before it.
  ///   - starting: those that may start now.
  func hold(
    _ call: TicketRequest, behind waiting: ArraySlice<WaitingCall>, after starting: [WaitingCall], _ nowUnixMs: Int64
  ) -> ProviderHold? {
    var longest: ProviderHold?
    for lane in call.lanes {
      guard var use = lanes[lane.name], !use.rests.isEmpty || use.pausedUntilUnixMs > nowUnixMs else { continue }
      func takes(_ other: WaitingCall) -> Bool { other.lanes.contains { $0.name == lane.name } }
      for other in starting where takes(other) { use.take(other.tokens) }
      for tokens in [call.tokens] + waiting.filter(takes).map(\.tokens) {
        longest = .longer(longest, use.hold(for: tokens, nowUnixMs: nowUnixMs))
      }
    }
    return longest
  }
}
