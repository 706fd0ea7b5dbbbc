import GuardModel
import Ledger
import SQLite

/// Checks of every invariant.
extension SQLiteLedger {
  /// Checks the file, what it defines, the chain, the balances and the sums, and names what is wrong and where.
  public func verify() throws(LedgerError) -> [LedgerProblem] { try verify(against: nil) }

  /// The same of a copy, which has no `.head` file of its own.
  ///
  /// - Parameter known: what the `.head` file beside the original says.
  func verify(against known: ChainHead.Link?) throws(LedgerError) -> [LedgerProblem] {
    try inSnapshot { head throws(LedgerError) in
      // Of a damaged file it may not be told.
      let foreign = try? foreignRules()
      // A column that is reckoned from others may break off wherever its table is read.
      let tables = (try? brokenRules())?.filter { $0.place.hasPrefix("table ") } ?? []
      let told = (foreign ?? []) + tables
      guard let damage = try integrity(beside: told) else { return told }
      if !damage.isEmpty { return told + damage }
      // What is not as the format has it need not be readable as that.
      if !tables.isEmpty { return try foreignRules() + brokenRules() + losses(until: known ?? head) }
      var problems = if let foreign { foreign } else { try foreignRules() }
      problems += try chain(until: known ?? head)
      problems += try holdsAgainstEntries()
      problems += try balancesAgainstEntries()
      problems += try rollupsAgainstEntries()
      problems += try brokenRules()
      return problems
    }
  }

  /// What is wrong with the file as SQLite keeps it; `nil` where it cannot be looked through before what is foreign is taken away.
  private func integrity(beside foreign: [LedgerProblem]) throws(LedgerError) -> [LedgerProblem]? {
    var found: [String] = []
    var isKeptOff = false
    do throws(LedgerError) {
      try read { connection throws(SQLiteError) in
        do throws(SQLiteError) {
          try connection.forEachRow("PRAGMA integrity_check(20)") { row in
            found.append(row.text(0))
            return true
          }
        } catch {
          // The order or the function of a foreign index may be known to another program alone, or break off: no damage.
          if foreign.isEmpty || error.primaryCode != Self.cannotBeDone { throw error }
          isKeptOff = true
        }
      }
    } catch {
      // The check itself can stumble over what it has found.
      guard case .corrupt(_, let detail) = error else { throw error }
      found.append(detail)
    }
    if isKeptOff { return nil }
    // SQLite tells much in one message, under a heading; what it says twice is one problem.
    var lines: [String] = []
    for line in found.flatMap({ $0.split(whereSeparator: \.isNewline).map(String.init) })
    where line != "ok" && !line.hasPrefix("***") && !lines.contains(line) { lines.append(line) }
    return lines.map { LedgerProblem(place: "database file", problem: $0) }
  }

  /// SQLite's code of a statement that cannot be carried out, whatever the file is like (`SQLITE_ERROR`).
  static let cannotBeDone: Int32 = 1

  private func chain(until head: ChainHead.Link?) throws(LedgerError) -> [LedgerProblem] {
    var problems: [LedgerProblem] = []
    var previous = ChainHead.Link(sequence: 0, hash: [])
    var headWasSeen = head == nil || head?.sequence == 0
    try read { connection throws(SQLiteError) in
      try connection.forEachRow("SELECT sequence, \(EntryRecord.columns), hash FROM entry ORDER BY sequence") { row in
        let sequence = row.integer(0)
        // From here on neither one less than a number nor one more than an earlier one can be too much.
        if sequence < 1 {
          problems.append(
            LedgerProblem(place: "entry \(sequence)", problem: "no entry has such a number: the first has 1"))
          return problems.count < 20
        }
        if sequence != previous.sequence + 1 {
          let missing =
            previous.sequence + 1 == sequence - 1
            ? "entry \(sequence - 1) is" : "entries \(previous.sequence + 1) to \(sequence - 1) are"
          problems.append(LedgerProblem(place: "entry \(sequence)", problem: "\(missing) missing before it"))
        }
        let values = row.values[1...EntryRecord.columnCount]
        let stored = row.blob(EntryRecord.columnCount + 1)
        let expected = EntryRecord.hash(after: previous.hash, sequence: sequence, values: values)
        if stored != expected, sequence == previous.sequence + 1 {
          problems.append(
            LedgerProblem(place: "entry \(sequence)", problem: "its content does not fit its hash: it was changed"))
        }
        if head?.sequence == sequence {
          headWasSeen = true
          if head?.hash != stored {
            problems.append(
              LedgerProblem(place: "entry \(sequence)", problem: "its hash is not the one recorded in the .head file"))
          }
        }
        previous = ChainHead.Link(sequence: sequence, hash: stored)
        return problems.count < 20
      }
    }
    if !headWasSeen, problems.isEmpty, let head { problems.append(Self.loss(of: head, last: previous.sequence)) }
    return problems
  }

