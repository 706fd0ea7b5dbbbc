import CommandSpec
import Configuration
import Gateway
import GuardModel
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats

/// `llmguard serve key`: who may use the server.
enum ServeKeyCommands {
  static let printEnvironment = Flag(
    "--print-env", summary: "print what a shell has to export, in place of the key",
    details: "The lines are for sh and its like (bash, zsh), and for fish from 3.4 on.")
  static let metrics = Flag(
    "--metrics", summary: "make a key that reads /metrics, and opens nothing else",
    details: "For a monitoring system; USER is the name by which it is listed.")

  static let command = Command<CLIHandler>(
    "key", summary: "Give users keys, list them, take them away",
    subcommands: [
      Command(
        "add", summary: "Make a key for a user, and print it once",
        description: [
          "With --print-env what a shell has to export is printed in its place: the variables of the clients that heed some. "
            + "They lead to the server that runs over this ledger. Where it has names, several run or none does yet, give "
            + "--listen and --name as the server has them; where none listens at the standard address, that is said.",
          "A server tells Prometheus at `/metrics` what `llmguard usage metrics` says. That is who spends what, so it needs a key of "
            + "its own, made with --metrics, as the scrape's `authorization: { credentials_file: FILE }`.",
        ],
        options: [
          NamedUser.stated.spec, RunCommand.operation.spec, metrics.spec, printEnvironment.spec,
          ServeCommand.listen.spec,
          ServeCommand.name.spec, SharedOptions.json.spec,
        ],
        operands: [NamedUser.operand("who is charged")],
        handler: CLIHandler(run: add)),
      Command(
        "list", summary: "List the keys by their ids", options: [SharedOptions.json.spec],
        handler: CLIHandler(run: list)),
      ServeKeyRemoval.command,
    ])

  static func add(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let user = try arguments.neededUser("serve key add").user
    let kind = arguments[metrics] ? ServeKey.Kind.metrics : .calls
    if kind == .metrics, arguments[printEnvironment] || arguments[RunCommand.operation] != nil {
      throw Failure(
        "a key for metrics makes no calls, so --print-env and --op say nothing of it", hint: "leave them out",
        status: Failure.Status.usage)
    }
    let settings = try context.settings()
    let tells = kind == .calls && (arguments[printEnvironment] || arguments[SharedOptions.json])
    try Failure.check(basesToldFor: settings.providers, tellsPaths: tells)
    var place = try ServePlace(arguments)
    let isFound = place.find(arguments, context)
    if place.address.port == 0 {
      throw Failure(
        "--listen: port 0 is none that a client can be told", hint: "give the port that the server has",
        status: Failure.Status.usage)
    }
    if kind == .calls {
      UnknownUser.warnOfTwin(user, among: ServeKeyFile.users(context).sorted(), settings, context)
    }
    let (text, key) = ServeKey.make(user, try arguments.operationName(), kind)
    try ServeKeyFile(context).change { (keys: inout [ServeKey]) throws(Failure) in
      // Two of four thousand million are the same once in a while.
      guard !keys.contains(where: { $0.id == key.id }) else {
        throw Failure("the key's id is taken", hint: "do it again", status: Failure.Status.unavailable)
      }
      keys.append(key)
    }
    /// A key that nobody has seen is nobody's.
    func takeBack() throws(Failure) {
      try ServeKeyFile(context).change { (keys: inout [ServeKey]) throws(Failure) in keys.removeAll { $0.id == key.id }
      }
    }
    do throws(Failure) { try record(key.made, of: key, settings, context) } catch {
      try takeBack()
      throw Failure(error.message, hint: "the key was not made: \(error.hint)", status: error.status)
    }
    do throws(Failure) { try tell(text, key, place, settings, context, arguments) } catch {
      try takeBack()
      try? record("\(key.removed): it could not be printed", of: key, settings, context)
      throw Failure(
        error.message, hint: "the key was not made: make room where it is to be printed, and run the command again",
        status: error.status)
    }
    context.say(
      .note,
      "key \(key.id) of \(user) is shown this once; "
        + (kind == .metrics
          ? "it opens http://\(place.names[0])/metrics and nothing else"
          : "its addresses begin with \(place.root("KEY"))"),
      hint: "'llmguard serve key remove \(key.id)' takes it away; its hash is in '\(try ServeKeyFile(context).path)'")
    if tells { warnOfOwnAddresses(settings, context) }
    // One that was found is there, and has this ledger.
    if !isFound { try warnOfServer(place, arguments, context) }
    return 0
  }

  /// Says so where addresses are told that only a server with this shell's variables knows.
  private static func warnOfOwnAddresses(_ settings: Settings, _ context: Context) {
    let own = RouteTable(settings).ownVariables
    guard !own.isEmpty else { return }
    context.say(
      .note,
      "\(own.joined(separator: ", ")) \(own.count == 1 ? "leads" : "lead") elsewhere here, and so does what is printed: "
        + "a server that was started without answers it with 404",
      hint:
        "start the server with the same value, or put the address into [provider.NAME] of the configuration and unset "
        + "the variable before a key is made")
  }

  /// Notes in the audit what was done with a key. Root makes no ledger in a folder of somebody else's: its owner could not use it.
  static func record(
    _ note: String, of key: ServeKey, _ settings: Settings, _ context: Context
  ) throws(Failure) {
    let path = try context.ledgerPath()
    if context.isMissing(path), !File.isOwn(File.parent(of: path)) {
      return context.say(
        .warning, "there is no ledger beside the keys yet, so the audit does not have it",
        hint: "start the server under its own account first: that makes the ledger")
    }
    let ledger = try context.ledger(settings)
    try Failure.ledger { () throws(LedgerError) in
      try ledger.record(change: note, of: key.user, actor: context.actor, nowUnixMs: context.nowUnixMs)
    }
  }

