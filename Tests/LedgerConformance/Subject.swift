import GuardModel
import Ledger

/// A ledger under test, and how to let the owner of one of its holds die.
public struct Subject {
  /// The ledger.
  public let ledger: any Ledger
  /// Lets the owner of an open hold die without a word.
  public let abandon: (HoldID) -> Void

  /// Makes a subject.
  public init(ledger: any Ledger, abandon: @escaping (HoldID) -> Void) {
    self.ledger = ledger
    self.abandon = abandon
  }

  /// The model itself, in a zone.
  public static func memory(zone: ZoneOffsets) -> Subject {
    let ledger = MemoryLedger(zone: zone)
    return Subject(ledger: ledger, abandon: ledger.abandon)
  }
}
