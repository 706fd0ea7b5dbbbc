import Ledger
import Posix
import ScriptedServer
import Testing

@testable import Gateway
@testable import PretendProvider

/// The memory that large calls share.
@Suite(.serialized) struct SharedRoomTests {
  /// Whether all of it comes to be there again: the last byte of a reply leaves before its call has ended.
  private static func isGivenBack(_ room: SharedRoom, _ bytes: Int64) -> Bool {
    for _ in 0..<6000 {
      if SharedRoom.Part(room).grow(to: bytes) { return true }
      Clock.sleep(ms: 10)
    }
    return false
  }

  /// Waits until so much is no longer to be had.
  private static func awaitTaken(_ room: SharedRoom, _ bytes: Int64) {
    for _ in 0..<6000 {
      if !SharedRoom.Part(room).grow(to: bytes) { return }
      Clock.sleep(ms: 10)
    }
  }

  @Test func partsAreGivenBack() {
    let room = SharedRoom(bytes: 3 << 20)
    do {
      let (one, other) = (SharedRoom.Part(room), SharedRoom.Part(room))
      #expect(one.grow(to: 1000) && other.grow(to: 200_000), "small ones are not counted")
      #expect(one.grow(to: 2 << 20))
      #expect(one.grow(to: 2 << 20))
      #expect(other.grow(to: 1 << 20))
      #expect(!one.grow(to: (2 << 20) + 1))
      #expect(!other.grow(to: 2 << 20))
    }
    #expect(SharedRoom.Part(room).grow(to: 3 << 20))
    #expect(!SharedRoom.Part(room).grow(to: (3 << 20) + 1))
  }

  /// One user's bodies leave room for those of others; one body alone may be as large as it may be.
  @Test func aUserMayHaveThreeTimesAsMuchAsIsFree() {
    let room = SharedRoom(bytes: 16 << 20, isShared: true)
    func part(_ user: String, _ megabytes: Int64) -> SharedRoom.Part? {
      let part = SharedRoom.Part(room, of: user)
      return part.grow(to: megabytes << 20) ? part : nil
    }
    var parts = (1...13).compactMap { _ in part("ana", 1) }
    #expect(parts.count == 12)
    parts += (1...4).compactMap { _ in part("bob", 1) }
    #expect(parts.count == 15)
    #expect(part("cy", 2) == nil && part("cy", 1) != nil)
    parts = []
    let large = part("ana", 16)
    #expect(large != nil && part("bob", 1) == nil)
    withExtendedLifetime(large) {}
    let alone = SharedRoom(bytes: 16 << 20)
    let all = (1...17).map { _ in SharedRoom.Part(alone, of: "ana") }
    #expect(all.count { $0.grow(to: 1 << 20) } == 16)
  }

  @Test func itIsWantedWhereSomebodyFoundTooLittle() {
    let room = SharedRoom(bytes: 4 << 20)
    let (one, other, small) = (SharedRoom.Part(room), SharedRoom.Part(room), SharedRoom.Part(room))
    #expect(one.grow(to: 4 << 20) && small.grow(to: 1000))
    #expect(!one.isWanted)
    #expect(!other.grow(to: 1 << 20))
    #expect(one.isWanted && !small.isWanted && !other.isWanted)
  }

  /// A body that has most of the memory, and of which nothing more comes, makes room for those who want it.
  @Test(arguments: ["/v1/chat/completions", "/v1/unheard/of"])
  func aBodyThatComesBitByBitDoesNotKeepTheMemory(target: String) throws {
    let harness = try GatewayHarness(
      budgets: ["1B tokens/day"],
      configure: {
        $0.limits.sharedBodyBytes = 4 << 20
        $0.limits.crowdedPieceMs = 300
      }
    ) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let slow = try harness.connect()
    defer { slow.close() }
    let begun =
      #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":""# + String(repeating: "a", count: 3_500_000)
    try slow.send("POST", harness.path(target), fields: ["Content-Length": "\(begun.utf8.count + 100_000)"])
    try slow.write(begun)
    // Nobody wants what it has: it is waited for.
    for _ in 0..<16 {
      try slow.write("a")
      Clock.sleep(ms: 50)
    }
    #expect(slow.socket.pending == .nothing)
    let body = begun.prefix(1_500_000) + #""}]}"#
    let endNs = Clock.monotonicNanoseconds + 20_000_000_000
    var statuses: Set<Int> = []
    while !statuses.contains(200), Clock.monotonicNanoseconds < endNs {
      try? slow.write("a")
      Clock.sleep(ms: 50)
      statuses.insert(try harness.post(String(body)).status)
    }
    #expect(statuses.isSubset(of: [200, 429]) && statuses.contains(200), "\(statuses)")
    let told = try slow.reply()
    #expect(told.status == 408 && told.text.contains("wait for its memory"), "\(told.text)")
  }

