import Posix

/// What a gateway has learned of servers while it runs.
final class GatewayMemory: Sendable {
  /// What is known of servers and the option that asks for the usage of a stream, by their addresses: which do not know it, and of
  /// which models it was taken.
  let streams = Locked<(refusing: Set<String>, taking: [String: Set<String>])>(([], [:]))
  /// Until when judges are left alone, by server and model.
  let resting = Locked<[String: Int64]>([:])
}
