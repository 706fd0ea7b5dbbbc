import GuardModel
import TextFormats

/// What may be told to a command of the user's own.
public enum NoticeKind: String, Hashable, Sendable, CaseIterable {
  /// A user's calls go out in a later phase than before.
  case phase
  /// A call was refused.
  case refusal
  /// 50, 80, 100 or 120 % of a budget are used.
  case budget
  /// A user spends much faster than their own past says.
  case burnRate = "burn_rate"
  /// The price of a model is not known.
  case priceUnknown = "price_unknown"
  /// The ledger cannot be used.
  case ledger
}

/// Whom to tell of what.
public struct NotifySettings: Hashable, Sendable {
  /// The command, with its arguments; none tells nobody.
  public var command: [String] = []
  /// What it is told.
  public var events = NoticeKind.allCases
  /// How long it may take.
  public var timeoutMs: Int64 = 10_000

  /// Nobody.
  public init() {}

  /// Whether an event is told.
  public func tells(_ kind: NoticeKind) -> Bool { !command.isEmpty && events.contains(kind) }
}

extension ConfigReader {
  mutating func readNotify(_ entry: TOMLTable.Entry) {
    guard let body = table(entry.node, entry.key) else { return }
    for entry in body.entries where isAllowed(entry, in: ["notify"]) {
      switch entry.key {
      case "command":
        guard let words = strings(entry.node, entry.key) else { continue }
        if words.first == "" {
          problem(entry.node, "the command has no name", hint: "write [\"/path/of/a/command\", \"argument\"]")
          continue
        }
        settings.notify.command = words
      case "events":
        guard let words = strings(entry.node, entry.key) else { continue }
        let known = NoticeKind.allCases.map(\.rawValue)
        if let unknown = words.first(where: { !known.contains($0) }) {
          let nearest = Nearest.name(to: unknown, among: known).map { "did you mean '\($0)'? " } ?? ""
          problem(
            entry.node, "'\(unknown)' is no event", hint: nearest + "known: \(known.joined(separator: ", "))")
          continue
        }
        settings.notify.events = words.compactMap(NoticeKind.init)
      case "timeout":
        guard let ms = duration(entry.node, entry.key) else { continue }
        settings.notify.timeoutMs = min(max(ms, 100), 600_000)
      default: break
      }
      note(entry, ["notify", entry.key])
    }
  }
}
