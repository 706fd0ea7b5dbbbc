import GuardModel
import Ledger
import SQLite
import Testing

@testable import SQLiteLedger

/// Values that are bound where they stand.
@Suite struct PackedValuesTests {
  static let long = String(repeating: "a long text that takes more than there was room for, é ", count: 40)

  @Test func everyValueIsBoundAsItIs() throws {
    let connection = try Connection(path: ":memory:")
    try connection.execute("CREATE TABLE t (a, b, c, d, e, f, g, h)")
    var values = PackedValues(after: [9, 9, 9])
    values.append(Int64.min)
    values.appendNull()
    values.append("")
    values.append(Self.long)
    values.append([0, 1, 255])
    values.append(nil as Int64?)
    values.append("ten letters" as String?)
    values.append(-1)
    let (count, given) = (values.count, values.given)
    #expect(count == 8)
    #expect(given == 0b1101_1101)
    let changed = try connection.run("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    #expect(changed == 1)
    let row = try #require(try connection.row("SELECT * FROM t"))
    #expect(
      row.values == [
        .integer(.min), .null, .text(""), .text(Self.long), .blob([0, 1, 255]), .null, .text("ten letters"),
        .integer(-1),
      ])
    // What there is no place for is left out, and the others move up.
    try connection.run("INSERT INTO t (a, c, e, g) VALUES (?, ?, ?, ?)", values, leavingOut: 0b1010_1010)
    let short = try #require(try connection.row("SELECT * FROM t WHERE rowid = 2"))
    #expect(
      short.values == [
        .integer(.min), .null, .text(""), .null, .blob([0, 1, 255]), .null, .text("ten letters"), .null,
      ])
    // Nothing of it stays for whoever runs the statement next.
    try connection.run("INSERT INTO t (a, c, e, g) VALUES (?, ?, ?, ?)", [.integer(5)])
    let next = try #require(try connection.row("SELECT * FROM t WHERE rowid = 3"))
    #expect(next.values == [.integer(5)] + Array(repeating: .null, count: 7))
  }

  /// An entry with everything that one can have, and those with one thing less.
  static let records: [EntryRecord] = {
    var facts = CallFacts(
      user: "ana", tier: "default", operation: "chat", model: "gpt-4o", requestedModel: "gpt-5", run: long,
      program: "curl", phase: .soft, degraded: true, estimatedInput: 12, estimatedOutput: 34, priceStamp: "stamp",
      attempt: 3, provider: "openai", waitedMs: 7)
    var entry = Entry(
      sequence: 0, kind: .settle, atUnixMs: 0, hold: HoldID(4), facts: facts,
      usage: TokenUsage(
        input: 1, output: 2, cachedInput: 3, cacheWrite: 4, reasoning: 5, cacheWriteHour: 6, audioInput: 7,
        audioOutput: 8, toolInput: 9, webSearches: 10, exactness: .exact),
      charge: Charge(tokens: 1, costMicroUSD: 2),
      ending: .complete, surchargeTokens: 5, actor: "bob", note: "a note")
    entry.route = "files"
    entry.saved = Charge(tokens: 1, costMicroUSD: 0)
    var whole = EntryRecord(entry)
    (whole.overrunTokens, whole.balances, whole.idempotencyKey) = (3, [1, 22, 333], "run/1")
    whole.whenAbandoned = .void
    var records = [whole]
    whole.entry.route = nil
    records.append(whole)
    (whole.entry.usage, whole.entry.actor, whole.entry.note) = (nil, nil, nil)
    records.append(whole)
    (facts.provider, facts.waitedMs, facts.attempt) = (nil, nil, 1)
    whole.entry.facts = facts
    records.append(whole)
    (whole.entry.facts, whole.entry.user, whole.balances) = (nil, "eve", [])
    records.append(whole)
    records.append(EntryRecord(Entry(sequence: 0, kind: .clock, atUnixMs: 0)))
    return records
  }()

  /// Whoever checks an entry later reads its values from the columns of its row.
  @Test(arguments: records.indices) func aHashIsThatOfTheRowAsItIsRead(index: Int) throws {
    let connection = try Connection(path: ":memory:")
    try Schema.migrate(connection, from: 0)
    for previous in [[], [UInt8](repeating: 7, count: 32)] {
      var row = Self.records[index].packed(after: previous, sequence: 812, atUnixMs: 99)
      let hash = EntryRecord.hash(row)
      row.append(hash)
      let isOfACall = row.given & EntryRecord.notOfCalls == 0
      let places = Array(repeating: "?", count: EntryRecord.columnCount + 2).joined(separator: ", ")
      try connection.execute("SAVEPOINT part")
      try connection.run("INSERT INTO entry (sequence, \(EntryRecord.columns), hash) VALUES (\(places))", row)
      let all = "SELECT sequence, \(EntryRecord.columns), hash FROM entry"
      let stored = try #require(try connection.row(all))
      #expect(stored.integer(0) == 812)
      #expect(stored.integer(2) == 99)
      #expect(stored.blob(EntryRecord.columnCount + 1) == hash)
      let values = stored.values[1...EntryRecord.columnCount]
      #expect(EntryRecord.hash(after: previous, sequence: 812, values: values) == hash)
      #expect(EntryRecord(stored).balances == Self.records[index].balances)
      #expect(EntryRecord(stored).entry.facts == Self.records[index].entry.facts)
      try connection.execute("ROLLBACK TO part; RELEASE part")
      // The short statement writes the same row.
      if isOfACall {
        try connection.execute("SAVEPOINT part")
        try connection.run(Writer.insertCall, row, leavingOut: EntryRecord.notOfCalls)
        #expect(try connection.row(all)?.values == stored.values)
        try connection.execute("ROLLBACK TO part; RELEASE part")
      }
    }
  }
}
