import Gateway
import Posix

/// Lets in whoever has a key, as the key's user.
final class ServeDoor: GatewayDoor {
  private struct Known {
    var keys: [ServeKey] = []
    var mark: [Int64]?
    var identity: [UInt64] = []
    /// When they could not be read, and what was told of that.
    var failedNs: Int64?
    var told = ""
    /// Keys that came in vain and have been told of, by their ids and what they came for.
    var strangers: Set<String> = []
  }

  /// A key that came and opened nothing.
  struct Stranger {
    /// What the key is called by.
    let id: String
    /// What it came for.
    let wanted: ServeKey.Kind
    /// Whose it is, where it opens something else; `nil` where nobody has it.
    let user: String?
  }

  /// Of how many keys that came in vain it is told: whoever guesses must not fill a log.
  private static let mostStrangers = 100
  /// How long after keys could not be read they are looked for again: no mark of the file shows that they can be now.
  private static let pauseNs: Int64 = 1_000_000_000

  private let file: ServeKeyFile
  /// The key that was made for as long as the server runs.
  private let session: ServeKey?
  private let mayDegrade: Bool
  private let known = Locked(Known())
  private let tell: @Sendable (Failure) -> Void
  private let tellOfStranger: @Sendable (Stranger) -> Void

  /// - Parameters:
  ///   - tell: hears that the keys cannot be read; then nobody has one, but for the session's.
  ///   - tellOfStranger: hears once of each key that came in vain: it may have been taken away, or be for something else.
  init(
    _ file: ServeKeyFile, session: ServeKey?, mayDegrade: Bool, tell: @escaping @Sendable (Failure) -> Void,
    tellOfStranger: @escaping @Sendable (Stranger) -> Void
  ) {
    self.file = file
    self.session = session
    self.mayDegrade = mayDegrade
    self.tell = tell
    self.tellOfStranger = tellOfStranger
  }

  func identity(behind part: [UInt8]) -> GatewayIdentity? {
    guard let key = key(part, for: .calls) else { return nil }
    return GatewayIdentity(
      user: key.user, operation: key.operation, run: key.run, program: "serve", mayDegrade: mayDegrade)
  }

  /// Whether nobody can come in, because the keys cannot be read.
  var isBarred: Bool { session == nil && readsNoKeys }

  private var readsNoKeys: Bool {
    _ = keys
    return known.use { $0.failedNs != nil }
  }

  /// Whether somebody names a key for metrics.
  func opensMetrics(_ secret: [UInt8]) -> Bool { key(secret, for: .metrics) != nil }

  /// The key that somebody has, where it opens what is wanted.
  private func key(_ part: [UInt8], for wanted: ServeKey.Kind) -> ServeKey? {
    // All hashes are compared, and each to its end: the time taken tells nothing of any key.
    let hash = Array(ServeKey.hash(of: part).utf8)
    var found: ServeKey?
    for key in keys + (session.map { [$0] } ?? []) {
      var difference: UInt8 = 0
      for (a, b) in zip(key.hash.utf8, hash) { difference |= a ^ b }
      if difference == 0 { found = key }
    }
    if let found, found.kind == wanted { return found }
    if ServeKey.isLike(part) {
      note(Stranger(id: String(decoding: hash.prefix(8), as: UTF8.self), wanted: wanted, user: found?.user))
    }
    return nil
  }

  private func note(_ stranger: Stranger) {
    let isNew = known.use { known in
      // Where the keys cannot be read everybody is a stranger, and that has been told.
      known.failedNs == nil && known.strangers.count < Self.mostStrangers
        && known.strangers.insert("\(stranger.id) \(stranger.wanted)").inserted
    }
    if isNew { tellOfStranger(stranger) }
  }

  /// The keys as the file has them now: one that was added or removed counts from the next request on, and none of a file that
  /// others may write to by now.
  private var keys: [ServeKey] {
    let (mark, identity) = (File.stateMark(file.path), File.identity(file.path))
    return known.use { known in
      let now = Clock.monotonicNanoseconds
      let isDue = known.failedNs.map { now - $0 >= Self.pauseNs } ?? false
      if known.mark == mark, known.identity == identity, !isDue { return known.keys }
      do throws(Failure) {
        known.keys = try file.read()
        (known.failedNs, known.told) = (nil, "")
      } catch {
        (known.keys, known.failedNs) = ([], now)
        if known.told != error.message { tell(error) }
        known.told = error.message
      }
      (known.mark, known.identity) = (mark, identity)
      return known.keys
    }
  }
}

extension ServeDoor.Stranger {
  /// What is said of it, and what to do.
  var remark: (text: String, hint: String) {
    let asked = wanted == .metrics ? "a client asked for /metrics with the key" : "a client came with the key"
    let make = wanted == .metrics ? "'llmguard serve key add NAME --metrics'" : "'llmguard serve key add USER'"
    guard let user else {
      return (
        "\(asked) \(id), which nobody has (said once), and got 404",
        "it was taken away, or is another ledger's: \(make) makes one for that client"
      )
    }
    let use = wanted == .metrics ? "which is for calls" : "which opens /metrics and nothing else"
    return ("\(asked) \(id) of \(user), \(use) (said once), and got 404", "\(make) makes one for that client")
  }
}
