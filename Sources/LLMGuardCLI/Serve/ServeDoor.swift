import Gateway
import Posix

/// Lets in whoever has a key, as the key's user.
final class ServeDoor: GatewayDoor {
  private struct Known {
    var keys: [ServeKey] = []
    var mark: [Int64]?
    var identity: [UInt64] = []
  }

  private let file: ServeKeyFile
  /// The key that was made for as long as the server runs.
  private let session: ServeKey?
  private let mayDegrade: Bool
  private let known = Locked(Known())
  private let tell: @Sendable (Failure) -> Void

  /// - Parameter tell: hears that the keys cannot be read; then nobody has one, but for the session's.
  init(
    _ file: ServeKeyFile, session: ServeKey?, mayDegrade: Bool, tell: @escaping @Sendable (Failure) -> Void
  ) {
    self.file = file
    self.session = session
    self.mayDegrade = mayDegrade
    self.tell = tell
  }

  func identity(behind part: [UInt8]) -> GatewayIdentity? {
    // All hashes are compared, and each to its end: the time taken tells nothing of any key.
    let hash = Array(ServeKey.hash(of: part).utf8)
    var found: ServeKey?
    for key in keys + (session.map { [$0] } ?? []) {
      var difference: UInt8 = 0
      for (a, b) in zip(key.hash.utf8, hash) { difference |= a ^ b }
      if difference == 0 { found = key }
    }
    return found.map {
      GatewayIdentity(user: $0.user, operation: $0.operation, run: $0.run, program: "serve", mayDegrade: mayDegrade)
    }
  }

  /// The keys as the file has them now: one that was added or removed counts from the next request on.
  private var keys: [ServeKey] {
    let (mark, identity) = (File.changeMark(file.path), File.identity(file.path))
    return known.use { known in
      if known.mark == mark, known.identity == identity { return known.keys }
      do throws(Failure) { known.keys = try file.read() } catch {
        known.keys = []
        tell(error)
      }
      (known.mark, known.identity) = (mark, identity)
      return known.keys
    }
  }
}
