import Posix
import TextFormats

/// An event that did not reach the command of `[notify]`, in a small file beside the ledger.
///
/// The messenger that fails has nobody to say it to: the call it told of has gone on, and may be over. So it leaves a note,
/// and the next run (or the same one, when its command has ended) says it, once. The note then stays under another name, for
/// `doctor`, until an event arrives.
struct UntoldEvent: Equatable {
  let atUnixMs: Int64
  /// The event's kind and what went wrong, in words.
  let problem: String

  /// Where a note waits to be said.
  private static func waiting(_ ledgerPath: String) -> String { ledgerPath + ".untold" }

  /// Where a note stays that was said.
  private static func said(_ ledgerPath: String) -> String { ledgerPath + ".untold-said" }

  /// Keeps it. Where nothing can be written, nothing is kept: it must not fail anything.
  ///
  /// - Parameter isSaid: whether somebody has heard of it already.
  func keep(ledgerPath: String, isSaid: Bool) {
    let note: JSONValue = ["at_unix_ms": .int(atUnixMs), "problem": .string(problem)]
    // A power cut may take it: the ledger has it, too.
    try? File.replace(
      isSaid ? Self.said(ledgerPath) : Self.waiting(ledgerPath), with: Array(JSONWriter.compact(note).utf8),
      isDurable: false)
  }

  /// Takes the one that waits to be said; of many who ask, one gets it.
  static func take(ledgerPath: String) -> UntoldEvent? {
    let place = said(ledgerPath)
    do throws(PosixError) { try File.move(waiting(ledgerPath), to: place) } catch { return nil }
    return read(place)
  }

  /// The last one, where no event has arrived since.
  static func last(ledgerPath: String) -> UntoldEvent? {
    [waiting(ledgerPath), said(ledgerPath)].compactMap(read).max { $0.atUnixMs < $1.atUnixMs }
  }

  /// An event has arrived: what was said of earlier ones is over. One that still waits to be said was lost all the same.
  static func forget(ledgerPath: String) { try? File.remove(said(ledgerPath)) }

  private static func read(_ path: String) -> UntoldEvent? {
    guard let bytes = try? File.readAll(path, maximumBytes: 65_536), let note = try? JSONParser.parse(bytes),
      let at = note["at_unix_ms"]?.int64Value, let problem = note["problem"]?.stringValue
    else { return nil }
    return UntoldEvent(atUnixMs: at, problem: problem)
  }
}
