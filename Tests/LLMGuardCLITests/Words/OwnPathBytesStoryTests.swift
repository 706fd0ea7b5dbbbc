import Testing

/// A path of llmguard's own that is not UTF-8 would be read as another one.
@Suite struct OwnPathBytesStoryTests {
  private static let words = "is not UTF-8, as the names of llmguard's own files have to be; nothing was started\n"

  @Test(arguments: [
    ("run --receipt $'r\\xff' -- touch made", "--receipt", "r\u{FFFD}", 125),
    ("run --receipt=$'r\\xff' -- touch made", "--receipt", "r\u{FFFD}", 125),
    ("run --report junit $'j\\xff.xml' -- touch made", "--report", "j\u{FFFD}.xml", 125),
    ("run --report junit:$'j\\xff.xml' -- touch made", "--report", "junit:j\u{FFFD}.xml", 125),
    ("run --prompt-from $'p\\xff' -- touch made", "--prompt-from", "p\u{FFFD}", 125),
    ("--config $'c\\xe9.toml' config show", "--config", "c\u{FFFD}.toml", 64),
    ("usage export --output $'o\\xe9'", "--output", "o\u{FFFD}", 64),
    ("ledger backup $'b\\xe9'", "FILE", "b\u{FFFD}", 64), ("config check $'b\\xe9'", "FILE", "b\u{FFFD}", 64),
  ])
  func anOptionThatIsAPathSaysSo(line: String, name: String, value: String, status: Int32) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("s", "llmguard \(line); echo $? >&2; ls\n")
    let outcome = try home.run("mkdir e; cd e; bash ../s")
    #expect(
      outcome.error == """
        llmguard: error: \(name): '\(value)' \(Self.words)\
        hint: give the file a name in UTF-8, or name it by a link that has one
        \(status)

        """, "\(outcome)")
    #expect(outcome.output == "", "nothing is there")
  }

  @Test(arguments: [
    "HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LLMGUARD_LEDGER", "LLMGUARD_CONFIG",
    "LLMGUARD_CACHE",
  ])
  func aVariableThatIsAPathSaysSo(name: String) throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write("s", "\(name)=/tmp/none/$'x\\xe9' llmguard run --cache auto -- touch made; echo $? >&2; ls\n")
    let outcome = try home.run("mkdir e; cd e; bash ../s")
    #expect(
      outcome.error.contains(
        "\(name) is '/tmp/none/x\u{FFFD}', which is not UTF-8, as the paths of llmguard's own files have to be; "
          + "the command was not started\n"), "\(outcome)")
    #expect(outcome.error.hasSuffix("\n125\n") && outcome.output == "", "\(outcome)")
  }

  /// Where everything is named, a HOME that cannot be used is in nobody's way.
  @Test func aHomeThatIsNotNeededIsNotLookedAt() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      "s",
      """
      export LLMGUARD_LEDGER=$PWD/l LLMGUARD_CONFIG=$PWD/c; HOME=$PWD/$'x\\xe9' llmguard run --cache auto -- echo ok; ls
      """)
    let outcome = try home.run("mkdir e; cd e; touch c; bash ../s")
    #expect(outcome.output.hasPrefix("ok\n") && !outcome.output.contains("x"), "\(outcome)")
    #expect(outcome.error == "", "\(outcome)")
  }

  /// The sign of a repair may be meant, and the command's own words are its own.
  @Test func whatIsTextIsTakenAsItIs() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      "s",
      "llmguard run --receipt 'r\u{FFFD}' -- sh -c 'printf %s \"$1\" | od -An -tx1' sh --receipt=$'\\xff'; ls\n")
    let outcome = try home.run("mkdir e; cd e; bash ../s")
    #expect(outcome.output.split(separator: "\n").first?.hasSuffix(" 3d ff") == true, "\(outcome)")
    #expect(outcome.output.hasSuffix("\nr\u{FFFD}\n") && outcome.error == "", "\(outcome)")
  }
}
