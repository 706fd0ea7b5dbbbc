import Gateway
import HTTPWire
import Posix
import Providers
import Upstream

/// Stands where the gateway would stand, writes down what is asked for, answers with next to nothing, and sends nothing on.
final class DeadEnd: Sendable {
  /// One request that arrived.
  struct Request: Hashable, Sendable {
    /// What it was.
    enum Kind: Hashable, Sendable {
      /// A call, with its model, its tokens as they are estimated, and its maximum.
      case call(model: String, inputTokens: Int64, maxOutputTokens: Int64?, isStreamed: Bool)
      /// A call that cannot be read, and why: it would be refused.
      case unreadable(String)
      /// A request that is known to cost nothing.
      case free
      /// A request that cannot be metered: it would pass, or be refused with `--strict`.
      case unknown
      /// A request for a WebSocket, which nobody can meter: its client would be told to ask over HTTP.
      case webSocket
      /// A request that asked for another host than a provider: it would have gone past the gateway.
      case bypass
      /// A connection to another host than this machine, or to a provider on it: it would have gone past the gateway.
      case connection(program: String, process: Int32)
    }

    var kind: Kind
    /// The provider, or the host of a bypass.
    var provider: String
    /// The method and the path.
    var route: String
  }

  private let listener: Socket
  private let routes: RouteTable
  private let found = Locked<[Request]>([])
  private let open = Locked(0)
  /// Everything behind the address begins with it.
  let root: String

  /// Begins to listen.
  ///
  /// - Parameter network: the network to listen in; this machine's loopback device without.
  init(_ routes: RouteTable, in network: IsolatedNetwork?) throws(PosixError) {
    self.routes = routes
    if let network { listener = network.listener } else { listener = try Socket.listening() }
    root = "http://127.0.0.1:\(listener.port)/\(Random.hexadecimal(bytes: 16))"
    try Thread.start { [listener, weak self] in
      while let socket = try? listener.accept() {
        guard let self else { return socket.close() }
        do throws(PosixError) { try Thread.start { self.serve(socket) } } catch { socket.close() }
      }
    }
  }

  /// The address that stands for a proxy: what asks it for other hosts goes past the gateway.
  var proxy: String { "http://127.0.0.1:\(listener.port)" }

  /// Ends, and tells what arrived, in order.
  func end() -> [Request] {
    listener.shutdown()
    // What has been sent is read: the command has ended, so its connections have, too.
    let last = Clock.monotonicNanoseconds + 2_000_000_000
    while open.use({ $0 }) > 0, Clock.monotonicNanoseconds < last { Clock.sleep(ms: 1) }
    return found.use { $0 }
  }

  // MARK: - Requests

  private static let largestBody = 64 << 20