  /// The place of the problem that entries at the end are lost.
  public static let placeOfLoss = "chain head"

  private static func loss(of head: ChainHead.Link, last: Int64) -> LedgerProblem {
    LedgerProblem(
      place: placeOfLoss, problem: "the .head file knows entry \(head.sequence), but the last entry is \(last)")
  }

  /// What is wrong with the chain beside a table that is not as the format has it: where that is the entries' own, whether its end
  /// is there.
  private func losses(until head: ChainHead.Link?) -> [LedgerProblem] {
    if let problems = try? chain(until: head) { return problems }
    let number = try? read { connection throws(SQLiteError) in
      try connection.row("SELECT coalesce(max(sequence), 0) FROM entry")?.integer(0)
    }
    guard let head, let last = number ?? nil, last < head.sequence else { return [] }
    return [Self.loss(of: head, last: last)]
  }

  private func holdsAgainstEntries() throws(LedgerError) -> [LedgerProblem] {
    try read { connection throws(SQLiteError) in
      let open = try connection.rows(
        """
        SELECT r.sequence, h.id IS NOT NULL, t.sequence IS NOT NULL FROM entry r
        LEFT JOIN hold h ON h.id = r.sequence
        LEFT JOIN entry t ON t.hold = r.sequence AND t.kind IN ('settle', 'void')
        WHERE r.kind = 'reserve' AND (h.id IS NOT NULL) = (t.sequence IS NOT NULL) LIMIT 20
        """
      ).map { row in
        LedgerProblem(
          place: "hold \(row.integer(0))",
          problem: row.integer(1) != 0
            ? "it is open although it was settled or voided" : "it vanished without an ending")
      }
      let strays = try connection.rows(
        """
        SELECT h.id FROM hold h WHERE NOT EXISTS (SELECT 1 FROM entry WHERE sequence = h.id AND kind = 'reserve') LIMIT 20
        """
      ).map { LedgerProblem(place: "hold \($0.integer(0))", problem: "no entry says who took it") }
      return open + strays
    }
  }

  private func balancesAgainstEntries() throws(LedgerError) -> [LedgerProblem] {
    // The unit is the field before the last separator; a user or an operation may be named like it.
    let beginning = "rtrim(b.key, replace(b.key, char(31), ''))"
    func amount(_ alias: String) -> String {
      """
      CASE WHEN \(beginning) LIKE '%' || char(31) || 'tokens' || char(31) THEN \(alias).charge_tokens \
      WHEN \(beginning) LIKE '%' || char(31) || 'money' || char(31) THEN coalesce(\(alias).cost_micro_usd, 0) ELSE 1 END
      """
    }
    return try read { connection throws(SQLiteError) in
      try connection.rows(
        """
        WITH line AS (
          SELECT CAST(j.value AS INTEGER) AS id, e.sequence, e.kind, e.charge_tokens, e.cost_micro_usd,
            EXISTS (SELECT 1 FROM hold WHERE hold.id = e.sequence) AS is_open
          FROM entry e, json_each(e.balances) j WHERE e.kind IN ('reserve', 'settle', 'cached')),
        sums AS (
          SELECT b.id, total(iif(l.kind = 'reserve' AND l.is_open, \(amount("l")), 0))
              + (SELECT total(remaining) FROM envelope_part WHERE balance = b.id) AS held,
            total(iif(l.kind <> 'reserve', \(amount("l")), 0)) AS settled
          FROM balance b LEFT JOIN line l ON l.id = b.id GROUP BY b.id)
        SELECT b.id, b.key, b.pending, b.posted, s.held, s.settled FROM balance b JOIN sums s ON s.id = b.id
        WHERE b.pending <> CAST(s.held AS INTEGER) OR b.posted <> CAST(s.settled AS INTEGER) LIMIT 20
        """
      ).map { row in
        let key = BudgetKey(storageText: row.text(1))
        let place = "balance \(row.integer(0))" + (key.map { " (\($0.label) of \($0.user))" } ?? "")
        return LedgerProblem(
          place: place,
          problem: "it says \(row.integer(2)) held and \(row.integer(3)) posted; its entries say otherwise")
      }
    }
  }

  private func rollupsAgainstEntries() throws(LedgerError) -> [LedgerProblem] {
    let (fromRollup, fromEntries) = try read { connection throws(SQLiteError) in
      (
        try connection.row("SELECT \(Rollup.halves.rollup) FROM rollup"),
        try connection.row(
          "SELECT \(Rollup.halves.entries) FROM entry WHERE kind IN ('settle', 'refuse', 'cached', 'unmetered')")
      )
    }
    return Rollup.areEqual(fromRollup, fromEntries)
      ? [] : [LedgerProblem(place: "rollups", problem: "the sums of the reports are not those of the entries")]
  }
}
