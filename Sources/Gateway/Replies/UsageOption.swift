import Posix
import TextFormats

/// The option that asks a server for the usage of a stream, which some that speak the form do not know.
struct UsageOption {
  private let memory: GatewayMemory
  private let origin: String
  private let model: String

  init(_ memory: GatewayMemory, _ route: RouteTable.Route, model: String) {
    (self.memory, origin, self.model) = (memory, route.origin, model)
  }

  /// Whether the server may be asked so.
  var mayBeTaken: Bool { memory.streams.use { !$0.refusing.contains(origin) } }

  /// Remembers that the server knows it. Behind one address there may be several, each with its models.
  func noteTaken() {
    memory.streams.use { streams in
      if streams.taking[origin]?.count ?? 0 < Self.mostModels { streams.taking[origin, default: []].insert(model) }
    }
  }

  private static let mostModels = 1000

  /// Whether an error may be about the option; where it names it, that is remembered.
  func isRefused(by relay: ReplyRelay) -> Bool {
    guard relay.status == 400 || relay.status == 422, let said = relay.heldBytes else { return false }
    if Self.isNamed(in: said) {
      memory.streams.use { _ = $0.refusing.insert(origin) }
      return true
    }
    return !memory.streams.use { $0.taking[origin]?.contains(model) == true } && !Self.namesAnother(said)
  }

  private static func isNamed(in error: [UInt8]) -> Bool {
    ["stream_options", "include_usage"].contains { error.firstRange(of: Array($0.utf8)) != nil }
  }

  /// Whether an error says which of a call's parameters it is about. *Source:* OpenAI's API reference, `error.param`.
  private static func namesAnother(_ error: [UInt8]) -> Bool {
    guard let json = try? JSONParser.parse(error), let name = json["error"]?["param"]?.stringValue else { return false }
    return !name.isEmpty
  }
}
