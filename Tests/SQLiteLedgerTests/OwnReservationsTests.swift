import GuardModel
import Ledger
import Testing

@testable import SQLiteLedger

@Suite struct OwnReservationsTests {
  private func record(_ number: Int64) -> EntryRecord {
    EntryRecord(Entry(sequence: number, kind: .reserve, atUnixMs: number * 10, hold: HoldID(number)))
  }

  @Test func whatIsTakenOutLeavesTheOthers() {
    var own = OwnReservations()
    for number in 1...4 as ClosedRange<Int64> { own[number] = record(number) }
    own[2] = nil
    own[4] = nil
    own[7] = nil
    #expect(own[2] == nil && own[4] == nil && own[7] == nil)
    #expect(own[1]?.entry.atUnixMs == 10 && own[3]?.entry.atUnixMs == 30)
  }

  @Test func aHoldHasOneEntry() {
    var own = OwnReservations()
    own[5] = record(5)
    own[5] = record(6)
    #expect(own[5]?.entry.atUnixMs == 60)
    own[5] = nil
    #expect(own[5] == nil)
  }
}
