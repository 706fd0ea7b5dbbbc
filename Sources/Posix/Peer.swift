import CPosix
import Glibc

/// Who is at the other end of a connection over the loopback.
public struct Peer: Hashable, Sendable {
  /// The user whose socket it is.
  public let user: UInt32
  private let inode: UInt64

  /// The other end of a connection; `nil` where the kernel does not tell, or it has gone.
  public init?(of socket: Socket) {
    var (user, inode): (UInt32, UInt64) = (0, 0)
    guard llmguard_peer_owner(socket.descriptor.number, &user, &inode) == 0 else { return nil }
    (self.user, self.inode) = (user, inode)
  }

  /// Whether somebody is there who still reads. What arrives is the same whether the other end was closed or only sends nothing
  /// more: of a connection over the loopback the kernel knows, of any other nobody does, and then it counts as closed.
  static func reads(from socket: Socket) -> Bool { llmguard_peer_reads(socket.descriptor.number) == 1 }

  /// Whether this process's own user is there, or the superuser, who may do everything anyway, or a process that descends
  /// from this one and has become another user, as a script's `su` does. Of the last, only the superuser is told.
  public var belongsHere: Bool { user == geteuid() || user == 0 || (geteuid() == 0 && isDescendant) }

  /// Whether a process that holds the socket descends from this one.
  private var isDescendant: Bool {
    let name = "socket:[\(inode)]"
    let processes = ((try? Folder.names(in: "/proc")) ?? []).compactMap(Int32.init)
    return processes.contains { process in
      Self.descends(process) && Self.holds(process, name)
    }
  }

  private static func holds(_ process: Int32, _ name: String) -> Bool {
    let folder = "/proc/\(process)/fd"
    return ((try? Folder.names(in: folder)) ?? []).contains { File.linkTarget("\(folder)/\($0)") == name }
  }

  /// Whether a process is among the descendants of this one; those whose parents have ended are not.
  private static func descends(_ process: Int32) -> Bool {
    var process = process
    for _ in 0..<1000 where process > 1 {
      if process == getpid() { return true }
      guard let parent = ProcessInfo.parent(of: process) else { return false }
      process = parent
    }
    return false
  }
}
