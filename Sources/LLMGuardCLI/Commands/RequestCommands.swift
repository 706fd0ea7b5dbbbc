import CommandSpec
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// The part of `llmguard queue` that concerns submitted calls.
enum RequestCommands {
  static let watch = Flag("--watch", summary: "say it again when it changes, until the call is over")
  static let all = Flag("--all", summary: "remove all that are over, however young")
  private static let id = OperandSpec("ID", summary: "which call", completion: .names(kind: "requests"))

  static let subcommands: [Command<CLIHandler>] = [
    Command(
      "status", summary: "Say where a submitted call stands",
      description: [
        "`waiting` for its turn, `running`, `finished` with an exit status, `cancelled`, or `lost` when its process was killed or "
          + "the machine was restarted; what a lost one held is settled as `abandoned_holds` says. It has two processes; where "
          + "the first alone is killed, the other is asked to end, and it is `running` until that has."
      ],
      options: [SharedOptions.json.spec, watch.spec], operands: [id],
      handler: CLIHandler(run: status)),
    Command(
      "result", summary: "Print what a submitted call wrote, and end as it ended",
      description: ["Its output goes to standard output, its errors to standard error."],
      operands: [id],
      exitStatuses: [
        Term("N", "the call's own exit status, 128 + the signal for one that was ended by a signal"),
        Term("75", "it is not over"),
        Term("69", "there is none of that id, or it was lost or cancelled before it ended"),
      ], handler: CLIHandler(run: result)),
    Command(
      "wait", summary: "Wait until submitted calls are over",
      options: [SharedOptions.json.spec],
      operands: [OperandSpec("ID", summary: "which calls", count: .any, completion: .names(kind: "requests"))],
      exitStatuses: [
        Term("0", "all ended with 0"), Term("N", "the first exit status that was not 0, in the order they were named"),
        Term("69", "there is none of that id, or it was lost or cancelled"),
      ], handler: CLIHandler(run: wait)),
    Command(
      "cancel", summary: "End a submitted call",
      description: ["It is sent SIGTERM, and what it held is given back or settled as for any call that was ended."],
      options: [SharedOptions.json.spec], operands: [id],
      handler: CLIHandler(run: cancel)),
    Command(
      "prune", summary: "Remove what is kept of calls that have been over for longer than `results_ttl`",
      options: [all.spec, BudgetCommands.dryRun.spec, SharedOptions.json.spec], handler: CLIHandler(run: prune)),
    Command(
      "work", summary: "Be the process of a submitted call",
      operands: [
        OperandSpec("ID", summary: "which call"), OperandSpec("RUN", summary: "its command line", count: .rest),
      ],
      isHidden: true, handler: CLIHandler(run: work)),
  ]

  private static func find(_ store: JobStore, _ id: String, _ context: Context) throws(Failure) -> Job {
    guard let job = store.job(id) else {
      throw Failure(
        "there is no submitted call '\(id)'",
        hint: "'llmguard queue list' shows them; results are kept for results_ttl",
        status: Failure.Status.unavailable)
    }
    guard job.state == .running || job.state == .lost else { return job }
    // Whatever is wrong with the ledger, where the call stands is known from its files.
    guard let settings = try? context.settings(), File.exists((try? context.ledgerPath()) ?? ""),
      let ledger = try? context.ledger(settings)
    else { return job }
    if job.state == .lost { _ = try? ledger.recover(nowUnixMs: context.nowUnixMs) }
    return standing(job, in: (try? ledger.tickets(nowUnixMs: context.nowUnixMs)) ?? [])
  }

  /// A job whose process is there waits where that, or its run, stands in the line.
  static func standing(_ job: Job, in line: [TicketRecord]) -> Job {
    guard job.state == .running, line.contains(where: { $0.startedAtUnixMs == nil }) else { return job }
    var job = job
    let own = [job.process] + ProcessInfo.children(of: job.process)
    if line.contains(where: { $0.startedAtUnixMs == nil && own.contains($0.ownerPID) }) { job.state = .waiting }
    return job
  }

