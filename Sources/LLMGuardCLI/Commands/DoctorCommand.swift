import CommandSpec
import Posix
import Providers
import SQLite
import Terminal
import TextFormats
import Upstream

/// `llmguard doctor`: what is caught on this machine, and what is wrong with it.
enum DoctorCommand {
  static let command = Command<CLIHandler>(
    "doctor", summary: "Tell what is caught on this machine, and what is wrong with it",
    description: [
      "Without a command it looks at what llmguard stands on, and tells what is wrong first: the ledger and the room on its "
        + "disk, the cache, the configuration, whether the command of `[notify]` can be run and its last event arrived, variables that "
        + "nothing reads, whether a command can be isolated, libcurl, SQLite, and the clients that are installed: which of "
        + "them `run` catches, and how.",
      "With a command it runs that command with the variables and the shims of `run`, in front of a dead end: nothing is "
        + "sent to any provider. Of a run in it the command is rehearsed likewise, without the run's own options, records and calls that are metered by their text; nothing is submitted. What else of llmguard it runs (`budget grant`) happens. Each call gets an answer of next to nothing, so that a script goes on to its next one. Then "
        + "every call is listed with its provider, its model and its tokens, as they would be held. Where the kernel gives "
        + "namespaces the command is shut in with the dead end, so that nothing leaves this machine. What would have gone past "
        + "the gateway is listed as a bypass: requests that ask a proxy for another host, and connections to any other host, "
        + "whatever they are for, or to a provider on this machine by its own address, with the program that made them. Each "
        + "is seen, however short; where there are no namespaces, only those that are there for a moment, and what the command "
        + "asks past the gateway reaches whom it asks: a warning says so first. Not seen are "
        + "datagrams that sendmsg sends without a connection, connections by io_uring where there are no namespaces, hosts "
        + "whose name was asked of a service (by D-Bus), what others do for the command (Docker, ssh), and programs of another kind (32 "
        + "bits). Where the list is for a program (--json, or standard output is no "
        + "terminal), what the command writes to its standard output goes to standard error.",
    ],
    options: [SharedOptions.json.spec],
    operands: [
      OperandSpec(
        "COMMAND", summary: "behind --: the command to look at, with its arguments", count: .any, completion: .program)
    ],
    examples: [
      Example("llmguard doctor", "Is all well, and who is caught?"),
      Example("llmguard doctor -- ./nightly.sh", "Which calls would the script make? Nothing is sent."),
    ],
    exitStatuses: [
      Term(
        "0",
        "nothing is wrong; with a command: every call it made would be metered. Where it made none, or failed, a warning "
          + "says so"),
      Term("65", "the ledger is damaged"), Term("69", "libcurl is missing, or lacks TLS"),
      Term("73", "there is no ledger, and none can be made"), Term("74", "the ledger's disk is full"),
      Term("75", "with a command: something would go past the gateway, or could not be metered"),
      Term("78", "the configuration cannot be used, or a variable that says where a provider is"),
    ],
    handler: CLIHandler(run: run))

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let isJSON = arguments[SharedOptions.json]
    if !arguments.operands.isEmpty {
      return try Rehearsal(context, arguments.operands).perform(isJSON: isJSON)
    }
    // What is warned of elsewhere is listed here.
    var context = context
    context.isQuiet = true
    let doors = Rehearsal.doors(context)
    let survey = ClientSurvey(variables: doors.variables, shims: doors.shims)
    let all: [Diagnosis] = [
      Diagnosis.ledger(context), Diagnosis.cache(context), Diagnosis.disk(context), Diagnosis.configuration(context),
      Diagnosis.notify(context),
      Diagnosis.addresses(doors.variables.sorted(), doors.faults), Diagnosis.variables(context), Diagnosis.isolation,
      Diagnosis.curl(curlVersion()), Diagnosis.sqlite(version: Connection.libraryVersion),
    ].compactMap { $0 }
    // What is wrong comes first; of what is alike, what this machine has before what it is made of.
    let diagnoses = Diagnosis.State.allCases.flatMap { state in all.filter { $0.state == state } }
    let text =
      isJSON ? JSONWriter.pretty(json(diagnoses, survey)) : words(diagnoses, survey, context.output)
    try context.print(text)
    return diagnoses.first { $0.status != 0 }?.status ?? 0
  }

  private static func curlVersion() -> Result<String, UpstreamError> {
    do throws(UpstreamError) { return .success(try UpstreamClient().libraryVersion) } catch { return .failure(error) }
  }

  // MARK: - Output

  private static func json(_ diagnoses: [Diagnosis], _ survey: ClientSurvey) -> JSONValue {
    [
      "schema": 1,
      "checks": .array(
        diagnoses.map {
          [
            "name": .string($0.name), "state": .string($0.state.rawValue), "text": .string($0.text),
            "hint": .string(orNull: $0.hint.isEmpty ? nil : $0.hint),
          ]
        }),
      "clients": .array(
        survey.findings.map { finding in
          [
            "name": .string(finding.client.name), "place": .string(orNull: finding.place),
            "caught": .string(finding.way), "by": .array(finding.caughtBy.map(JSONValue.string)),
            "remedy": .string(orNull: finding.remedy),
          ]
        }),
    ]
  }

  private static func words(_ diagnoses: [Diagnosis], _ survey: ClientSurvey, _ style: Style) -> String {
    var lines: [String] = []
    for diagnosis in diagnoses {
      let look: Style.Look =
        switch diagnosis.state {
        case .ok: .good
        case .note: .dim
        case .warning: .warning
        case .problem: .bad
        }
      if !style.isTerminal {
        lines.append(
          ["check", diagnosis.name, diagnosis.state.rawValue, diagnosis.text, diagnosis.hint].map(TerminalText.safe)
            .joined(separator: "\t"))
        continue
      }
      let state = diagnosis.state.rawValue
      lines += paragraph(
        "\(diagnosis.name): \(state):", "\(diagnosis.name): \(style.apply(look, state)):",
        TerminalText.safe(diagnosis.text), style)
      if !diagnosis.hint.isEmpty {
        lines += paragraph("  hint:", "  \(style.apply(.dim, "hint:"))", TerminalText.safe(diagnosis.hint), style)
      }
    }
    if !style.isTerminal {
      for finding in survey.findings {
        lines.append(
          [
            "client", finding.client.name, finding.way, finding.caughtBy.joined(separator: ","), finding.place ?? "",
            finding.remedy ?? "",
          ].map(TerminalText.safe).joined(separator: "\t"))
      }
      return lines.joined(separator: "\n") + "\n"
    }
    var table = Table([
      Table.Column("Client", key: "client"), Table.Column("Caught by", key: "caught_by", canShrink: true),
      Table.Column("Where", key: "where", canShrink: true, keepsEnd: true),
    ])
    for finding in survey.findings where finding.place != nil {
      let look: Style.Look? = finding.caughtBy.isEmpty ? .warning : nil
      table.add([.init(finding.client.name), .init(finding.words, look: look), .init(finding.place ?? "")])
    }
    let absent = survey.findings.filter { $0.place == nil }.map(\.client.name)
    if !table.isEmpty { lines += ["", String(table.aligned(style).dropLast())] }
    if !absent.isEmpty {
      let lead = "not on this machine:"
      lines += paragraph(lead, lead, absent.joined(separator: ", "), style)
    }
    let led = survey.findings.filter { if case .code = $0.client.way { $0.place != nil } else { false } }
    if !led.isEmpty {
      lines += ["", #"led by their code, where g = os.environ.get("LLMGUARD_GATEWAY"):"#]
      for finding in led {
        let lead = "\(finding.client.name):"
        lines += paragraph(lead, lead, finding.remedy ?? "", style)
      }
    }
    let never = "never caught:"
    lines.append("")
    lines += paragraph(
      never, never, "a program by its absolute path or with an emptied environment, and one that is told its address.",
      style)
    lines += TerminalText.paragraph("Try a command without sending anything: llmguard doctor -- COMMAND", style)
    return lines.joined(separator: "\n") + "\n"
  }

  /// A text behind its lead, broken between words where the terminal ends.
  ///
  /// - Parameter shown: the lead with its colours, which take no columns.
  private static func paragraph(_ lead: String, _ shown: String, _ text: String, _ style: Style) -> [String] {
    let indent = 4
    var lines = TerminalText.wrapped(lead + " " + text, to: max(20, style.columns - indent))
    for index in lines.indices.dropFirst() { lines[index] = String(repeating: " ", count: indent) + lines[index] }
    if lines[0].hasPrefix(lead) { lines[0] = shown + lines[0].dropFirst(lead.count) }
    return lines
  }
}
