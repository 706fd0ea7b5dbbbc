import Digest
import GuardModel
import Ledger
import SQLite

/// An entry as it stands in its row: the entry itself and what the engine keeps with it.
struct EntryRecord {
  var entry: Entry
  var overrunTokens: Int64?
  /// The balances a hold was taken on, and what a balance was charged.
  var balances: [Int64] = []
  var whenAbandoned: AbandonedHoldPolicy?
  var idempotencyKey: String?

  /// The columns in the order of the table, without sequence and hash.
  static let columns = """
    kind, at_ms, hold, user, tier, operation, model, requested_model, run, program, phase, degraded, \
    estimated_input, estimated_output, price_stamp, input, output, cached_input, cache_write, reasoning, exactness, \
    charge_tokens, cost_micro_usd, overrun_tokens, ending, balances, when_abandoned, idempotency_key, actor, note, attempt, \
    surcharge_tokens, cache_tier, saved_tokens, saved_micro_usd, provider, waited_ms, cache_write_hour, audio_input, \
    audio_output, tool_input, web_searches, unpriced, route
    """
  static let columnCount = 44

  /// Those that nearly all entries of calls do with, in the same order.
  static let columnsOfCalls = """
    kind, at_ms, hold, user, tier, operation, model, requested_model, run, program, phase, degraded, \
    estimated_input, estimated_output, price_stamp, input, output, cached_input, cache_write, reasoning, exactness, \
    charge_tokens, cost_micro_usd, overrun_tokens, ending, balances, when_abandoned, idempotency_key, attempt, \
    surcharge_tokens, cache_tier, saved_tokens, saved_micro_usd, provider, waited_ms
    """
  static let columnCountOfCalls = 35

  /// The values of a whole row that `columnsOfCalls` has no places for, as `PackedValues` counts them.
  static let notOfCalls: UInt64 = 1 << 29 | 1 << 30 | 0x7F << 38

  /// How many of them the first format had.
  private static let firstColumnCount = 30

  /// The values of the whole row but its hash: the number, and `columns`.
  ///
  /// - Parameters:
  ///   - previous: the hash before it, which stands before all values.
  ///   - sequence: its number.
  ///   - atUnixMs: its time.
  func packed(after previous: [UInt8], sequence: Int64, atUnixMs: Int64) -> PackedValues {
    var row = PackedValues(after: previous)
    row.append(sequence)
    row.append(entry.kind.rawValue)
    row.append(atUnixMs)
    row.append(entry.hold?.number)
    if let facts = entry.facts {
      row.append(facts.user)
      row.append(facts.tier)
      row.append(facts.operation)
      row.append(facts.model)
      row.append(facts.requestedModel)
      row.append(facts.run)
      row.append(facts.program)
      row.append(facts.phase.rawValue)
      row.append(facts.degraded ? 1 : 0)
      row.append(facts.estimatedInput)
      row.append(facts.estimatedOutput)
      row.append(facts.priceStamp)
    } else {
      row.append(entry.user)
      for _ in 5...15 { row.appendNull() }
    }
    if let usage = entry.usage {
      row.append(usage.input)
      row.append(usage.output)
      row.append(usage.cachedInput)
      row.append(usage.cacheWrite)
      row.append(usage.reasoning)
      row.append(usage.exactness.rawValue)
    } else {
      for _ in 16...21 { row.appendNull() }
    }
    row.append(entry.charge?.tokens)
    row.append(entry.charge?.costMicroUSD)
    row.append(overrunTokens)
    row.append(entry.ending?.rawValue)
    row.append(balances.isEmpty ? nil : "[" + balances.map(String.init).list(",") + "]")
    row.append(whenAbandoned?.rawValue)
    row.append(idempotencyKey)
    row.append(entry.actor)
    row.append(entry.note)
    row.append(entry.facts.flatMap { $0.attempt > 1 ? $0.attempt : nil })
    row.append(entry.surchargeTokens)
    row.append(entry.cacheTier?.rawValue)
    row.append(entry.saved?.tokens)
    row.append(entry.saved?.costMicroUSD)
    row.append(entry.facts?.provider)
    row.append(entry.facts?.waitedMs)
    row.append(Self.count(entry.usage?.cacheWriteHour))
    row.append(Self.count(entry.usage?.audioInput))
    row.append(Self.count(entry.usage?.audioOutput))
    row.append(Self.count(entry.usage?.toolInput))
    row.append(Self.count(entry.usage?.webSearches))
    row.append(UsagePart.text(entry.unpriced))
    row.append(entry.route)
    return row
  }

