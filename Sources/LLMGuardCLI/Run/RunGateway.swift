import Configuration
import Gateway
import Guard
import GuardModel
import Intent
import Ledger
import Posix
import Providers
import SQLiteLedger

/// The gateway of one run, and what its command is told of it.
struct RunGateway {
  let gateway: Gateway
  private let routes: RouteTable
  private let voice: GatewayVoice
  private let identity: GatewayIdentity
  private let shims: ShimFolder?
  private let network: IsolatedNetwork?
  private let hasEnded = Locked(false)
  /// How many calls never had their turn, as the line was when it ended.
  private let unsent = Locked<Int64>(0)

  /// Starts a gateway.
  ///
  /// - Parameters:
  ///   - settings: the rules.
  ///   - identity: whose calls come in.
  ///   - ledger: the ledger, which nobody else uses until the gateway has ended.
  ///   - voice: says what happens.
  ///   - observer: hears what is done with calls.
  ///   - isIsolated: whether the command is to reach the gateway and nothing else.
  ///   - allowsUnixSockets: whether an isolated command may use UNIX sockets all the same.
  ///   - configure: changes what the gateway is told.
  init(
    _ settings: Settings, identity: GatewayIdentity, ledger: SQLiteLedger, voice: GatewayVoice,
    observer: (any CallObserver)?, isIsolated: Bool, allowsUnixSockets: Bool,
    configure: (inout GatewayOptions) -> Void
  ) throws(Failure) {
    self.voice = voice
    self.identity = identity
    do throws(IsolatedNetwork.Unavailable) {
      network = isIsolated ? try IsolatedNetwork(allowsUnixSockets: allowsUnixSockets) : nil
    } catch {
      throw Failure(
        "the command cannot be isolated: \(error.message); it was not started", hint: error.hint,
        status: Failure.Status.failed)
    }
    routes = RouteTable(providers: settings.providers, environment: OuterRun.environmentWithout())
    var options = GatewayOptions(settings: settings, routes: routes)
    options.tell = { voice.hear($0) }
    options.giveBack = { IntentTables.giveBack() }
    options.offer = { Announcement(nowUnixMs: Clock.unixMs).offerToRequest($0) }
    options.explain = {
      Announcement(nowUnixMs: Clock.unixMs, settings: settings, prefix: ActingUser.prefix, isOfRequest: true).refusal(
        $0)
    }
    // Whoever sees the address on a command line must not use it. An isolated command is alone in its network, where nobody
    // else's sockets are; where the kernel does not tell, the token alone guards.
    if !isIsolated { options.admits = { Peer(of: $0)?.belongsHere ?? true } }
    options.limits = .fitting(openFiles: OpenFiles.limit)
    options.ledgerMark = { [path = ledger.path] in LedgerMark.of(path) }
    configure(&options)
    let desk = LedgerDesk(settings: settings, ledger: ledger, nowUnixMs: { Clock.unixMs }, observer: observer)
    gateway = Gateway(options, desk: desk, owner: identity)
    do throws(PosixError) {
      // The keys of the command's calls pass through this process's memory.
      ProcessInfo.leaveCoreToCommands()
      try gateway.start(on: network?.listener)
      // A client whose connection cannot even be taken would wait for ever.
      try OpenFiles.check(for: Self.filesOfACall)
      shims = try ShimFolder(servers: routes.servers, home: File.parent(of: ledger.path))
    } catch {
      gateway.stop()
      throw Self.failure(error, ledger: ledger.path)
    }
  }

  /// What is opened for one call: its two connections, what libcurl wakes itself by and what it looks a name up in, and the lock
  /// of the shims, which are made after this was looked at.
  private static let filesOfACall = 6

  /// Why a gateway could not be started. Where not even what it puts beside the ledger can be written, a charge cannot be either.
  private static func failure(_ error: PosixError, ledger: String) -> Failure {
    if error.isFull, error.path?.hasPrefix(File.parent(of: ledger) + "/") == true {
      return Failure(LedgerError.diskFull(path: ledger))
    }
    return Failure(
      "the gateway cannot be started: \(error)",
      hint: error.isFull
        ? "make room there, or let TMPDIR name a folder on another disk"
        : error.isOfOpenFiles ? OpenFiles.remedy : "--no-gateway meters the command by its text alone",
      status: Failure.Status.failed)
  }

  /// A command whose calls come here.
  func command(_ line: [String]) -> ChildCommand {
    // A shell may have put an address of a gateway for a variable. What a variable leads to is this run's, as where it was set; the
    // words of a command that lead to a server are metered there.
    let former = OuterRun.root
    func led(_ text: String) -> String {
      former.map { GatewayAddresses.moved(text, from: $0, to: OuterRun.bare(gateway.root)) } ?? text
    }
    let words = OuterRun.leadsToServer ? line : line.map(led)
    var command = ClientLead(root: gateway.root, routes: routes, shims: shims).command(words)
    for (name, value) in Environment.dictionary where command.environment[name] == nil {
      let now = led(value)
      if now != value { command.environment[name] = .some(now) }
    }
    command.environment[OuterRun.runVariable] = .some(identity.run)
    command.environment[OuterRun.programVariable] = .some(identity.program)
    command.environment[ActingUser.variable] = .some(identity.user)
    if let operation = identity.operation { command.environment["LLMGUARD_OP"] = .some(operation) }
    command.network = network
    command.stopping = { [gateway] stop in gateway.rest(during: stop) }
    return command
  }

  /// Ends the gateway, once; what its calls were.
  func end() -> GatewaySummary {
    if hasEnded.use({ hasEnded in
      defer { hasEnded = true }
      return !hasEnded
    }) {
      let root = gateway.root
      let cut = voice.callsLeft(by: gateway)
      let submitted = voice.submittedGoingOn(in: gateway)
      let line = gateway.callsInLine
      gateway.stop()
      voice.end()
      // Those that were refused were told of as that.
      voice.tell(ofCut: cut - line.waiting - line.refused, submitted)
      voice.tell(of: line)
      unsent.use { $0 = Int64(line.waiting + line.lost) }
      // Also where nothing has called yet: what goes on may be about to.
      voice.tellOfProcesses(startedWith: "\(OuterRun.gatewayVariable)=\(root)")
      shims?.end()
    }
    var summary = gateway.summary
    summary.unsent = unsent.use { $0 }
    return summary
  }
}
