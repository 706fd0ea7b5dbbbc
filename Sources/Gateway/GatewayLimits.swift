import HTTPWire

/// How much a gateway takes from its clients.
public struct GatewayLimits: Hashable, Sendable {
  /// Connections at once. Beyond it the one that has been idle longest is closed; if none is idle, the new one is told to
  /// come back.
  public var connections = 512
  /// How long a connection may wait between two requests.
  public var idleMs: Int64 = 120_000
  /// How long a client may take between two pieces of a request.
  public var stallMs: Int64 = 30_000
  /// How long a client may take for the head of a request.
  public var headMs: Int64 = 60_000
  /// The largest body of a metered call: it has to be read as a whole.
  public var meteredBodyBytes: Int64 = 134_217_728
  /// The largest reply that is kept until its end, so that its head can say what it took.
  public var heldReplyBytes = 4_194_304
  /// Heads and other lines.
  public var http = HTTPLimits()

  /// The limits as they stand above.
  public init() {}
}
