import Posix
import SessionDriver
import Testing

/// Paths that llmguard prints: a terminal must not act on what stands in them, and a program gets each as it is.
@Suite struct PathTextStoryTests {
  /// What a terminal would act on: the beginning of a colour, and a turn of direction.
  private static let hostile = "\u{1B}[31m\u{202E}"
  private static let script = """
    llmguard config init; llmguard ledger path; llmguard cache path; llmguard run -q --estimate 5 -- true
    llmguard ledger backup "$HOME/b"; llmguard config check

    """

  @Test func aTerminalDoesNotActOnThem() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try Folder.makePrivate("\(home.path)/\(Self.hostile)")
    let session = try TerminalSession(
      "export HOME='\(home.path)/\(Self.hostile)' PATH='\(home.path)/bin:/usr/bin:/bin' TERM=xterm NO_COLOR=1; "
        + Self.script + "llmguard config check /dev/null; rm \"$HOME\"/.config/llmguard/*; llmguard config check",
      columns: 200)
    #expect(session.finish(limitMs: 60_000) == .exited(0))
    #expect(!session.screen.contains("\u{1B}") && !session.screen.contains("\u{202E}"), "\(session.screen)")
    #expect(session.screen.ranges(of: "/\\u{1B}[31m\\u{202E}/").count == 6, "\(session.screen)")
  }

  @Test func aProgramGetsThemAsTheyAre() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let inner = "\(home.path)/\(Self.hostile)"
    try Folder.makePrivate(inner)
    let outcome = try home.run("HOME='\(inner)'; \(Self.script)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(
      lines.dropLast() == [
        "\(inner)/.config/llmguard/llmguard.toml", "\(inner)/.local/state/llmguard/ledger.sqlite3",
        "\(inner)/.cache/llmguard/cache.sqlite3", "\(inner)/b",
      ], "\(outcome)")
    // This one is a sentence, which somebody reads in a log.
    #expect(lines.last == "ok: \(home.path)/\\u{1B}[31m\\u{202E}/.config/llmguard/llmguard.toml", "\(outcome)")
  }
}
