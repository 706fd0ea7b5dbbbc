import CommandSpec
import Configuration
import Gateway
import Posix

/// Where a server is, and what it may be called.
struct ServePlace {
  var address: ServeAddress
  private let stated: [String]

  init(_ arguments: ParsedArguments) throws(Failure) {
    address = arguments[ServeCommand.listen] ?? .standard
    stated = arguments.all(ServeCommand.name).map { $0.lowercased() }
    for name in stated where !Self.isName(name) {
      throw Failure(
        "--name: '\(name)' is not a host, or a host and a port", hint: "write it like llmguard.internal:4470",
        status: Failure.Status.usage)
    }
    if address.ip.isEvery, stated.isEmpty {
      throw Failure(
        "0.0.0.0 is every address of this machine and not one that a client can be told",
        hint: "add --name HOST: what clients call this machine", status: Failure.Status.usage)
    }
  }

  /// Takes the address of the one server that runs over the ledger, where none was stated and it has no name.
  ///
  /// - Returns: whether it did.
  mutating func find(_ arguments: ParsedArguments, _ context: Context) -> Bool {
    guard arguments[ServeCommand.listen] == nil, stated.isEmpty, let there = ServedRules.onlyAddress(context),
      case .success(let found) = ServeAddress.read(String(there.dropFirst("http://".utf8.count)))
    else { return false }
    address = found
    return true
  }

  private static func isName(_ text: String) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let isHost = parts[0].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
    return isHost && !parts[0].isEmpty && (parts.count == 1 || parts.count == 2 && UInt16(parts[1]) != nil)
  }

  /// The hosts and ports that requests may name, first the one that is printed.
  var names: [String] {
    var names = stated.map { $0.contains(":") ? $0 : "\($0):\(address.port)" }
    // A name without a port is what clients send for port 80: a server in front has it.
    names += stated.filter { !$0.contains(":") }
    if !address.ip.isEvery { names.append("\(address.ip):\(address.port)") }
    if address.ip == .loopback || address.ip.isEvery {
      names += ["127.0.0.1:\(address.port)", "localhost:\(address.port)"]
    }
    return names
  }

  /// What the addresses of a key begin with.
  func root(_ key: String) -> String { "http://\(names[0])/\(key)" }
}

extension RouteTable {
  /// Where calls lead by the rules and this process's own variables.
  init(_ settings: Settings) { self.init(providers: settings.providers, environment: OuterRun.environmentWithout()) }
}