  /// A few who send much must not fill the memory of the machine; the small calls of others go on.
  @Test func largeCallsShareTheMemory() throws {
    let harness = try GatewayHarness(
      budgets: ["1B tokens/day"], configure: { $0.limits.sharedBodyBytes = 4 << 20 }
    ) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let start = #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":""#
    let end = #""}]}"#
    let size = 1_500_000
    let clients = try (0..<3).map { _ in try harness.connect() }
    defer { for client in clients { client.close() } }
    for client in clients[..<2] {
      try client.send(
        "POST", harness.path("/v1/chat/completions"),
        fields: ["Content-Length": "\(start.utf8.count + size + end.utf8.count)"])
      try client.write(start + String(repeating: "a", count: size))
    }
    // Until both have been read.
    Clock.sleep(ms: 500)
    let body = Array((start + String(repeating: "b", count: size) + end).utf8)
    try? clients[2].send("POST", harness.path("/v1/chat/completions"), body: body)
    let refused = try clients[2].reply()
    #expect(refused.status == 429 && refused.text.contains("memory"), "\(refused.text)")
    #expect(refused.head.fields["x-should-retry"] == "true")
    #expect(try harness.post(start + end).status == 200)
    for client in clients[..<2] {
      try client.write(end)
      #expect(try client.reply().status == 200)
    }
    let later = try harness.connect()
    defer { later.close() }
    #expect(try later.exchange("POST", harness.path("/v1/chat/completions"), body: body).status == 200)
    #expect(try harness.ledger().count(where: { $0.kind == .settle }) == 4)
  }

  /// What is small on the wire takes the memory that it is unpacked into, and whoever finds none may come again by itself.
  @Test func aPackedCallTakesWhatItIsUnpackedInto() throws {
    let harness = try GatewayHarness(
      budgets: ["1B tokens/day"], configure: { $0.limits.sharedBodyBytes = 4 << 20 }
    ) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    func ask(_ size: Int) throws -> TestClient.Reply {
      let text = String(repeating: "a", count: size)
      let plain = #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"\#(text)"}]}"#
      let client = try harness.connect()
      defer { client.close() }
      return try client.exchange(
        "POST", harness.path("/v1/chat/completions"), fields: ["Content-Encoding": "gzip"],
        body: Packing.gzip(Array(plain.utf8)))
    }
    let refused = try ask(2_500_000)
    #expect(refused.status == 429 && refused.text.contains("memory"), "\(refused.text)")
    #expect(refused.head.fields["x-should-retry"] == "true")
    #expect(try ask(1_500_000).status == 200)
    #expect(Self.isGivenBack(harness.gateway.room, 4 << 20))
  }

  /// So does what was read of a request that nobody knows, until it is sent on. Where there is none it counts as one that is too
  /// large to be read, and passes.
  @Test func whatIsReadOfAnUnknownRequestTakesOfIt() throws {
    let harness = try GatewayHarness(configure: { $0.limits.sharedBodyBytes = 4 << 20 }) { exchange in
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    let body = #"{"a":"\#(String(repeating: "a", count: 3_000_000))"}"#
    let first = try harness.connect()
    defer { first.close() }
    try first.send("POST", harness.path("/v1/unheard/of"), fields: ["Content-Length": "\(body.utf8.count)"])
    try first.write(String(body.dropLast(10)))
    // Until it has been read.
    Self.awaitTaken(harness.gateway.room, 2 << 20)
    #expect(!SharedRoom.Part(harness.gateway.room).grow(to: 2 << 20))
    let second = try harness.connect()
    defer { second.close() }
    #expect(try second.exchange("POST", harness.path("/v1/unheard/of"), body: Array(body.utf8)).status == 200)
    try first.write(String(body.suffix(10)))
    #expect(try first.reply().status == 200)
    #expect(Self.isGivenBack(harness.gateway.room, 4 << 20))
  }

  /// What was sent on is given back while the reply is still awaited: a picture may take a minute to make.
  @Test func whatIsSentOnOfAnUnknownRequestIsGivenBackBeforeItsReply() throws {
    let (hasCome, mayReply) = (Locked(false), Locked(false))
    let harness = try GatewayHarness(configure: { $0.limits.sharedBodyBytes = 4 << 20 }) { exchange in
      hasCome.use { $0 = true }
      mayReply.wait(until: { $0 }) { _ in }
      exchange.reply(MeteredCallTests.reply)
      return true
    }
    defer { mayReply.use { $0 = true } }
    let body = #"{"a":"\#(String(repeating: "a", count: 3_000_000))"}"#
    let client = try harness.connect()
    defer { client.close() }
    try client.send("POST", harness.path("/v1/unheard/of"), body: Array(body.utf8))
    hasCome.wait(until: { $0 }) { _ in }
    #expect(Self.isGivenBack(harness.gateway.room, 4 << 20))
    mayReply.use { $0 = true }
    #expect(try client.reply().status == 200)
  }

  /// What cannot be kept is passed on all the same.
  @Test(arguments: [false, true]) func repliesArePassedOnWithoutRoom(isStreamed: Bool) throws {
    let text = String(repeating: "word ", count: 100_000)
    let harness = try GatewayHarness(configure: { $0.limits.sharedBodyBytes = 0 }) { exchange in
      if isStreamed {
        exchange.reply(
          type: "text/event-stream", "data: {\"choices\":[{\"delta\":{\"content\":\"\(text)\"}}]}\n\ndata: [DONE]\n\n")
      } else {
        exchange.reply(
          #"{"choices":[{"message":{"content":"\#(text)"}}],"usage":{"prompt_tokens":11,"completion_tokens":22}}"#)
      }
      return true
    }
    let reply = try harness.post(#"{"model":"m","stream":\#(isStreamed),"messages":[]}"#)
    #expect(reply.status == 200 && reply.isWhole && reply.body.count > 500_000)
    #expect(try harness.ledger().last?.ending == .complete)
  }
}
