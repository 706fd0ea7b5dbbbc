import Configuration
import GuardModel
import HTTPWire
import Ledger
import Posix

/// Whose a request is, and what it is for.
extension Exchange {
  /// Who is charged.
  var user: String { (identity.mayNameUser ? named("x-llmguard-user") : nil) ?? identity.user }

  /// What the request is for: as the run or the request says, else as the rules do, else by its endpoint.
  func operation(endpoint: String?, model: String?, instruction: String?) -> (name: String, basis: OperationBasis) {
    let settings = rules.options.settings
    if let stated = identity.operation ?? named("x-llmguard-op") {
      let name = settings.operation(stated: stated)
      // A refused judge fails no run: that only llmguard itself asks one is known by this.
      if identity.operation != nil || name.lowercased() != CallFacts.judgeOperation { return (name, .stated) }
    }
    let client = head.fields["User-Agent"]?.prefix { $0 != "/" && $0 != " " }
    let traits = CallTraits(
      route: String(HTTPRequestHead.path(of: target)), model: model, client: client.map { $0.lowercased() },
      script: identity.script, instruction: instruction)
    return settings.operation(
      for: traits, endpoint: endpoint, holds: { Pattern.holds($0, in: $1) })
  }

  private func named(_ field: String) -> String? {
    guard let text = head.fields[field] else { return nil }
    do throws(NameError) { try Name.check("name", text) } catch { return nil }
    return text
  }
}
