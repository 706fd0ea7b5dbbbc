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
  var mayBeTaken: Bool {
    let now = Clock.monotonicNanoseconds
    return memory.streams.use { $0.refusingUntilNs[origin]?[model].map { now >= $0 } ?? true }
  }

  /// Remembers that the server knows it. Behind one address there may be several, each with its models.
  func noteTaken() {
    memory.streams.use { streams in
      if streams.taking[origin]?.count ?? 0 < Self.mostModels { streams.taking[origin, default: []].insert(model) }
    }
  }

  /// Remembers that the server does not know it: it took the same call without. For a while, as it may learn it.
  func noteRefused() {
    let untilNs = Clock.monotonicNanoseconds + Self.refusedNs
    memory.streams.use { streams in
      streams.taking[origin]?.remove(model)
      if streams.refusingUntilNs[origin]?.count ?? 0 >= Self.mostModels { streams.refusingUntilNs[origin] = nil }
      streams.refusingUntilNs[origin, default: [:]][model] = untilNs
    }
  }

  private static let mostModels = 1000
  private static let refusedNs: Int64 = 3_600_000_000_000
  private static let names = ["stream_options", "include_usage"]

  /// What an error may say of the option.
  enum Refusal {
    /// That it is not known: where the call is taken without, it was that.
    case named
    /// Something that names nothing.
    case possible
  }

  /// Whether an error may be about the option, so that the call is worth another try without; `nil` where not. An error that names
  /// it may as well repeat what the client has sent: whether it was that shows then alone.
  func refusal(by relay: ReplyRelay) -> Refusal? {
    guard relay.status == 400 || relay.status == 422, let said = relay.heldBytes, !Self.namesAnother(said) else {
      return nil
    }
    if Self.names.contains(where: { said.firstRange(of: Array($0.utf8)) != nil }) { return .named }
    return memory.streams.use { $0.taking[origin]?.contains(model) == true } ? nil : .possible
  }

  /// Whether an error says which of a call's parameters it is about. *Source:* OpenAI's API reference, `error.param`.
  private static func namesAnother(_ error: [UInt8]) -> Bool {
    guard let json = try? JSONParser.parse(error), let name = json["error"]?["param"]?.stringValue else { return false }
    return !name.isEmpty && !names.contains { name.contains($0) }
  }
}
