import Posix

/// Sends requests to providers. Any number of threads may use it; each blocks until its reply has ended.
public final class UpstreamClient: Sendable {
  private let library: CurlLibrary
  /// Sets of connections that nobody uses now, and since when; the one used last is used next, as its connections are the
  /// youngest.
  private let idle = Locked<[(set: ConnectionSet, sinceNs: Int64)]>([])
  private let trust: CurrentTrust
  private let idleNs: Int64

  /// How long a set is kept that nobody uses. libcurl takes no connection that was idle for as long.
  /// *Source:* CURLOPT_MAXAGE_CONN(3).
  public static let idleMs: Int64 = 118_000
  /// How many that were not used for so long are closed after one request, which waits for it.
  private static let mostClosed = 8

  /// Loads libcurl.
  ///
  /// - Parameter idleMs: how long connections are kept that nobody uses.
  /// - Throws: `UpstreamError.noLibrary`.
  public convenience init(idleMs: Int64 = idleMs) throws(UpstreamError) {
    self.init(try CurlLibrary.load(), idleMs: idleMs)
  }

  init(_ library: CurlLibrary, idleMs: Int64 = idleMs) {
    self.library = library
    trust = CurrentTrust(library)
    idleNs = idleMs * 1_000_000
  }

  /// How many sets of connections stand idle.
  var idleSets: Int { idle.use { $0.count } }

  /// What libcurl says of itself, such as `libcurl/7.88.1 OpenSSL/3.0.19`.
  public var libraryVersion: String { library.version }

  /// Sends a request and hands its reply over as it arrives.
  ///
  /// - Parameters:
  ///   - request: what to send.
  ///   - client: the connection for which it is sent; when its other end leaves, the request is cancelled.
  ///   - mayLeave: is asked, once, when the server was reached, before anything of the request leaves; where a libcurl older than
  ///     7.80 cannot tell, before the server is looked for. Says whether to go on.
  ///   - onSent: is called when the request is on its way and its reply is still to come; again where it goes out again. Until it
  ///     returns nothing is handed over.
  ///   - onHead: takes the reply's head: its status line and field lines. Says whether to go on. Interim replies are left out.
  ///   - onBody: takes a part of the reply's body, its transfer coding taken off, as soon as it arrives. Says whether to
  ///     go on.
  /// - Returns: the field lines behind the reply's body, each with its CRLF; the first 64 kB or a little more of them.
  /// - Throws: `UpstreamError`; parts of the reply may have been handed over before.
  @discardableResult public func send(
    _ request: UpstreamRequest, for client: Socket? = nil, mayLeave: (() -> Bool)? = nil, onSent: () -> Void = {},
    onHead: @escaping ([UInt8]) -> Bool, onBody: @escaping (UnsafeRawBufferPointer) -> Bool
  ) throws(UpstreamError) -> [UInt8] {
    let trust = request.url.hasPrefix("https:") ? trust.get() : nil
    let set = try connections(trust)
    var isSound = true
    // A set that is not given back closes its connections. By HTTP/2 a request that is taken out leaves its connection open, and
    // libcurl tells the server with the next request there that nobody wants the reply.
    defer { if isSound { giveBack(set) } }
    var (isFresh, mayLeave) = (false, mayLeave)
    while true {
      let transfer = try Transfer(
        library, on: set, request, trust: trust, isFresh: isFresh, mayLeave: mayLeave, onHead: onHead, onBody: onBody)
      defer { transfer.end() }
      do throws(UpstreamError) {
        try transfer.run(for: client, onSent: onSent)
        return transfer.trailers
      } catch {
        if !transfer.wasStale {
          isSound = false
          throw error
        }
        // One that was let out before needs not be asked about again.
        (isFresh, mayLeave) = (true, transfer.mayLeave)
      }
    }
  }

  /// Connections that nobody uses. Those to servers that an authority vouches for who is trusted no more are closed, with what
  /// would let them be opened again unseen.
  private func connections(_ trust: SharedTrust?) throws(UpstreamError) -> ConnectionSet {
    while let used = idle.use({ $0.popLast()?.set }) {
      if let trust {
        if let earlier = used.trust, earlier !== trust { continue }
        used.trust = trust
      }
      return used
    }
    let new = try ConnectionSet(library)
    new.trust = trust
    return new
  }

  /// Takes a set back. Those that only a crowd needed once are closed a while later: their servers have left them long since,
  /// and each keeps its files open.
  private func giveBack(_ set: ConnectionSet) {
    let now = Clock.monotonicNanoseconds
    // They end when nobody is kept from the list any more.
    let old = idle.use { idle in
      idle.append((set, now))
      let old = Array(idle.prefix(Self.mostClosed).prefix { now - $0.sinceNs >= idleNs })
      idle.removeFirst(old.count)
      return old
    }
    _ = consume old
  }
}

/// Connections that stay open between requests (libcurl's multi handle); one thread at a time uses it.
final class ConnectionSet: @unchecked Sendable {
  let handle: CurlLibrary.Handle
  /// Whom its connections by TLS trusted.
  var trust: SharedTrust?
  private let library: CurlLibrary
  /// The sockets that libcurl has opened for them, the youngest last. Some may be closed by now, and their numbers another's.
  private var sockets: [Socket] = []
  /// The ports of this machine from which those go that speak HTTP/1, where replies stand in a line.
  private var inLine: Set<UInt16> = []
  /// The handle of the last request, with what it was told: to make one and to tell it all again would take longer.
  private var kept: (handle: CurlLibrary.Handle, manner: Transfer.Manner)?

  init(_ library: CurlLibrary) throws(UpstreamError) {
    guard let handle = library.multiInit() else { throw Transfer.failureToStart(library) }
    self.handle = handle
    self.library = library
  }

  deinit {
    if let kept { library.easyCleanup(kept.handle) }
    _ = library.multiCleanup(handle)
  }

  /// The handle that was kept, where it needs not be told anything but the request's own.
  func takeHandle(for manner: Transfer.Manner) -> CurlLibrary.Handle? {
    guard let kept, kept.manner.fits(manner) else { return nil }
    self.kept = nil
    return kept.handle
  }

  /// More than are open at once: each request closes what it finds to be too many.
  private static let mostSockets = 64

  /// Takes in that libcurl has opened a socket.
  func opened(_ socket: Socket) {
    sockets.removeAll { $0 == socket }
    if sockets.count == Self.mostSockets { sockets.removeFirst() }
    sockets.append(socket)
  }

  /// Takes in that a reply of HTTP/1 has come to a port.
  func answersInLine(on port: UInt16) {
    if inLine.count > Self.mostSockets { inLine.removeAll() }
    inLine.insert(port)
  }

  /// Whether something has come to a port that nobody asked for: a reply would be taken for that to the next request. What HTTP/2
  /// sends by itself is none, and says whose it is.
  func hasUnasked(on port: UInt16) -> Bool {
    guard inLine.contains(port), let socket = sockets.last(where: { $0.port == port }) else { return false }
    return socket.hasArrivals
  }

  /// Keeps a handle that is not in use any more.
  func keep(_ handle: CurlLibrary.Handle, _ manner: Transfer.Manner) {
    if let kept { library.easyCleanup(kept.handle) }
    kept = (handle, manner)
  }
}
