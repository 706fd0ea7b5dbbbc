import CommandSpec
import Configuration
import Posix
import Terminal
import TextFormats

/// `llmguard submit`, and `run --detach`: a call that goes on without its terminal.
enum SubmitCommand {
  static let command = Command<CLIHandler>(
    "submit", summary: "Submit a call, print its id and leave: run --detach",
    description: [
      "The call goes on in a session of its own, without a terminal, as `run` would make it: it waits its turn, is held, sent "
        + "and settled. Its id is that of its run. `llmguard queue status`, `result`, `wait` and `cancel` take it; what it "
        + "wrote is kept in files of your own beside the ledger until `results_ttl` has passed.",
      "Standard input that is a pipe or a file is read to its end and kept with the call; in a loop that reads a list, give "
        + "it `</dev/null`.",
      "What is submitted in a guarded script goes on when that is over, unless the run around it shares something with it, such as "
        + "its caps: see `llmguard run`.",
    ],
    options: RunCommand.command.options.filter {
      ![RunCommand.detach.spec.name, RunCommand.dryRun.spec.name, RunCommand.json.spec.name].contains($0.name)
    } + [SharedOptions.json.spec],
    operands: RunCommand.command.operands,
    examples: [
      Example("id=$(llmguard submit -- llm -m gpt-4o 'a long story')", "Submit a call and go on."),
      Example("llmguard queue wait $id && llmguard queue result $id", "Get its answer later."),
    ],
    exitStatuses: [
      Term("0", "submitted"), Term("74", "submitted, but its id could not be printed; standard error says it"),
      Term("125", "llmguard itself failed; nothing was submitted"),
    ],
    handler: CLIHandler { context, arguments throws(Failure) in
      do throws(Failure) { return try Submission(context, arguments, word: "submit").submit() } catch {
        throw Failure(error.message, hint: error.hint, details: error.details, status: Failure.Status.failed)
      }
    })
}

/// A call on its way out of its terminal.
struct Submission {
  private let context: Context
  private let arguments: ParsedArguments
  private let word: String

  init(_ context: Context, _ arguments: ParsedArguments, word: String) {
    (self.context, self.arguments, self.word) = (context, arguments, word)
  }

  /// The largest standard input that is kept.
  private static let maximumInput = 64 << 20

  func submit() throws(Failure) -> Int32 {
    if try OuterRun.isRehearsed() { throw RehearsedRun.submission }
    // What is wrong with the rules is said here, where somebody reads it.
    let settings = try context.settings()
    if arguments[RunCommand.receipt]?.hasPrefix("fd:") == true {
      throw Failure(
        "--receipt fd:N cannot be written by a call that is detached", hint: "give --receipt a path",
        status: Failure.Status.usage)
    }
    try arguments.checkTargets()
    try checkProgram()
    if word != "submit", arguments[RunCommand.dryRun] {
      throw Failure(
        "a rehearsal is not submitted", hint: "take out --dry-run, or run it here", status: Failure.Status.usage)
    }
    guard let program = ProcessInfo.executablePath else {
      throw Failure(
        "cannot find the llmguard program itself", hint: "is /proc mounted?", status: Failure.Status.unavailable)
    }
    let store = try JobStore(context)
    let departure = Departure(arguments, settings)
    let id: String
    do throws(PosixError) {
      let now = context.nowUnixMs
      for job in store.all() where job.state.isOver && job.isOlder(thanMs: settings.resultsTTLMs, nowUnixMs: now) {
        try? store.remove(job)
      }
      id = try store.make(
        program: CommandName(arguments.operands).text, input: try input(), nowUnixMs: now)
      // Before it can begin: a run that is over by then must not be left behind with its caps.
      if departure == nil, let run = Departure.stay(arguments) { try store.note(id, isInside: run) }
      let streams = store.streams(id)
      _ = try Detached.start(
        [program, "queue", "work", id, "--"] + runLine(departure), environment: departure?.environment ?? [:],
        input: streams.input, output: streams.output,
        error: streams.error)
    } catch {
      throw Failure(
        "cannot submit: \(error)",
        hint: error.isOfPath
          ? "make the ledger's folder ('llmguard ledger path') writable for you, or point LLMGUARD_LEDGER at another path"
          : error.isFull
            ? "make room there, beside the ledger; nothing was submitted"
            : error.isOfOpenFiles ? OpenFiles.remedy : "is all well beside the ledger ('llmguard doctor')?",
        status: Failure.Status.failed)
    }
    do throws(Failure) {
      try context.print(
        arguments[SharedOptions.json] ? JSONWriter.pretty(["schema": 1, "id": .string(id)]) : "\(id)\n")
    } catch {
      // Nothing is undone: whoever submitted it again would pay twice. A script that only reads the id must not go on
      // without one, either.
      context.say(
        .error, "the call \(id) is submitted, but its id could not be printed: \(error.message)",
        hint: "it is not to be submitted again; 'llmguard queue status \(id)' shows it")
      return Failure.Status.inputOutput
    }
    return 0
  }

  /// A program that is not there is said here, too: the call has this one's folder and `PATH`.
  private func checkProgram() throws(Failure) {
    let name = arguments.operands.first ?? ""
    let isThere = name.contains("/") ? File.exists(name) : Program.find(name, in: Program.folders) != nil
    if isThere { return }
    let error = PosixError("run", path: name, code: PosixError.missing)
    throw Failure(
      "cannot run '\(name)': \(error.reason); nothing was submitted", hint: Failure.hint(notStarted: name, error),
      status: Failure.Status.failed)
  }

  /// The command line as `run` takes it.
  private func runLine(_ departure: Departure?) -> [String] {
    var line = Array(ProgramArguments.all.dropFirst())
    let isOption: (Int) -> Bool = { $0 < line.count - arguments.operands.count }
    if let place = line.indices.first(where: { line[$0] == word && isOption($0) }) {
      if word == "submit" { line[place] = "run" } else { line.remove(at: place) }
    }
    // It was for what is printed here.
    if let place = line.indices.first(where: { line[$0] == SharedOptions.json.spec.name && isOption($0) }) {
      line.remove(at: place)
    }
    if let departure {
      var start = line.count - arguments.operands.count
      line.replaceSubrange(start..., with: line[start...].map(departure.word))
      if start > 0, line[start - 1] == "--" { start -= 1 }
      line.insert(contentsOf: departure.options, at: start)
    }
    return line
  }

  /// Standard input, where there is some: a file from where it stands, a pipe to its end.
  private func input() throws(PosixError) -> [UInt8] {
    var bytes: [UInt8] = []
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { chunk.deallocate() }
    switch FileDescriptor.input.kind {
    case .pipe, .socket, .regular:
      while let count = try FileDescriptor.input.read(into: chunk), count > 0 {
        bytes.append(contentsOf: chunk[..<count])
        if bytes.count > Self.maximumInput {
          throw PosixError("read", path: "standard input", code: PosixError.tooLarge)
        }
      }
    default: break
    }
    return bytes
  }
}

extension Job {
  /// Whether it has been over for longer than a time.
  func isOlder(thanMs ageMs: Int64, nowUnixMs: Int64) -> Bool {
    nowUnixMs - (endedAtUnixMs ?? submittedAtUnixMs) >= ageMs
  }
}
