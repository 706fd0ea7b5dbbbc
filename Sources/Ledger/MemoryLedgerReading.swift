import GuardModel

/// Calls one by one, and what no call made.
extension MemoryLedger {
  /// Calls that have ended.
  public func calls(_ query: CallQuery) throws(LedgerError) -> [CallRecord] {
    // Entries stand in the order of their sequence.
    var places = log.indices.filter { EntryKind.endings.contains(log[$0].kind) }
    switch query.order {
    case .newestFirst: places.sort { (log[$0].atUnixMs, $0) > (log[$1].atUnixMs, $1) }
    case .oldestFirst: places.sort { (log[$0].atUnixMs, $0) < (log[$1].atUnixMs, $1) }
    case .asRecorded: break
    }
    var found: [CallRecord] = []
    for place in places {
      if found.count >= query.limit { break }
      if let record = record(log[place]), query.includes(record) { found.append(record) }
    }
    return found
  }

  private func record(_ entry: Entry) -> CallRecord? {
    guard EntryKind.endings.contains(entry.kind), let facts = entry.facts else { return nil }
    let reserved = entry.hold.map { log[Int($0.number) - 1] }
    return CallRecord(
      number: entry.hold?.number ?? entry.sequence, entry: entry, facts: facts, reservedAtUnixMs: reserved?.atUnixMs,
      held: reserved?.charge, overrunTokens: overruns[entry.sequence] ?? 0)
  }

  /// Every entry of a call.
  public func entries(ofCall number: Int64) throws(LedgerError) -> [Entry] {
    guard let entry = log.first(where: { $0.sequence == number && $0.facts != nil }) else { return [] }
    return entry.hold == nil ? [entry] : log.filter { $0.hold == entry.hold }
  }

  /// The sizes of the latest settled calls.
  public func sizes(_ query: UsageQuery, limit: Int) throws(LedgerError) -> [CallSize] {
    let calls = CallQuery(
      sinceUnixMs: query.sinceUnixMs, untilUnixMs: query.untilUnixMs, user: query.user, operation: query.operation,
      limit: .max)
    return Array(try self.calls(calls).compactMap(CallSize.init).prefix(limit))
  }

  /// How often each user was refused, and by what.
  public func refusals(sinceUnixMs: Int64, untilUnixMs: Int64) throws(LedgerError) -> [RefusalSums] {
    var sums: [RefusalSums] = []
    for entry in log where entry.kind == .refuse && entry.atUnixMs >= sinceUnixMs && entry.atUnixMs < untilUnixMs {
      let user = entry.facts?.user ?? ""
      let budget = Refusal.budget(inNote: entry.note)
      if let place = sums.firstIndex(where: { $0.user == user && $0.budget == budget }) {
        sums[place].refusals += 1
      } else {
        sums.append(RefusalSums(user: user, budget: budget, refusals: 1))
      }
    }
    return sums.sorted { ($0.user, $0.budget ?? "") < ($1.user, $1.budget ?? "") }
  }

  /// How many calls came to nothing.
  public func callsOfNothing(_ query: UsageQuery) throws(LedgerError) -> Int64 {
    let calls = CallQuery(
      sinceUnixMs: query.sinceUnixMs, untilUnixMs: query.untilUnixMs, user: query.user, operation: query.operation,
      limit: .max)
    return Int64(try self.calls(calls).count { $0.entry.isOfNothing })
  }

  /// How many holds were recovered.
  public func recoveries(sinceUnixMs: Int64, untilUnixMs: Int64) throws(LedgerError) -> Int64 {
    Int64(
      log.filter { entry in
        entry.atUnixMs >= sinceUnixMs && entry.atUnixMs < untilUnixMs
          && (entry.ending == .abandoned || (entry.kind == .void && entry.note == RecoveredHold.note))
      }.count)
  }

  /// The windows that ended in a range.
  public func windows(endingFrom sinceUnixMs: Int64, until untilUnixMs: Int64) throws(LedgerError) -> [WindowRecord] {
    accounts.filter { $0.balance.window.endUnixMs >= sinceUnixMs && $0.balance.window.endUnixMs < untilUnixMs }
      .map { WindowRecord(key: $0.key, window: $0.balance.window, posted: $0.balance.posted) }
      .sorted {
        ($0.window.endUnixMs, $0.key.storageText, $0.window.startUnixMs, $0.posted)
          < ($1.window.endUnixMs, $1.key.storageText, $1.window.startUnixMs, $1.posted)
      }
  }

  /// The entries that no call made.
  public func administration(
    sinceUnixMs: Int64, untilUnixMs: Int64, limit: Int
  ) throws(LedgerError) -> [Entry] {
    let found = log.filter { $0.facts == nil && $0.atUnixMs >= sinceUnixMs && $0.atUnixMs < untilUnixMs }
    return Array(found.sorted { ($0.atUnixMs, $0.sequence) < ($1.atUnixMs, $1.sequence) }.suffix(limit))
  }

  /// Takes a notice; `false` when somebody has.
  public func take(_ notice: Notice, nowUnixMs: Int64) throws(LedgerError) -> Bool {
    let now = tick(nowUnixMs)
    if notices[notice.key] ?? .min > now { return false }
    notices = notices.filter { $0.value > now }
    notices[notice.key] = notice.untilUnixMs
    try record(notice: notice.note, user: notice.user, nowUnixMs: nowUnixMs)
    return true
  }

  /// Records how telling went.
  public func record(notice note: String, user: String?, nowUnixMs: Int64) throws(LedgerError) {
    append(Entry(sequence: 0, kind: .notice, atUnixMs: 0, user: user, note: note), at: tick(nowUnixMs))
  }
}