  /// Where a job stands, in a line.
  static func text(_ job: Job) -> String {
    switch job.state {
    case .waiting: "waiting"
    case .running: "running"
    case .finished: "finished with \(job.exitStatus ?? 0)"
    case .cancelled: "cancelled"
    case .lost: "lost: \(job.reason ?? "")"
    }
  }

  /// The same with its id: words for people, and cells with exact values in a pipe.
  private static func line(_ job: Job, _ context: Context) -> String {
    if context.output.isTerminal { return "\(job.id)  \(TerminalText.safe(job.program))  \(text(job))\n" }
    var table = Table([
      Table.Column("Request", key: "request"), Table.Column("Program", key: "program"),
      Table.Column("State", key: "state"), Table.Column("Exit", key: "exit_status"),
      Table.Column("Reason", key: "reason"),
    ])
    table.add([
      Table.Cell(job.id), Table.Cell(job.program), Table.Cell(job.state.rawValue),
      Table.Cell(job.exitStatus.map(String.init) ?? ""), Table.Cell(job.reason ?? ""),
    ])
    return table.text(context.output)
  }

  static func status(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let store = try JobStore(context)
    var said: Job.State?
    var pauseMs: Int64 = 50
    while true {
      let job = try find(store, arguments.operands[0], context)
      if job.state != said {
        said = job.state
        if arguments[SharedOptions.json] {
          guard case .object(var object) = job.json else { return 0 }
          object["schema"] = 1
          try context.print(JSONWriter.pretty(.object(object)))
        } else {
          try context.print(line(job, context))
        }
      }
      if !arguments[watch] || job.state.isOver { return 0 }
      Clock.sleep(ms: pauseMs)
      pauseMs = min(1000, pauseMs * 3 / 2)
    }
  }

  static func result(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let job = try find(try JobStore(context), arguments.operands[0], context)
    guard job.state.isOver else {
      throw Failure(
        "the call \(job.id) is not over: it is \(text(job))", hint: "llmguard queue wait \(job.id)",
        status: Failure.Status.refused)
    }
    do throws(PosixError) {
      for (path, target) in [(job.outputPath, FileDescriptor.output), (job.errorPath, .error)] {
        guard File.exists(path) else { continue }
        try copy(path, to: target)
      }
    } catch { throw Failure("cannot print the result: \(error)", status: Failure.Status.inputOutput) }
    if job.state == .finished { return job.exitStatus ?? 0 }
    throw Failure(
      "the call \(job.id) is \(text(job))", hint: "what it wrote until then was printed; submit it again",
      status: Failure.Status.unavailable)
  }

  private static func copy(_ path: String, to target: FileDescriptor) throws(PosixError) {
    let file = try FileDescriptor.open(path, .read, followLinks: false)
    defer { file.close() }
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { chunk.deallocate() }
    while let count = try file.read(into: chunk), count > 0 {
      let bytes = Array(chunk[..<count])
      if target == .output { try StandardStreams.print(bytes) } else { try target.writeAll(bytes) }
    }
  }

  static func wait(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    if arguments.operands.isEmpty {
      throw Failure("wait needs the id of a call", hint: "llmguard queue wait ID…", status: Failure.Status.usage)
    }
    let store = try JobStore(context)
    var status: Int32 = 0
    var ended: [JSONValue] = []
    for id in arguments.operands {
      var pauseMs: Int64 = 20
      var job = try find(store, id, context)
      while !job.state.isOver {
        Clock.sleep(ms: pauseMs)
        pauseMs = min(1000, pauseMs * 3 / 2)
        guard let next = store.job(id) else { break }
        job = next
      }
      ended.append(job.json)
      if job.state != .finished {
        context.say(.warning, "the call \(job.id) is \(text(job))")
        if status == 0 { status = Failure.Status.unavailable }
      } else if status == 0 {
        status = job.exitStatus ?? 0
      }
    }
    if arguments[SharedOptions.json] {
      try context.print(JSONWriter.pretty(["schema": 1, "requests": .array(ended)]))
    }
    return status
  }

