import Glibc
import Posix
import Testing

@testable import LLMGuardCLI

/// Whom the server's door lets in, and whom it tells of.
@Suite struct ServeDoorTests {
  private let home: String
  private let file: ServeKeyFile
  private let strangers = Locked<[String]>([])
  private let failures = Locked<[String]>([])

  init() throws {
    home = try Folder.makeTemporary(prefix: "llmguard-door-test")
    file = ServeKeyFile(path: home + "/serve-keys.json")
  }

  private func door(session: ServeKey? = nil) -> ServeDoor {
    ServeDoor(
      file, session: session, mayDegrade: true,
      tell: { [failures] failure in failures.use { $0.append(failure.message) } },
      tellOfStranger: { [strangers] one in
        strangers.use { $0.append("\(one.id) \(one.wanted) \(one.user ?? "nobody")") }
      })
  }

  private func add(_ user: String, _ kind: ServeKey.Kind) throws -> (secret: [UInt8], id: String) {
    let (text, key) = ServeKey.make(user, nil, kind)
    try file.change { keys throws(Failure) in keys.append(key) }
    return (Array(text.utf8), key.id)
  }

  /// A key opens what it is for: who watches the figures makes no calls, and a user sees nobody's figures.
  @Test func aKeyOpensItsKindAlone() throws {
    defer { try? Folder.removeTree(home) }
    let (calls, metrics) = (try add("ana", .calls), try add("scraper", .metrics))
    let door = door()
    #expect(door.identity(behind: calls.secret)?.user == "ana")
    #expect(door.opensMetrics(metrics.secret))
    #expect(strangers.use { $0 } == [])
    #expect(door.identity(behind: metrics.secret) == nil)
    #expect(!door.opensMetrics(calls.secret))
    #expect(strangers.use { $0 } == ["\(metrics.id) calls scraper", "\(calls.id) metrics ana"])
    let session = ServeKey.make("eve", nil, .metrics)
    #expect(self.door(session: session.key).identity(behind: Array(session.text.utf8)) == nil)
  }

  /// Older programs gave keys for what only the cache's own judge is asked for: their calls are their users' own.
  @Test(arguments: ["cache-judge", "Cache-Judge", "review"]) func noKeyIsForTheJudge(operation: String) throws {
    defer { try? Folder.removeTree(home) }
    let (text, key) = ServeKey.make("ana", operation)
    try file.change { keys throws(Failure) in keys.append(key) }
    let identity = try #require(door().identity(behind: Array(text.utf8)))
    #expect(identity.user == "ana" && identity.operation == (operation == "review" ? operation : nil))
  }

  /// Of a key that came in vain it is told once for each that it came for, of what is no key never, and of guessers not for ever.
  @Test func ofAStrangerItIsToldOnce() throws {
    defer { try? Folder.removeTree(home) }
    _ = try add("ana", .calls)
    let door = door()
    let (text, key) = ServeKey.make("gone", nil)
    for _ in 1...3 {
      #expect(door.identity(behind: Array(text.utf8)) == nil)
      #expect(!door.opensMetrics(Array(text.utf8)))
      #expect(door.identity(behind: Array("favicon.ico".utf8)) == nil)
    }
    #expect(strangers.use { $0 } == ["\(key.id) calls nobody", "\(key.id) metrics nobody"])
    for _ in 1...200 { _ = door.identity(behind: Array(ServeKey.make("x", nil).text.utf8)) }
    #expect(strangers.use { $0.count } == 100)
  }

  /// Where the keys cannot be read, that is told, and not that everybody is a stranger; the session's key opens all the same.
  @Test func whereKeysCannotBeReadNobodyIsAStranger() throws {
    defer { try? Folder.removeTree(home) }
    let ana = try add("ana", .calls)
    #expect(chmod(file.path, 0o620) == 0)
    let session = ServeKey.make("eve", nil)
    let door = door(session: session.key)
    #expect(door.identity(behind: ana.secret) == nil)
    #expect(door.identity(behind: Array(session.text.utf8))?.user == "eve")
    #expect(!door.isBarred && self.door().isBarred)
    #expect(strangers.use { $0 } == [])
    #expect(failures.use { $0.count } == 2, "each door once: \(failures.use { $0 })")
  }

  /// Whoever may write into the file of keys may give himself any user's; who may only read it has hashes.
  @Test(
    arguments: [(0o600, true), (0o640, true), (0o644, true), (0o620, false), (0o602, false), (0o622, false)]
      as [(UInt32, Bool)])
  func aFileThatOthersMayWriteOpensNothing(mode: UInt32, isRead: Bool) throws {
    defer { try? Folder.removeTree(home) }
    _ = try add("ana", .calls)
    #expect(File.permissions(of: file.path).map { $0 & 0o777 } == 0o600)
    #expect(chmod(file.path, mode) == 0)
    if isRead {
      #expect(try file.read().map(\.user) == ["ana"])
    } else {
      #expect(throws: Failure.self) { try file.read() }
    }
  }
}
