import CommandSpec
import Configuration
import Gateway
import Guard
import GuardModel
import Intent
import IntentCache
import Ledger
import Posix
import SQLiteLedger
import Terminal
import TextFormats
import Upstream

/// One server, from its start to its end.
struct Serving {
  private var context: Context
  private let arguments: ParsedArguments
  private var settings: Settings
  private var place: ServePlace
  private var ruleFiles: RuleFiles
  /// The same, as they were when the rules that hold were read.
  private var heldFiles: RuleFiles
  /// Whether SIGHUP has the rules read anew; where it may be a terminal's end, it ends the server.
  private var isReloading = false

  init(_ context: Context, _ arguments: ParsedArguments) throws(Failure) {
    self.context = context
    self.arguments = arguments
    place = try ServePlace(arguments)
    if !place.address.ip.isLoopback, !arguments[ServeCommand.allowRemote] {
      throw Failure(
        "--listen \(place.address.ip) lets other machines in, and what they send would cross the network unencrypted",
        hint: "listen on 127.0.0.1, or say that you mean it with --allow-other-machines", status: Failure.Status.usage)
    }
    // Looked at first: what changes while they are read is told.
    ruleFiles = RuleFiles(context)
    heldFiles = ruleFiles
    settings = try Self.rules(context, arguments)
    if !context.error.isTerminal, !StandardStreams.isJournal { self.context.dateZone = context.zone(settings) }
    if !arguments[RunCommand.quiet] { context.warnOfUnsoughtConfig() }
  }

