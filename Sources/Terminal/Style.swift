import Posix

/// When colours are used.
public enum ColorChoice: String, Hashable, Sendable, CaseIterable {
  /// On a terminal, unless `NO_COLOR` is set or the terminal is dumb.
  case auto
  /// Always.
  case always
  /// Never.
  case never
}

/// How text on one stream looks: colours, width, and whether it may hold more than ASCII.
public struct Style: Hashable, Sendable {
  /// Whether colours are used.
  public let isColored: Bool
  /// Whether the stream is a terminal.
  public let isTerminal: Bool
  /// The stream's columns; 80 where there is no terminal to ask.
  public let columns: Int
  /// Whether block characters may be used.
  public let isUnicode: Bool
  /// Whether the terminal has the 256 colours, which look alike everywhere.
  public let hasManyColors: Bool

  /// Whether a table that is written for programs begins with the names of its columns.
  public let isHeaded: Bool

  /// Makes a style.
  public init(
    isColored: Bool, isTerminal: Bool, columns: Int, isUnicode: Bool, hasManyColors: Bool = false,
    isHeaded: Bool = false
  ) {
    self.isHeaded = isHeaded
    self.hasManyColors = hasManyColors
    self.isColored = isColored
    self.isTerminal = isTerminal
    self.columns = columns
    self.isUnicode = isUnicode
  }

  /// The style that fits a stream of this process.
  public static func of(_ stream: FileDescriptor, color: ColorChoice, isHeaded: Bool = false) -> Style {
    let isTerminal = stream.isTerminal
    let forbidden = Environment.value("NO_COLOR").map { !$0.isEmpty } ?? false || Environment.value("TERM") == "dumb"
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(Environment.value).first { !$0.isEmpty } ?? ""
    let stated = Environment.value("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    return Style(
      isColored: color == .always || (color == .auto && isTerminal && !forbidden), isTerminal: isTerminal,
      columns: (isTerminal ? StandardStreams.columns(of: stream) : nil) ?? stated ?? 80,
      isUnicode: isUnicode(locale),
      hasManyColors: hasManyColors(Environment.value("TERM") ?? "", Environment.value("COLORTERM") ?? ""),
      isHeaded: isHeaded)
  }

  /// Whether a terminal's names say that it has the 256 colours: `xterm-256color`, `truecolor`.
  static func hasManyColors(_ terminal: String, _ colors: String) -> Bool {
    let letters = Array(terminal.utf8)
    return !colors.isEmpty || letters.indices.contains { letters[$0...].starts(with: "256color".utf8) }
  }

  /// Whether a locale's characters are UTF-8: `de_DE.UTF-8`, `C.utf8`.
  static func isUnicode(_ locale: String) -> Bool {
    // By bytes: the search in strings would take longer to get ready than the rest of this file.
    let letters = locale.utf8.map { $0 | 0x20 }.filter { $0 != UInt8(ascii: "-") }
    return letters.indices.contains { letters[$0...].starts(with: "utf8".utf8) }
  }

  /// What text can look like.
  public enum Look: String, Sendable {
    /// Heavier.
    case bold = "1"
    /// Paler.
    case dim = "2"
    /// All is well.
    case good = "32"
    /// Take care.
    case warning = "33"
    /// Changed or late.
    case serious = "35"
    /// Refused or broken.
    case bad = "31"

    /// The same among the 256 colours, chosen so that it stands out from white and from black by 4 : 1 at least; what the
    /// first sixteen look like is each terminal's own, and its yellow on white often cannot be read.
    var amongMany: String {
      switch self {
      case .bold, .dim: rawValue
      case .good: "38;5;28"
      case .warning: "38;5;130"
      case .serious: "38;5;133"
      case .bad: "38;5;161"
      }
    }
  }

  /// A text as the stream can show it: a terminal without Unicode gets other signs for those of llmguard's own.
  public func shown(_ text: String) -> String { isTerminal && !isUnicode ? TerminalText.plain(text) : text }

  /// What is written for people, and stands in no columns, as the locale can show it, in a pipe or a file, too: whoever reads
  /// there in a locale without Unicode (a mail of cron's) has no other signs. What programs read stays as it is.
  public func spelled(_ text: String) -> String { isUnicode ? text : TerminalText.spelled(text) }

  /// A text in a look, or as it is where colours are off.
  public func apply(_ look: Look, _ text: String) -> String {
    isColored ? "\u{1B}[\(hasManyColors ? look.amongMany : look.rawValue)m\(text)\u{1B}[0m" : text
  }
}
