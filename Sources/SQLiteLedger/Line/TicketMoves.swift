import GuardModel
import Ledger
import SQLite

/// Tickets whose rules change while they wait.
extension SQLiteLedger {
  /// Has a ticket that waits wait in other lanes from its place on.
  public func move(_ ticket: TicketID, to lanes: [Lane]) throws(LedgerError) {
    try write(nowUnixMs: 0) { writer throws(WriteFailure) in
      try writer.run(
        "UPDATE ticket SET lanes = ? WHERE id = ? AND started_ms IS NULL",
        [.text(LaneText.write(lanes)), .integer(ticket.number)])
    }
  }
}
