import HTTPWire
import Posix
import TextFormats

/// Accepts connections on the loopback address and gives each a thread.
public final class GatewayServer: Sendable {
  private final class Guest {
    let socket: Socket
    /// Since when it waits between two requests; `nil` while it has one.
    var idleSince: Int64?
    /// Since when the head of its request is coming; `nil` where none is.
    var headSince: Int64?

    init(_ socket: Socket, idleSince: Int64?) { (self.socket, self.idleSince) = (socket, idleSince) }
  }

  private struct Guests {
    var all: [Int: Guest] = [:]
    var count = 0
    var isClosing = false
    /// Whether memory was given back, and no request has come since.
    var areAtRest = false
  }

  private let listener: Socket
  private let limits: GatewayLimits
  private let guests = Locked(Guests())
  private let admits: @Sendable (Socket) -> Bool
  private let giveBackMore: @Sendable () -> Void
  private let serve: @Sendable (ClientConnection, HTTPRequestHead) -> Bool

  /// Makes a server.
  ///
  /// - Parameters:
  ///   - listener: where connections come in.
  ///   - limits: how much is taken.
  ///   - admits: whether a connection is from somebody who may know of the server at all.
  ///   - giveBack: gives back memory that others hold, where every connection waits.
  ///   - serve: answers one request; says whether the connection goes on.
  init(
    on listener: Socket, limits: GatewayLimits, admits: @escaping @Sendable (Socket) -> Bool,
    giveBack: @escaping @Sendable () -> Void,
    serve: @escaping @Sendable (ClientConnection, HTTPRequestHead) -> Bool
  ) {
    self.listener = listener
    self.limits = limits
    self.admits = admits
    giveBackMore = giveBack
    self.serve = serve
  }

  /// The port it listens on.
  public var port: UInt16 { listener.port }

  /// Begins to accept.
  func start() throws(PosixError) {
    try Thread.start(stackBytes: 131_072) { [self] in
      while true {
        do throws(PosixError) { admit(try listener.accept()) } catch {
          if guests.use({ $0.isClosing }) { break }
          // Descriptors or memory are short; those who go make room.
          Clock.sleep(ms: 20)
        }
      }
      listener.close()
    }
  }

  /// Stops: no more connections, and those that are there end. Waits for what they still have to settle.
  ///
  /// - Parameter patienceMs: the longest wait.
  func stop(patienceMs: Int64 = 10_000) {
    close { _ in true }
    let end = Clock.monotonicNanoseconds + patienceMs * 1_000_000
    while !guests.use({ $0.all.isEmpty }), Clock.monotonicNanoseconds < end { Clock.sleep(ms: 1) }
  }

  /// Takes nobody more, and ends the connections that fit.
  private func close(_ fits: (Guest) -> Bool) {
    let isFirst = guests.use { guests in
      defer { guests.isClosing = true }
      for guest in guests.all.values where fits(guest) { guest.socket.shutdown() }
      return !guests.isClosing
    }
    // Only once: its number may soon be another socket's.
    if isFirst { listener.shutdown() }
  }

  /// Ends the connections that wait for a request or its head, and takes no more; those that have one come to its end.
  ///
  /// - Parameter goesOn: asked from time to time whether to wait on.
  func finish(while goesOn: () -> Bool) {
    close { $0.idleSince != nil || $0.headSince != nil }
    while !guests.use({ $0.all.isEmpty }), goesOn() {}
  }

  private func admit(_ socket: Socket) {
    var id = register(socket)
    // Those who were told to go take a moment to do so.
    for _ in 0..<100 where id == nil {
      Clock.sleep(ms: 5)
      id = register(socket)
    }
    guard let id else {
      return turnAway(
        socket, "too many connections",
        hint: "keep fewer connections open at once, or let llmguard have more open files ('ulimit -n')")
    }
    start(socket, id)
  }

  /// Gives a connection a place; `nil` when there is none.
  private func register(_ socket: Socket) -> Int? {
    guests.use { guests -> Int? in
      if guests.isClosing { return nil }
      if guests.all.count >= limits.connections {
        // Whoever has been idle longest makes room; it goes when its thread has seen that.
        let idlest = guests.all.filter { $0.value.idleSince != nil }.min { $0.value.idleSince! < $1.value.idleSince! }
        guard let idlest = idlest ?? slowest(guests) else { return nil }
        idlest.value.socket.shutdown()
        guests.all[idlest.key]?.idleSince = nil
        guests.all[idlest.key]?.headSince = nil
        if guests.all.count >= 2 * limits.connections { return nil }
      }
      guests.count += 1
      guests.all[guests.count] = Guest(socket, idleSince: Clock.monotonicNanoseconds)
      return guests.count
    }
  }

