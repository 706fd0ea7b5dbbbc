import GuardModel
import Providers
import TextFormats

/// The tables of providers.
extension ConfigReader {
  mutating func readProvider(_ name: String, _ body: TOMLTable, _ position: SourcePosition) {
    let place = settings.providers.firstIndex { $0.name == name }
    var provider = place.map { settings.providers[$0] } ?? Provider(name: name, base: "")
    if !name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }) {
      problem(
        TOMLNode(.boolean(true), at: position), "'\(name)' cannot be a provider's name",
        hint: "it is part of addresses: use letters, digits, '-' and '_'")
      return
    }
    // The table itself has a place, too: of one without keys nothing else does.
    note(
      TOMLTable.Entry(key: name, keyPosition: position, node: TOMLNode(.table(body), at: position)), ["provider", name])
    for entry in body.entries where isAllowed(entry, in: ["provider", name]) {
      switch entry.key {
      case "base":
        guard let text = string(entry.node, entry.key) else { continue }
        if let address = WebAddress(text) {
          provider.base = address.origin + address.path
        } else {
          problem(
            entry.node, "'\(Self.withoutPassword(text))' is not the address of a provider",
            hint: "write http:// or https://, a host and a path, without a password and a query")
        }
      case "variables":
        guard let names = strings(entry.node, entry.key) else { continue }
        let path = WebAddress(provider.base)?.path ?? ""
        provider.variables = names.map { name in
          provider.variables.first { $0.name == name } ?? Provider.Variable(name, path: path)
        }
      case "deployments": if let names = deployments(entry.node) { provider.deployments = names }
      case "idle_timeout": if let ms = idleTimeout(entry.node) { provider.idleTimeoutSeconds = ms / 1000 }
      case "concurrency", "calls_per_minute", "tokens_per_minute":
        settings.providerLanes[name] = limited(settings.providerLanes[name] ?? LaneLimits(), by: entry)
      default: break
      }
      note(entry, ["provider", name, entry.key])
    }
    if let place { settings.providers[place] = provider } else { settings.providers.append(provider) }
  }

  /// An address as it may be printed: who is named in it, and with which password, is nobody's to read in a log.
  static func withoutPassword(_ address: String) -> String {
    guard let at = address.lastIndex(of: "@") else { return address }
    let start = address.firstRange(of: "://").map { min($0.upperBound, at) } ?? address.startIndex
    return address[..<start] + "…" + address[at...]
  }

  /// What is cut off early costs at the provider all the same, so a minute is the least.
  private mutating func idleTimeout(_ node: TOMLNode) -> Int64? {
    guard let ms = duration(node, "idle_timeout") else { return nil }
    if (60_000...86_400_000).contains(ms) { return ms }
    problem(node, "an idle timeout is at least 1min and at most 24h", hint: "write it like \"10min\" or \"1h\"")
    return nil
  }

  /// Deployments, each with its model.
  private mutating func deployments(_ node: TOMLNode) -> [String: String]? {
    guard let body = table(node, "deployments") else { return nil }
    var models: [String: String] = [:]
    for entry in body.entries {
      guard let model = string(entry.node, entry.key) else { continue }
      let isName = entry.key.utf8.allSatisfy { byte in
        let scalar = Unicode.Scalar(byte)
        return scalar.isASCII
          && (Character(scalar).isLetter || Character(scalar).isNumber || "-_.".contains(Character(scalar)))
      }
      guard isName, !entry.key.isEmpty else {
        problem(
          entry.node, "'\(entry.key)' cannot be a deployment's name",
          hint: "it is part of addresses: use letters, digits, '-', '_' and '.'")
        continue
      }
      do throws(NameError) {
        try Name.check("model", model)
        models[entry.key] = model
      } catch { problem(entry.node, error.description, hint: "use a short printable name") }
    }
    return models
  }
}
