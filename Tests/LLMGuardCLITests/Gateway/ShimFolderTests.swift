import Glibc
import Posix
import Providers
import Testing

@testable import LLMGuardCLI

/// The private folders of programs that lead to the gateway.
@Suite struct ShimFolderTests {
  /// Where many runs begin at once, each sweeps what killed ones have left, and none may take another's for such a one.
  /// The sweepers here do nothing else, so that what happens to one run in thousands happens often.
  @Test func noneIsSweptWhileItIsWanted() throws {
    let home = try Folder.makeTemporary(prefix: "llmguard-shim-test")
    defer { try? Folder.removeTree(home) }
    let (failures, isOver) = (Locked<[String]>([]), Locked(false))
    let run: @Sendable () -> Void = {
      for _ in 0..<200 {
        do {
          let folder = try #require(try ShimFolder(servers: ServerTable(), home: home))
          if !folder.path.hasPrefix(home) { failures.use { $0.append("made elsewhere: \(folder.path)") } }
          Clock.sleep(ms: 1)
          if !File.exists("\(folder.path)/\(ShimFolder.tableName)") { failures.use { $0.append("swept") } }
          folder.remove()
        } catch {
          failures.use { $0.append("\(error)") }
        }
      }
      isOver.use { $0 = true }
    }
    let sweep: @Sendable () -> Void = {
      while !isOver.use({ $0 }) {
        for name in (try? Folder.names(in: home + "/shims")) ?? [] where name.hasSuffix(".lock") {
          let path = "\(home)/shims/\(name)"
          guard let lock = try? FileLock(path: path), (try? lock.acquire(deadlineMs: 0)) == true else { continue }
          try? Folder.removeTree(String(path.dropLast(5)))
          try? File.remove(path)
          lock.release()
        }
      }
    }
    Thread.together([run] + Array(repeating: sweep, count: 4))
    #expect(failures.use { $0 } == [])
  }

  /// Whoever can change a folder above it can put another in its place, and choose what a command's programs are.
  @Test(arguments: [("", 0o777), ("", 0o770), ("/above", 0o777), ("/above", 0o775)] as [(String, UInt32)])
  func itIsMadeElsewhereWhereOthersCouldChangeIt(place: String, permissions: UInt32) throws {
    let top = try Folder.makeTemporary(prefix: "llmguard-shim-test")
    defer { try? Folder.removeTree(top) }
    let home = top + place + "/state"
    try Folder.makePrivate(home)
    #expect(chmod(top + place, permissions) == 0)
    let folder = try #require(try ShimFolder(servers: ServerTable(), home: home))
    defer { folder.remove() }
    #expect(!folder.path.hasPrefix(top), "\(folder.path)")
    // Where nobody can rename what is another's, as in /tmp, anybody may write.
    #expect(chmod(top + place, permissions | 0o1000) == 0)
    let again = try #require(try ShimFolder(servers: ServerTable(), home: home))
    defer { again.remove() }
    #expect(again.path.hasPrefix(home), "\(again.path)")
  }

  /// A folder of somebody else's is not taken, whoever may write to it: its owner could change it. Only root can try that.
  @Test(.enabled(if: geteuid() == 0), arguments: ["/state", "/state/shims", ""])
  func itIsMadeElsewhereThanInSomebodyElses(place: String) throws {
    let top = try Folder.makeTemporary(prefix: "llmguard-shim-test")
    defer { try? Folder.removeTree(top) }
    try Folder.makePrivate(top + "/state/shims")
    #expect(chown(top + place, 65534, 65534) == 0)
    let folder = try #require(try ShimFolder(servers: ServerTable(), home: top + "/state"))
    defer { folder.remove() }
    #expect(!folder.path.hasPrefix(top), "\(folder.path)")
  }

  /// A folder of the ledger's own that a link leads to is judged by where it is.
  @Test func aLinkDoesNotHideWhereItIs() throws {
    let top = try Folder.makeTemporary(prefix: "llmguard-shim-test")
    defer { try? Folder.removeTree(top) }
    try Folder.makePrivate(top + "/open/state")
    #expect(chmod(top + "/open", 0o777) == 0)
    try Folder.link(top + "/link", to: top + "/open/state")
    let folder = try #require(try ShimFolder(servers: ServerTable(), home: top + "/link"))
    defer { folder.remove() }
    #expect(!folder.path.hasPrefix(top), "\(folder.path)")
  }

  /// What a killed run has left, which nobody holds, goes with the next.
  @Test func whatAKilledRunHasLeftIsSwept() throws {
    let home = try Folder.makeTemporary(prefix: "llmguard-shim-test")
    defer { try? Folder.removeTree(home) }
    try Folder.makePrivate(home + "/shims/0123456789abcdef")
    try File.replace(home + "/shims/0123456789abcdef.lock", with: [])
    let folder = try #require(try ShimFolder(servers: ServerTable(), home: home))
    #expect(try Folder.names(in: home + "/shims").count == 2)
    folder.remove()
    #expect(try Folder.names(in: home + "/shims").isEmpty)
  }
}
