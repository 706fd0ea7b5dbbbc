import CPosix
import Glibc

/// A network for a command in which there is nothing but a loopback device and one listener, made with Linux user and
/// network namespaces, and with a filter over system calls: the command can make no UNIX sockets either, which lead to whoever
/// listens in the file system.
///
/// The namespaces last as long as this object or a process in them.
public final class IsolatedNetwork: @unchecked Sendable {
  /// Listens inside the network; this process, which stays outside, accepts.
  public let listener: Socket
  /// Sees whom the command connects to, where that was asked for.
  public let watch: NetworkWatch?
  private var network: llmguard_network

  /// Why there is no network.
  public struct Unavailable: Error, Hashable, Sendable {
    /// What the kernel did not allow.
    public let message: String
    /// What to do.
    public let hint: String
  }

  /// Makes a network.
  ///
  /// - Parameters:
  ///   - backlog: how many connections may wait to be accepted.
  ///   - allowsUnixSockets: whether the command may have UNIX sockets all the same.
  ///   - watches: whether it is seen whom the command connects to. Then names are answered inside, each with an address of its own
  ///     at which nobody is.
  /// - Throws: `Unavailable`, mostly because the kernel or a container does not allow it.
  public init(
    backlog: Int32 = 512, allowsUnixSockets: Bool = false, watches: Bool = false
  ) throws(Unavailable) {
    var made = llmguard_network()
    var step: Int32 = 0
    if llmguard_make_network(backlog, allowsUnixSockets ? 1 : 0, watches ? 1 : 0, &made, &step) != 0 {
      throw Unavailable(step: step, code: errno)
    }
    network = made
    listener = Socket(adopting: FileDescriptor(made.listener))
    watch = watches ? NetworkWatch(server: made.names) : nil
  }

  deinit {
    close(network.user)
    close(network.net)
  }

  /// Starts a program inside; see `llmguard_spawn`.
  func spawn(
    _ pid: inout pid_t, _ argv: CStrings, _ envp: CStrings, _ pairs: [Int32], _ defaults: [Int32]
  ) -> Int32 {
    var ends: (here: Int32, there: Int32) = (-1, -1)
    if watch != nil, let (here, there) = try? Socket.pair() {
      ends = (here.descriptor.number, there.descriptor.number)
    }
    let code = llmguard_spawn_inside(
      &network, &pid, argv.pointers[0], argv.pointers, envp.pointers, pairs, Int32(pairs.count / 2), defaults,
      Int32(defaults.count), ends.there)
    if ends.there >= 0 { close(ends.there) }
    if ends.here >= 0 {
      if code == 0 { watch?.begin(llmguard_take_watch(ends.here)) }
      close(ends.here)
    }
    return code
  }
}

extension IsolatedNetwork.Unavailable {
  /// *Source of the remedies:* user_namespaces(7), Debian's `kernel.unprivileged_userns_clone`, Ubuntu's
  /// `kernel.apparmor_restrict_unprivileged_userns`, and the default seccomp rules of Docker and Podman.
  init(step: Int32, code: Int32) {
    let error = PosixError("", code: code)
    let switches = Self.closedSwitches { name in
      let path = "/proc/sys/" + name.map { $0 == "." ? "/" : String($0) }.joined()
      guard let bytes = try? File.readAll(path, maximumBytes: 64) else { return nil }
      return Int(String(decoding: bytes, as: UTF8.self).filter(\.isNumber))
    }
    let what =
      switch Int(step) {
      case LLMGUARD_NETWORK_UNSHARE: "the kernel gives no namespaces"
      case LLMGUARD_NETWORK_MAP: "user ids cannot be mapped into a namespace"
      case LLMGUARD_NETWORK_FILTER where code == ENOTSUP: "this processor's system calls are not known to it"
      case LLMGUARD_NETWORK_FILTER: "the kernel takes no filter over system calls"
      case LLMGUARD_NETWORK_LOOPBACK: "the loopback device of a new network cannot be used"
      default: "a process for it cannot be started"
      }
    message = "\(what): \(error.reason)"
    if Int(step) == LLMGUARD_NETWORK_FILTER {
      hint = "it needs an x86_64 or aarch64 processor and a kernel with CONFIG_SECCOMP_FILTER"
    } else if let first = switches.first {
      hint = "an administrator allows it with 'sysctl -w \(first)'"
    } else {
      hint = "a container has to allow user namespaces (with Docker: --security-opt seccomp=unconfined)"
    }
  }

  /// The switches of the kernel that stand against it, as they would have to be.
  ///
  /// - Parameter read: the value of a switch; `nil` where the kernel has none of that name.
  static func closedSwitches(_ read: (String) -> Int?) -> [String] {
    var closed: [String] = []
    if read("kernel.unprivileged_userns_clone") == 0 { closed.append("kernel.unprivileged_userns_clone=1") }
    if read("user.max_user_namespaces") == 0 { closed.append("user.max_user_namespaces=10000") }
    if read("user.max_net_namespaces") == 0 { closed.append("user.max_net_namespaces=10000") }
    if read("kernel.apparmor_restrict_unprivileged_userns") == 1 {
      closed.append("kernel.apparmor_restrict_unprivileged_userns=0")
    }
    return closed
  }
}
