import CPosix
import Glibc

/// Sees whom the processes in an isolated network connect or send to: each of them waits in the kernel until it was written down.
///
/// Names are answered there by this process, so a connection is known by the name that it was asked for by. Services that ask
/// for names are not there, so that nobody else is asked.
public final class NetworkWatch: @unchecked Sendable {
  private struct State {
    var names = PlayedNames()
    var seen: [SeenConnection] = []
    /// Whether there was something to watch by.
    var isWatching = false
    var threads = 0
    var hasEnded = false
    var isBlind = false
  }

  private let state = Locked(State())
  private let server: Int32

  /// - Parameter server: the socket of the played name server; -1 for none.
  init(server: Int32) { self.server = server }

  /// How long a thread sleeps at most before it sees that the watch has ended.
  private static let turnMs: Int32 = 50
  /// How many connections are told of at most.
  private static let mostSeen = 1000

  /// Begins, with what was sent of a started process; -1 where it could not be watched.
  func begin(_ watch: Int32) {
    state.use { $0.isWatching = watch >= 0 }
    if watch >= 0, !start({ $0.take(watch) }) {
      // Nobody would let them connect: without this the kernel refuses them.
      close(watch)
      state.use { $0.isWatching = false }
    }
    if server >= 0 { _ = start { $0.answer() } }
  }

  /// Whether connections could be seen, all of them until now. A container may bar this process from looking.
  public var sees: Bool { state.use { $0.isWatching && !$0.isBlind } }

  /// Ends, and tells who was seen, in order. What still connects is refused by the kernel.
  public func end() -> [SeenConnection] {
    state.use { $0.hasEnded = true }
    return state.wait(until: { $0.threads == 0 }) { $0.seen }
  }

  deinit {
    if server >= 0 { close(server) }
  }

  /// - Returns: whether there is a thread for it.
  private func start(_ body: @escaping @Sendable (NetworkWatch) -> Void) -> Bool {
    state.use { $0.threads += 1 }
    do throws(PosixError) {
      try Thread.start { [self] in
        body(self)
        state.use { $0.threads -= 1 }
      }
      return true
    } catch {
      state.use { $0.threads -= 1 }
      return false
    }
  }

  private func take(_ watch: Int32) {
    var seen = llmguard_connect()
    while true {
      let result = llmguard_next_connect(watch, Self.turnMs, &seen)
      if result < -1 { state.use { $0.isBlind = true } }
      if result < 0 { break }
      if result > 0 {
        if seen.length < 0 { state.use { $0.isBlind = true } }
        if let peer = Self.peer(seen) { note(seen.process, peer) }
        llmguard_let_connect(watch, &seen, server >= 0 && Self.isNameService(seen) ? ENOENT : 0)
      }
      // Whoever goes on connecting would keep the end from coming.
      if state.use({ $0.hasEnded }) { break }
    }
    // With it open and nobody there, whoever connects would wait for ever: without it the kernel refuses them.
    close(watch)
  }

  private func note(_ thread: Int32, _ peer: SeenConnection.Peer) {
    // Nobody is at port 0: so the C library asks which of its own addresses would be used.
    guard peer.port != 0 else { return }
    let process = ProcessInfo.process(ofThread: thread)
    let program = ProcessInfo.name(of: process)
    state.use { state in
      let one = SeenConnection(process: process, program: program, peer: peer, name: state.names.name(of: peer.address))
      // A loop of attempts is one.
      if state.seen.count < Self.mostSeen, !state.seen.contains(one) { state.seen.append(one) }
    }
  }

  /// What stands in a `sockaddr`; `nil` for one that is of no network.
  private static func peer(_ seen: llmguard_connect) -> SeenConnection.Peer? {
    withUnsafeBytes(of: seen.address) { bytes in
      let length = Int(seen.length)
      guard length >= 16 else { return nil }
      let family = bytes.loadUnaligned(as: sa_family_t.self)
      let port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
      switch Int32(family) {
      case AF_INET: return SeenConnection.Peer(address: Array(bytes[4..<8]), port: port)
      case AF_INET6 where length >= 24: return SeenConnection.Peer(address: Array(bytes[8..<24]), port: port)
      default: return nil
      }
    }
  }

  /// Whether it is a service that asks for names in a process's stead, and would ask others than the played name server. Without
  /// it the C library asks name servers itself. *Source:* nss-resolve(8), nscd(8).
  private static func isNameService(_ seen: llmguard_connect) -> Bool {
    withUnsafeBytes(of: seen.address) { bytes in
      guard seen.length > 2, Int32(bytes.loadUnaligned(as: sa_family_t.self)) == AF_UNIX else { return false }
      let path = bytes[2..<Int(seen.length)]
      return nameServices.contains { path.starts(with: $0.utf8) }
    }
  }

  private static let nameServices = ["/run/systemd/resolve/", "/var/run/nscd/", "/run/nscd/"]

  private func answer() {
    var asked = llmguard_question()
    while !state.use({ $0.hasEnded }) {
      let count = llmguard_next_question(server, Self.turnMs, &asked)
      if count < 0 { return }
      if count == 0 { continue }
      let question = withUnsafeBytes(of: asked.bytes) { Array($0.prefix(count)) }
      guard let reply = state.use({ $0.names.answer(question) }) else { continue }
      _ = llmguard_answer_question(server, &asked, reply, reply.count)
    }
  }
}
