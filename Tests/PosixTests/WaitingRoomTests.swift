import Posix
import Testing

@Suite struct WaitingRoomTests {
  @Test func whoIsCalledBeforeItWaitsNeverSleeps() {
    let room = WaitingRoom()
    let seat = room.seat()
    var call = WaitingRoom.Call()
    call.add(seat, for: 7)
    room.make(call)
    #expect(room.wait(at: seat) == 7)
  }

  /// What a seat was called for is told once.
  @Test func eachCallIsTakenUpByOneWait() {
    let room = WaitingRoom()
    let seat = room.seat()
    for reason: UInt32 in [1, 2] {
      var call = WaitingRoom.Call()
      call.add(seat, for: reason)
      room.make(call)
      #expect(room.wait(at: seat) == reason)
    }
  }

  /// More threads than there are bits, so that some share one: each goes on by its own call alone, and none sleeps through it.
  @Test func eachOfManyGoesOnByItsOwnCall() {
    let (room, guests, rounds) = (WaitingRoom(), 40, 300)
    let seats = (0..<guests).map { _ in room.seat() }
    let (arrived, uncalled) = (Locked(0), Locked(0))
    let reasons = Locked([[UInt32]](repeating: [], count: guests))
    let bodies: [@Sendable () -> Void] = (0..<guests).map { guest in
      {
        for _ in 0..<rounds {
          arrived.use { $0 += 1 }
          var reason = room.wait(at: seats[guest])
          while reason == 0 {
            uncalled.use { $0 += 1 }
            reason = room.wait(at: seats[guest])
          }
          reasons.use { $0[guest].append(reason) }
        }
      }
    }
    let caller: @Sendable () -> Void = {
      for round in 1...rounds {
        arrived.wait(until: { $0 == guests }) { $0 = 0 }
        // Those of the second half share the bits of the first eight, and wait on while these are called.
        for isFirst in [true, false] {
          var call = WaitingRoom.Call()
          for guest in 0..<guests where (guest < guests / 2) == isFirst {
            call.add(seats[guest], for: UInt32(round * 100 + guest))
          }
          room.make(call)
        }
      }
    }
    Thread.together([caller] + bodies)
    #expect(uncalled.use { $0 } == 0, "nobody goes on without a call")
    for (guest, heard) in reasons.use({ $0 }).enumerated() {
      #expect(heard == (1...rounds).map { UInt32($0 * 100 + guest) })
    }
  }
}
