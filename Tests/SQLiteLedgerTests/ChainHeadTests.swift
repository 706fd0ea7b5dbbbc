import Posix
import Testing

@testable import SQLiteLedger

/// The record of the last entry outside the database.
@Suite struct ChainHeadTests {
  private static let old = [UInt8](repeating: 1, count: 40)
  private static let new = [UInt8](repeating: 2, count: 40)
  private static let torn = Array(new[..<16] + old[16...])

  /// Reads what a sequence of looks at the file brings, and tells how many were needed.
  private func settled(_ looks: [[UInt8]]) -> (bytes: [UInt8], looks: Int) {
    var count = 0
    let bytes = ChainHead.settled {
      defer { count += 1 }
      return looks[min(count, looks.count - 1)]
    }
    return (bytes, count)
  }

  /// It is written while others read it, and a read is not one step: on ext4 a few in a million see half of a write.
  @Test func aHalfWrittenRecordIsNotBelieved() {
    #expect(settled([Self.torn, Self.new]) == (Self.new, 3))
    #expect(settled([Self.old, Self.torn, Self.new]) == (Self.new, 4))
    #expect(settled([Self.old]) == (Self.old, 2))
  }

  /// Whoever reads a file that changes all the time comes to an end, too.
  @Test func lookingEnds() {
    var count: UInt8 = 0
    _ = ChainHead.settled {
      count += 1
      return [UInt8](repeating: count, count: 40)
    }
    #expect(count < 100)
  }

  @Test func theLatestIsKept() throws {
    let folder = try Folder.makeTemporary(prefix: "llmguard-head-test")
    defer { try? Folder.removeTree(folder) }
    let head = try ChainHead(path: folder + "/head")
    #expect(head.read() == nil)
    let (first, second) = (
      ChainHead.Link(sequence: 7, hash: [UInt8](repeating: 7, count: 32)),
      ChainHead.Link(sequence: 8, hash: [UInt8](repeating: 8, count: 32))
    )
    head.record(second)
    head.record(first)
    #expect(head.read() == second)
    #expect(try ChainHead(reading: folder + "/head").read() == second)
  }
}
