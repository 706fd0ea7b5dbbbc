import Posix

/// What a gateway has learned of servers while it runs.
final class GatewayMemory: Sendable {
  /// What is known of servers and the option that asks for the usage of a stream, by their addresses: with which models it is not
  /// known, until when not to try it by the machine's clock, and with which it was taken.
  let streams = Locked<(refusingUntilNs: [String: [String: Int64]], taking: [String: Set<String>])>(([:], [:]))
  /// Until when judges are left alone, by server and model.
  let resting = Locked<[String: Int64]>([:])
}
