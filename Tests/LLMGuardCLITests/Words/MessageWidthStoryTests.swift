import Posix
import SessionDriver
import Testing

/// What is said on standard error: broken to a terminal's width, one line elsewhere.
@Suite struct MessageWidthStoryTests {
  private static let script = """
    llmguard run -q -m a --estimate 1150 -- true
    llmguard run -m a --estimate 129 -- true
    """

  @Test func aTerminalsLinesAreNotLongerThanItIs() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['1000 tokens/day']\n")
    let start = "export HOME='\(home.path)' PATH='\(home.path)/bin:/usr/bin:/bin' TERM=xterm LC_ALL=C.UTF-8; "
    let session = try TerminalSession(start + Self.script, columns: 60)
    _ = session.finish(limitMs: 60_000)
    let plain = session.screen.replacing(try Regex("\u{1B}\\[[0-9;]*m"), with: "")
    let lines = plain.split(separator: "\r\n").map(String.init)
    #expect(lines.count >= 4 && lines.allSatisfy { $0.count <= 60 }, "\(lines)")
    let starts = lines.filter { !$0.hasPrefix("  ") }
    #expect(
      starts.count == 2 && starts[0].hasPrefix("llmguard: refused: ") && starts[1].hasPrefix("hint: "), "\(lines)")
    // The same words as in a file, where each is one line, and the hour is told: nobody knows when that is read.
    let inFile = try home.run(Self.script.split(separator: "\n").last.map(String.init) ?? "").error
    let words = { (text: String) in text.split { $0.isWhitespace }.filter { !$0.contains(where: \.isNumber) } }
    #expect(inFile.split(separator: "\n").count == 2, "\(inFile)")
    #expect(words(inFile).filter { $0 != "(at" } == words(plain), "\(inFile)\(plain)")
    #expect(inFile.contains(" (at 20") && !plain.contains("(at"), "\(inFile)\(plain)")
  }
}
