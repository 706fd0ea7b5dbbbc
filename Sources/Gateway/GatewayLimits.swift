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
  /// How long a connection may wait where there is no room for others: one that has just come has had no time to ask.
  public var crowdedIdleMs: Int64 = 100
  /// How long a head may take where there is no room for others.
  public var crowdedHeadMs: Int64 = 2000
  /// How long a client may take to send or to take so many bytes of a body where there is no room for others.
  public var crowdedPieceMs: Int64 = 10_000
  /// So many: what is slower than this is no use to anybody.
  public var crowdedPieceBytes = 4096
  /// How long the rest of a request may take that was answered already.
  public var skipMs: Int64 = 2000
  /// The largest body of a metered call: it has to be read as a whole.
  public var meteredBodyBytes: Int64 = 134_217_728
  /// The most memory that the large bodies of all calls, and what is kept of their replies, may take at one time.
  public var sharedBodyBytes: Int64 = 536_870_912
  /// As much as is read of the body of a request to an unknown route, to see whether it is a call.
  public var unknownBodyBytes = 8_388_608
  /// The largest body that a compressed one may become: what is small on the wire must not fill the memory.
  public var unpackedBodyBytes: Int64 = 33_554_432
  /// The largest reply that is kept until its end, so that its head can say what it took.
  public var heldReplyBytes = 4_194_304
  /// How long a judge may take to say whether a similar answer will do; then the call goes its own way.
  public var judgeMs: Int64 = 10_000
  /// Heads and other lines.
  public var http = HTTPLimits()

  /// The limits as they stand above.
  public init() {}

  /// Files that a process has open besides its connections, with some to spare: the ledger's and the cache's, libraries.
  private static let otherFiles = 48
  /// Files of a connection with a call under way: its own, the provider's, libcurl's two for waiting.
  private static let filesOfACall = 4

  /// The same, with no more connections than can have their calls under way at once.
  ///
  /// - Parameter openFiles: how many files the process may have open.
  public static func fitting(openFiles: Int) -> GatewayLimits {
    var limits = GatewayLimits()
    limits.connections = min(limits.connections, max(4, (openFiles - otherFiles) / filesOfACall))
    return limits
  }
}
