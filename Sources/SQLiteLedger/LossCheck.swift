import Ledger

extension SQLiteLedger {
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
