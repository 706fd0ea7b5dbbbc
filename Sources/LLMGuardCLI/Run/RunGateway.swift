import Configuration
import Gateway
import Guard
import GuardModel
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

  /// Starts a gateway.
  ///
  /// - Parameters:
  ///   - settings: the rules.
  ///   - identity: whose calls come in.
  ///   - ledger: the ledger, which nobody else uses until the gateway has ended.
  ///   - voice: says what happens.
  ///   - observer: hears what is done with calls.
  ///   - configure: changes what the gateway is told.
  init(
    _ settings: Settings, identity: GatewayIdentity, ledger: SQLiteLedger, voice: GatewayVoice,
    observer: (any CallObserver)?, configure: (inout GatewayOptions) -> Void
  ) throws(Failure) {
    self.voice = voice
    self.identity = identity
    routes = RouteTable(providers: settings.providers, environment: OuterRun.environmentWithout())
    var options = GatewayOptions(settings: settings, routes: routes)
    options.tell = { voice.hear($0) }
    options.offer = { Announcement(nowUnixMs: Clock.unixMs).offer($0, remedy: "send 'x-llmguard-cache: similar'") }
    options.explain = { Announcement(nowUnixMs: Clock.unixMs).refusal($0) }
    configure(&options)
    let desk = LedgerDesk(settings: settings, ledger: ledger, nowUnixMs: { Clock.unixMs }, observer: observer)
    gateway = Gateway(options, desk: desk) { _ in identity }
    do throws(PosixError) {
      try gateway.start()
      shims = try ShimFolder(servers: routes.servers)
    } catch {
      gateway.stop()
      throw Failure(
        "the gateway cannot be started: \(error)",
        hint: "--no-gateway meters the command by its text alone", status: Failure.Status.failed)
    }
  }

  /// A command whose calls come here.
  func command(_ line: [String]) -> ChildCommand {
    var command = ChildCommand(arguments: line)
    command.environment = environment
    let program = File.name(of: line.first ?? "")
    guard let shims, CommandRewriter.programs.contains(program) else { return command }
    // The command itself is changed here; a shim does the same for those it starts.
    let result = CommandRewriter(servers: routes.servers, root: gateway.root)
      .rewrite(program, line, own: Environment.value)
    command.arguments = result.arguments
    for (name, value) in result.variables { command.environment[name] = .some(value) }
    if !result.files.isEmpty { command.arguments = ["\(shims.path)/\(program)"] + line.dropFirst() }
    return command
  }

  /// Ends the gateway; what its calls were.
  func end() -> GatewaySummary {
    gateway.stop()
    shims?.remove()
    voice.end()
    return gateway.summary
  }

  /// The variables that lead the command's calls here.
  private var environment: [String: String?] {
    var variables: [String: String?] = [
      OuterRun.gatewayVariable: gateway.root, OuterRun.runVariable: identity.run, "LLMGUARD_USER": identity.user,
    ]
    if let operation = identity.operation { variables["LLMGUARD_OP"] = operation }
    for setting in routes.settings { variables[setting.name] = gateway.address(key: setting.key, path: setting.path) }
    for name in ["NO_PROXY", "no_proxy"] { variables[name] = Self.withLoopback(Environment.value(name)) }
    if let shims { variables["PATH"] = shims.searchPath }
    return variables
  }

  /// A list of hosts that no proxy is asked for, with this machine in it.
  static func withLoopback(_ list: String?) -> String {
    var hosts = (list ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    if hosts.contains("*") { return "*" }
    for host in ["127.0.0.1", "localhost"] where !hosts.contains(host) { hosts.append(host) }
    return hosts.joined(separator: ",")
  }
}
