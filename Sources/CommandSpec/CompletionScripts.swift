/// Completion scripts of a tree of commands for three shells.
///
/// Names that only the program knows are asked for with `PROGRAM complete KIND -- WORD…`, which prints one per line; the
/// scripts never let a shell expand such a name.
public struct CompletionScripts: Hashable, Sendable {
  /// For bash 4.0 and later; needs no package of helper functions.
  public let bash: String
  /// For zsh: a file named `_PROGRAM` in a folder of `fpath`.
  public let zsh: String
  /// For fish 3.0 and later.
  public let fish: String

  /// Writes the scripts.
  public init<Handler>(_ root: Command<Handler>) {
    let outline = CommandOutline(root)
    bash = BashCompletion(root: outline).script
    zsh = ZshCompletion(root: outline).script
    fish = FishCompletion(root: outline).script
  }

  /// The first line of every script.
  static func banner(_ program: String, shell: String) -> String {
    "# \(shell) completion for \(program), written by '\(program) generate'.\n"
  }
}

extension String {
  /// In single quotes for bash and zsh.
  var inSingleQuotes: String {
    "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }

  /// With a backslash before each of some characters.
  func escaping(_ special: String) -> String {
    reduce(into: "") { text, character in
      if special.contains(character) { text += "\\" }
      text.append(character)
    }
  }
}
