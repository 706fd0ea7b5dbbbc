import CommandSpec
import Configuration
import Ledger
import Posix
import SQLiteLedger
import TextFormats

/// An event on its way to a command: this program once more, in a session of its own, so that the call's process need not
/// wait for it and takes no harm from it.
struct Delivery {
  let command: [String]
  let timeoutMs: Int64
  let event: JSONValue

  /// The word that makes this program a messenger. It is no command for people.
  static let word = "deliver-notice"

  static let hiddenCommand = Command<CLIHandler>(
    word, summary: "Deliver an event to the command of [notify]", isHidden: true,
    handler: CLIHandler { _, _ throws(Failure) in Delivery.deliver() })

  /// Starts the messenger.
  func start(ledgerPath: String) throws(PosixError) {
    let letter: JSONValue = [
      "command": .array(command.map(JSONValue.string)), "timeout_ms": .int(timeoutMs), "event": event,
      "ledger": .string(ledgerPath),
    ]
    guard let program = ProcessInfo.ownProgram else { throw PosixError("find the program") }
    // Fits a pipe whole, so nobody waits for its reader.
    try DetachedCommand([program, Self.word]).start(input: Array(JSONWriter.compact(letter).utf8))
  }

  /// Delivers the letter on standard input: runs the command with the event, and records when that went wrong, for whoever
  /// comes next to say.
  static func deliver() -> Int32 {
    guard let bytes = try? readInput(), let letter = try? JSONParser.parse(bytes),
      let words = letter["command"]?.arrayValue?.compactMap(\.stringValue), !words.isEmpty,
      let event = letter["event"], let path = letter["ledger"]?.stringValue
    else { return Failure.Status.data }
    let limitMs = letter["timeout_ms"]?.int64Value ?? 10_000
    let places = DeliveryPlaces(ledgerPath: path)
    defer { withExtendedLifetime(places) {} }
    var found: String?
    if places?.take(limitMs: limitMs) == false {
      found =
        "the command '\(words[0])' was not started: \(DeliveryPlaces.most) run already, and "
        + "\(DeliveryPlaces.mostWaiting) more events wait"
    } else {
      let status = DetachedCommand(words).run(input: Array(JSONWriter.pretty(event).utf8), limitMs: limitMs)
      found = Self.problem(status, words[0], limitMs)
    }
    guard let problem = found else {
      UntoldEvent.forget(ledgerPath: path)
      return 0
    }
    let untold = UntoldEvent(
      atUnixMs: Clock.unixMs, problem: "\(event["event"]?.stringValue ?? "event"): \(problem)")
    untold.keep(ledgerPath: path, isSaid: false)
    // The ledger may be the very trouble that was told of.
    if let ledger = try? SQLiteLedger(path: path, zone: .utc) {
      try? ledger.record(notice: untold.problem, user: event["user"]?.stringValue, nowUnixMs: untold.atUnixMs)
    }
    return 1
  }

  private static func readInput() throws(PosixError) -> [UInt8] {
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { buffer.deallocate() }
    while let count = try FileDescriptor.input.read(into: buffer), count > 0, bytes.count < 1 << 20 {
      bytes += buffer[..<count]
    }
    return bytes
  }

  private static func problem(_ status: ChildStatus?, _ name: String, _ limitMs: Int64) -> String? {
    switch status {
    case nil: "the command '\(name)' took longer than \(DurationText.text(milliseconds: limitMs)) and was ended"
    case .exited(0): nil
    case .exited(let code): "the command '\(name)' failed with \(code)"
    case .signaled(let number): "the command '\(name)' was ended by signal \(number)"
    case .notStarted(let error): "the command '\(name)' could not be started: \(error.reason)"
    }
  }
}
