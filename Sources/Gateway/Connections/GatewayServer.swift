import HTTPWire
import Posix
import TextFormats

/// Accepts connections on the loopback address and gives each a thread.
public final class GatewayServer: Sendable {
  private let listener: Socket
  private let limits: GatewayLimits
  private let isShared: Bool
  private let guests: GatewayGuests
  private let admits: @Sendable (Socket) -> Bool
  private let memory: KeptMemory
  private let turnedAway: @Sendable (TurnedAway) -> HTTPFields

  /// A request that is not served.
  enum TurnedAway {
    /// Its head cannot be read. Of its target, what is known.
    case unreadable(target: String?, HTTPFault)
    /// There was no place for its connection.
    case crowded(why: String, remedy: String)
  }
  private let serve: @Sendable (ClientConnection, HTTPRequestHead) -> Bool

  /// Makes a server.
  ///
  /// - Parameters:
  ///   - listener: where connections come in.
  ///   - limits: how much is taken.
  ///   - isShared: whether several users come here, none of whom may take the places of the others.
  ///   - admits: whether a connection is from somebody who may know of the server at all.
  ///   - giveBack: gives back memory that others hold.
  ///   - turnedAway: hears of a request that is not served; says what stands in its reply besides.
  ///   - serve: answers one request; says whether the connection goes on.
  init(
    on listener: Socket, limits: GatewayLimits, isShared: Bool = false, admits: @escaping @Sendable (Socket) -> Bool,
    giveBack: @escaping @Sendable () -> Void,
    turnedAway: @escaping @Sendable (TurnedAway) -> HTTPFields = { _ in [:] },
    serve: @escaping @Sendable (ClientConnection, HTTPRequestHead) -> Bool
  ) {
    self.listener = listener
    self.limits = limits
    self.isShared = isShared
    guests = GatewayGuests(limits: limits)
    self.admits = admits
    memory = KeptMemory(more: giveBack)
    self.turnedAway = turnedAway
    self.serve = serve
  }

  /// The port it listens on.
  public var port: UInt16 { listener.port }

  /// How many clients wait for an answer.
  var served: Int { guests.served }

  /// Begins to accept.
  func start() throws(PosixError) {
    try Thread.start(stackBytes: 131_072) { [self] in
      var turnedAwayNs: Int64?
      // How long it waits for a connection until it looks at the memory.
      var lookMs: Int64 = 0
      while true {
        let nextMs = guests.areAtRest ? KeptMemory.restMs : memory.lookMs(guests.count)
        if nextMs != lookMs { listener.setTimeouts(ms: nextMs) }
        lookMs = nextMs
        do throws(PosixError) { admit(try listener.accept(), &turnedAwayNs) } catch {
          if guests.areClosing { break }
          if error.isTimeout {
            lookAtMemory()
            continue
          }
          // Descriptors or memory are short; those who go make room.
          Clock.sleep(ms: 20)
        }
      }
      listener.close()
    }
  }

  /// Gives memory back while nobody comes.
  private func lookAtMemory() {
    // Nobody may be left who would come to rest.
    if guests.haveComeToRest() { memory.giveBack() } else { memory.giveBackSeldomUsed(guests.count) }
  }

  /// Stops: no more connections, and those that are there end. Waits for what they still have to settle.
  ///
  /// - Parameter patienceMs: the longest wait.
  func stop(patienceMs: Int64 = 10_000) {
    close(all: true)
    let end = Clock.monotonicNanoseconds + patienceMs * 1_000_000
    while !guests.isEmpty, Clock.monotonicNanoseconds < end { Clock.sleep(ms: 1) }
  }

  private func close(all: Bool) {
    // Only once: its number may soon be another socket's.
    if guests.close(all: all) { listener.shutdown() }
  }

  /// Ends the connections that wait for a request or its head, and takes no more; those that have one come to its end.
  ///
  /// - Parameter goesOn: asked from time to time whether to wait on.
  func finish(while goesOn: () -> Bool) {
    close(all: false)
    while !guests.isEmpty, goesOn() {}
  }

  /// - Parameter turnedAwayNs: when one was last turned away; while that happens all the time nobody waits behind another.
  private func admit(_ socket: Socket, _ turnedAwayNs: inout Int64?) {
    let isFirst = turnedAwayNs.map { Clock.monotonicNanoseconds - $0 > Self.waitAgainNs } ?? true
    var id = guests.enter(socket)
    // Those who were told to go take a moment to do so.
    for _ in 0..<(isFirst ? 100 : 2) where id == nil {
      Clock.sleep(ms: 5)
      id = guests.enter(socket)
    }
    guard let id else {
      turnedAwayNs = Clock.monotonicNanoseconds
      return turnAway(
        socket, "too many connections",
        hint: "keep fewer connections open at once, or let llmguard have more open files ('ulimit -n')")
    }
    memory.noteClient(guests.count)
    start(socket, id)
  }

  private static let waitAgainNs: Int64 = 1_000_000_000

  private func start(_ socket: Socket, _ id: Int) {
    do throws(PosixError) {
      try Thread.start { [self] in
        attend(socket, id)
        // Taken out before it is closed: a closed number may be another socket's the next moment.
        guests.leave(id)
        socket.close()
        // The C library keeps stacks for the threads that come next.
        if guests.count >= KeptMemory.crowd { Thread.giveBackStack() }
      }
    } catch {
      guests.leave(id)
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
    client.onRest = { [guests, memory] in if guests.haveComeToRest() { memory.giveBack() } }
    client.othersWait = { [guests] in guests.areTooMany }
    client.isClosing = { [guests] in guests.areClosing }
    client.takePlace = { [guests, isShared] in guests.takePlace(id, of: $0, isShared: isShared) }
    while true {
      do throws(ClientFault) {
        guard let head = try client.nextHead(begun: { guests.begins(id, isWhole: $0) }) else { return }
        if !guests.rests(id, goesOn: serve(client, head)) { return linger(client) }
      } catch {
        if case .http(let fault) = error {
          refuse(client, fault, adding: turnedAway(.unreadable(target: client.refusedTarget, fault)))
        }
        return
      }
    }
  }

  /// Answers a request that cannot be read.
  private func refuse(_ client: ClientConnection, _ fault: HTTPFault, adding fields: HTTPFields = [:]) {
    var head = HTTPResponseHead(fault.status, fields: fields)
    head.fields.append("Content-Type", "text/plain; charset=utf-8")
    let body = Array("llmguard: \(fault.message)\n".utf8)
    head.fields.append("Content-Length", String(body.count))
    head.fields.append("Connection", "close")
    head.fields.append("Date", HTTPDate.now)
    try? client.send(HTTPWriter.head(head) + body)
    linger(client)
  }

  /// Ends a connection so that what was written still arrives: closing with unread bytes would take it back.
  private func linger(_ client: ClientConnection) {
    if client.hasToBreak { return client.socket.breakAtClose() }
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
    if admits(socket) { head.fields.append(all: turnedAway(.crowded(why: why, remedy: hint))) }
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
    // What it has sent is taken: closed with unread bytes the connection would take the reply back.
    var rest = [UInt8](repeating: 0, count: 16_384)
    _ = try? rest.withUnsafeMutableBytes { try socket.read(into: $0) }
    socket.close()
  }
}
