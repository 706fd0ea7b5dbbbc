import Glibc

/// Looks, many times a second, which TCP connections a command and what it started have.
///
/// What is made and over between two looks is not seen, nor what belongs to a process that nobody here may look into (another
/// user's), that left its parents between two looks, or that has a network of its own. *Source:* proc(5): `/proc/ID/fd`,
/// `/proc/ID/task/ID/children`, `/proc/ID/net/tcp`.
public final class ConnectionSampler: @unchecked Sendable {
  private struct State {
    var seen: [SeenConnection] = []
    var hasEnded = false
    var isRunning = false
  }

  private let state = Locked(State())
  private let wants: @Sendable (SeenConnection.Peer) -> Bool

  /// How long it rests between two looks, at least.
  private static let restMs: Int64 = 40
  /// How many times as long it rests as it took to look at the processes, of which a crowd may have many open files, and as the
  /// whole look took, with the kernel's table of connections, which is read where there are new sockets.
  private static let rests: (afterProcesses: Int64, afterAll: Int64) = (25, 4)
  /// In how many looks a socket may turn out to be a connection: it is made before it is one.
  private static let mostLooks = 8
  /// How many are kept at most.
  private static let most = 1000

  /// - Parameter wants: which peers are worth noting.
  public init(wants: @escaping @Sendable (SeenConnection.Peer) -> Bool) { self.wants = wants }

  /// Begins to look.
  ///
  /// - Parameter root: the command's process.
  public func begin(_ root: Int32) {
    state.use { $0.isRunning = true }
    do throws(PosixError) {
      try Thread.start { [self] in
        look(from: root)
        state.use { $0.isRunning = false }
      }
    } catch {
      state.use { $0.isRunning = false }
    }
  }

  /// Ends, and tells what was seen, in order.
  public func end() -> [SeenConnection] {
    state.use { $0.hasEnded = true }
    return state.wait(until: { !$0.isRunning }) { $0.seen }
  }

  // MARK: - Looking

  private func look(from root: Int32) {
    var known: Set<Int32> = [root]
    var looks: [UInt64: Int] = [:]
    while true {
      // What it took of the processor: where others have that, it would rest for seconds.
      let beganNs = Clock.threadNanoseconds
      known = Self.withDescendants(known)
      var holders: [UInt64: Int32] = [:]
      for process in known { for inode in Self.sockets(of: process) { holders[inode] = process } }
      let processesNs = Clock.threadNanoseconds - beganNs
      looks = looks.filter { holders[$0.key] != nil }
      let fresh = holders.filter { looks[$0.key, default: 0] < Self.mostLooks }
      if !fresh.isEmpty {
        for inode in fresh.keys { looks[inode, default: 0] += 1 }
        // Asked before the kernel's table is read, which may take so long that a process has ended.
        var programs: [Int32: String] = [:]
        for process in Set(fresh.values) { programs[process] = ProcessInfo.name(of: process) }
        for (inode, peer) in Self.connections() {
          guard let process = fresh[inode] else { continue }
          // What it is does not change.
          looks[inode] = Self.mostLooks
          if wants(peer) { note(process, programs[process] ?? "", peer) }
        }
      }
      let allNs = Clock.threadNanoseconds - beganNs
      let restNs = max(processesNs * Self.rests.afterProcesses, allNs * Self.rests.afterAll)
      let restMs = max(Self.restMs, restNs / 1_000_000)
      if state.wait(atMostMs: restMs, until: { $0.hasEnded }, { $0.hasEnded }) { return }
    }
  }

  private func note(_ process: Int32, _ program: String, _ peer: SeenConnection.Peer) {
    state.use { state in
      guard state.seen.count < Self.most else { return }
      state.seen.append(SeenConnection(process: process, program: program, peer: peer))
    }
  }

  /// Some processes that are still there, and all that they started. Those whose parents have ended stay known.
  private static func withDescendants(_ known: Set<Int32>) -> Set<Int32> {
    var (found, open) = (Set<Int32>(), Array(known))
    while let process = open.popLast() {
      guard !found.contains(process), let tasks = try? Folder.names(in: "/proc/\(process)/task") else { continue }
      found.insert(process)
      for task in tasks {
        guard let bytes = try? File.readAll("/proc/\(process)/task/\(task)/children", maximumBytes: 1 << 20) else {
          continue
        }
        open += String(decoding: bytes, as: UTF8.self).split(separator: " ").compactMap { Int32($0) }
      }
    }
    return found
  }

  /// The numbers of a process's sockets.
  private static func sockets(of process: Int32) -> [UInt64] {
    let folder = "/proc/\(process)/fd"
    return ((try? Folder.names(in: folder)) ?? []).compactMap { name in
      guard let target = File.linkTarget("\(folder)/\(name)"), target.hasPrefix("socket:[") else { return nil }
      return UInt64(target.dropFirst(8).dropLast())
    }
  }

  /// The connections of this process's network, by the numbers of their sockets.
  private static func connections() -> [(inode: UInt64, peer: SeenConnection.Peer)] {
    ["/proc/self/net/tcp", "/proc/self/net/tcp6"].flatMap { path in
      guard let bytes = try? File.readAll(path, maximumBytes: 16 << 20) else {
        return [(UInt64, SeenConnection.Peer)]()
      }
      return connections(in: String(decoding: bytes, as: UTF8.self))
    }
  }

  /// What stands in such a table. Sockets that listen have no peer. *Source:* proc_pid_net(5); the kernel's `proc_net_tcp`:
  /// addresses are words of 32 bits as the machine has them.
  static func connections(in table: String) -> [(inode: UInt64, peer: SeenConnection.Peer)] {
    table.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 9, let inode = UInt64(fields[9]), inode > 0 else { return nil }
      let parts = fields[2].split(separator: ":")
      guard parts.count == 2, let port = UInt16(parts[1], radix: 16), port > 0, parts[0].utf8.count % 8 == 0 else {
        return nil
      }
      var address: [UInt8] = []
      var rest = parts[0]
      while !rest.isEmpty {
        guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
        withUnsafeBytes(of: word) { address += $0 }
        rest = rest.dropFirst(8)
      }
      return (inode, SeenConnection.Peer(address: address, port: port))
    }
  }
}