  /// Says so where no server is at the address that a client is told, when that is the standard one, and where the one that is
  /// there has another ledger.
  private static func warnOfServer(
    _ place: ServePlace, _ arguments: ParsedArguments, _ context: Context
  ) throws(Failure) {
    guard place.address.ip == .loopback else { return }
    let address = "\(place.address.ip):\(place.address.port)"
    let mark = LedgerMark.of(try context.ledgerPath())
    do throws(PosixError) {
      let server = try Socket.connected(to: place.address.port)
      defer { server.close() }
      if ServedLedger.isOther(than: mark, at: server, named: place.names[0]) {
        context.say(
          .warning,
          "the server on \(address) has another ledger, or calls it by another path: it does not know this key",
          hint: "run this with the server's account and its LLMGUARD_LEDGER; 'llmguard ledger path' prints where it is")
      }
    } catch {
      if arguments[ServeCommand.listen] != nil { return }
      context.say(
        .warning, "no server listens on \(address) now, where that address leads",
        hint:
          "start it there ('llmguard serve'), or put the address of one that listens elsewhere in its place: the key "
          + "is the same; --listen and --name say it beforehand")
    }
  }

  /// Prints a key, the only time.
  private static func tell(
    _ text: String, _ key: ServeKey, _ place: ServePlace, _ settings: Settings, _ context: Context,
    _ arguments: ParsedArguments
  ) throws(Failure) {
    let bases = ServeBases(root: place.root(text), routes: RouteTable(settings), key: key)
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1, "id": .string(key.id), "user": .string(key.user), "operation": .string(orNull: key.operation),
          "kind": .string(key.kind.rawValue), "key": .string(text),
          "environment": key.kind == .calls ? bases.json : .null,
        ]))
    } else if arguments[printEnvironment] {
      try context.print(bases.shell)
    } else {
      try context.print(text + "\n")
    }
  }

  static func list(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let keys = try ServeKeyFile(context).read()
    let settings = context.settingsIfUsable()
    let lastCalls = lastCalls(of: keys, settings, context)
    if arguments[SharedOptions.json] {
      let list = keys.map { key -> JSONValue in key.json(lastCallUnixMs: lastCalls[key.id]) }
      try context.print(JSONWriter.pretty(["schema": 1, "keys": .array(list)]))
      return 0
    }
    let zone = context.zone(settings)
    var table = Table([
      Table.Column("Key", key: "id"), Table.Column("User", key: "user", canShrink: true),
      Table.Column("Operation", key: "operation", canShrink: true), Table.Column("Opens", key: "kind"),
      Table.Column("Made", key: "created"), Table.Column("Last call", key: "last_call"),
    ])
    for key in keys {
      table.add([
        Table.Cell(key.id), Table.Cell(key.user), Table.Cell(key.operation ?? ""), Table.Cell(key.kind.rawValue),
        Table.Cell(TimeText.rfc3339(key.createdUnixMs, in: zone)),
        Table.Cell(lastCalls[key.id].map { TimeText.rfc3339($0, in: zone) } ?? ""),
      ])
    }
    if table.isEmpty {
      context.say(.note, "nobody has a key", hint: "'llmguard serve key add USER' makes one")
    } else {
      try context.print(table.text(context.output))
    }
    return 0
  }

  /// When the last call of each key ended, by its id. No call writes that down: the ledger has the calls.
  private static func lastCalls(of keys: [ServeKey], _ settings: Settings, _ context: Context) -> [String: Int64] {
    if keys.isEmpty { return [:] }
    var lastCalls: [String: Int64] = [:]
    do throws(Failure) {
      let ledger = try context.readingLedger(settings)
      for key in keys {
        lastCalls[key.id] = try Failure.ledger { () throws(LedgerError) in try ledger.lastCall(ofRun: key.run) }
      }
    } catch { context.say(.warning, "when keys were last used cannot be told: \(error.message)", hint: error.hint) }
    return lastCalls
  }
}

extension ServeKey {
  /// What the audit says of it.
  fileprivate var made: String {
    let use = kind == .metrics ? ", for metrics" : operation.map { ", for \($0)" } ?? ""
    return "key \(id) of serve made\(use)"
  }

  var removed: String { "key \(id) of serve removed" }

  /// Whether the audit's notes tell of keys that were made and not removed since.
  static func haveLeftOver(_ notes: [String]) -> Bool {
    var left: Set<Substring> = []
    for note in notes {
      let words = note.split(separator: " ", maxSplits: 5)
      guard words.count >= 5, words[0] == "key", words[2] == "of", words[3] == "serve" else { continue }
      if words[4].hasPrefix("made") { left.insert(words[1]) }
      if words[4].hasPrefix("removed") { left.remove(words[1]) }
    }
    return !left.isEmpty
  }
}

extension ServeKeyFile {
  init(_ context: Context) throws(Failure) {
    path = File.parent(of: try context.ledgerPath()) + "/serve-keys.json"
  }

  /// Those who were given a key for calls, also where they have not called yet; nobody where the keys cannot be read, which is told
  /// by who needs them.
  static func users(_ context: Context) -> Set<String> {
    do throws(Failure) { return Set(try ServeKeyFile(context).read().filter { $0.kind == .calls }.map(\.user)) } catch {
      return []
    }
  }
}
