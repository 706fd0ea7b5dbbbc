import HTTPWire
import Posix
import Providers

/// How servers take a request that says its method in an unusual way, and what an intermediary owes by its method.
extension HTTPRequestHead {
  /// Fields by which some servers take another method than the request line's. *Source:* Google's, Microsoft's and IBM's
  /// interfaces, and the frameworks that have taken them over.
  private static let overridingFields = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]
  /// Members of a query that do the same. *Source:* Google's system parameters; Express's, Rack's and Symfony's `_method`.
  private static let overridingMembers: Set = ["$httpmethod", "_method", "x-http-method-override"]

  /// The methods that a server may take the request by, in capitals: its own, and those that fields put in its place.
  var takenMethods: [String] {
    var methods = [Self.inCapitals(method)]
    for name in Self.overridingFields {
      guard fields[name] != nil else { continue }
      methods += fields.elements(of: name).map(Self.inCapitals)
    }
    // What takes its fields from CGI's variables cannot tell `_` from `-`.
    for field in fields where ByteSearch.holds("_", in: field.name) {
      let name = field.name.lowercased().replacing("_", with: "-")
      guard Self.overridingFields.contains(where: { $0.lowercased() == name }) else { continue }
      methods += fields.elements(of: field.name).map(Self.inCapitals)
    }
    if let query { methods += QueryText.values(of: Self.overridingMembers, in: query).map(Self.inCapitals) }
    return methods
  }

  /// The form of the call that it is by one of them; `nil` where it is none.
  func form(ofCallTo path: String) -> WireFormat? {
    // One after the other: the first of a lazy list would be read twice.
    for method in takenMethods {
      if let form = WireFormat.of(method: method, path: path) { return form }
    }
    return nil
  }

  private static func inCapitals(_ method: String) -> String {
    method.utf8.contains { (0x61...0x7A).contains($0) } ? method.uppercased() : method
  }

  /// How often a request may still be passed on; `nil` where nobody counts. *Source:* RFC 9110 section 7.6.2.
  var forwardsLeft: Int64? {
    guard method == "OPTIONS" || method == "TRACE", let text = fields["Max-Forwards"] else { return nil }
    return Int64(text).flatMap { $0 >= 0 ? $0 : nil }
  }
}

extension Gateway {
  /// Answers a request that may not be passed on, as the last who gets it. What it holds is not shown: it may be a key.
  ///
  /// - Returns: whether the connection goes on.
  func answerAsLast(_ method: String, _ identity: GatewayIdentity, _ writer: ReplyWriter) throws(ClientFault) -> Bool {
    let status = method == "OPTIONS" ? 204 : 405
    var head = HTTPResponseHead(status, fields: ["Allow": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"])
    head.fields.append(all: standing(of: identity.user))
    try writer.reply(head, [])
    return writer.keepsAlive
  }
}
