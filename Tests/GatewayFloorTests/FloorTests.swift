import GuardModel
import Posix
import PretendProvider
import SQLite
import SQLiteLedger
import ScriptedServer
import Testing

/// The least gateway is a yardstick only if it keeps the promise that is measured.
@Suite struct FloorTests {
  static let reply = #"{"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":300,"total_tokens":400}}"#

  @Test(arguments: ["committed", "synced"])
  func everyCallIsHeldOnceAndSettledOnce(promise: String) throws {
    let provider = try PretendProvider()
    let floor = try FloorHarness(promise, before: provider.port)
    let all = try Self.callAtOnce(floor)
    let books = try floor.books(after: all)
    let counted = provider.tally.lines["gpt-4o"]
    #expect(counted?.calls == all)
    let taken = (counted?.inputTokens ?? 0) + (counted?.outputTokens ?? 0)
    #expect(taken > 0)
    #expect(
      books
        == FloorHarness.Books(
          holds: all, settlements: all, charged: taken, keys: all, open: 0, pending: 0, posted: taken))
    #expect(floor.end() == .exited(0))
  }

  /// Several clients make calls of one kind. - Returns: how many calls there were.
  private static func callAtOnce(_ floor: FloorHarness) throws -> Int64 {
    let (clients, calls) = (4, 25)
    let ended = Locked((clients: 0, failures: 0))
    for client in 0..<clients {
      let socket = try floor.connect()
      try Thread.start {
        var failures = 0
        for call in 0..<calls {
          let request = FloorHarness.request("call \(call) of \(client)", maximum: 50)
          let reply = try? FloorHarness.exchange(request, on: socket, until: "}")
          if reply?.hasPrefix("HTTP/1.1 200") != true { failures += 1 }
        }
        socket.close()
        ended.use { $0 = ($0.clients + 1, $0.failures + failures) }
      }
    }
    let failures = ended.wait(atMostMs: 60_000, until: { $0.clients == clients }) { $0.failures }
    #expect(failures == 0)
    return Int64(clients * calls)
  }

  /// The rows that llmguard writes are all there, in a ledger that it has made.
  @Test func allRowsOfACallAreWritten() throws {
    let provider = try PretendProvider()
    let floor = try FloorHarness("whole", before: provider.port) { path in
      _ = try SQLiteLedger(path: path, zone: ZoneOffsets(name: "UTC") { _ in 0 })
      try Connection(path: path).execute(
        """
        INSERT INTO balance (id, key, start_ms, end_ms, pending, posted, forgiven, anchor_ms)
        VALUES (1, 'key', 0, 9000000000000, 0, 0, 0, 0)
        """)
    }
    let all = try Self.callAtOnce(floor)
    #expect(floor.end() == .exited(0))
    let counted = provider.tally.lines["gpt-4o"]
    let taken = (counted?.inputTokens ?? 0) + (counted?.outputTokens ?? 0)
    let entries = try floor.numbers(
      """
      SELECT count(*) FILTER (WHERE kind = 'reserve'), count(DISTINCT hold) FILTER (WHERE kind = 'settle'),
        count(*) FILTER (WHERE kind = 'settle'), count(DISTINCT idempotency_key),
        sum(charge_tokens) FILTER (WHERE kind = 'settle'), count(*) FILTER (WHERE kind = 'reserve' AND hold = sequence)
      FROM entry
      """, 6)
    #expect(entries == [all, all, all, all, taken, all])
    let others = try floor.numbers(
      """
      SELECT (SELECT count(*) FROM hold), (SELECT pending FROM balance), (SELECT posted FROM balance),
        (SELECT count(*) FROM attempt), (SELECT sum(calls) FROM learned_output), (SELECT sum(calls) FROM rollup),
        (SELECT sum(charge_tokens) FROM rollup), (SELECT count(*) FROM user)
      """, 8)
    #expect(others == [0, 0, taken, all, all, all, taken, 1])
  }

  @Test func aHoldStandsInTheLedgerWhenItsCallIsSent() throws {
    let seen = Locked<[FloorHarness.Books]>([])
    let look = Locked<(@Sendable () throws -> FloorHarness.Books)?>(nil)
    let server = try ScriptedServer { exchange in
      if let look = look.use({ $0 }), let books = try? look() { seen.use { $0.append(books) } }
      exchange.reply(Self.reply)
      return true
    }
    let floor = try FloorHarness("committed", before: server.port)
    look.use { $0 = floor.look }
    let request = FloorHarness.request("a question", maximum: 500)
    #expect(try FloorHarness.exchange(request, on: floor.connect(), until: Self.reply).hasSuffix(Self.reply))
    let held = FloorHarness.estimate(request, maximum: 500)
    #expect(seen.use { $0 } == [FloorHarness.Books(holds: 1, keys: 1, open: 1, pending: held)])
    #expect(try floor.books(after: 1).posted == 400)
  }

  @Test func theLimitRefusesBeforeTheProviderHearsOfACall() throws {
    let heard = Locked(0)
    let server = try ScriptedServer { exchange in
      heard.use { $0 += 1 }
      exchange.reply(Self.reply)
      return true
    }
    let floor = try FloorHarness("synced", before: server.port, limit: 1000)
    let socket = try floor.connect()
    for status in ["200", "200", "429", "429"] {
      let request = FloorHarness.request("a question", maximum: 400)
      let ending = status == "200" ? Self.reply : "\r\n\r\n"
      #expect(try FloorHarness.exchange(request, on: socket, until: ending).hasPrefix("HTTP/1.1 \(status) "))
    }
    // What has room still is let through.
    let small = FloorHarness.request("a question", maximum: 10)
    #expect(try FloorHarness.exchange(small, on: socket, until: Self.reply).hasPrefix("HTTP/1.1 200 "))
    #expect(heard.use { $0 } == 3)
    let books = try floor.books(after: 3)
    #expect(books == FloorHarness.Books(holds: 3, settlements: 3, charged: 1200, keys: 3, posted: 1200))
  }

  /// A call whose client leaves is charged what was held.
  @Test func whoLeavesIsCharged() throws {
    let arrived = Locked(false)
    let server = try ScriptedServer { exchange in
      arrived.use { $0 = true }
      _ = exchange.waitForEnd()
      return false
    }
    let floor = try FloorHarness("synced", before: server.port)
    let socket = try floor.connect()
    let request = FloorHarness.request("a question", maximum: 70)
    try socket.writeAll(Array(request.utf8))
    _ = arrived.wait(atMostMs: 20_000, until: { $0 }) { $0 }
    socket.close()
    let books = try floor.books(after: 1)
    #expect(books.charged == FloorHarness.estimate(request, maximum: 70))
    #expect(books.open == 0 && books.pending == 0)
  }

  /// A stream goes on as it comes, in the bytes in which it came, and its end is found wherever it is cut.
  @Test(arguments: ["pass", "synced"])
  func aStreamIsPassedOnAsItComes(promise: String) throws {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    let parts = [
      "1", "0;a=b\r", "\ndata: {\"a\":12}\n\n\r", "\n18\r\ndata: {\"total_tokens\"", ":7}\r\n", "0\r", "\nx: y\r\n\r\n",
    ]
    let read = Locked(0)
    let server = try ScriptedServer { exchange in
      exchange.send(head)
      for (index, part) in parts.enumerated() {
        // Not before the client has all that came before.
        guard read.wait(atMostMs: 20_000, until: { $0 > index }, { $0 > index }) else { return false }
        exchange.send(part)
      }
      return true
    }
    let floor = try FloorHarness(promise, before: server.port)
    let socket = try floor.connect()
    for _ in 0..<2 {
      read.use { $0 = 0 }
      var all = try FloorHarness.exchange(FloorHarness.request("a question", maximum: 9), on: socket, until: head)
      for part in parts {
        read.use { $0 += 1 }
        all += try FloorHarness.read(socket, until: part)
      }
      #expect(all == head + parts.joined())
    }
  }

  /// Nothing is answered before its hold is on the disk, where that is promised; and the call is sent before the disk is
  /// waited for.
  @Test(.enabled(if: path(of: "strace") != nil), arguments: [("synced", true), ("committed", false)])
  func theDiskIsWaitedForWhileTheProviderWorks(promise: String, waits: Bool) throws {
    let strace = try #require(Self.path(of: "strace"))
    let server = try ScriptedServer { exchange in
      exchange.reply(Self.reply)
      return true
    }
    let floor = try FloorHarness(
      promise, before: server.port,
      under: [
        "sh", "-c", #"home=${4%/*}; exec "$0" -qq -e trace=sendto,fdatasync -e signal=none -o "$home/notes" "$@""#,
        strace,
      ])
    let socket = try floor.connect()
    for _ in 0..<3 {
      _ = try FloorHarness.exchange(FloorHarness.request("a question", maximum: 9), on: socket, until: Self.reply)
    }
    socket.close()
    #expect(floor.end() == .exited(0))
    let calls = try floor.notes().split(separator: "\n").compactMap { $0.split(separator: "(").first.map(String.init) }
    let sent = calls.indices.filter { calls[$0] == "sendto" }
    #expect(sent.count == 6, "\(calls)")
    for (request, reply) in zip(
      sent.enumerated().filter { $0.offset % 2 == 0 }, sent.enumerated().filter { $0.offset % 2 == 1 })
    {
      #expect(calls[request.element..<reply.element].contains("fdatasync") == waits, "\(calls)")
    }
  }

  private static func path(of program: String) -> String? {
    ["/usr/bin", "/bin", "/usr/local/bin"].map { "\($0)/\(program)" }.first { File.exists($0) }
  }
}
