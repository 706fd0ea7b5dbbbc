/// A request to a provider.
public struct UpstreamRequest {
  /// The method.
  public var method: String
  /// The whole address, `http` or `https`; sent as it is, without resolving `..`.
  public var url: String
  /// The fields, besides `Host` and those that frame the body, which are made from the rest.
  public var fields: [(name: String, value: [UInt8])]
  /// The body.
  public var body: Body
  /// Asked for the fields behind a stream of unknown length when that has ended. They go where HTTP/1.1 is spoken: libcurl
  /// sends none by later versions, and none at all before 7.64.
  public var trailers: (() -> [(name: String, value: [UInt8])])?
  /// Whether it may be asked first whether a long body is wanted (`Expect: 100-continue`), so that a server which turns it away by its
  /// head is heard before it hangs up. libcurl asks over HTTP/1 for more than 1 MB, and waits a second at most.
  public var mayAskFirst = false
  /// How long connecting may take.
  public var connectTimeoutMs: Int64 = 30_000
  /// How long the connection may stand still. A model may think for minutes before its first byte.
  ///
  /// *Source:* the time that the providers' own clients give a call.
  public var idleTimeoutSeconds: Int64 = 600

  /// A request's body.
  public enum Body {
    /// None.
    case none
    /// Bytes that are there.
    case bytes([UInt8])
    /// Bytes that are fetched while the request is sent. What can be sent once alone takes a connection of its own: one that was
    /// used before may turn out to be closed.
    ///
    /// - length: how many; `nil` when unknown.
    /// - next: puts bytes into a buffer and says how many; 0 at the end, `nil` to give the request up. It may block.
    case stream(length: Int64?, next: (UnsafeMutableRawBufferPointer) -> Int?)
  }

  /// Makes a request.
  public init(method: String, url: String, fields: [(name: String, value: [UInt8])] = [], body: Body = .none) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
  }
}
