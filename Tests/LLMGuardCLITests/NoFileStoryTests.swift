import Testing

/// A FIFO or a device where rules or prices should stand: nobody is kept waiting for what never comes.
@Suite struct NoFileStoryTests {
  static let scripts: [(script: String, status: Int32, error: String)] = [
    ("mkfifo f; llmguard --config f usage show", 66, "cannot read the configuration 'f': it is a FIFO or a device"),
    ("mkfifo f; LLMGUARD_CONFIG=$PWD/f llmguard run -- echo started", 125, "/f': it is a FIFO or a device"),
    (
      "mkdir -p .config/llmguard; mkfifo .config/llmguard/llmguard.toml; llmguard run -- echo started", 125,
      "llmguard.toml': it is a FIFO or a device, and no file\nhint: put a file there, or move it away: the built-in"
    ),
    (
      "mkdir -p .config/llmguard; ln -s /dev/zero .config/llmguard/llmguard.toml; llmguard usage show", 78,
      "llmguard.toml': it is a FIFO or a device, and no file\nhint: put a file there, or move it away: the built-in"
    ),
    ("mkfifo f; llmguard config check --system f", 66, "cannot read the configuration 'f': it is a FIFO or a device"),
    ("mkfifo f; llmguard simulate --policy f", 66, "cannot read the configuration 'f': it is a FIFO or a device"),
    ("mkfifo f; llmguard price import f", 66, "cannot read 'f': it is a FIFO or a device, and no file"),
    (
      "mkdir -p .local/state/llmguard; mkfifo .local/state/llmguard/prices.json; llmguard run -- echo started", 125,
      "prices.json': it is a FIFO or a device, and no file"
    ),
  ]

  @Test(arguments: scripts) func isRefusedAtOnce(script: String, status: Int32, error: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("cd \"$HOME\"\n" + script, limitSeconds: 20)
    #expect(outcome.status == status, "\(outcome.error)")
    #expect(outcome.error.contains(error), "\(outcome.error)")
    #expect(outcome.output.isEmpty, "\(outcome.output)")
  }

  /// The run has ended; that nobody takes its report must not keep it.
  @Test(arguments: ["--report json f", "--receipt f"]) func aReportThatNobodyReadsKeepsNoRun(option: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("cd \"$HOME\"; mkfifo f; llmguard run \(option) -- sh -c 'exit 3'", limitSeconds: 40)
    #expect(outcome.status == 3, "\(outcome.error)")
    #expect(outcome.error.contains("'f': nobody reads from that FIFO"), "\(outcome.error)")
  }

  @Test func rulesThatAreGivenByAPipeAreRead() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    let outcome = try home.run("echo 'timezone = \"Mars\"' | llmguard --config /dev/stdin config check")
    #expect(outcome.status == 78, "\(outcome.error)")
    #expect(outcome.error.contains("/dev/stdin:1:12: the time zone 'Mars' does not exist"), "\(outcome.error)")
    #expect(try home.run("llmguard --config /dev/null config check").output == "ok: /dev/null\n")
  }
}
