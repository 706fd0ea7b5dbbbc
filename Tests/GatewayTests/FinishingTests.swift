import HTTPWire
import Posix
import Testing

@testable import Gateway

/// Whoever is told to go is told in time, and nothing is asked for those who were.
@Suite(.serialized) struct FinishingTests {
  private let (here, there): (Socket, Socket)

  init() throws { (here, there) = try Socket.pair() }

  private func close() {
    here.close()
    there.close()
  }

  /// Whether the other end was told that nothing more comes.
  private var wasToldToGo: Bool {
    there.setTimeouts(ms: 50)
    var byte = [UInt8](repeating: 0, count: 1)
    return (try? byte.withUnsafeMutableBytes { try there.read(into: $0) }) == 0
  }

  /// A server that ends would wait for one for as long as it may be idle.
  @Test func nobodyBeginsToWaitBehindTheEnd() throws {
    defer { close() }
    let guests = GatewayGuests(limits: GatewayLimits())
    let id = try #require(guests.enter(here))
    #expect(guests.begins(id, isWhole: false) && guests.begins(id, isWhole: true) && guests.rests(id))
    #expect(guests.begins(id, isWhole: true))
    #expect(guests.close(all: false))
    // It has a request, which comes to its end.
    #expect(!wasToldToGo && !guests.isEmpty)
    #expect(!guests.rests(id))
    guests.leave(id)
    #expect(guests.isEmpty && guests.enter(here) == nil && !guests.close(all: false))
  }

  /// A call whose reply nobody can be given is not made: its head may have been read just before.
  @Test(arguments: [false, true]) func nothingIsAskedForWhoWasToldToGo(hasBegun: Bool) throws {
    defer { close() }
    let guests = GatewayGuests(limits: GatewayLimits())
    let id = try #require(guests.enter(here))
    if hasBegun { #expect(guests.begins(id, isWhole: false)) }
    _ = guests.close(all: false)
    #expect(wasToldToGo)
    #expect(!guests.begins(id, isWhole: true))
  }

  /// Nor for one that had to make room.
  @Test func nothingIsAskedForWhoMadeRoom() throws {
    defer { close() }
    let (other, end) = try Socket.pair()
    defer {
      other.close()
      end.close()
    }
    var limits = GatewayLimits()
    (limits.connections, limits.crowdedIdleMs) = (1, 0)
    let guests = GatewayGuests(limits: limits)
    let id = try #require(guests.enter(here))
    let next = try #require(guests.enter(other))
    #expect(wasToldToGo)
    #expect(!guests.begins(id, isWhole: true))
    #expect(guests.begins(next, isWhole: true))
  }

  /// The same of a server: its clients have their replies, and its end waits for none of them.
  /// Whether they have begun to wait for their next request, or just have a reply.
  @Test(arguments: [0, 200] as [Int64]) func theEndComesAtOnce(afterMs ms: Int64) throws {
    // So long that nothing else ends the wait.
    var limits = GatewayLimits()
    (limits.idleMs, limits.stallMs) = (600_000, 600_000)
    let server = GatewayServer(
      on: try Socket.listening(), limits: limits, admits: { _ in true }, giveBack: {}
    ) { client, _ in
      (try? client.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))) != nil && client.skipBody()
    }
    defer { server.stop() }
    try server.start()
    let client = try Socket.connected(to: server.port)
    defer { client.close() }
    var buffer = [UInt8](repeating: 0, count: 1000)
    for _ in 0..<3 {
      try client.writeAll(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
      #expect(try buffer.withUnsafeMutableBytes { try client.read(into: $0) } > 0)
    }
    Clock.sleep(ms: ms)
    let endNs = Clock.monotonicNanoseconds + 60_000_000_000
    var isWaitedFor = false
    server.finish {
      Clock.sleep(ms: 1)
      isWaitedFor = Clock.monotonicNanoseconds > endNs
      return !isWaitedFor
    }
    #expect(!isWaitedFor)
  }
}
