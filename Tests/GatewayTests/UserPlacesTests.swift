import Ledger
import Posix
import ScriptedServer
import Testing
import TextFormats

@testable import Gateway

/// The places that several users share.
@Suite(.serialized) struct UserPlacesTests {
  /// How many of so many places a user gets beside what others have.
  private static func most(of all: Int, isShared: Bool, others: [Int] = []) -> [Int] {
    var places = UserPlaces()
    return (others + [.max]).enumerated().map { number, wanted in
      var had = 0
      while had < wanted, places.take("user \(number)", of: all, isShared: isShared) == nil { had += 1 }
      return had
    }
  }

  @Test func aUserMayHaveThreeTimesAsManyAsAreFree() {
    #expect(Self.most(of: 512, isShared: true) == [384])
    #expect(Self.most(of: 244, isShared: true) == [183])
    #expect(Self.most(of: 4, isShared: true) == [3])
    #expect(Self.most(of: 512, isShared: true, others: [.max, .max]) == [384, 96, 24])
    #expect(Self.most(of: 512, isShared: true, others: [100]) == [100, 309])
    // Whoever has a connection and no place gets one.
    #expect(Self.most(of: 4, isShared: true, others: [.max, .max]) == [3, 1, 1])
  }

  @Test func oneUserAloneMayHaveAllButAFew() {
    #expect(Self.most(of: 512, isShared: false) == [480])
    #expect(Self.most(of: 4, isShared: false) == [4])
  }

  @Test func placesAreGivenBack() {
    var places = UserPlaces()
    for _ in 1...384 { #expect(places.take("ana", of: 512, isShared: true) == nil) }
    #expect(places.take("ana", of: 512, isShared: true) == UserPlaces.Taken(own: 384, all: 512))
    for _ in 1...384 { places.giveBack("ana") }
    places.giveBack("ana")
    for _ in 1...384 { #expect(places.take("bob", of: 512, isShared: true) == nil) }
    #expect(places.take("bob", of: 512, isShared: true) != nil)
  }

  /// A connection's place is taken for a request, and given back with its answer, or with the connection.
  @Test func aPlaceIsTakenForARequest() throws {
    let sockets = try (1...3).map { _ in try Socket.pair() }
    defer { for pair in sockets { for socket in [pair.0, pair.1] { socket.close() } } }
    var limits = GatewayLimits()
    limits.connections = 3
    let guests = GatewayGuests(limits: limits)
    let ids = sockets.compactMap { guests.enter($0.0) }
    func take(_ id: Int) -> Bool { guests.takePlace(id, of: "ana", isShared: true) == nil }
    for id in ids { #expect(guests.begins(id, isWhole: true)) }
    #expect(take(ids[0]) && take(ids[1]) && !take(ids[2]))
    #expect(guests.rests(ids[0]))
    #expect(take(ids[2]) && !take(ids[0]))
    guests.leave(ids[1])
    #expect(take(ids[0]))
  }

  /// Lets in whoever names a user.
  private struct NamesDoor: GatewayDoor {
    func identity(behind part: [UInt8]) -> GatewayIdentity? {
      let name = String(decoding: part, as: UTF8.self)
      return ["ana", "bob"].contains(name) ? GatewayIdentity(user: name, run: "run-\(name)", program: "test") : nil
    }
  }

  /// One user's calls that wait take no place that another one needs, and none that is needed to ask how things stand.
  @Test func oneUsersBurstDoesNotBarTheOthers() throws {
    let isFree = Locked(false)
    let arrived = Locked(0)
    let harness = try GatewayHarness(
      configure: {
        $0.limits.connections = 8
        $0.pages = GatewayPages(
          health: { GatewayPage(["ok": true]) }, metrics: { _ in nil }, budgets: { _ in GatewayPage([:]) })
      }, door: NamesDoor()
    ) { exchange in
      if exchange.text.contains("slow") {
        arrived.use { $0 += 1 }
        isFree.wait(until: { $0 }) { _ in }
      }
      exchange.reply(ConnectionTests.reply)
      return true
    }
    defer { isFree.use { $0 = true } }
    func call(_ text: String) -> [UInt8] {
      Array(#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"\#(text)"}]}"#.utf8)
    }
    func path(_ user: String) -> String { "/\(user)/openai/v1/chat/completions" }
    let slow = try (0..<6).map { _ in try harness.connect() }
    defer { for client in slow { client.close() } }
    for (number, client) in slow.enumerated() { try client.send("POST", path("ana"), body: call("slow \(number)")) }
    arrived.wait(until: { $0 == 6 }) { _ in }
    let more = try harness.connect()
    defer { more.close() }
    let refused = try more.exchange("POST", path("ana"), body: call("slow too"))
    #expect(refused.status == 429 && refused.head.fields["Retry-After"] == "1", "\(refused.text)")
    #expect(refused.head.fields["x-should-retry"] == "true")
    #expect(refused.json?["llmguard"]?["refused"]?.stringValue == "connections", "\(refused.text)")
    #expect(refused.text.contains("6 requests of 'ana' are under way or wait, of 8"), "\(refused.text)")
    // What is no call takes a place, too: it goes to the provider as well.
    #expect(try more.exchange("GET", "/ana/openai/v1/models").status == 429)
    let bob = try harness.connect()
    defer { bob.close() }
    #expect(try bob.exchange("POST", path("bob"), body: call("hello")).status == 200)
    #expect(try more.exchange("GET", "/healthz").status == 200)
    isFree.use { $0 = true }
    for client in slow { #expect(try client.reply().status == 200) }
    #expect(try more.exchange("POST", path("ana"), body: call("again")).status == 200)
    #expect(harness.gateway.summary.turnedAway == 2)
    #expect(try harness.ledger().count(where: { $0.kind == .settle }) == 8)
  }
}