  /// The rules as their files have them now, where a server can go by them.
  private static func rules(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Settings {
    let settings = try context.settings()
    let tells = arguments[ServeCommand.printEnvironment] || arguments[SharedOptions.json]
    try Failure.check(basesToldFor: settings.providers, tellsPaths: tells)
    try check(settings, allow: arguments)
    return settings
  }

  private static func check(_ settings: Settings, allow arguments: ParsedArguments) throws(Failure) {
    for (isWanted, key, option) in [
      (arguments.given(ServeCommand.failOpen) == true && !settings.failOpen, "fail_open", "--fail-open"),
      (arguments[RunCommand.cache] == .similar && settings.cache.mode != .similar, "cache.mode", "--cache similar"),
    ] {
      guard isWanted, let lock = settings.lockPlace(ofKey: key) else { continue }
      throw Failure(
        "'\(option)' is not allowed: '\(key)' is locked by \(lock)",
        hint: "take it out, or ask whoever keeps the system file", status: Failure.Status.configuration)
    }
  }

  mutating func perform() throws(Failure) -> Int32 {
    // The keys of all its clients pass through its memory.
    ProcessInfo.leaveNoCore()
    StandardStreams.ignoreBrokenPipes()
    // A shell without job control starts what is in its background with SIGINT ignored; here it is how to end it.
    SignalPause.heedRequestsToEnd()
    // From here on a signal is waited for, and does not end the process; nor does a SIGHUP that comes while it is taken.
    SignalPause.block()
    isReloading = SignalPause.takeHangUp()
    var signal = SignalPause.wait(ms: 0)
    if let signal, !isReload(signal) { return 0 }
    OpenFiles.allowMost()
    // A server that can send no call says so at its start, and not to every client.
    do throws(UpstreamError) { _ = try UpstreamClient() } catch {
      throw Failure(error.message, hint: error.hint, status: Failure.Status.unavailable)
    }
    try LedgerCommands.checkIsNotLost(try context.ledgerPath(), context)
    let ledger = try context.ledger(settings)
    // Every call would be refused, and a person has to decide: that is said now, and to whoever starts it.
    try Failure.ledger { () throws(LedgerError) in try ledger.checkForLoss() }
    let guest = try makeGuest()
    let listener = try listen()
    let routes = RouteTable(settings)
    let door = try makeDoor(guest?.key)
    let voice = ServeVoice(
      context, settings, zone: context.zone(settings), isQuiet: arguments[RunCommand.quiet],
      isVerbose: arguments[ServeCommand.verbose])
    var notifier = makeNotifier(ledger)
    let desk = LedgerDesk(settings: settings, ledger: ledger, nowUnixMs: { Clock.unixMs }, observer: notifier)
    var options = try options(routes, voice)
    let pages = ServePages(context, settings, desk, door, failsOpen: options.failsOpen)
    options.pages = pages.pages
    let gateway = Gateway(options, desk: desk, door: door)
    goOnWhenReplaced(ledger, gateway)
    do throws(PosixError) { try gateway.start(on: listener, names: place.names) } catch {
      gateway.stop()
      throw Failure(error, hint: "the system gives no thread: see 'ulimit -u'")
    }
    var shims: ShimFolder?
    if guest != nil, place.address.ip == .loopback {
      shims = try? ShimFolder(servers: routes.servers, home: File.parent(of: ledger.path))
    }
    defer { shims?.remove() }
    ServedRules.removeLeftovers(context)
    var told = tellOfRules()
    defer { told?.remove() }
    do throws(Failure) { try announce(routes, guest, shims) } catch {
      gateway.stop()
      throw error
    }
    while true {
      if signal == nil { signal = SignalPause.wait(ms: RuleFiles.pauseMs, stopping: gateway.rest) }
      voice.tellUntold()
      guard let came = signal else {
        let changed = ruleFiles.changed()
        if !changed.isEmpty, !arguments[RunCommand.quiet] { tellOfChange(changed) }
        continue
      }
      guard isReload(came) else { break }
      signal = nil
      if reload(gateway, ledger, voice, pages, &notifier) {
        told?.remove()
        told = tellOfRules()
      }
    }
    defer { notifier?.sayWhatWasNotTold() }
    return finish(gateway, voice)
  }

  private func isReload(_ signal: Int32) -> Bool { isReloading && signal == SignalPause.hangUp }

  private func tellOfRules() -> ServedRules? {
    ServedRules(ruleFiles, at: "http://\(place.names[0])", isReloading: isReloading, context)
  }

  /// Other commands show the new rules from now on, and this server goes by the old ones.
  private func tellOfChange(_ files: [String]) {
    let names = files.map { "'\(TerminalText.safe($0))'" }.joined(separator: " and ")
    context.say(
      .warning, "\(names) changed, and the rules hold here as they were read before",
      hint: "'llmguard config check' looks the new ones over; "
        + (isReloading
          ? "'kill -HUP \(ProcessInfo.id)' (with systemd: 'systemctl reload llmguard') has them read"
          : "end the server and start it again, and they hold"))
  }

  // MARK: - Other rules

  /// Reads the rules anew; where they cannot be used, the old ones hold on. - Returns: whether the new ones hold.
  private mutating func reload(
    _ gateway: Gateway, _ ledger: SQLiteLedger, _ voice: ServeVoice, _ pages: ServePages, _ notifier: inout Notifier?
  ) -> Bool {
    // Looked at first: what changes while they are read is told.
    ruleFiles = RuleFiles(context)
    let old = settings
    do throws(Failure) {
      try checkNoneIsGone()
      settings = try Self.rules(context, arguments)
      heldFiles = ruleFiles
    } catch {
      context.say(
        .error, "the rules were to be read anew, and the old ones hold on: \(error.message)", details: error.details,
        hint: error.hint)
      return false
    }
    let (zone, routes, new) = (context.zone(settings), RouteTable(settings), makeNotifier(ledger))
    voice.change(settings, zone: zone)
    pages.change(settings, failsOpen: failsOpen)
    gateway.change { options in
      (options.settings, options.routes, options.failsOpen, options.waitMs) = (settings, routes, failsOpen, waitMs)
    } alongside: { tools in
      ledger.change(zone: zone, lockDeadlineMs: settings.lockWaitMs)
      tools.pipeline.observer = new
    }
    notifier?.sayWhatWasNotTold()
    notifier = new
    if !arguments[RunCommand.quiet] {
      let isSameCache =
        (old.cache.maximumBytes, old.cache.maximumEntryBytes)
        == (settings.cache.maximumBytes, settings.cache.maximumEntryBytes)
      context.say(
        .note, "the rules were read anew, and hold from now on, also for calls that wait",
        hint: isSameCache ? "" : "how much the cache may hold stays as it was at the start: that takes a restart")
    }
    return true
  }

  /// A file that is gone is more likely on its way, or lost, than meant to be: nobody's budgets end by that, and no key goes to
  /// another server.
  private func checkNoneIsGone() throws(Failure) {
    let gone = heldFiles.goneConfigs.map { "'\(TerminalText.safe($0))'" }
    if gone.isEmpty { return }
    throw Failure(
      "\(gone.joined(separator: " and ")) \(gone.count == 1 ? "is" : "are") not there any more",
      hint: "put it back; to go by the rules without it, start the server again", status: Failure.Status.configuration)
  }

  private var failsOpen: Bool { arguments.given(ServeCommand.failOpen) ?? settings.failOpen }

  private var waitMs: Int64 { arguments[RunCommand.wait] ?? settings.queueWaitMs }

  // MARK: - The beginning

  private func makeDoor(_ session: ServeKey?) throws(Failure) -> ServeDoor {
    ServeDoor(
      try ServeKeyFile(context), session: session, mayDegrade: !arguments[RunCommand.noDegrade],
      tell: { [context] in context.say(.error, $0.message, hint: $0.hint) },
      tellOfStranger: { [context, isQuiet = arguments[RunCommand.quiet]] stranger in
        if isQuiet { return }
        context.say(.warning, stranger.remark.text, hint: stranger.remark.hint)
      })
  }

  private func makeNotifier(_ ledger: SQLiteLedger) -> Notifier? {
    Notifier(
      settings, ledger: ledger, zone: context.zone(settings), isQuiet: arguments[RunCommand.quiet]
    ) { [context] text in
      context.say(.warning, text, hint: "calls are not affected; see [notify] in the configuration")
    }
  }

  /// A ledger that is replaced while the server runs, or whose log is removed, is said, and the server goes on with it.
  private func goOnWhenReplaced(_ ledger: SQLiteLedger, _ gateway: Gateway) {
    ledger.goOnWhenReplaced(tellOfLog: { [context, path = ledger.path] removed in
      let names = removed.map { "'\(TerminalText.safe(path))\($0)'" }.joined(separator: " and ")
      context.say(
        .warning,
        "\(names) \(removed.count == 1 ? "was" : "were") removed while in use; the ledger was opened anew, and goes on",
        hint: "the files beside a ledger are parts of it: remove none while anything uses it")
    }) { [context, weak gateway] underWay in
      gateway?.forgetLedgerMark()
      let calls = HumanNumber.counted(Int64(underWay), "call")
      context.say(
        .warning,
        "the ledger was replaced, and calls are held in the new one from here on"
          + (underWay == 0 ? "" : "; \(calls) under way \(underWay == 1 ? "is" : "are") charged there at the end"),
        hint: "calls that were made since its backup are in no ledger; the provider's own usage page has them")
    }
  }

  /// The key for as long as the server runs, where one is wanted.
  private func makeGuest() throws(Failure) -> (text: String, key: ServeKey)? {
    guard arguments[ServeCommand.printEnvironment] || arguments[SharedOptions.json] else { return nil }
    let user = try arguments.user(RunCommand.user)
    return ServeKey.make(user, try arguments.operationName())
  }

  private mutating func listen() throws(Failure) -> Socket {
    do throws(PosixError) {
      let listener = try Socket.listening(on: place.address.ip, port: place.address.port)
      place.address.port = listener.port
      return listener
    } catch {
      throw Failure(
        "cannot listen on \(place.address.ip):\(place.address.port): \(error.reason)",
        hint: Self.hint(error, port: place.address.port), status: Failure.Status.cannotCreate)
    }
  }

  static func hint(_ error: PosixError, port: UInt16) -> String {
    if error.isPermission {
      return port < 1024
        ? "a port below 1024 needs a right of its own: choose another with --listen, or give a service that right "
          + "(AmbientCapabilities=CAP_NET_BIND_SERVICE)"
        : "the system does not let you listen there: choose another port with --listen"
    }
    if error.isOfForeignAddress {
      return "that address is none of this machine's: 'ip address' shows which are, and 0.0.0.0 stands for all of them"
    }
    return "another program may have the port: choose another with --listen, or 127.0.0.1:0 for a free one"
  }

  private func options(_ routes: RouteTable, _ voice: ServeVoice) throws(Failure) -> GatewayOptions {
    var options = GatewayOptions(settings: settings, routes: routes)
    options.isStrict = arguments[ServeCommand.strict]
    options.retries = Int(arguments[RunCommand.retries] ?? 0)
    (options.failsOpen, options.waitMs) = (failsOpen, waitMs)
    options.limits = .fitting(openFiles: OpenFiles.limit)
    // Calls of one key are numbered on from one server to the next: nobody has had these numbers.
    options.firstNumber = Int64.random(in: 1 << 40...1 << 60)
    options.ledgerMark = { [path = try context.ledgerPath()] in LedgerMark.of(path) }
    options.tell = { voice.hear($0) }
    options.giveBack = { IntentTables.giveBack() }
    options.offer = { Announcement(nowUnixMs: Clock.unixMs).offerToRequest($0) }
    options.explain = { Announcement(nowUnixMs: Clock.unixMs, isOfRequest: true).refusalToRequest($0) }
    let mode = arguments[RunCommand.cache]
    if mode != .off {
      let policy = settings.cache
      options.cache = GatewayCache(
        path: try context.cachePath(), mode: mode,
        limits: IntentCache.Limits(maximumBytes: policy.maximumBytes, maximumEntryBytes: policy.maximumEntryBytes),
        likeness: { SentenceLikeness() },
        tell: { [context] in context.say(.warning, $0.saying("calls go on without it"), hint: $0.hint) })
    }
    return options
  }

  /// Says where it is, and that clients can come.
  private func announce(
    _ routes: RouteTable, _ guest: (text: String, key: ServeKey)?, _ shims: ShimFolder?
  ) throws(Failure) {
    let address = "http://\(place.names[0])"
    if let guest {
      let bases = ServeBases(root: place.root(guest.text), routes: routes, key: guest.key, shims: shims)
      if arguments[SharedOptions.json] {
        try context.print(
          JSONWriter.pretty([
            "schema": 1, "address": .string(address), "port": .int(Int64(place.address.port)),
            "user": .string(guest.key.user), "key": .string(guest.text), "environment": bases.json,
          ]))
      } else {
        try context.print(bases.shell)
      }
    } else {
      // Read first: whoever has the address takes the server for one that runs.
      let hasKeys = try ServeKeyFile(context).read().contains { $0.kind == .calls }
      try context.print(address + "\n")
      if !hasKeys {
        context.say(
          .warning, "nobody has a key for calls yet, so every call is answered with 404",
          hint: "'llmguard serve key add USER' makes one; it counts at once")
      }
    }
    if !arguments[RunCommand.quiet] {
      context.say(.note, "serving on \(address); ^C ends it")
    }
    guard let number = arguments[ServeCommand.readyFD] else { return }
    let descriptor = FileDescriptor(Int32(number))
    do throws(PosixError) {
      try descriptor.writeAll(Array("ready \(address)\n".utf8))
      if number > 2 { descriptor.close() }
    } catch {
      throw Failure(
        "--ready-fd \(number) cannot be written to: \(error.reason)",
        hint: "open it: llmguard serve --ready-fd 3 3>ready",
        status: Failure.Status.usage)
    }
  }

  // MARK: - The end

  private func finish(_ gateway: Gateway, _ voice: ServeVoice) -> Int32 {
    let graceMs = arguments[ServeCommand.grace] ?? 30_000
    let end = Clock.monotonicNanoseconds + min(graceMs, 1 << 43) * 1_000_000
    gateway.finish {
      let signal = SignalPause.wait(ms: 10, stopping: gateway.rest)
      return signal.map(isReload) ?? true && Clock.monotonicNanoseconds < end
    }
    gateway.stop()
    voice.tellUntold(isEnd: true)
    let summary = gateway.summary
    if !arguments[RunCommand.quiet] {
      context.say(
        .note,
        // Those that were given back took nothing, and are in no report.
        "ended: \(summary.sums.calls) \(summary.sums.calls == 1 ? "call" : "calls"), \(summary.refusals) refused, "
          + "\(summary.cached) from the cache, \(HumanNumber.count(summary.tokens)) tokens")
    }
    return 0
  }
}
