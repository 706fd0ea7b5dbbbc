import Configuration
import Gateway
import Posix
import Providers
import Terminal
import TextFormats

/// What goes past the gateway of a run, as far as it can be seen.
struct PastGateway: Sendable {
  /// The ports at which providers are known to be, elsewhere and on this machine.
  private var outsidePorts: Set<UInt16> = [443]
  private var ownPorts: Set<UInt16> = []

  /// - Parameter routes: whom the gateway leads to.
  init(_ routes: RouteTable) {
    for route in routes.routes.values {
      guard let (host, port) = Self.place(of: route.origin) else { continue }
      outsidePorts.insert(port)
      // Any name may be this machine's, by /etc/hosts; but what is here at the port of HTTPS is mostly somebody else.
      if port != 443 || Self.isThisMachine(host) { ownPorts.insert(port) }
    }
  }

  /// Whether a provider may be there: at a port where one is known to be, and elsewhere than on this machine at that of HTTPS.
  func mayBeProvider(_ peer: SeenConnection.Peer) -> Bool {
    (peer.isLoopback ? ownPorts : outsidePorts).contains(peer.port)
  }

  /// Whether a rehearsed connection would have gone past the gateway: to anybody elsewhere, whatever it is for, but for name
  /// servers; and to a provider on this machine.
  func isPast(_ peer: SeenConnection.Peer) -> Bool {
    peer.isLoopback ? mayBeProvider(peer) : peer.port != 53
  }

  private static func isThisMachine(_ host: String) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.") || host == "[::1]"
      || host == "0.0.0.0"
  }

  /// The host and the port of an origin.
  private static func place(of origin: String) -> (host: String, port: UInt16)? {
    guard let address = WebAddress(origin) else { return nil }
    let authority = address.authority
    let end = authority.last == "]" ? nil : authority.lastIndex(of: ":")
    guard let end else { return (authority, address.scheme == "https" ? 443 : 80) }
    return UInt16(authority[authority.index(after: end)...]).map { (String(authority[..<end]), $0) }
  }
}

/// Watches the command of a run that is to let nothing pass that cannot be metered. That it is seen does not bar it.
final class BypassWatch: Sendable {
  private let sampler: ConnectionSampler
  private let found = Locked<[SeenConnection]?>(nil)

  /// - Parameter settings: the rules, which say who is a provider.
  init(_ settings: Settings) {
    let rule = PastGateway(
      RouteTable(providers: settings.providers, environment: OuterRun.environmentWithout()))
    sampler = ConnectionSampler { rule.mayBeProvider($0) }
  }

  /// Has a command watched from its start.
  func watch(_ command: inout ChildCommand) { command.started = { [sampler] in sampler.begin($0) } }

  /// Who was seen, each process with each of its peers once. The first question ends the watch.
  var bypasses: [SeenConnection] {
    found.use { found in
      if let found { return found }
      var known: Set<SeenConnection> = []
      let all = sampler.end().filter { known.insert($0).inserted }
      found = all
      return all
    }
  }

  /// What is said at the end of a run; `nil` where nobody was seen.
  var remark: (text: String, hint: String)? {
    let all = bypasses
    guard let first = all.first else { return nil }
    let shown = all.prefix(Self.mostShown).map(Self.words)
    let more = all.count > shown.count ? " and \(HumanNumber.counted(Int64(all.count - shown.count), "more"))" : ""
    return (
      "\(all.count == 1 ? "a connection" : "\(all.count) connections") went past the gateway: "
        + shown.joined(separator: ", ") + more
        + (all.count == 1 ? "; it may have been a call, and if so is" : "; they may have been calls, and if so are")
        + " in no budget",
      "'llmguard run --isolate' makes that impossible, where it was a call; if "
        + (first.program.isEmpty ? "the program" : "'\(first.program)'")
        + " is to be metered, let it take its address from its variables, or be found first on PATH"
    )
  }

  /// Each of them in words.
  var each: [String] { bypasses.map(Self.words) }

  private static func words(_ seen: SeenConnection) -> String {
    "\(seen.program.isEmpty ? "?" : seen.program) (\(seen.process)) to \(seen.place)"
  }

  private static let mostShown = 5

  /// The same for programs.
  var json: JSONValue {
    .array(
      bypasses.map { seen in
        [
          "process": .int(Int64(seen.process)), "program": .string(seen.program), "host": .string(seen.peer.host),
          "port": .int(Int64(seen.peer.port)),
        ]
      })
  }
}
