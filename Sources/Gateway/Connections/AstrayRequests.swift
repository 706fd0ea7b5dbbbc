import GuardModel
import HTTPWire

/// Requests whose address leads to no provider.
extension Gateway {
  /// Tells of one, and says what its client is answered. That is the client's own address, as it was given; what is told of it
  /// may be kept, and what stands in the provider's place may be a key, so only what is like a name is told.
  func astray(_ key: String, _ user: String, _ joined: String?, _ rules: GatewayRules) -> String {
    let remedy = rules.options.routes.remedy(forAbsent: key)
    let isName =
      key.utf8.count <= 24
      && key.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || $0 == "_" || $0 == "-") }
    // A message of a run inside that nobody knows is no call.
    if !key.hasPrefix("~") {
      tally.note(joined) { $0.turnedAway += 1 }
      rules.options.tell(.astray(user: user, provider: isName ? key : nil, remedy: remedy))
    }
    return "llmguard: no provider is known as '\(Self.shown(key))' here: \(remedy)"
  }

  /// Tells of a request of somebody who may come that names another host than this gateway, and says what its client is answered.
  func misaddressed(_ head: HTTPRequestHead, _ user: String, _ joined: String?, _ rules: GatewayRules) -> String {
    let host = Self.shown(head.authority)
    tally.note(joined) { $0.turnedAway += 1 }
    rules.options.tell(.misaddressed(user: user, host: host))
    return "llmguard: a request names the host '\(host)', and not this gateway"
  }

  private static func shown(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { (0x20..<0x7F).contains($0.value) }.prefix(64)))
  }
}
