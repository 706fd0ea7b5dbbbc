import Posix
import Testing

/// A command of one's own that is metered by its text: what comes on its standard input is counted, or it is said that it was
/// not.
@Suite struct SeenInputStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write("lines", String(repeating: "some words to be counted as a prompt.\n", count: 500))
    // Nothing comes before the command has started, so that nothing waits when its input is looked at.
    try home.write("late.sh", "mkfifo go; late() { read -r x <go; cat lines; }\n")
    for (name, body) in [("first", "exec head -n 1"), ("count", "echo >go; exec wc -c")] {
      try File.replace(home.path + "/bin/\(name)", with: Array("#!/bin/sh\n\(body)\n".utf8), permissions: 0o700)
    }
  }

  @Test func aRedirectedFileIsCountedAsAPipeIs() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      run() {
        llmguard run -q --receipt r --cache off -m gpt-4o -n 10 -- "$@" >got
        sed -n 's/.*"input_tokens": \\([0-9]*\\),*/\\1/p' r | tr '\\n' ' '
      }
      cat lines | run cat; cmp got lines && echo same
      run cat <lines; cmp got lines && echo same
      (run true; run first; run cat; wc -c <got) <lines
      llmguard run --dry-run --json -m gpt-4o -n 10 -- cat <lines | sed -n 's/.*"input_tokens": \\([0-9]*\\),*/\\1/p'
      """)
    let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(lines.count == 4, "\(outcome)")
    guard lines.count == 4, lines[2].count == 7, let whole = Int64(lines[0][0]) else { return }
    #expect((3000...9000).contains(whole))
    let all = String(whole)
    #expect(lines[0] == [all, all, "same"], "through a pipe: \(outcome)")
    #expect(lines[1] == [all, all, "same"], "from a file: \(outcome)")
    #expect(lines[2].prefix(3) == [all, "0", all], "what is not read is held, and given back: \(outcome)")
    let (line, rest) = (Int64(lines[2][3]) ?? 0, Int64(lines[2][5]) ?? 0)
    #expect((5...20).contains(line), "what is read is counted: \(outcome)")
    #expect((whole - 20..<whole).contains(rest) && lines[2][4] == lines[2][5], "from where it stands: \(outcome)")
    #expect(lines[2][6] == "\(499 * 38)", "whoever comes next has what is left: \(outcome)")
    #expect(lines[3] == [all])
  }

  @Test func whatPassedAPipeUnseenIsSaid() throws {
    defer { home.remove() }
    let late = try home.run(". ./late.sh; late | llmguard run -m gpt-4o -n 10 -- count")
    #expect(late.error.contains("of standard input 0 bytes were counted"), "\(late)")
    #expect(late.error.contains("hint: --prompt-from stdin counts all of it"), "\(late)")
    #expect(late.output == "19000\n")
    for quiet in [
      "cat lines | llmguard run -m gpt-4o -n 10 -- wc -c", "llmguard run -m gpt-4o -n 10 -- echo </dev/null",
      "late | llmguard run -q -m gpt-4o -n 10 -- count",
      "late | llmguard run -m gpt-4o -n 10 --prompt-from args -- count", "late | llmguard run --estimate 90 -- count",
      "(sleep 1; cat lines) | llmguard run -m gpt-4o -n 10 --prompt-from stdin -- wc -c",
      // Somebody holds the pipe open, and nothing comes: a service's standard input.
      "mkfifo f; exec 9<>f; llmguard run -m gpt-4o -n 10 -- echo <&9",
    ] {
      let outcome = try home.run("rm -f go; . ./late.sh; \(quiet)")
      #expect(!outcome.error.contains("standard input"), "\(quiet): \(outcome.error)")
      #expect(outcome.status == 0, "\(quiet): \(outcome.error)")
    }
    let unread = try home.run("llmguard run -m gpt-4o -n 10 -- echo <lines")
    #expect(unread.error.contains("has not read the file on its standard input"), "\(unread.error)")
  }
}
