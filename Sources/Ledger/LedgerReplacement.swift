/// What became of a ledger's file while it was in use.
public enum LedgerReplacement: Hashable, Sendable {
  /// It is gone, or another one is in its place; whoever used it does not look there again.
  case unknown
  /// It is gone, and nothing is in its place.
  case gone
  /// What is in its place is being written, or is no more than a part.
  case unready
  /// Another file is in its place, but its own log stands there still.
  case besideItsLog

  var description: String {
    switch self {
    case .unknown: "deleted or replaced while it was in use"
    case .gone: "deleted while it was in use"
    case .unready: "replaced while it was in use, and what is in its place is not whole yet"
    case .besideItsLog: "replaced while it was in use, but its log stands beside the new file"
    }
  }

  func hint(_ path: String) -> String {
    switch self {
    case .unknown: "start the command again: it then goes by the ledger that is there"
    case .gone:
      "put it back, or a backup in its place: the server goes on with that by itself. Without a backup move what is left of it "
        + "('\(path)*') away and restart the server: that begins a new one, whose budgets count from zero"
    case .unready: "it is used as soon as it is whole and nobody has changed it for a second"
    case .besideItsLog:
      "move '\(path)-wal' and '\(path)-shm' away, too: they belong to the old file and would damage the new one"
    }
  }
}

extension Ledger {
  /// Where nothing can take its place.
  public var replacements: Int64 { 0 }
}
