import Configuration
import Gateway
import Posix
import Providers
import Terminal
import TextFormats

/// A command run before a dead end, and what it asked for.
struct Rehearsal {
  private let context: Context
  private let commandLine: [String]

  init(_ context: Context, _ commandLine: [String]) {
    self.context = context
    self.commandLine = commandLine
  }

  /// The variables and the shims by which a run leads clients. A configuration that cannot be used leaves the known ones.
  /// Beside them, variables of the user's that cannot be used.
  static func doors(_ context: Context) -> (variables: Set<String>, shims: Set<String>, faults: [ClientBase.Fault]) {
    let settings = (try? context.readConfiguration().settings) ?? Settings()
    let routes = RouteTable(providers: settings.providers, environment: Environment.dictionary)
    return (
      Set(routes.settings.map(\.name)), Set(CommandRewriter.programs),
      ClientBase.faults(settings.providers, value: Environment.value)
    )
  }

  func perform(isJSON: Bool) throws(Failure) -> Int32 {
    let settings = try context.settings()
    try Failure.check(basesOf: settings.providers, consequence: "the command was not started")
    if OuterRun.root == nil { OwnDefaults.warn(commandLine, settings.providers, context) }
    let routes = RouteTable(providers: settings.providers, environment: Environment.dictionary)
    // It is to do what it does in an ordinary run; what it calls without a network cannot be seen either way.
    let network = shutIn()
    let rule = PastGateway(routes)
    let end: DeadEnd
    let shims: ShimFolder?
    do throws(PosixError) {
      end = try DeadEnd(routes, in: network)
      shims = try ShimFolder(servers: routes.servers, home: nil)
    } catch {
      throw Failure(error, hint: "free some descriptors or memory, and try again")
    }
    defer { shims?.remove() }
    var command = ClientLead(root: end.root, routes: routes, shims: shims).command(commandLine)
    command.network = network
    // No run that stands around this doctor is one of its command's.
    command.environment[OuterRun.runVariable] = .some(nil)
    command.environment[OuterRun.rehearsalVariable] = .some(end.root)
    // Whoever asks a proxy for a host would not have come to the gateway.
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
      command.environment[name] = .some(end.proxy)
      command.environment[name.lowercased()] = .some(end.proxy)
    }
    // What a program reads is the list alone.
    command.writesOutputToError = isJSON || !context.output.isTerminal
    // Outside of a network of its own it can only be looked at now and then.
    let sampler = network == nil ? ConnectionSampler { rule.isPast($0) } : nil
    if let sampler { command.started = { sampler.begin($0) } }
    let status = command.run()
    let seen = network?.watch?.end() ?? sampler?.end() ?? []
    let requests = end.end() + Self.bypasses(seen.filter { rule.isPast($0.peer) })
    let view = View(isIsolated: network != nil, seesAll: network?.watch?.sees == true)
    if case .notStarted(let error) = status {
      throw Failure(
        "cannot run '\(commandLine[0])': \(error.reason)",
        hint: Failure.hint(notStarted: commandLine[0], error),
        status: status.shellStatus)
    }
    let text =
      isJSON ? JSONWriter.pretty(json(requests, status, view)) : words(requests, status, view)
    try context.print(text)
    tell(requests, status, view)
    let isAllMetered = requests.allSatisfy { request in
      switch request.kind {
      case .call, .free, .webSocket: true
      case .unreadable, .unknown, .bypass, .connection: false
      }
    }
    return isAllMetered ? 0 : Failure.Status.refused
  }

  /// A network of its own for the command. Without one it is said, before anything leaves.
  private func shutIn() -> IsolatedNetwork? {
    do throws(IsolatedNetwork.Unavailable) {
      return try IsolatedNetwork(allowsUnixSockets: true, watches: true)
    } catch {
      context.say(
        .warning,
        "'\(File.name(of: commandLine[0]))' is not shut in, as \(error.message): what it asks past the gateway reaches whom it "
          + "asks, and is listed only where the connection is there for a moment", hint: error.hint)
      return nil
    }
  }

  /// Says what a list without calls, or one that ends early or has not all, would leave to be guessed.
  private func tell(_ requests: [DeadEnd.Request], _ status: ChildStatus, _ view: View) {
    // Behind whatever starts it: `env -i curl` is 'curl'.
    let name = CommandName(commandLine).text
    if view.isIsolated, !view.seesAll {
      context.say(
        .warning, "'\(name)' may have tried to go past the gateway unseen: its connections cannot be looked at here",
        hint: "inside of another 'llmguard doctor' that one lists them; a container may bar this")
    }
    let barred = requests.contains { if case .connection = $0.kind { true } else { false } }
    if status != .exited(0) {
      context.say(
        .warning, "'\(name)' ended with status \(status.shellStatus); what it would have called later is not listed",
        hint: barred
          ? "what it connected to past the gateway, as listed, is barred here, which may be why; else run it alone and see"
          : "the answers here are next to nothing, which some programs do not take; else run it alone and see")
    }
    if !requests.contains(where: { if case .call = $0.kind { true } else { false } }) {
      context.say(
        .warning, "'\(name)' made no call of a model",
        hint: view.seesAll
          ? "what it connected to past the gateway is listed as a bypass; 'llmguard doctor' says who is caught"
          : "a call that heeds neither the variables nor the shims may not be seen; 'llmguard doctor' says who is caught"
      )
    }
  }

  /// How much can be seen of what the command does past the gateway.
  private struct View {
    var isIsolated: Bool
    var seesAll: Bool

    var words: String {
      if seesAll { return "It ran without a network, where each connection that it tried was seen." }
      if isIsolated {
        return
          "It ran without a network. A program that asked another host directly, through no proxy, failed and is not "
          + "listed, for this kernel does not tell of connections."
      }
      return
        "This kernel does not let it be shut in. A program that asked another host directly, through no proxy, reached "
        + "it; it is listed where its connection was there for a moment."
    }
  }

  /// What was asked past everything that could be heeded: each process with each of its peers once.
  private static func bypasses(_ seen: [SeenConnection]) -> [DeadEnd.Request] {
    var known: Set<SeenConnection> = []
    return seen.filter { known.insert($0).inserted }.map { one in
      DeadEnd.Request(
        kind: .connection(program: one.program, process: one.process), provider: one.place,
        route: "connection of \(one.program.isEmpty ? "process \(one.process)" : one.program)")
    }
  }

  // MARK: - Output

  private func json(_ requests: [DeadEnd.Request], _ status: ChildStatus, _ view: View) -> JSONValue {
    [
      "schema": 1, "isolated": .bool(view.isIsolated), "sees_connections": .bool(view.seesAll),
      "exit_status": .int(Int64(status.shellStatus)),
      "requests": .array(
        requests.map { request in
          var members: [(String, JSONValue)] = [
            ("kind", .string(Self.word(request.kind))), ("provider", .string(request.provider)),
            ("route", .string(request.route)),
          ]
          switch request.kind {
          case .call(let model, let input, let maximum, let isStreamed):
            members += [
              ("model", .string(model)), ("estimated_input_tokens", .int(input)),
              ("max_output_tokens", .int(maximum)), ("streamed", .bool(isStreamed)),
            ]
          case .unreadable(let reason): members.append(("reason", .string(reason)))
          case .connection(let program, let process):
            members += [("program", .string(program)), ("process", .int(Int64(process)))]
          default: break
          }
          return .object(JSONObject(members))
        }),
    ]
  }

  private static func word(_ kind: DeadEnd.Request.Kind) -> String {
    switch kind {
    case .call: "call"
    case .unreadable: "unreadable"
    case .free: "free"
    case .unknown: "unmetered"
    case .webSocket: "websocket"
    case .bypass, .connection: "bypass"
    }
  }

  /// What words of the list mean that ask for something to be done.
  private static let meanings = [
    ("unmetered", "'run' lets it pass and counts it, but no budget takes anything; 'run --strict' refuses it"),
    ("unreadable", "'run' refuses it, because nobody can tell what it would take"),
    ("websocket", "'run' tells its client to ask over HTTP, because nobody can meter what passes over it"),
    (
      "bypass",
      "it asked a host by its own address, directly or through a proxy; 'run' would not see it, 'run --isolate' bars it"
    ),
  ]

  /// How many of which there are: `1 call, 2 bypasses`.
  private static func counts(_ requests: [DeadEnd.Request]) -> String {
    let words = requests.map { word($0.kind) }
    let names = [
      ("call", "call", "calls"), ("free", "free request", "free requests"), ("unmetered", "unmetered", "unmetered"),
      ("unreadable", "unreadable", "unreadable"), ("websocket", "WebSocket", "WebSockets"),
      ("bypass", "bypass", "bypasses"),
    ]
    return names.compactMap { word, one, many in
      let count = words.filter { $0 == word }.count
      return count > 0 || word == "call" ? "\(count) \(count == 1 ? one : many)" : nil
    }.joined(separator: ", ")
  }

  private func words(_ requests: [DeadEnd.Request], _ status: ChildStatus, _ view: View) -> String {
    let style = context.output
    var table = Table([
      Table.Column("What", key: "kind"), Table.Column("Provider", key: "provider"),
      Table.Column("Route", key: "route", canShrink: true), Table.Column("Model", key: "model", canShrink: true),
      Table.Column("In ~", key: "estimated_input_tokens", isNumber: true),
      Table.Column("Max out", key: "max_output_tokens", isNumber: true),
    ])
    for request in requests {
      var (model, input, output) = ("", Table.Cell(""), Table.Cell(""))
      var look: Style.Look? = .warning
      switch request.kind {
      case .call(let name, let tokens, let maximum, _):
        (model, look) = (name, nil)
        input = Table.Cell(HumanNumber.count(tokens), exact: "\(tokens)")
        output = maximum.map { Table.Cell(HumanNumber.count($0), exact: "\($0)") } ?? Table.Cell("")
      case .unreadable(let reason): model = reason
      case .free: look = .dim
      default: break
      }
      table.add([
        .init(Self.word(request.kind), look: look), .init(request.provider), .init(request.route), .init(model), input,
        output,
      ])
    }
    if !style.isTerminal { return table.tabSeparated(style) }
    var notes = ["\(Self.counts(requests)); the command ended with \(status.shellStatus)"]
    for (word, meaning) in Self.meanings where requests.contains(where: { Self.word($0.kind) == word }) {
      notes.append("\(word): \(meaning)")
    }
    notes.append(view.words)
    return (requests.isEmpty ? "" : table.aligned(style) + "\n")
      + notes.flatMap { TerminalText.paragraph($0, style) }.map { $0 + "\n" }.joined()
  }
}
