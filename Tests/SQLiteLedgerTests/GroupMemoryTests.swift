import Ledger
import SQLite
import Testing

@testable import SQLiteLedger

/// What a group of writes knows without asking.
@Suite struct GroupMemoryTests {
  @Test func whereThereWereNoAttemptsThereAreNoneLater() throws {
    let memory = GroupMemory(try Connection(path: ":memory:"))
    let key = AttemptKey(user: "ana", operation: "chat", fingerprint: Fingerprint([1, 2, 3]))
    let other = AttemptKey(user: "ana", operation: "chat", fingerprint: Fingerprint([1, 2, 4]))
    #expect(memory.attempts(key, 1000, at: 50) == nil)
    memory.note(0, attemptsAt: key, 1000, at: 50)
    #expect(memory.attempts(key, 1000, at: 50) == 0)
    #expect(memory.attempts(key, 1000, at: 51) == 0)
    // Before that there may have been some, in a longer time, too, and of what else is asked.
    #expect(memory.attempts(key, 1000, at: 49) == nil)
    #expect(memory.attempts(key, 1001, at: 51) == nil)
    #expect(memory.attempts(other, 1000, at: 51) == nil)
    memory.forgetAttempts()
    #expect(memory.attempts(key, 1000, at: 51) == nil)
    // Some of several may be too old a moment later.
    memory.note(2, attemptsAt: key, 1000, at: 60)
    #expect(memory.attempts(key, 1000, at: 60) == 2)
    #expect(memory.attempts(key, 1000, at: 61) == nil)
  }
}
