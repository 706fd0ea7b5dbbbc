import GuardModel

/// Top-ups in memory, those among them that users booked, and resets.
extension MemoryLedger {
  func granted(_ key: BudgetKey, _ now: Int64) -> Int64 {
    topUps.filter { $0.key == key && $0.expiresAtUnixMs > now }.reduce(0) { $0 + $1.amount }
  }

  private func booked(_ key: BudgetKey, _ now: Int64) -> Int64 {
    topUps.filter { $0.key == key && $0.expiresAtUnixMs > now && $0.ceiling != nil }.reduce(0) { $0 + $1.amount }
  }

  /// How much of what a user booked has not expired.
  public func booked(_ key: BudgetKey, nowUnixMs: Int64) throws(LedgerError) -> Int64 { booked(key, tick(nowUnixMs)) }

  /// Adds to a budget until an instant.
  @discardableResult
  public func grant(_ grant: Grant, nowUnixMs: Int64) throws(LedgerError) -> GrantOutcome {
    let now = tick(nowUnixMs)
    do throws(AmountOverflow) {
      if let ceiling = grant.ceiling, try Amount.sum(booked(grant.key, now), grant.amount) > ceiling {
        return .overCeiling(booked: booked(grant.key, now))
      }
      _ = try Amount.sum(granted(grant.key, now), grant.amount)
    } catch { throw .overflow }
    topUps.append(grant)
    append(
      Entry(
        sequence: 0, kind: .grant, atUnixMs: 0, user: grant.key.user, actor: grant.actor,
        note: grant.note), at: now)
    return .granted
  }

  /// Takes back what was added, the latest first.
  @discardableResult
  public func takeBack(_ topUp: TakenBack, nowUnixMs: Int64) throws(LedgerError) -> TakeBackOutcome {
    let now = tick(nowUnixMs)
    let granted = granted(topUp.key, now)
    guard topUp.amount <= granted else { return .tooMuch(onTop: granted) }
    var left = topUp.amount
    for index in topUps.indices.reversed() where topUps[index].key == topUp.key && topUps[index].expiresAtUnixMs > now {
      let part = min(left, topUps[index].amount)
      topUps[index].amount -= part
      left -= part
    }
    topUps.removeAll { $0.amount == 0 }
    append(
      Entry(sequence: 0, kind: .grant, atUnixMs: 0, user: topUp.key.user, actor: topUp.actor, note: topUp.note), at: now
    )
    return .takenBack(left: granted - topUp.amount)
  }

  /// Takes the use of a budget's open window back to zero.
  public func reset(_ key: BudgetKey, reason: String, actor: String, nowUnixMs: Int64) throws(LedgerError) -> Int64? {
    let now = tick(nowUnixMs)
    guard let place = current(key, now) else { return nil }
    let used = accounts[place].balance.used(at: now)
    guard used > 0 else { return nil }
    accounts[place].balance.empty(at: now)
    append(
      Entry(
        sequence: 0, kind: .reset, atUnixMs: 0, user: key.user, actor: actor,
        note: "\(key.text(of: used)) of the \(key.label): \(reason)"),
      at: now)
    return used
  }

  /// Takes the resets of a budget's open window back.
  public func undoReset(
    _ key: BudgetKey, reason: String, actor: String, nowUnixMs: Int64
  ) throws(LedgerError) -> Int64? {
    let now = tick(nowUnixMs)
    guard let place = current(key, now) else { return nil }
    let recounted = accounts[place].balance.recount()
    guard recounted > 0 else { return nil }
    append(
      Entry(
        sequence: 0, kind: .user, atUnixMs: 0, user: key.user, actor: actor,
        note: BudgetReset.undone(recounted, of: key, reason: reason)),
      at: now)
    return recounted
  }
}
