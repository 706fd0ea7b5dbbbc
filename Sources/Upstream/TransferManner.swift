extension Transfer {
  /// What a handle is told once for all requests that are alike in it.
  struct Manner {
    private enum Body { case none, bytes, stream }

    private let method: String
    private let body: Body
    private let trust: SharedTrust?
    private let connectTimeoutMs: Int64
    private let idleTimeoutSeconds: Int64

    init(_ request: UpstreamRequest, _ trust: SharedTrust?) {
      method = request.method
      body =
        switch request.body {
        case .none: .none
        case .bytes: .bytes
        case .stream: .stream
        }
      self.trust = trust
      (connectTimeoutMs, idleTimeoutSeconds) = (request.connectTimeoutMs, request.idleTimeoutSeconds)
    }

    /// Whether a handle that was told the one needs not be told the other. Streams are told how long they are.
    func fits(_ other: Manner) -> Bool {
      body != .stream && body == other.body && method == other.method
        && trust === other.trust
        && connectTimeoutMs == other.connectTimeoutMs && idleTimeoutSeconds == other.idleTimeoutSeconds
    }
  }

  /// How long a client can be gone unseen which has sent more bytes, or sends none any more: either hides its end from a plain
  /// wait. That is a part of the time that it has waited: whoever only keeps many calls open must not keep the gateway busy.
  static func pauseMs(afterMs waitedMs: Int64) -> Int64 { min(max(waitedMs / 8, 25), 1000) }
}