  static func cancel(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let store = try JobStore(context)
    let job = try find(store, arguments.operands[0], context)
    if job.state.isOver {
      throw Failure(
        "the call \(job.id) is over already: \(text(job))", hint: "llmguard queue result \(job.id)",
        status: Failure.Status.unavailable)
    }
    do throws(PosixError) { _ = try store.cancel(job) } catch { throw Failure(error, hint: "is it still yours?") }
    for _ in 0..<100 {
      let now = store.job(job.id)
      if now?.state.isOver ?? true {
        try tell(now ?? job, context, arguments)
        return 0
      }
      Clock.sleep(ms: 50)
    }
    context.say(
      .warning, "the call \(job.id) was asked to end and has not yet",
      hint: "its command takes its time, or does not heed SIGTERM; 'llmguard queue status \(job.id)' says when it has")
    try tell(store.job(job.id) ?? job, context, arguments)
    return 0
  }

  /// Where a call stands that was told to end.
  private static func tell(_ job: Job, _ context: Context, _ arguments: ParsedArguments) throws(Failure) {
    var text = line(job, context)
    if arguments[SharedOptions.json], case .object(var object) = job.json {
      object["schema"] = 1
      text = JSONWriter.pretty(.object(object))
    }
    try context.confirm(text, that: "the call \(job.id) was told to end", shownBy: "queue status \(job.id)")
  }

  static func prune(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let store = try JobStore(context)
    let ageMs = arguments[all] ? 0 : try context.settings().resultsTTLMs
    let now = context.nowUnixMs
    let old = store.all().filter { $0.state.isOver && $0.isOlder(thanMs: ageMs, nowUnixMs: now) }
    let isRehearsal = arguments[BudgetCommands.dryRun]
    if !isRehearsal {
      do throws(PosixError) { for job in old { try store.remove(job) } } catch {
        throw Failure("cannot remove a result: \(error)", status: Failure.Status.inputOutput)
      }
    }
    if arguments[SharedOptions.json] {
      let ids: [JSONValue] = old.map { .string($0.id) }
      let text = JSONWriter.pretty(["schema": 1, "dry_run": .bool(isRehearsal), "removed": .array(ids)])
      if isRehearsal { try context.print(text) } else { try context.confirm(text, that: "it is removed") }
    } else if old.isEmpty {
      let age =
        arguments[all]
        ? "no call is over" : "no call has been over for longer than \(HumanNumber.duration(milliseconds: ageMs))"
      context.say(.note, "there is nothing to remove: \(age)")
    } else {
      context.say(
        .note,
        "\(isRehearsal ? "would remove what is" : "removed what was") kept of \(HumanNumber.counted(Int64(old.count), "call"))"
      )
    }
    return 0
  }

  /// The process of a submitted call: runs it, and writes how it ended.
  static func work(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let id = arguments.operands[0]
    let store = try JobStore(context)
    guard JobStore.isID(id), let program = ProcessInfo.executablePath else {
      throw Failure("this is not a submitted call", status: Failure.Status.usage)
    }
    do throws(PosixError) {
      guard let lock = try store.live(id) else {
        throw PosixError("flock", path: id)
      }
      var command = ChildCommand(arguments: [program] + arguments.operands.dropFirst())
      command.environment[JobStore.variable] = id
      let status = File.exists(store.cancelPath(id)) ? ChildStatus.signaled(15) : command.run()
      try store.end(id, status: status.shellStatus, nowUnixMs: Clock.unixMs)
      withExtendedLifetime(lock) {}
      return 0
    } catch {
      throw Failure("cannot run the submitted call: \(error)", status: Failure.Status.failed)
    }
  }
}
