import GuardModel
import HTTPWire
import Posix

/// Requests whose address leads to no provider.
extension Gateway {
  /// The key under which the gateway speaks of itself.
  static let ownKey = "llmguard"

  /// Tells of one, and says what its client is answered. That is the client's own address, as it was given; what is told of it
  /// may be kept, and what stands in the provider's place may be a key, so only what is like a name is told.
  func astray(_ key: String, _ user: String, _ joined: String?, _ rules: GatewayRules) -> String {
    let remedy = rules.options.routes.remedy(forAbsent: key)
    let isName =
      key.utf8.count <= 24
      && key.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || $0 == "-") }
    // A message of a run inside that nobody knows is no call.
    if !key.hasPrefix("~") {
      noteTurnedAway(joined)
      rules.options.tell(.astray(user: user, provider: isName ? key : nil, remedy: remedy))
    }
    return "llmguard: no provider is known as '\(Self.shown(key))' here: \(remedy)"
  }

  /// Tells of a request of somebody who may come that names another host than this gateway, and says what its client is answered.
  func misaddressed(_ head: HTTPRequestHead, _ user: String, _ joined: String?, _ rules: GatewayRules) -> String {
    let host = Self.shown(head.authority)
    noteTurnedAway(joined)
    rules.options.tell(.misaddressed(user: user, host: host))
    return "llmguard: a request names the host '\(host)', and not this gateway"
  }

  /// Counts what a run asked and nobody was asked for.
  private func noteTurnedAway(_ joined: String?) {
    tally.note(joined) { $0.turnedAway += 1 }
    runs.noteTurnedAway(joined)
  }

  /// What a reply of the gateway's own says of how a user stands, where no call is known: it costs nothing.
  func standing(of user: String) -> HTTPFields {
    looks.begin(user, at: desk).states.map { GatewayHeaders.unplanned($0, nowUnixMs: Clock.unixMs) }
      ?? GatewayHeaders.unknown(tokens: nil)
  }

  /// Hears of a request that its server turned away. - Returns: what its reply says of it.
  func hear(of turnedAway: GatewayServer.TurnedAway) -> HTTPFields {
    switch turnedAway {
    case .unreadable(let target, let fault):
      return unreadable(target, fault)
    case .crowded(let why, let remedy):
      // Whose it is nobody knows.
      options.tell(.crowded(user: nil, why: why, remedy: remedy))
      return [:]
    }
  }

  /// Tells of a request whose head could not be read, where its first line says whose it is.
  ///
  /// - Parameter target: its target, as far as it is known; `nil` where nothing of it is.
  private func unreadable(_ target: String?, _ fault: HTTPFault) -> HTTPFields {
    guard let target, let way = destination(target) else { return [:] }
    let rules = rules
    if way.key != Self.ownKey, let provider = rules.options.routes.routes[way.key]?.provider.name {
      noteTurnedAway(way.joined)
      rules.options.tell(.unreadable(user: way.identity.user, provider: provider, why: fault.message))
    } else {
      runs.noteTurnedAway(way.joined)
    }
    return standing(of: way.identity.user)
  }

  /// Answers a request that went to no provider with a line, and says how its user stands, where it is known whose it is.
  func reply(_ status: Int, _ line: String, to way: Way?, by writer: ReplyWriter) throws(ClientFault) {
    var head = HTTPResponseHead(status, fields: ["Content-Type": "text/plain; charset=utf-8"])
    if let way { head.fields.append(all: standing(of: way.identity.user)) }
    try writer.reply(head, Array((line + "\n").utf8))
  }

  private static func shown(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { (0x20..<0x7F).contains($0.value) }.prefix(64)))
  }
}
