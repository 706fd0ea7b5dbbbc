import CommandSpec
import GuardModel
import Ledger
import Terminal
import TextFormats

/// `llmguard queue`: who waits.
enum QueueCommands {
  static let command = Command<CLIHandler>(
    "queue", summary: "Show the line in which calls wait",
    description: [
      "Where a tier or a model has limits (`concurrency`, `calls_per_minute`, `tokens_per_minute` in the configuration), "
        + "calls beyond them wait for their turn instead of failing. The order is that of arrival; `--priority high` is half "
        + "a minute's head start, `low` half a minute's handicap, and each call of the same user before it, and each that had "
        + "its turn since the first of those who wait came, puts a call back by five seconds, so that one user's burst does not bar the others.",
      "What a provider says of its own limits (`Retry-After`, and the fields that tell what is left) holds for the calls of "
        + "every process, and `list` shows it.",
    ],
    subcommands: [
      Command(
        "list", summary: "List the calls under way and those that wait, in the order of their turns",
        options: [SharedOptions.json.spec],
        examples: [Example("llmguard queue list", "See who is before you.")], handler: CLIHandler(run: list))
    ] + RequestCommands.subcommands)

  static func list(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let ledger = try context.readingLedger(try context.settings())
    let now = context.nowUnixMs
    let tickets = try Failure.ledger { () throws(LedgerError) in try ledger.tickets(nowUnixMs: now) }
    let held = try Failure.ledger { () throws(LedgerError) in try ledger.heldLanes(nowUnixMs: now) }
    if arguments[SharedOptions.json] {
      let requests = try JobStore(context).all()
      try context.print(
        JSONWriter.pretty([
          "schema": 1, "tickets": .array(tickets.map(json)), "requests": .array(requests.map(\.json)),
          "held_back": .array(held.map(json)),
        ]))
      return 0
    }
    let requests = try JobStore(context).all()
    for lane in held { context.say(.note, words(lane, now)) }
    if tickets.isEmpty, requests.isEmpty {
      context.say(.note, "nothing waits, and nothing that could wait is under way")
      return 0
    }
    var table = Table([
      Table.Column("Ticket", key: "ticket", isNumber: true), Table.Column("User", key: "user", canShrink: true),
      Table.Column("Operation", key: "operation", canShrink: true),
      Table.Column("Program", key: "program", canShrink: true), Table.Column("Priority", key: "priority"),
      Table.Column("Tokens", key: "tokens", isNumber: true), Table.Column("State", key: "state"),
      Table.Column("For", key: "for_ms", isNumber: true),
    ])
    for ticket in tickets {
      let since = now - (ticket.startedAtUnixMs ?? ticket.arrivedAtUnixMs)
      let isRunning = ticket.startedAtUnixMs != nil
      table.add([
        Table.Cell(ticket.id.description), Table.Cell(ticket.request.user), Table.Cell(ticket.request.operation),
        Table.Cell(ticket.request.program), Table.Cell(ticket.request.priority.rawValue),
        Table.Cell(HumanNumber.count(ticket.request.tokens), exact: String(ticket.request.tokens)),
        Table.Cell(isRunning ? "under way" : "waiting", exact: isRunning ? "running" : "waiting"),
        Table.Cell(HumanNumber.duration(milliseconds: max(0, since)), exact: String(max(0, since))),
      ])
    }
    if !tickets.isEmpty {
      try context.print(table.text(context.output))
    }
    if !requests.isEmpty { try list(requests, context) }
    return 0
  }

  private static func list(_ requests: [Job], _ context: Context) throws(Failure) {
    var table = Table([
      Table.Column("Request", key: "request"), Table.Column("Program", key: "program", canShrink: true),
      Table.Column("State", key: "state"), Table.Column("Exit", key: "exit_status", isNumber: true),
      Table.Column("Submitted", key: "submitted_ms_ago", isNumber: true),
    ])
    for job in requests {
      let ago = max(0, context.nowUnixMs - job.submittedAtUnixMs)
      table.add([
        Table.Cell(job.id), Table.Cell(job.program), Table.Cell(job.state.rawValue),
        Table.Cell(job.exitStatus.map(String.init) ?? ""),
        Table.Cell(HumanNumber.duration(milliseconds: ago) + " ago", exact: String(ago)),
      ])
    }
    try context.print(table.text(context.output))
  }

  /// `model gpt-4o: the provider lets nothing start for 12 s; it has 3 calls left for 40 s`
  private static func words(_ held: HeldLane, _ now: Int64) -> String {
    func left(_ untilUnixMs: Int64) -> String { HumanNumber.duration(milliseconds: max(0, untilUnixMs - now)) }
    var parts: [String] = []
    if let until = held.pausedUntilUnixMs { parts.append("the provider lets nothing start for \(left(until))") }
    for rest in held.rests {
      parts.append("it has \(HumanNumber.count(rest.left)) \(rest.unit.rawValue) left for \(left(rest.untilUnixMs))")
    }
    return "\(held.lane): \(parts.joined(separator: "; "))"
  }

  private static func json(_ held: HeldLane) -> JSONValue {
    [
      "lane": .string(held.lane), "paused_until_unix_ms": .int(held.pausedUntilUnixMs),
      "left": .array(
        held.rests.map {
          ["unit": .string($0.unit.rawValue), "left": .int($0.left), "until_unix_ms": .int($0.untilUnixMs)]
        }),
    ]
  }

  private static func json(_ ticket: TicketRecord) -> JSONValue {
    [
      "ticket": .int(ticket.id.number), "user": .string(ticket.request.user),
      "operation": .string(ticket.request.operation), "program": .string(ticket.request.program),
      "priority": .string(ticket.request.priority.rawValue), "tokens": .int(ticket.request.tokens),
      "lanes": .array(ticket.request.lanes.map { .string($0.name) }),
      "state": .string(ticket.startedAtUnixMs == nil ? "waiting" : "running"),
      "arrived_at_unix_ms": .int(ticket.arrivedAtUnixMs), "started_at_unix_ms": .int(ticket.startedAtUnixMs),
      "pid": .int(Int64(ticket.ownerPID)),
    ]
  }
}
