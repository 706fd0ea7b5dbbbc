import Gateway
import GuardModel
import Posix
import Providers

/// A call that stands on the command line of a client that only sends requests, such as curl, read as the gateway will read
/// it.
struct HTTPCallText {
  let request: ProviderRequest
  /// Whether the gateway knows its server, and so will meter it when it passes.
  let isKnownServer: Bool

  /// Reads a call.
  ///
  /// - Returns: `nil` where the address is none of a known form of call, or its one body cannot be seen or read.
  init?(_ commandLine: [String], files bodies: [[UInt8]], routes: RouteTable, gateway: String?) {
    let curl = CurlRequest(commandLine)
    guard let url = curl.callURL, case .call(let format) = curl.kind, curl.bodies.count == 1 else { return nil }
    let body: [UInt8]
    if let inline = curl.bodies.first, !inline.hasPrefix("@") {
      body = Array(inline.utf8)
    } else if bodies.count == 1 {
      body = bodies[0]
    } else {
      return nil
    }
    let place = Self.place(of: url, routes, gateway: gateway)
    let target = place?.target ?? Self.target(of: url)
    let deployments = place.flatMap { routes.routes[$0.key]?.provider.deployments } ?? [:]
    guard
      let request = try? ProviderRequest(format, target: target, body: body, deployments: deployments)
    else { return nil }
    self.request = request
    isKnownServer = place != nil
  }

  /// Where an address leads, also one that leads to the gateway of the run around this one.
  private static func place(of url: String, _ routes: RouteTable, gateway: String?) -> (key: String, target: String)? {
    let url = withoutUser(url)
    guard let gateway, url.hasPrefix(gateway + "/") else { return routes.servers.place(of: url) }
    let rest = url.dropFirst(gateway.count + 1)
    let key = rest.prefix { $0 != "/" }
    return routes.routes[String(key)] == nil ? nil : (String(key), String(rest.dropFirst(key.count)))
  }

  /// An address without the name and the password before its host.
  static func withoutUser(_ url: String) -> String {
    let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
    let authority = url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let sign = authority.lastIndex(of: "@") else { return url }
    return url[..<start] + String(url[url.index(after: sign)...])
  }

  private static func target(of url: String) -> String {
    let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    return String(rest.drop { $0 != "/" })
  }
}

extension GuardedRun {
  /// The call as the gateway will read it; `nil` for other clients, and where it cannot be read.
  func httpCall(_ prompt: PromptText) -> HTTPCallText? {
    guard client?.bodyOptions.isEmpty == false else { return nil }
    let routes = RouteTable(providers: settings.providers, environment: OuterRun.environmentWithout())
    return HTTPCallText(
      commandLine, files: prompt.bodies, routes: routes,
      gateway: OuterRun.current == nil ? nil : Environment.value(OuterRun.gatewayVariable))
  }

  /// Whether a command line is a call of its client's. One that only sends requests calls a model where its address or its
  /// body says so; what else it does is for the gateway to tell.
  static func isCall(_ client: Client, _ commandLine: [String], _ call: ClientCall) -> Bool {
    if client.otherWords(in: commandLine) { return false }
    if client.bodyOptions.isEmpty { return true }
    let curl = CurlRequest(commandLine)
    switch curl.kind {
    case .call: return true
    case .other: return false
    case .unsaid: break
    }
    return curl.bodies.contains { body in
      guard body.hasPrefix("@") else { return RequestBody.isCall(body) }
      let path = String(body.dropFirst())
      if ClientCall.isStandardInput(path) { return inputIsCall() }
      guard File.isRegular(path), let bytes = try? File.readAll(path) else { return false }
      return RequestBody.isCall(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Whether what waits on standard input is a call; nothing is taken from it. Of one too long to be seen whole, how it
  /// begins is looked at.
  private static func inputIsCall() -> Bool {
    func isCall(_ view: PipePeek.View) -> Bool {
      let text = String(decoding: view.bytes, as: UTF8.self)
      if view.isComplete { return RequestBody.isCall(text) }
      return text.first { !$0.isWhitespace } == "{" && RequestBody.beginsLikeCall(text)
    }
    switch FileDescriptor.input.kind {
    case .pipe: return isCall(PipePeek.standardInput(patienceMs: nil))
    case .socket: return PipePeek.socketInput(patienceMs: nil).map(isCall) ?? false
    case .regular:
      guard let offset = FileDescriptor.input.offset else { return false }
      let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
      defer { chunk.deallocate() }
      var (bytes, place): ([UInt8], Int64) = ([], offset)
      while bytes.count < 4 << 20, let count = try? FileDescriptor.input.read(into: chunk, at: place), count > 0 {
        bytes += chunk[..<count]
        place += Int64(count)
      }
      return RequestBody.isCall(String(decoding: bytes, as: UTF8.self))
    default: return false
    }
  }
}
