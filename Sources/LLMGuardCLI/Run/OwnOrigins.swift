import Gateway

/// The servers that the user's own variables led to before a gateway took their places. Whatever begins in a guarded command when
/// its gateway is gone must go there, and not to the provider's own. Nothing of it is secret: a path and a user stay in the
/// variables themselves.
struct OwnOrigins: Equatable {
  /// Them, by the keys of their routes.
  private let origins: [String: String]

  /// Those of the variables that the user has set.
  init(of routes: RouteTable) {
    origins = routes.ownVariables.map { $0.lowercased() }.reduce(into: [:]) { $0[$1] = routes.routes[$1]?.origin }
  }

  /// Those of all routes, whoever has said where they lead.
  init(everyOneOf routes: RouteTable) { origins = routes.routes.mapValues(\.origin) }

  /// Reads a `text`; what is none is left out.
  init(_ text: String) {
    origins = text.split(separator: " ").reduce(into: [:]) { origins, word in
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2, parts[1].contains("://") { origins[String(parts[0])] = String(parts[1]) }
    }
  }

  /// As a variable hands it down: `openai_base_url=https://HOST ...`; `nil` where there are none.
  var text: String? {
    origins.isEmpty ? nil : origins.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  /// What a variable said before it was led to a gateway; `nil` where the user had not set it. What somebody has taken the scheme
  /// from, as scripts do that write `http://$OLLAMA_HOST`, gets none.
  ///
  /// - Parameters:
  ///   - value: what it says now.
  ///   - root: what the gateway's addresses begin with, without the scheme.
  func own(_ value: String, _ root: some StringProtocol) -> String? {
    guard let found = value.firstRange(of: root) else { return nil }
    let scheme = value[..<found.lowerBound].firstRange(of: "://")
    let user = value[(scheme?.upperBound ?? value.startIndex)..<found.lowerBound]
    guard scheme != nil || user.isEmpty || user.last == "@" else { return nil }
    var rest = value[found.upperBound...]
    func part() -> Substring { rest.dropFirst().prefix { $0 != "/" && $0 != "?" } }
    if JoinedRun.id(in: String(part())) != nil { rest = rest[part().endIndex...] }
    guard rest.first == "/", let origin = origins[String(part())], let sign = origin.firstRange(of: "://") else {
      return nil
    }
    let isBare = scheme == nil && origin[..<sign.lowerBound] == "http"
    return "\(isBare ? "" : origin[..<sign.upperBound])\(user)\(origin[sign.upperBound...])\(rest[part().endIndex...])"
  }
}
