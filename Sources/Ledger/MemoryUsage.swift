import GuardModel

extension MemoryLedger {
  /// Sums of calls, grouped.
  public func usage(_ query: UsageQuery) throws(LedgerError) -> [UsageRow] {
    var sums: [[String]: UsageSums] = [:]
    for entry in log where entry.atUnixMs >= query.sinceUnixMs ?? 0 && entry.atUnixMs < query.untilUnixMs ?? .max {
      guard let facts = entry.facts, query.user ?? facts.user == facts.user,
        query.operation ?? facts.operation == facts.operation
      else { continue }
      let addition: UsageSums
      switch entry.kind {
      case .refuse: addition = .refused
      case .unmetered: addition = .unmetered
      case .cached: addition = .cached(charge: entry.charge ?? .zero, saved: entry.saved ?? .zero)
      case .settle:
        guard let usage = entry.usage, let charge = entry.charge, let ending = entry.ending else { continue }
        addition = .settled(
          Settlement(
            usage: usage, charge: charge, ending: ending, surchargeTokens: entry.surchargeTokens ?? 0,
            unpriced: entry.unpriced), facts, overruns[entry.sequence] ?? 0)
      default: continue
      }
      let group = query.groupBy.map { dimension in
        switch dimension {
        case .user: facts.user
        case .operation: facts.operation
        case .model: facts.model ?? ""
        case .tier: facts.tier
        case .phase: facts.phase.rawValue
        case .run: facts.run
        case .program: facts.program
        case .quarterHour: String(entry.atUnixMs - entry.atUnixMs % UsageQuery.quarterHourMs)
        }
      }
      do throws(AmountOverflow) { try sums[group, default: UsageSums()].add(addition) } catch { throw .sumTooLarge }
    }
    return sums.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { UsageRow(group: $0.key, sums: $0.value) }
  }
}
