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

  private static let damage = "sqlite3 \"$(llmguard cache path)\" \"UPDATE entry SET body = x'41'\""

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
}
