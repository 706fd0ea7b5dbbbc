/// Whether a request may go out once more whose connection, used before, ended without a byte of a reply.
///
/// A server that closes a connection that stood idle just when a request is on its way has not seen it. Of one that had it for a
/// while nobody knows what it did with it: a call would be made twice there, and paid twice.
struct SecondSending {
  /// How long after it left the end of its connection means that the server had closed it before: the way there and back, and a
  /// machine that is busy.
  static let limitMs: Int64 = 1000

  /// Whether to be asked for it twice is the same to a server as once. *Source:* RFC 9110 section 9.2.2.
  let isIdempotent: Bool
  /// When it left; `nil` before it did.
  private var leftNs: Int64?
  /// Whether it was kept from leaving again.
  private(set) var wasKeptBack = false

  init(_ method: String) {
    isIdempotent = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"].contains(method)
  }

  /// Whether it may leave now: the first time always.
  mutating func mayLeave(atNs nowNs: Int64) -> Bool {
    if leftNs == nil { leftNs = nowNs }
    if mayLeaveAgain(atNs: nowNs) { return true }
    wasKeptBack = true
    return false
  }

  /// Whether it may leave once more, where its connection has ended.
  func mayLeaveAgain(atNs nowNs: Int64) -> Bool {
    guard !isIdempotent, let leftNs else { return true }
    return nowNs - leftNs < Self.limitMs * 1_000_000
  }
}
