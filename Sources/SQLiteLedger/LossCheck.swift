import Ledger

extension SQLiteLedger {
  /// The last entry that is known of a ledger whose database is gone; `nil` where nothing is known of one.
  public static func lastEntryKnown(besideLost path: String) -> Int64? {
    guard let known = (try? ChainHead(reading: path + ".head"))?.read(), known.sequence > 0 else { return nil }
    return known.sequence
  }

  /// Looks whether the last entry known outside the database is in it, for those who only read.
  ///
  /// - Throws: `LedgerError.corrupt` where it is not.
  public func checkForLoss() throws(LedgerError) {
    // What is known outside was in the database before; others may add to it meanwhile.
    guard let known = recordedHead, known.sequence != 0 else { return }
    let last = try entries(limit: 1).first?.sequence ?? 0
    if last < known.sequence {
      throw .corrupt(path: path, detail: "the .head file knows entry \(known.sequence), which is lost")
    }
  }
}
