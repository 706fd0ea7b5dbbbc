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
      "For people `list` prints a table of the line and one of the calls that were submitted; in a pipe both are rows of one "
        + "table: ticket, user, operation, program, priority, tokens, state, for how many milliseconds, id of the submitted "
        + "call, its exit status, and how many milliseconds ago it was submitted. What a row does not have is empty.",
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
    let requests = try JobStore(context).all().map { RequestCommands.standing($0, in: tickets) }
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1, "tickets": .array(tickets.map(json)), "requests": .array(requests.map(\.json)),
          "held_back": .array(held.map(json)),
        ]))
      return 0
    }
    for lane in held { context.say(.note, words(lane, now)) }
    if tickets.isEmpty, requests.isEmpty {
      context.say(.note, "nothing waits, and nothing that could wait is under way")
      return 0
    }
    for table in QueueTable.tables(tickets, requests, nowUnixMs: now, isForPeople: context.output.isTerminal) {
      try context.print(table.text(context.output))
    }
    return 0
  }

  /// `model gpt-4o: the provider lets nothing start for 12 s; it has 3 calls left for 40 s`
  private static func words(_ held: HeldLane, _ now: Int64) -> String {
    func left(_ untilUnixMs: Int64) -> String { HumanNumber.duration(milliseconds: max(0, untilUnixMs - now)) }
    var parts: [String] = []
    if let until = held.pausedUntilUnixMs { parts.append("the provider lets nothing start for \(left(until))") }
    for rest in held.rests {
      let taken = rest.taken == 0 ? "" : ", \(HumanNumber.count(rest.taken)) of them for calls under way"
      parts.append(
        "it has \(HumanNumber.counted(rest.left, String(rest.unit.rawValue.dropLast()))) left for "
          + "\(left(rest.untilUnixMs))\(taken)")
    }
    return "\(held.lane): \(parts.joined(separator: "; "))"
  }

  private static func json(_ held: HeldLane) -> JSONValue {
    [
      "lane": .string(held.lane), "paused_until_unix_ms": .int(held.pausedUntilUnixMs),
      "left": .array(
        held.rests.map {
          [
            "unit": .string($0.unit.rawValue), "left": .int($0.left), "taken": .int($0.taken),
            "until_unix_ms": .int($0.untilUnixMs),
          ]
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
