import Posix

/// A home with some names in its configuration and its ledger, and shells to complete them in.
struct CompletionHome {
  private let home: ProgramHome
  /// What the ids of runs, which are others each time, are called in tests.
  let runs: [String: String]

  init() throws {
    home = try ProgramHome()
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.gold]
      budgets = ['5M tokens/day']
      [tier.silver]
      budgets = ['2M tokens/day']
      [operation.analyze]
      weight = 2
      [user.anton]
      tier = 'gold'
      [user."team:one"]
      tier = 'gold'
      [user."two words"]
      tier = 'gold'
      [model.house-model]
      price = { input = 1, output = 2 }
      """)
    try home.write("work/prices.json", "{}")
    let outcome = try home.run(
      """
      llmguard run -u ana -o summarize --prompt-from args -- true &&
        llmguard run -u bert -o summarize --prompt-from args -- true && llmguard config check
      llmguard queue wait $(llmguard submit -- true)
      """)
    let ids = try home.run("llmguard usage report --by run | cut -f 1").output.split(separator: "\n").map(String.init)
    let requests = try home.run("ls .local/state/llmguard/requests").output.split(separator: "\n").map(String.init)
    runs = Dictionary(
      zip(ids + requests, ["(a run's id)", "(another run's id)", "(a submitted call)"]),
      uniquingKeysWith: { first, _ in first })
    if outcome.status != 0 { throw Unready(what: outcome.error + outcome.output) }
  }

  struct Unready: Error { let what: String }

  func remove() { home.remove() }

  /// The words a script prints, without descriptions, without the option before a '=', the list before a ',' and the shell's
  /// quoting.
  func offers(in shell: String, _ script: String) throws -> Set<String> { Self.words(try print(in: shell, script)) }

  /// The same of several scripts that one shell runs, one after the other, where it takes its time to start.
  func offers(in shell: String, afterAll beginning: String, _ scripts: [String]) throws -> [Set<String>] {
    let mark = "-- the next --"
    let script = ([beginning] + scripts.map { "\($0)\necho '\(mark)'" }).joined(separator: "\n")
    let parts = try print(in: shell, script).split(separator: mark + "\n", omittingEmptySubsequences: false)
    return parts.dropLast().map { Self.words(String($0)) }
  }

  private func print(in shell: String, _ script: String) throws -> String {
    try home.write("complete.\(shell)", script)
    let outcome = try home.run(
      "cd work; rm -f ../offers ../done; HOME=$HOME TERM=dumb exec \(shell) ../complete.\(shell)")
    if !outcome.error.isEmpty { throw Unready(what: outcome.error) }
    return outcome.output
  }

  private static func words(_ output: String) -> Set<String> {
    Set(
      output.split(separator: "\n").map { line in
        let word = line.prefix { $0 != "\t" }
        let bare = word.hasSuffix("=") ? word.dropLast() : word
        let value = bare.split(separator: "=", omittingEmptySubsequences: false).last ?? bare
        return String(value.split(separator: ",").last ?? value).filter { $0 != "\\" }
      })
  }
}

extension String {
  /// As one word of a shell.
  var quoted: String { "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'" }
}
