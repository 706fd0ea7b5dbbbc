import Guard
import HTTPWire

extension Exchange {
  /// Fields that say who calls. *Source:* the providers' references; `OpenAI-Organization` and `OpenAI-Project` choose
  /// whose limits hold.
  private static let credentialFields = [
    "authorization", "x-api-key", "api-key", "x-goog-api-key", "openai-organization", "openai-project",
  ]

  /// Whose limits its provider speaks of.
  var account: ProviderAccount {
    var credentials: [String] = []
    for name in Self.credentialFields {
      guard let value = head.fields[name] else { continue }
      // A signature is another one each time: who signs stands before its first slash.
      credentials.append("\(name)=" + (value.hasPrefix("AWS4-") ? String(value.prefix { $0 != "/" }) : value))
    }
    if let query = target.firstIndex(of: "?") {
      for member in target[target.index(after: query)...].split(separator: "&") where member.hasPrefix("key=") {
        credentials.append(String(member))
      }
    }
    return ProviderAccount(server: route.origin, credentials: credentials)
  }
}
