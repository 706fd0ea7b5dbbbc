import HTTPWire
import Providers

/// Where the gateway's addresses lead.
///
/// An address is `http://127.0.0.1:PORT/TOKEN/KEY/…`; what stands behind the key is the provider's own path, unchanged. So
/// a client that adds to its base, or looks at the end of it, does what it would do without the gateway. Where two clients
/// want the same variable with and without the path of its base, the path that both mean is put right (`BasePath`).
public struct RouteTable: Sendable {
  /// One way to a provider.
  public struct Route: Hashable, Sendable {
    /// The part of the address that names it.
    public let key: String
    /// The provider.
    public let provider: Provider
    /// The server behind it: scheme, host and port.
    public let origin: String
    /// The path of the base, which clients may have added once more or left out; `nil` where the user has said where calls go.
    var basePath: BasePath?
  }

  /// A variable for the client, and where it leads: the key of a route and a path.
  public struct Setting: Hashable, Sendable {
    /// The variable.
    public let name: String
    /// The key.
    public let key: String
    /// The path behind it, with the query that the user's own value has.
    public let path: String
    /// The name and the password of the user's own value, with the `@` behind them; empty for none.
    public var user = ""

    /// What the variable says.
    ///
    /// - Parameter root: what the gateway's addresses begin with.
    public func value(_ root: String) -> String { address(behind: "\(root)/\(key)") }

    /// What it says where nothing stands between.
    ///
    /// - Parameter origin: its server.
    public func address(behind origin: String) -> String {
      let address = origin + path
      guard !user.isEmpty, let scheme = address.firstRange(of: "://") else { return address }
      return address[..<scheme.upperBound] + user + address[scheme.upperBound...]
    }
  }

  /// All routes.
  public private(set) var routes: [String: Route] = [:]
  /// What clients are told.
  public private(set) var settings: [Setting] = []
  /// Whom clients call by address.
  public private(set) var servers = ServerTable()

  /// Makes a table.
  ///
  /// A variable that the user has set leads where the user said; any other leads to the provider's base. One whose value
  /// cannot be used is no variable here, so whoever lets commands run looks at `ClientBase.faults` before.
  ///
  /// - Parameters:
  ///   - providers: the known ones and the configured ones.
  ///   - builtIn: what the providers are without configuration, for those who call them by their addresses.
  ///   - environment: the user's variables.
  public init(providers: [Provider], builtIn: [Provider] = BuiltInProviders.all, environment: [String: String]) {
    for provider in providers {
      let base = WebAddress(provider.base)
      let standard = builtIn.first { $0.name == provider.name }.flatMap { WebAddress($0.base) }
      let own = provider.variables.map { variable in
        environment[variable.name].flatMap { (try? ClientBase.read($0, of: variable.name)) ?? nil }
      }
      for (place, variable) in provider.variables.enumerated() {
        if let own = own[place] {
          add(own, variable, provider)
        } else if base != nil, let fallback = BuiltInProviders.fallback(of: variable.name),
          let other = provider.variables.firstIndex(where: { $0.name == fallback }), let own = own[other]
        {
          add(own, of: provider.variables[other], as: variable, provider)
        } else if let base {
          let path = Self.path(of: variable, base: base, standard: standard ?? base)
          settings.append(Setting(name: variable.name, key: provider.name, path: path))
        }
      }
      guard let base else { continue }
      routes[provider.name] = Route(
        key: provider.name, provider: provider, origin: base.origin,
        basePath: BasePath(base.path, isOwn: standard?.path != base.path, isKnown: standard != nil))
      for address in [standard, base].compactMap({ $0 }) {
        servers.add(ServerTable.Server(address: address, key: provider.name, path: base.path))
      }
    }
    // Whoever has a provider of their own there says what it is called.
    let known = Set(servers.servers.map(\.address.server))
    for standard in builtIn where !standard.otherHosts.isEmpty {
      addOtherHosts(of: standard, as: providers.first { $0.name == standard.name } ?? standard, unless: known)
    }
  }

  /// Adds the other hosts of a provider, each with a way of its own: who names a region is led nowhere else.
  private mutating func addOtherHosts(of standard: Provider, as provider: Provider, unless known: Set<String>) {
    guard let base = WebAddress(standard.base) else { return }
    for host in standard.otherHosts {
      guard let address = WebAddress("\(base.scheme)://\(host)\(base.path)"),
        !known.contains(address.server)
      else { continue }
      routes[host] = Route(key: host, provider: provider, origin: address.origin)
      servers.add(ServerTable.Server(address: address, key: host, path: address.path))
    }
  }

  /// Where a request leads.
  public struct Destination: Sendable {
    /// The way to the provider.
    public let route: Route
    /// What stands before the provider's own path.
    public let prefix: String
    /// The provider's own path and query.
    public let target: String
  }

