import GuardModel
import Ledger
import Terminal

/// The line and the submitted calls as tables.
enum QueueTable {
  private typealias Row = [String: Table.Cell]

  /// All columns, in the order of a pipe's.
  private static let columns = [
    Table.Column("Ticket", key: "ticket", isNumber: true), Table.Column("User", key: "user", canShrink: true),
    Table.Column("Operation", key: "operation", canShrink: true),
    Table.Column("Program", key: "program", canShrink: true), Table.Column("Priority", key: "priority"),
    Table.Column("Tokens", key: "tokens", isNumber: true), Table.Column("State", key: "state"),
    Table.Column("For", key: "for_ms", isNumber: true), Table.Column("Request", key: "request"),
    Table.Column("Exit", key: "exit_status", isNumber: true),
    Table.Column("Submitted", key: "submitted_ms_ago", isNumber: true),
  ]
  private static let ofTheLine = [
    "ticket", "user", "operation", "program", "priority", "tokens", "state", "for_ms",
  ]
  private static let ofRequests = ["request", "program", "state", "exit_status", "submitted_ms_ago"]

  /// Two tables for people, each with what its rows have; one for programs, which read every row alike.
  static func tables(
    _ tickets: [TicketRecord], _ requests: [Job], nowUnixMs: Int64, isForPeople: Bool
  ) -> [Table] {
    let (line, submitted) = (tickets.map { row($0, nowUnixMs) }, requests.map { row($0, nowUnixMs) })
    if !isForPeople { return [table(columns.map(\.key), line + submitted)] }
    return [(ofTheLine, line), (ofRequests, submitted)].filter { !$0.1.isEmpty }.map { table($0.0, $0.1) }
  }

  private static func table(_ keys: [String], _ rows: [Row]) -> Table {
    var table = Table(keys.compactMap { key in columns.first { $0.key == key } })
    for row in rows { table.add(keys.map { row[$0] ?? Table.Cell("") }) }
    return table
  }

  private static func row(_ ticket: TicketRecord, _ nowUnixMs: Int64) -> Row {
    let since = max(0, nowUnixMs - (ticket.startedAtUnixMs ?? ticket.arrivedAtUnixMs))
    let (asked, isRunning) = (ticket.request, ticket.startedAtUnixMs != nil)
    return [
      "ticket": Table.Cell(ticket.id.description), "user": Table.Cell(asked.user),
      "operation": Table.Cell(asked.operation), "program": Table.Cell(asked.program),
      "priority": Table.Cell(asked.priority.rawValue),
      "tokens": Table.Cell(HumanNumber.count(asked.tokens), exact: String(asked.tokens)),
      "state": Table.Cell(isRunning ? "under way" : "waiting", exact: isRunning ? "running" : "waiting"),
      "for_ms": Table.Cell(HumanNumber.duration(milliseconds: since), exact: String(since)),
    ]
  }

  private static func row(_ job: Job, _ nowUnixMs: Int64) -> Row {
    let ago = max(0, nowUnixMs - job.submittedAtUnixMs)
    return [
      "request": Table.Cell(job.id), "program": Table.Cell(job.program), "state": Table.Cell(job.state.rawValue),
      "exit_status": Table.Cell(job.exitStatus.map(String.init) ?? ""),
      "submitted_ms_ago": Table.Cell(HumanNumber.duration(milliseconds: ago) + " ago", exact: String(ago)),
    ]
  }
}
