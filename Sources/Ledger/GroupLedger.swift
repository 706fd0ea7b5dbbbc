/// A ledger that takes many operations as one commit, for a process with many calls under way.
///
/// One thread at a time runs a group; making a commit durable may happen on another thread meanwhile, so that the next
/// group does not wait for the disk.
public protocol GroupLedger: Ledger, CallQueue {
  /// Runs operations as one commit. Each of them may fail by itself, and then nothing of it stays; what succeeded counts
  /// only when the group does.
  ///
  /// Between two operations of a group nobody else writes: what one gives back the next one can take.
  ///
  /// - Returns: what `makeDurable` needs; `nil` when nothing was recorded.
  /// - Throws: `LedgerError` when nothing of the group stays.
  func group(_ operations: () -> Void) throws(LedgerError) -> CommitMark?

  /// Writes within a group what stands there already, as a call is written, and reads the last entry: shows whether a call
  /// could be held, and leaves no entry.
  func writeNothingNew() throws(LedgerError)

  /// Writes the log of commits back where it is longer than some pages. A ledger that takes groups leaves it to its user when
  /// to: it takes as long as several calls.
  func shortenLog(toPages most: Int) throws(LedgerError)

  /// Whether the log of commits is longer than some pages: costs nothing.
  func hasLog(longerThanPages most: Int) -> Bool

  /// Another one after each commit, whoever's it is, as far as the file system's clock tells. Any thread may ask, whoever has the
  /// ledger: it costs no more than a look at two files.
  var writeMark: [Int64] { get }

  /// Waits until a commit, and every earlier one, is on the disk.
  func makeDurable(_ mark: CommitMark) throws(LedgerError)

  /// Makes everything that was committed safe in another way, after waiting for the disk has failed. That wait is not
  /// repeated, because a second one may report success for what is lost. No group runs meanwhile.
  ///
  /// - Parameter mark: the last commit.
  func makeSafeAnew(_ mark: CommitMark?) throws(LedgerError)
}

/// Names a commit: its last entry.
public struct CommitMark: Hashable, Sendable {
  /// The entry's number.
  public var sequence: Int64
  /// Its hash.
  public var hash: [UInt8]
  /// In which file of the ledger it is; see `Ledger.replacements`.
  public var replacements: Int64

  /// Makes a mark.
  public init(sequence: Int64, hash: [UInt8], replacements: Int64 = 0) {
    (self.sequence, self.hash, self.replacements) = (sequence, hash, replacements)
  }
}