  /// Whose head has been coming for longest, where that is long: nobody needs a key for it, and all places could be taken so.
  private func slowest(_ guests: Guests) -> (key: Int, value: Guest)? {
    let before = Clock.monotonicNanoseconds - limits.crowdedHeadMs * 1_000_000
    return guests.all.filter { $0.value.headSince.map { $0 < before } ?? false }
      .min { $0.value.headSince! < $1.value.headSince! }
  }

  private func start(_ socket: Socket, _ id: Int) {
    do throws(PosixError) {
      try Thread.start { [self] in
        attend(socket, id)
        // Taken out before it is closed: a closed number may be another socket's the next moment.
        guests.use { _ = $0.all.removeValue(forKey: id) }
        socket.close()
      }
    } catch {
      guests.use { _ = $0.all.removeValue(forKey: id) }
      turnAway(
        socket, "the system gives no thread for another connection",
        hint:
          "keep fewer connections open at once, or let llmguard have more threads ('ulimit -u'; 'TasksMax=' of a service)"
      )
    }
  }

  private func attend(_ socket: Socket, _ id: Int) {
    let client = ClientConnection(socket, limits: limits)
    guard admits(socket) else { return refuse(client, HTTPFault(404, "not found")) }
    client.onRest = { [self] in giveBack() }
    while true {
      do throws(ClientFault) {
        let head = try client.nextHead(
          whileIdle: { guests.use { $0.all[id]?.idleSince = Clock.monotonicNanoseconds } },
          begun: { isWhole in
            guests.use { guests in
              guests.all[id]?.idleSince = nil
              guests.all[id]?.headSince = isWhole ? nil : Clock.monotonicNanoseconds
              guests.areAtRest = false
            }
          })
        guard let head else { return }
        if !serve(client, head) || guests.use({ $0.isClosing }) { return linger(client) }
      } catch {
        if case .http(let fault) = error { refuse(client, fault) }
        return
      }
    }
  }

  /// Gives memory back where every connection waits for a request.
  private func giveBack() {
    let isLast = guests.use { guests in
      if guests.areAtRest || guests.all.values.contains(where: { $0.idleSince == nil }) { return false }
      guests.areAtRest = true
      return true
    }
    if isLast {
      Heap.giveBack()
      giveBackMore()
    }
  }

  /// Answers a request that cannot be read.
  private func refuse(_ client: ClientConnection, _ fault: HTTPFault) {
    var head = HTTPResponseHead(fault.status, fields: ["Content-Type": "text/plain; charset=utf-8"])
    let body = Array("llmguard: \(fault.message)\n".utf8)
    head.fields.append("Content-Length", String(body.count))
    head.fields.append("Connection", "close")
    head.fields.append("Date", HTTPDate.now)
    try? client.send(HTTPWriter.head(head) + body)
    linger(client)
  }

  /// Ends a connection so that what was written still arrives: closing with unread bytes would take it back.
  private func linger(_ client: ClientConnection) {
    client.socket.endWriting()
    client.socket.setTimeouts(ms: 200)
    var rest = [UInt8](repeating: 0, count: 4096)
    let endNs = Clock.monotonicNanoseconds + limits.skipMs * 1_000_000
    for _ in 0..<256 where Clock.monotonicNanoseconds < endNs {
      guard let count = try? rest.withUnsafeMutableBytes({ try client.socket.read(into: $0) }), count > 0 else {
        return
      }
    }
  }

  /// Tells a client that it is one too many. It may come again: nothing was asked yet.
  private func turnAway(_ socket: Socket, _ why: String, hint: String) {
    var head = HTTPResponseHead(429, fields: ["Content-Type": "application/json", "Retry-After": "1"])
    let body = Array(
      JSONWriter.compact([
        "error": [
          "message": .string("llmguard: \(why)"), "type": "rate_limit_error", "param": nil,
          "code": "too_many_connections",
        ],
        "llmguard": [
          "schema": 1, "refused": "connections", "retry_after_seconds": 1,
          "hint": .string(hint),
        ],
      ]).utf8)
    head.fields.append("Content-Length", String(body.count))
    head.fields.append("Connection", "close")
    head.fields.append("Date", HTTPDate.now)
    socket.setTimeouts(ms: 1)
    try? socket.writeAll(HTTPWriter.head(head) + body)
    socket.close()
  }
}