  /// Where a request leads: to the provider that its address names; one of Codex that is signed in with ChatGPT, to ChatGPT's server.
  /// Codex would ask that one if it were told no base, and OpenAI's other one does not know its key.
  ///
  /// *Source:* Codex 0.163 (`ChatGPT-Account-ID`), which was run signed in either way.
  ///
  /// - Parameters:
  ///   - key: what names the provider.
  ///   - prefix: what stands before the target, up to the key.
  ///   - target: the path and the query behind it.
  /// - Returns: `nil` for a provider that nobody knows.
  public func destination(of key: String, _ prefix: String, _ target: String, _ fields: HTTPFields) -> Destination? {
    guard let route = routes[key] else { return nil }
    if let other = misled(from: route, prefix, target, fields) { return other }
    guard key == "openai", fields["ChatGPT-Account-ID"] != nil, let plan = routes["chatgpt"],
      // Whoever says that OpenAI is elsewhere says where its calls go, unless they say so of ChatGPT, too.
      isBuiltIn(route.provider) || !isBuiltIn(plan.provider),
      let base = WebAddress(route.provider.base), let own = WebAddress(plan.provider.base),
      target.hasPrefix(base.path + "/")
    else { return Destination(route: route, prefix: prefix, target: route.basePath?.meant(target) ?? target) }
    return Destination(
      route: plan, prefix: prefix.dropLast(key.utf8.count) + plan.key,
      target: own.path + target.dropFirst(base.path.count))
  }

  /// Where a call of Anthropic's leads that was sent to OpenAI's own server, which has none: CrewAI takes `OPENAI_API_BASE` for the
  /// address of whatever model `MODEL` names, and would tell the one the key of the other.
  ///
  /// *Source:* CrewAI 1.x, `_llm_via_environment_or_fallback`; it was run so.
  private func misled(from route: Route, _ prefix: String, _ target: String, _ fields: HTTPFields) -> Destination? {
    guard route.key == "openai", fields["anthropic-version"] != nil, isBuiltIn(route.provider),
      // Where the user has said where Anthropic's calls go, its key may be for that server alone.
      let lead = settings.first(where: { $0.name == "ANTHROPIC_BASE_URL" }), let other = routes[lead.key]
    else { return nil }
    let meant = route.basePath?.meant(target) ?? target
    guard meant.hasPrefix("/v1/messages"), !lead.path.contains("?") else { return nil }
    return Destination(
      route: other, prefix: prefix.dropLast(route.key.utf8.count) + other.key, target: lead.path + meant)
  }

  private func isBuiltIn(_ provider: Provider) -> Bool {
    BuiltInProviders.all.contains { $0.name == provider.name && $0.base == provider.base }
  }

  /// The variables whose value in this environment leads a client elsewhere than to the provider's base.
  public var ownVariables: [String] {
    // Two providers may have one variable.
    settings.indices.filter { place in
      let setting = settings[place]
      return setting.key == setting.name.lowercased() && routes[setting.key]?.basePath == nil
        && !settings[..<place].contains { $0.name == setting.name }
    }.map { settings[$0].name }
  }

  /// What is to be done about an address that names no route of these; only who may come is told it.
  func remedy(forAbsent key: String) -> String {
    let name = key.uppercased()
    guard routes.values.contains(where: { $0.provider.variables.contains { $0.name == name } }) else {
      let names = Set(routes.values.map(\.provider.name)).sorted().joined(separator: ", ")
      return "after the key an address names its provider, as in /KEY/openai/v1; known are \(names)"
    }
    return "start llmguard serve with \(name) set as where the key was made, or make the key where it is not set"
  }

  /// The path of a client's base: a base that was moved takes the client's path along.
  private static func path(of variable: Provider.Variable, base: WebAddress, standard: WebAddress) -> String {
    guard variable.path.hasPrefix(standard.path) else { return variable.path }
    return base.path + String(Substring(variable.path.utf8.dropFirst(standard.path.utf8.count)))
  }

  private mutating func add(_ own: ClientBase, _ variable: Provider.Variable, _ provider: Provider) {
    let (key, address) = (variable.name.lowercased(), own.address)
    routes[key] = Route(key: key, provider: provider, origin: address.origin)
    settings.append(Setting(name: variable.name, key: key, path: address.path + own.query, user: own.user))
    servers.add(ServerTable.Server(address: address, key: key, path: address.path))
  }

  /// A variable that nobody has set leads where the user has the one lead that its clients look at next: langchain-openai asks
  /// `OPENAI_API_BASE` first, and would not be where the user sent it by `OPENAI_BASE_URL`.
  private mutating func add(
    _ own: ClientBase, of other: Provider.Variable, as variable: Provider.Variable, _ provider: Provider
  ) {
    let key = variable.name.lowercased()
    var path = own.address.path
    if other.path != variable.path {
      if path.hasSuffix(other.path) { path.removeLast(other.path.count) }
      path += variable.path
    }
    routes[key] = Route(key: key, provider: provider, origin: own.address.origin, basePath: BasePath(path))
    settings.append(Setting(name: variable.name, key: key, path: path + own.query, user: own.user))
  }
}