  private func serve(_ socket: Socket) {
    open.use { $0 += 1 }
    defer {
      open.use { $0 -= 1 }
      socket.shutdown()
      socket.close()
    }
    var reader = HTTPRequestReader()
    var head: HTTPRequestHead?
    var body: [UInt8] = []
    var first = true
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while let count = try? buffer.withUnsafeMutableBytes({ try socket.read(into: $0) }), count > 0 {
      if first, let host = Self.tunnelTarget(buffer[..<count]) {
        found.use { $0.append(Request(kind: .bypass, provider: host, route: "CONNECT")) }
        reply(socket, 403, "text/plain", Array("llmguard: nothing leaves this machine\n".utf8))
        return
      }
      first = false
      reader.append(buffer[..<count])
      do {
        while let event = try reader.next() {
          switch event {
          case .head(let new):
            (head, body) = (new, [])
            if new.expectsContinue { try socket.writeAll(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
          case .body(let bytes):
            body += bytes
            if body.count > Self.largestBody { return }
          case .end:
            guard let head, answer(socket, head, body), head.keepsAlive else { return }
          }
        }
      } catch { return }
    }
  }

  /// Whom a proxy is asked to open a tunnel to.
  private static func tunnelTarget(_ bytes: ArraySlice<UInt8>) -> String? {
    let line = String(decoding: bytes.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self).split(separator: " ")
    return line.count == 3 && line[0] == "CONNECT" ? String(line[1]) : nil
  }

  /// - Returns: whether the connection goes on.
  private func answer(_ socket: Socket, _ head: HTTPRequestHead, _ body: [UInt8]) -> Bool {
    let token = root.split(separator: "/").last.map { "/\($0)/" } ?? ""
    guard head.target.hasPrefix(token) else {
      note(.bypass, head.authority, head)
      return reply(socket, 403, "text/plain", Array("llmguard: nothing leaves this machine\n".utf8))
    }
    let rest = head.target.dropFirst(token.count)
    // A run in the command asks whether it is rehearsed.
    if rest == "llmguard/\(OuterRun.rehearsalWord)" {
      return reply(socket, 200, "application/json", Array(#"{"\#(OuterRun.rehearsalWord)":true}"#.utf8))
    }
    let key = rest.prefix { $0 != "/" && $0 != "?" }
    let led = routes.destination(of: String(key), token + key, String(rest.dropFirst(key.count)), head.fields)
    let target = led?.target ?? String(rest.dropFirst(key.count))
    let provider = led?.route.provider.name ?? String(key)
    let path = target.prefix { $0 != "?" }
    if head.asksForWebSocket {
      note(.webSocket, provider, head, path)
      return reply(
        socket, 426, "text/plain", Array("llmguard: ask over HTTP\n".utf8),
        ["Upgrade": "HTTP/1.1", "Connection": "upgrade"])
    }
    guard let format = WireFormat.of(method: head.method, path: path) else {
      let isFree = FreeRoutes.contain(method: head.method, path: path)
      note(isFree ? .free : .unknown, provider, head, path)
      return reply(socket, 200, "application/json", head.method == "HEAD" ? [] : Array(Self.emptyLists.utf8))
    }
    do throws(ProviderRequest.Unreadable) {
      let call = try ProviderRequest(
        format, target: target, body: Self.unpacked(body, head), deployments: led?.route.provider.deployments ?? [:],
        needsModel: led.map { BuiltInProviders.needsModel($0.route.provider, at: $0.route.origin) } ?? true)
      note(
        .call(
          model: call.model, inputTokens: call.countedInputTokens, maxOutputTokens: call.maxOutputTokens,
          isStreamed: call.streaming != nil), provider, head, path)
      let canned = CannedReply(to: call, saying: "llmguard doctor: nothing was sent")
      return reply(socket, 200, canned.contentType, canned.body)
    } catch {
      note(.unreadable(error.message), provider, head, path)
      let message = "llmguard: \(error.message)"
      let body = RefusalBody.json(format, .request, status: 400, message: message, details: [:])
      return reply(socket, 400, "application/json", Array(body.utf8))
    }
  }

  /// A body as it was before its client packed it; one that cannot be unpacked, as it is.
  private static func unpacked(_ body: [UInt8], _ head: HTTPRequestHead) -> [UInt8] {
    let codings = head.fields.elements(of: "Content-Encoding")
    guard codings.count == 1, let coding = ContentDecoder.Coding(codings[0]) else { return body }
    return (try? ContentDecoder.whole(body, coding, atMost: Int64(largestBody))) ?? body
  }

  /// What lists of models may look like, to any provider's client.
  private static let emptyLists = #"{"object":"list","data":[],"models":[]}"#

  private func note(_ kind: Request.Kind, _ provider: String, _ head: HTTPRequestHead, _ path: Substring? = nil) {
    // A query may hold a key, and so does the path of a gateway around this one.
    var route = "\(head.method) \(path ?? head.target.prefix { $0 != "?" })"
    if let outer = OuterRun.root?.split(separator: "/").last { route = route.replacing("/\(outer)/", with: "/…/") }
    found.use { $0.append(Request(kind: kind, provider: provider, route: route)) }
  }

  @discardableResult
  private func reply(_ socket: Socket, _ status: Int, _ type: String, _ body: [UInt8], _ more: HTTPFields = [:]) -> Bool
  {
    var fields: HTTPFields = ["Content-Type": type, "Content-Length": "\(body.count)"]
    fields.append(all: more)
    do throws(PosixError) {
      try socket.writeAll(HTTPWriter.head(HTTPResponseHead(status, fields: fields)) + body)
      return true
    } catch { return false }
  }
}
