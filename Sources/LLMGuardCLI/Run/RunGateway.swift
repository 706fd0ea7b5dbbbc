import Configuration
import Gateway
import Guard
import GuardModel
import Ledger
import Posix
import Providers
import SQLiteLedger
import Terminal

/// The gateway of one run, and what its command is told of it.
struct RunGateway {
  let gateway: Gateway
  private let routes: RouteTable
  private let voice: GatewayVoice
  private let run: String

  /// Starts a gateway.
  ///
  /// - Parameters:
  ///   - options: what it is told; its routes are made here.
  ///   - identity: whose calls come in.
  ///   - ledger: the ledger, which nobody else uses until the gateway has ended.
  init(
    _ settings: Settings, identity: GatewayIdentity, ledger: SQLiteLedger, voice: GatewayVoice,
    configure: (inout GatewayOptions) -> Void
  ) throws(Failure) {
    self.voice = voice
    run = identity.run
    routes = RouteTable(providers: settings.providers, environment: Environment.dictionary)
    var options = GatewayOptions(settings: settings, routes: routes)
    options.tell = { voice.hear($0) }
    options.explain = { Announcement(nowUnixMs: Clock.unixMs).refusal($0) }
    configure(&options)
    let desk = LedgerDesk(settings: settings, ledger: ledger, nowUnixMs: { Clock.unixMs })
    gateway = Gateway(options, desk: desk) { _ in identity }
    do throws(PosixError) { try gateway.start() } catch {
      throw Failure(
        "the gateway cannot be started: \(error)",
        hint: "--no-gateway meters the command by its text alone", status: Failure.Status.failed)
    }
  }

  /// A command whose calls come here.
  func command(_ line: [String]) -> ChildCommand {
    var command = ChildCommand(arguments: line)
    command.environment = environment
    return command
  }

  /// Ends the gateway; what its calls were.
  func end() -> GatewaySummary {
    gateway.stop()
    voice.end()
    return gateway.summary
  }

  /// The variables that lead the command's calls here.
  var environment: [String: String?] {
    var variables: [String: String?] = ["LLMGUARD_GATEWAY": gateway.root, "LLMGUARD_RUN": run]
    for setting in routes.settings { variables[setting.name] = gateway.address(key: setting.key, path: setting.path) }
    for name in ["NO_PROXY", "no_proxy"] { variables[name] = Self.withLoopback(Environment.value(name)) }
    return variables
  }

  /// A list of hosts that no proxy is asked for, with this machine in it.
  static func withLoopback(_ list: String?) -> String {
    var hosts = (list ?? "").split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
    if hosts.contains("*") { return "*" }
    for host in ["127.0.0.1", "localhost"] where !hosts.contains(host) { hosts.append(host) }
    return hosts.joined(separator: ",")
  }
}

extension Substring {
  fileprivate var trimmed: String {
    let start = drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}

/// Says what happens in a gateway, from any of its threads, and not the same thing again and again.
final class GatewayVoice: Sendable {
  private struct Said {
    var lines: Set<String> = []
    var refusals = 0
  }

  /// Refusals that are told one by one; of the rest the number is told at the end.
  private static let refusalsTold = 3
  private let said = Locked(Said())
  private let context: Context
  private let isQuiet: Bool

  init(_ context: Context, isQuiet: Bool) {
    self.context = context
    self.isQuiet = isQuiet
  }

  func hear(_ news: GatewayNews) {
    switch news {
    case .admitted(let plan): if !isQuiet { announce(plan) }
    case .refused(let plan):
      let number = said.use { said in
        said.refusals += 1
        return said.refusals
      }
      guard number <= Self.refusalsTold else { return }
      let (message, hint) = Announcement(nowUnixMs: context.nowUnixMs).refusal(plan)
      context.say(.refused, message, hint: hint)
    case .failed(let error, let isOpen):
      let end = isOpen ? "the call goes out unmetered (fail-open)" : "the call was not sent"
      once(.error, "\(error.message); \(end)", hint: error.hint)
    case .unsettled(let error):
      once(
        .error, "a call has run, but could not be settled: \(error.message)",
        hint: error.hint + "; the next llmguard run charges its estimate")
    case .unreachable(let message, let hint): once(.error, message, hint: hint)
    case .unmetered(let provider, let isRefused):
      if isRefused {
        once(
          .refused, "refused: a request to \(provider) that cannot be metered",
          hint: "leave out --strict to let it pass")
      } else if !isQuiet {
        once(
          .warning, "a request to \(provider) went out unmetered: llmguard cannot tell what it costs",
          hint: "--strict refuses such requests")
      }
    }
  }

  /// Says how many refusals were not told.
  func end() {
    let more = said.use { $0.refusals } - Self.refusalsTold
    if more > 0 { context.say(.refused, "refused: \(more) more \(more == 1 ? "call" : "calls") of this run") }
  }

  private func announce(_ plan: Plan) {
    let announcement = Announcement(nowUnixMs: context.nowUnixMs)
    // The figures change from call to call; the first of a kind is told.
    if let text = announcement.degradation(plan) {
      once(.degraded, text, as: "degraded \(plan.request.model ?? "") \(plan.shape.model ?? "")")
    }
    if let text = announcement.warning(plan) {
      once(.warning, text, as: "warning \(plan.decision.tightest?.budget.key.storageText ?? "")")
    }
    if let text = announcement.cap(plan) { once(.note, text, as: "cap \(plan.request.operation)") }
    if let text = announcement.retry(plan) { once(.note, text, as: "retry \(plan.attempt ?? 0)") }
  }

  private func once(_ kind: Context.Notice, _ text: String, as key: String? = nil, hint: String = "") {
    if said.use({ $0.lines.insert(key ?? text).inserted }) { context.say(kind, text, hint: hint) }
  }
}
