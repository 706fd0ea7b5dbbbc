import Posix
import SessionDriver
import Testing

/// Standard input of every kind: what a client reads from it is part of what is asked, or nothing is known of what is asked.
@Suite struct InputKindStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    // As the client does, it reads what is no terminal; a terminal only where it was given no words.
    try client(
      "llm",
      """
      [ "$1" = -s ] && shift 2
      if [ "$1" = chat ]; then
        while read -r line; do [ "$line" = exit ] && exit; echo "answer to <$line>"; done
      elif [ ! -t 0 ]; then cksum
      elif [ $# -eq 0 ]; then read -r line; echo "answer to <$line>"
      else echo "answer to <$*>"; fi
      """)
  }

  private func client(_ name: String, _ body: String) throws {
    try File.replace(home.path + "/bin/\(name)", with: Array("#!/bin/sh\n\(body)\n".utf8), permissions: 0o700)
  }

  /// A script on a terminal, in this home.
  private func session(_ script: String) throws -> TerminalSession {
    try home.write("script", script)
    return try TerminalSession(
      "cd '\(home.path)'; exec env -i HOME='\(home.path)' PATH='\(home.path)/bin:/usr/bin:/bin' LANG=C.UTF-8 sh script")
  }

  @Test func aSocketIsReadLikeAPipe() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[tier.default]\nbudgets = ['unlimited']\n")
    let outcome = try home.run(
      """
      ask() { \(Driver.probe) --socket-input $1 llmguard run --receipt r$1 -- llm 'summarise this'; cksum <$1; }
      seq 1 9 >a; seq 2 10 >b; seq 1 300000 >c; seq 1 300000 | sed '$s/0/1/' >d
      for f in a b c d; do ask $f; done; ask a
      for f in a b c d; do sed -n 's/.*"retry_multiplier": "\\(.*\\)".*/\\1/p; s/.*"input_tokens": \\([0-9]*\\),/\\1/p' r$f; done
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.count >= 10, "\(outcome)")
    for place in stride(from: 0, to: 10, by: 2) where lines.count >= 10 {
      #expect(lines[place] == lines[place + 1], "\(place / 2 + 1). answer: \(outcome)")
    }
    // Asked again, of the same document.
    #expect(outcome.error.hasPrefix("llmguard: cached: the same request was answered "), "\(outcome.error)")
    #expect(outcome.error.split(separator: "\n").count == 1, "\(outcome.error)")
    let counts = lines.dropFirst(10).compactMap { Int64($0) }
    #expect(counts.filter { $0 == 1 }.count >= 3, "none is a retry of another: \(lines.dropFirst(10))")
    #expect(
      counts.filter { $0 > 300_000 }.count >= 2, "what came through the socket is counted: \(lines.dropFirst(10))")
  }

  @Test func aConversationOnATerminalIsNeverAnsweredFromTheCache() throws {
    defer { home.remove() }
    let session = try session("llmguard run -- llm chat; echo first over; llmguard run -- llm chat; echo second over")
    session.type("alpha\n")
    #expect(session.sees("answer to <alpha>", limitMs: 30_000), "\(session.screen)")
    session.type("exit\n")
    #expect(session.sees("first over", limitMs: 30_000), "\(session.screen)")
    session.type("beta\n")
    #expect(session.sees("answer to <beta>", limitMs: 30_000), "\(session.screen)")
    session.type("exit\n")
    #expect(session.sees("second over", limitMs: 30_000), "\(session.screen)")
    #expect(session.finish(limitMs: 30_000) == .exited(0))
    #expect(!session.screen.contains("cached"), "\(session.screen)")
    #expect(!session.screen.contains("retry"), "\(session.screen)")
  }

  @Test func whatIsTypedIsAskedToo() throws {
    defer { home.remove() }
    let session = try session(
      "for i in 1 2; do llmguard run -- llm -s 'You are a pirate'; echo done $i; done; for i in 1 2; do llmguard run -- llm Everest; done"
    )
    session.type("why is the sky blue\n")
    #expect(session.sees("done 1", limitMs: 30_000), "\(session.screen)")
    session.type("how tall is Everest\n")
    #expect(session.sees("answer to <how tall is Everest>", limitMs: 30_000), "\(session.screen)")
    // What has a question of its own does not read the terminal, and is answered once.
    #expect(session.finish(limitMs: 30_000) == .exited(0))
    #expect(session.screen.contains("cached: the same request was answered"), "\(session.screen)")
    #expect(session.screen.split(separator: "answer to <Everest>", omittingEmptySubsequences: false).count == 3)
  }

  @Test func whatCannotBeSeenIsNeverTheSame() throws {
    defer { home.remove() }
    try client("llama-cli", "echo call >>calls; cat")
    try client("llm", "echo call >>calls; head -c 3 | wc -c")
    let outcome = try home.run(
      """
      twice() { rm -f calls; for i in 1 2; do "$@" >/dev/null; done; wc -l <calls; }
      zero() { llmguard run -q -- llm names </dev/zero; }; twice zero
      null() { llmguard run -q -- llm names </dev/null; }; twice null
      talk() { echo more | llmguard run -q -- llama-cli -p names; }; twice talk
      turn() { echo more | llmguard run -q -- llama-cli -st -p names; }; twice turn
      """)
    #expect(outcome.output == "2\n1\n2\n1\n", "\(outcome)")
  }
}
