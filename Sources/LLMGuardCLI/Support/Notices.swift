import GuardModel
import Posix
import Terminal

/// What is said on standard error.
extension Context {
  /// Says that a pipe which was named keeps its reader, or who writes to it, waiting: nothing else would tell why nothing happens.
  func sayWaiting(for path: String) {
    say(.note, "waiting for '\(path)': it is a pipe, and nothing is at its other end yet", hint: "^C ends this")
  }

  /// Says something on standard error: `llmguard: …`, what belongs to it, and the hint, a line each, which a terminal breaks
  /// between words. Line breaks within them are shown, not made: what a name holds must not look like a message.
  ///
  /// - Parameter isDated: whether its date stands in it.
  func say(_ kind: Notice, _ text: String, details: [String] = [], hint: String = "", isDated: Bool = false) {
    // The label is coloured when all is broken into lines: escapes have no width.
    func line(_ start: String, _ label: String, _ look: Style.Look, _ text: String) -> String {
      let plain = TerminalText.message(
        start + (label.isEmpty ? "" : label + ": ") + error.spelled(TerminalText.safe(text)), error)
      if label.isEmpty { return plain }
      return start + error.apply(look, label + ":") + plain.dropFirst((start + label).count + 1)
    }
    let date = isDated ? nil : dateZone.map { TimeText.rfc3339(nowUnixMs, in: $0) + " " }
    var lines = [line("llmguard: " + (date ?? ""), kind.label, kind.look, text)]
    lines += details.map { TerminalText.message(error.spelled(TerminalText.safe($0)), error) }
    if !hint.isEmpty { lines.append(line("", "hint", .dim, hint)) }
    StandardStreams.complain(lines.joined(separator: "\n") + "\n")
  }

  enum Notice {
    case error, warning, refused, degraded, note

    var label: String {
      switch self {
      case .error: "error"
      case .warning: "warning"
      case .degraded: "degraded"
      case .refused, .note: ""
      }
    }

    var look: Style.Look {
      switch self {
      case .error, .refused: .bad
      case .warning: .warning
      case .degraded: .serious
      case .note: .dim
      }
    }
  }
}
