import CommandSpec
import Gateway
import Posix
import Providers
import TextFormats

/// Where `serve` listens.
struct ServeAddress: Sendable {
  var ip: IPv4Address
  var port: UInt16

  /// Where it listens unless it is told.
  static let standard = ServeAddress(ip: .loopback, port: 4470)

  /// Reads `ADDRESS:PORT`, `:PORT` or `ADDRESS`.
  static let read: @Sendable (String) -> Result<ServeAddress, ValueProblem> = { text in
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let problem = ValueProblem("is not ADDRESS, :PORT or ADDRESS:PORT, such as 127.0.0.1:4470")
    if let port = UInt16(text) { return .failure(ValueProblem("is no address: write ':\(port)' for the port")) }
    guard (1...2).contains(parts.count) else { return .failure(problem) }
    var address = standard
    if !parts[0].isEmpty {
      guard let ip = parts[0] == "localhost" ? IPv4Address.loopback : IPv4Address(String(parts[0])) else {
        return .failure(problem)
      }
      address.ip = ip
    }
    if parts.count == 2 {
      let isNumber = !parts[1].isEmpty && parts[1].allSatisfy { $0.isASCII && $0.isNumber }
      if isNumber, UInt16(parts[1]) == nil {
        return .failure(ValueProblem("has a port that is none: ports go from 0 (any that is free) to 65535"))
      }
      guard isNumber, let port = UInt16(parts[1]) else {
        return .failure(problem)
      }
      address.port = port
    }
    return .success(address)
  }
}

/// The addresses that the clients of one key are told.
struct ServeBases {
  /// `http://HOST:PORT/KEY`.
  let root: String
  let routes: RouteTable
  let key: ServeKey
  /// Programs that heed no variable, where they can be led here, too: on this machine, while the server runs.
  var shims: ShimFolder?

  /// Whether a run on this machine can join: it reaches gateways of this machine alone.
  private var canBeJoined: Bool { OuterRun.isOnThisMachine(root) }

  /// The variables, in the order in which they are told.
  private var variables: [(String, String)] {
    // Of two providers that have one variable the last one has it, as with a run's.
    let settings = routes.settings
    var variables = settings.indices.filter { place in
      !settings[(place + 1)...].contains { $0.name == settings[place].name }
    }.map { (settings[$0].name, settings[$0].value(root)) }
    variables.append(("LLMGUARD_USER", key.user))
    // Clients whose code leads them ask it.
    variables.append((OuterRun.gatewayVariable, root))
    if canBeJoined {
      variables.append((OuterRun.runVariable, key.run))
      // A run in such a shell meters its calls by itself, and they are for the user's own servers.
      if let own = OwnOrigins(of: routes).text { variables.append((OuterRun.originsVariable, own)) }
    }
    return variables
  }

  /// Lines for a shell, of the kind of `sh` or fish: what only one of them reads is left to `sh`. Nothing in them needs more than
  /// single quotes, but who knows.
  var shell: String {
    let host = WebAddress(root).map { $0.authority.prefix { $0 != ":" } } ?? ""
    var lines = variables.map { "export \($0)=\(ShellWord.quoted($1))" }
    if let shims { lines.append("export PATH=\(ShellWord.quoted(shims.path)):\"$PATH\"") }
    let hosts = ["127.0.0.1", "localhost", String(host)]
    let list = hosts.enumerated().filter { hosts.firstIndex(of: $1) == $0 }.map(\.element).joined(separator: ",")
    // What the shell has there already stays, and stands for the other one where that says nothing.
    let before = "v=${NO_PROXY:-${no_proxy-}}; echo \"${v:+$v,}\(list)\""
    lines.append("export NO_PROXY=\"$(sh -c '\(before)')\"")
    lines.append("export no_proxy=\"$(sh -c 'echo \"${no_proxy:+$no_proxy,\(list)}\"')\"")
    lines.append("test -n \"$no_proxy\" || export no_proxy=\"$NO_PROXY\"")
    return lines.joined(separator: "\n") + "\n"
  }

  var json: JSONValue {
    var object = JSONObject()
    for (name, value) in variables { object[name] = .string(value) }
    if let shims { object["PATH"] = .string(shims.searchPath) }
    return .object(object)
  }
}
