import Posix
import Testing

/// What is wrong with the cache makes no call dearer, and is said.
@Suite struct CacheTroubleStoryTests {
  let served: ServedHome
  var home: ProgramHome { served.home }

  init() throws {
    served = try ServedHome()
    try File.replace(
      home.path + "/bin/llm", with: Array("#!/bin/sh\necho call >>$HOME/calls; echo answer\n".utf8), permissions: 0o700)
  }

  private static let asked = "Summarise chapter 4 of Emma in three bullet points."
  private static let similar = "Summarise chapter 4 of Emma in three bullet points with love"
  private static let damage = "sqlite3 \"$(llmguard cache path)\" \"UPDATE entry SET body = x'41'\""

  @Test func aDamagedAnswerIsToldOfAndMakesNoRetry() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -n 91 -- llm 'three names for a cat' >/dev/null; }
      ask; \(Self.damage); ask; \(Self.damage); ask; ask; wc -l <calls; llmguard usage report | cut -f 2,12,13
      """)
    #expect(outcome.output == "3\n3\t0\t0\n", "\(outcome)")
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.count { $0.contains("does not fit its checksum) and is not given") } == 2, "\(outcome)")
    #expect(!outcome.error.contains("retry 1"), "\(outcome)")
    #expect(lines.last?.hasPrefix("llmguard: cached: ") == true, "\(outcome)")
  }

  @Test func throughAServerToo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      ServedHome.start(users: "ana") + """
        ask() { post $address/$(cat key-ana)/openai/v1 names -o got "$@"; }
        ask; ask -D fields; grep -c '^x-llmguard-cache: exact' fields; \(Self.damage); ask; ask -D fields
        grep -c '^x-llmguard-cache: exact' fields; \(Self.damage); ask
        llmguard usage report | cut -f 2,12,13; stop; grep -c 'does not fit its checksum' log
        """)
    #expect(outcome.output == "1\n1\n3\t0\t0\nended 0\n1\n", "\(outcome)")
  }

  /// A server in quiet has a line of an answer that may not be what was asked for, and of no other, as a run has.
  @Test(arguments: [
    (
      "-q",
      ["ana: cached: a similar request ('", "ana: cached: the same request was answered 1 h 59 m ahead of the clock"]
    ),
    (
      "",
      [
        "ana: cached: the same request was answered", "ana: cached: a similar request ('",
        "ana: cached: the same request was answered 1 h 59 m ahead of the clock",
      ]
    ), ("-v", ["cached exact, saved", "cached similar, saved", "cached exact, ahead of the clock, saved"]),
  ]) func aServerMarksWhatMayNotBeTheAnswer(option: String, lines: [String]) throws {
    defer { home.remove() }
    let outcome = try home.run(
      ServedHome.start(option, users: "ana") + """
        ask() { post $address/$(cat key-ana)/openai/v1 "$@" -o got; }
        ask '\(Self.asked)'; ask '\(Self.asked)'; ask '\(Self.similar)' -H 'x-llmguard-cache: similar'
        sqlite3 "$(llmguard cache path)" 'UPDATE entry SET stored_ms = stored_ms + 7190000'
        ask '\(Self.asked)'; stop; grep 'cached' log
        """)
    let said = outcome.output.split(separator: "\n").dropFirst()
    #expect(said.count == lines.count, "\(outcome)")
    for (said, line) in zip(said, lines) { #expect(said.contains(line), "\(outcome)") }
  }

  /// Where a clock was set back nobody knows how old an answer is: it is not told as one that was just made, and not left out.
  @Test func anAnswerFromTheFutureSaysSo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -- llm 'three names for a cat' >/dev/null; }
      ask; sqlite3 "$(llmguard cache path)" 'UPDATE entry SET stored_ms = stored_ms + 7190000, used_ms = stored_ms + 7190000'
      ask; wc -l <calls; llmguard run --dry-run --json -- llm 'three names for a cat' | grep -o '"age_seconds": -'
      llmguard cache list | cut -f 2 | grep -c '^-'
      llmguard cache show 1 | grep -o '^[a-z]* *1 h 59 m ahead of the clock$' | tr -s ' '
      llmguard cache stats | grep -o 'oldest.*' | tr -s ' '
      COLUMNS=1000 llmguard cache explain --last | grep -o 'whose answer was 1 h 59 m ahead of the clock;'
      """)
    #expect(
      outcome.output == """
        1
        "age_seconds": -
        1
        stored 1 h 59 m ahead of the clock
        used 1 h 59 m ahead of the clock
        oldest 1 h 59 m ahead of the clock
        whose answer was 1 h 59 m ahead of the clock;

        """, "\(outcome)")
    #expect(
      outcome.error.contains(
        "llmguard: cached: the same request was answered 1 h 59 m ahead of the clock, which saves "),
      "\(outcome)")
  }

  /// Whoever leaves answers out says so.
  @Test func anExportSaysWhatItLeavesOut() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      for i in cat dog; do llmguard run -q -n 91 -- llm "names for a $i" >/dev/null; done; llmguard cache export | wc -l
      sqlite3 "$(llmguard cache path)" "UPDATE entry SET body = x'41' WHERE id = 1"; llmguard cache export | wc -l
      """)
    #expect(outcome.output == "2\n1\n", "\(outcome)")
    let said = "llmguard: warning: 1 answer left out: damaged, and given to nobody\nhint: "
    #expect(outcome.error.hasPrefix(said), "\(outcome)")
  }

  /// What a full disk needs is room, and the cache is what can go.
  @Test(.enabled(if: ProgramHome.mayMount)) func clearingMakesRoomOnAFullDisk() throws {
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      """
      export LLMGUARD_LEDGER=$HOME/../ledger; cache=$(llmguard cache path)
      ask() { llmguard run -n 91 -- llm "$1" >answer 2>>said; }
      ask cat; ask dog; ask dog; llmguard cache reject 2 2>/dev/null; fill
      llmguard cache clear 2>../why; echo $?; grep -c "cache clear --verdicts' removes the file .* 1 verdict " ../why
      llmguard cache clear --verdicts; echo $?; ls "$cache" 2>/dev/null; empty
      ask cat; fill; llmguard cache clear; echo $?; ls "$cache" 2>/dev/null; rm -f "$cache"; empty; ask cat
      llmguard cache list | wc -l
      """)
    #expect(outcome.output == "74\n1\n0\n0\n1\n", "\(outcome)")
    let said = "no space was left to clear the cache in its place, so its file was removed, with all that was in it"
    #expect(outcome.error.ranges(of: said).count == 2, "\(outcome)")
  }

  /// What could not be kept is asked for again.
  @Test(.enabled(if: ProgramHome.mayMount)) func aFullDiskMakesNoRetry() throws {
    defer { home.remove() }
    let outcome = try home.runOnSmallDisk(
      """
      export LLMGUARD_LEDGER=$HOME/../ledger; llmguard run -q -n 91 -- llm cat >/dev/null; fill
      for i in 1 2 3; do llmguard run -n 91 -- llm dog 2>&1 >/dev/null | grep -c 'retry 1'; done
      llmguard usage report | cut -f 2,12,13
      """)
    #expect(outcome.output == "0\n0\n0\n4\t0\t0\n", "\(outcome)")
  }

  /// Whoever looks for what is wrong is told of the cache, too, and of nothing else for that: calls go on without it.
  @Test func doctorTellsOfACacheThatCannotBeUsed() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      look() { llmguard doctor | grep '^check.cache' | cut -f 3-; llmguard doctor >/dev/null; echo $?; }
      look; llmguard run -n 91 -- llm 'three names for a cat' >/dev/null; look; cache=$(llmguard cache path)
      sqlite3 "$cache" 'PRAGMA user_version = 9999'; look; llmguard cache clear >none
      head -c 9000 /dev/zero | tr '\\0' x >"$cache"; rm -f "$cache-wal" "$cache-shm"; look; llmguard cache stats; echo $?
      rm "$cache"; mkdir "$cache"; look
      """)
    let place = "'\(home.path)/.cache/llmguard/cache.sqlite3'"
    let lines = outcome.output.split(separator: "\n").map(String.init)
    let expected = [
      "0", "ok\t\(place.filter { $0 != "'" }): it opens, with 1 answer\t", "0",
      "warning\tthe cache \(place) was written by a newer llmguard: calls go on without it\tuse that llmguard, or let",
      "0", "warning\tthe cache \(place) is damaged (", "0", "65", "warning\tthe cache \(place) cannot be used: ", "0",
    ]
    #expect(lines.count == expected.count, "\(outcome)")
    for (line, start) in zip(lines, expected) { #expect(line.hasPrefix(start), "\(line) \(outcome)") }
  }
}