  /// The hash of an entry from its values, which stand as `hash(after:sequence:values:)` reads them.
  static func hash(_ row: borrowing PackedValues) -> [UInt8] {
    row.withBytes(ofAtLeast: firstColumnCount + 1) { SHA256.hash($0) }
  }

  /// What most calls have nothing of takes no room.
  private static func count(_ value: Int64?) -> Int64? { value == 0 ? nil : value }

  /// Reads a row of `sequence` followed by `columns`.
  init(_ row: Row) {
    let kind = EntryKind(rawValue: row.text(1)) ?? .user
    entry = Entry(sequence: row.integer(0), kind: kind, atUnixMs: row.integer(2))
    entry.hold = row.optionalInteger(3).map(HoldID.init)
    if let run = row.optionalText(9) {
      entry.facts = CallFacts(
        user: row.text(4), tier: row.text(5), operation: row.text(6), model: row.optionalText(7),
        requestedModel: row.optionalText(8), run: run, program: row.text(10),
        phase: Phase(rawValue: row.text(11)) ?? .ok, degraded: row.integer(12) != 0, estimatedInput: row.integer(13),
        estimatedOutput: row.integer(14), priceStamp: row.optionalText(15), attempt: row.optionalInteger(31) ?? 1,
        provider: row.optionalText(36), waitedMs: row.optionalInteger(37))
    }
    if case .none = entry.facts { entry.user = row.optionalText(4) }
    if let input = row.optionalInteger(16) {
      entry.usage = TokenUsage(
        input: input, output: row.integer(17), cachedInput: row.integer(18), cacheWrite: row.integer(19),
        reasoning: row.integer(20), cacheWriteHour: row.optionalInteger(38) ?? 0,
        audioInput: row.optionalInteger(39) ?? 0, audioOutput: row.optionalInteger(40) ?? 0,
        toolInput: row.optionalInteger(41) ?? 0, webSearches: row.optionalInteger(42) ?? 0,
        exactness: Exactness(rawValue: row.text(21)) ?? .estimated)
    }
    entry.charge = row.optionalInteger(22).map { Charge(tokens: $0, costMicroUSD: row.optionalInteger(23)) }
    overrunTokens = row.optionalInteger(24)
    entry.ending = row.optionalText(25).flatMap(CallEnding.init)
    balances = row.text(26).dropFirst().dropLast().split(separator: ",").compactMap { Int64($0) }
    whenAbandoned = row.optionalText(27).flatMap(AbandonedHoldPolicy.init)
    idempotencyKey = row.optionalText(28)
    entry.actor = row.optionalText(29)
    entry.note = row.optionalText(30)
    entry.surchargeTokens = row.optionalInteger(32)
    entry.cacheTier = row.optionalText(33).flatMap(CacheTier.init)
    entry.unpriced = UsagePart.read(row.optionalText(43))
    entry.route = row.optionalText(44)
    entry.saved = row.optionalInteger(34).map { Charge(tokens: $0, costMicroUSD: row.optionalInteger(35)) }
  }

  init(_ entry: Entry) { self.entry = entry }

  /// The hash of an entry: of the hash before it, its number and its values, each with its type and length, so that no
  /// two different rows read alike. Columns of later formats count from their first value on: an entry that an older
  /// format wrote keeps its hash.
  static func hash(after previous: [UInt8], sequence: Int64, values: ArraySlice<SQLiteValue>) -> [UInt8] {
    var bytes = previous
    bytes.reserveCapacity(512)
    bytes.append(1, sequence)
    let last = values.lastIndex { if case .null = $0 { false } else { true } } ?? values.startIndex
    for value in values[...max(last, values.startIndex + Self.firstColumnCount - 1)] {
      switch value {
      case .null: bytes.append(0)
      case .integer(let number): bytes.append(1, number)
      case .text(let text):
        bytes.append(2, Int64(text.utf8.count))
        bytes += text.utf8
      case .blob(let blob):
        bytes.append(3, Int64(blob.count))
        bytes += blob
      }
    }
    return SHA256.hash(bytes)
  }
}

extension [UInt8] {
  /// Appends a type and a number. No function within another, which would see to it each time that nobody else uses the bytes.
  fileprivate mutating func append(_ tag: UInt8, _ number: Int64) {
    append(tag)
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
