import Posix
import Testing

/// `llmguard cache …`, by the real program.
@Suite struct CacheCommandStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try File.replace(
      home.path + "/bin/llm",
      with: Array("#!/bin/sh\necho call >>$HOME/calls; echo \"answer $(wc -l <$HOME/calls)\"\n".utf8),
      permissions: 0o700)
  }

  @Test func anEmptyCacheSaysSo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard cache list; llmguard cache stats | head -n 1; llmguard cache clear; llmguard cache prune; llmguard cache export
      llmguard cache show 1; echo $?; llmguard cache reject 1; echo $?; llmguard cache explain --last; echo $?
      llmguard cache show x; echo $?; llmguard cache explain one; echo $?; ls .cache
      """)
    #expect(outcome.output == "file      \(home.path)/.cache/llmguard/cache.sqlite3\n69\n69\n69\n64\n64\n")
    for text in [
      "the cache is empty", "0 answers (0 B) removed", "there is no entry 1 in the cache",
      "'x' is not an entry's number",
      "takes two prompts, or --last",
    ] { #expect(outcome.error.contains(text), "\(text): \(outcome.error)") }
  }

  @Test func whatIsStoredIsListedShownAndExported() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u ana -o naming -m gpt-4o -- llm 'three names for a cat' >/dev/null
      printf 'bin\\377ary' >text; llmguard run -q -- llm -f text 'what is this' >/dev/null
      llmguard cache list | cut -f 1,4,5,6; llmguard cache show --answer 1; llmguard cache show --json 1 | grep '"answer"'
      llmguard cache list --json | grep -c '"entry"'; llmguard cache list --limit 1 | wc -l
      NO_COLOR=1 script -qec 'llmguard cache list -n 1' /dev/null </dev/null | grep -o 'there are more answers'
      NO_COLOR=1 script -qec 'llmguard cache list' /dev/null </dev/null | grep -c 'there are more answers'
      llmguard cache export | cut -c -30
      llmguard complete cache-entries
      """)
    #expect(
      outcome.output == """
        2\t\(try home.run("id -un").output.split(separator: "\n")[0])\tllm\t
        1\tana\tnaming\tgpt-4o
        answer 1
          "answer": "answer 1\\n"
        2
        1
        there are more answers
        0
        {"schema":1,"entry":1,"request
        {"schema":1,"entry":2,"request
        1
        2

        """, "\(outcome.error)")
  }

  @Test func aHostileRequestIsShownAndNotInterpreted() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      for text in 'names\\033[31m\\nllmguard: error: no' 'list names\\033[31m of cats'; do
        llmguard run -q -- llm "$(printf "$text")" >/dev/null
      done
      llmguard cache list; llmguard cache show 1; llmguard cache show 2; llmguard cache explain --last
      """)
    #expect(!outcome.output.contains("\u{1B}"))
    #expect(!outcome.output.contains("\nllmguard: error"))
    // It is shown: in the list, alone, and as what was asked last.
    let shown = #"list names\u{1B}[31m of cats"#
    #expect(outcome.output.split(separator: shown, omittingEmptySubsequences: false).count == 4, "\(outcome.output)")
  }

  @Test func aWrongAnswerToTheSameWordsIsRemoved() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -- llm names; }
      ask; llmguard cache reject 1; echo $?; llmguard cache reject --undo 1; ask; llmguard cache reject 1; ask
      llmguard cache stats | grep exact; llmguard cache stats --json | grep false_hit_rate | head -n 1
      """)
    #expect(
      outcome.output.split(separator: "\n").map(String.init) == [
        "answer 1", "69", "answer 1", "answer 2", "exact     1 answer given, 1 rejected (100 %)",
        "      \"false_hit_rate\": 1",
      ], "\(outcome)")
    #expect(outcome.error.contains("entry 1 has answered nothing that could be rejected"))
    #expect(outcome.error.contains("no answer of entry 1 was rejected: nothing is taken back"))
    #expect(outcome.error.contains("entry 1 is removed: its answer to the same request was rejected"))
  }

  /// What a person or a judge said outlives the answers, and that is said.
  @Test func clearingKeepsVerdictsAndSaysSo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -- llm names >/dev/null; }
      ask; ask; llmguard cache reject 1 2>/dev/null; ask; rejected() { llmguard cache stats --json | grep '"rejected_pairs"'; }
      llmguard cache clear --dry-run; llmguard cache clear --json | grep verdicts; rejected
      llmguard cache clear --verdicts --dry-run --json | grep verdicts; llmguard cache clear 1 --verdicts; echo $?
      llmguard cache clear --verdicts; rejected; llmguard cache clear
      """)
    #expect(
      outcome.output.split(separator: "\n").map { $0.replacing(" ", with: "") } == [
        "\"verdicts_removed\":0,", "\"verdicts_kept\":1,", "\"rejected_pairs\":1,", "\"verdicts_removed\":1,",
        "\"verdicts_kept\":0,", "64", "\"rejected_pairs\":0,",
      ], "\(outcome)")
    #expect(
      outcome.error.contains("would be removed; 1 verdict (what was rejected or judged) would stay"), "\(outcome)")
    #expect(outcome.error.contains("0 answers (0 B) and 1 verdict removed"), "\(outcome)")
    #expect(outcome.error.hasSuffix("0 answers (0 B) removed\n"), "\(outcome)")
  }

  @Test func clearingRemovesAllOrSome() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      for q in a b c; do llmguard run -q -- llm "name $q" >/dev/null; done
      llmguard cache clear --dry-run; llmguard cache list | wc -l; llmguard cache clear 2 --json | grep entries
      llmguard cache list | cut -f 1; llmguard cache clear 9; echo $?; llmguard cache clear; llmguard cache list | wc -l
      echo 'damaged, and long enough to be no database at all' >.cache/llmguard/cache.sqlite3; rm -f .cache/llmguard/*-wal .cache/llmguard/*-shm
      llmguard cache list; echo $?; llmguard cache clear; echo $?; llmguard cache list; echo $?
      """)
    #expect(outcome.output == "3\n  \"entries\": 1,\n3\n1\n69\n0\n65\n0\n0\n", "\(outcome)")
    #expect(outcome.error.contains("3 answers of "))
    #expect(outcome.error.contains("would be removed"))
    #expect(outcome.error.contains("could not be read as a cache, and was removed, with what was rejected or judged"))
  }

  /// A file may hold the answers of many, as a server's does.
  @Test func clearingSaysWhoseAnswersGo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      for u in ana ben ben cy cy cy; do n=$((n + 1)); llmguard run -q -u $u -- llm "name $n" >/dev/null; done
      llmguard cache clear --dry-run; llmguard run -q -u dee -- llm "name 9" >/dev/null; llmguard cache clear --dry-run
      llmguard run -q -u eve -- llm "name 9" >/dev/null; llmguard cache clear --dry-run; llmguard cache clear --json | tr -d ' \n' | grep -o '"users.*]'
      """)
    #expect(
      outcome.output.replacing(/"bytes":[0-9]+/, with: "B")
        == #""users":[{"user":"cy","entries":3,B},{"user":"ben","entries":2,B},{"user":"ana","entries":1,B},"#
        + #"{"user":"dee","entries":1,B},{"user":"eve","entries":1,B}]"# + "\n", "\(outcome)")
    #expect(outcome.error.contains("6 answers of cy (3), ben (2) and ana (1) ("), "\(outcome.error)")
    #expect(outcome.error.contains("7 answers of cy (3), ben (2), ana (1) and dee (1) ("), "\(outcome.error)")
    #expect(outcome.error.contains("8 answers of cy (3), ben (2), ana (1) and 2 others ("), "\(outcome.error)")
  }

  /// Nothing of what was asked is left in the files, neither in the lookups nor in what SQLite wrote on its way.
  @Test func clearingOneUsersAnswersOrOneLeavesNoWordOfThem() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -u "$1" -- llm "$2" >/dev/null; }
      ask ana 'name a secret'; ask ana 'name a secret'; ask ana 'name the secret king'; ask ben 'name a cat'
      ask ben 'name a hidden dog'
      llmguard cache clear --user ana --dry-run --json | grep entries; llmguard cache list | wc -l
      llmguard cache clear -u ana --json | grep entries; llmguard cache clear 4
      cat .cache/llmguard/* | grep -a -c -e secret -e hidden; llmguard cache list | cut -f 4,9
      llmguard cache clear -u ana 3; echo $?; llmguard cache clear -u ana; echo $?
      """)
    #expect(
      outcome.output == "  \"entries\": 2,\n4\n  \"entries\": 2,\n0\nben\tname a cat\n64\n0\n", "\(outcome)")
    #expect(outcome.error.hasSuffix("0 answers (0 B) removed\n"), "\(outcome.error)")
  }

  /// Its first page can be read, so that it opens; what stands behind cannot.
  @Test func clearingReplacesAFileThatIsDamagedInside() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -- llm names >/dev/null; }
      ask; llmguard cache clear; cd .cache/llmguard; rm -f *-wal *-shm
      dd if=/dev/zero of=cache.sqlite3 bs=4096 seek=1 count=9 conv=notrunc 2>/dev/null
      ask; llmguard cache clear --dry-run; echo $?; llmguard cache clear; echo $?
      ask; ask; llmguard cache list | wc -l; llmguard cache stats | grep '^exact'
      """)
    #expect(outcome.output == "0\n0\n1\nexact     1 answer given, 0 rejected (0 %)\n", "\(outcome)")
    #expect(outcome.error.ranges(of: "is damaged").count == 1, "\(outcome.error)")
    #expect(outcome.error.ranges(of: "could not be read as a cache, and was removed").count == 1, "\(outcome.error)")
  }

  /// Where the cache cannot be written, as on a disk that is mounted read-only, what it holds is given.
  @Test func anAnswerThatCannotBeNotedIsNotSaidToBeMissing() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -- llm "$1"; }
      ask names 2>/dev/null; cd .cache/llmguard; rm *.flights; mkdir -m 700 cache.sqlite3.flights; ask names
      """)
    #expect(outcome.output == "answer 1\nanswer 1\n", "\(outcome)")
    #expect(outcome.error.contains("is a directory; that it answered is not noted\n"), "\(outcome.error)")
    #expect(!outcome.error.contains("goes on without it"), "\(outcome.error)")
  }

  @Test func theLastCallIsExplained() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      why() { llmguard cache explain --last; }
      ask() { llmguard run -q -- llm "$@" >/dev/null; why; }
      ask names; ask names; ask -m other names
      """)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(
      lines.first?.contains("went out, and its answer is stored as entry 1; nothing that could have answered") == true)
    #expect(
      lines.dropFirst().first?.contains(
        /answered from entry 1, exact: the same request, whose answer was [^;]* old; if that was wrong: llmguard cache reject 1\/[0-9a-f]{6}$/
      ) == true, "\(outcome)")
    #expect(try home.run("llmguard cache explain --last --json").output.contains("\"schema\": 1"))
  }

  /// The command that is named rejects that answer, though its entry has answered others; which is why that one's number alone
  /// would not do.
  @Test func theLastAnswerIsNamedByWhatRejectsIt() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -- llm "$1" >/dev/null; }
      why() { COLUMNS=1000 llmguard cache explain --last | head -n 1; }
      ask 'summarise chapter 4 of Emma in three bullet points'; ask 'summarise chapter 4 of Emma in three bullet points'
      ask 'give me a 3-bullet summary of chapter 4 of Emma'; why
      llmguard cache explain --last --json | grep '"answer"\\|"age_seconds"'
      $(why | sed 's/.*: llmguard cache/llmguard cache/') 2>&1
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count >= 4, "\(outcome)")
    #expect(
      lines[0].contains(
        /answered from entry 1, intent: the same request in other words \('summarise chapter 4 of Emma in [^']*'\), whose answer was [^;]* old; if/
      ), "\(outcome)")
    #expect(lines[1].contains(/"age_seconds": \d+,/) && lines[2].contains(/"answer": "1\/[0-9a-f]{6}"/), "\(outcome)")
    #expect(lines[3].contains("never match again"), "\(outcome)")
  }

  /// A pair that somebody rejected is not said to have one answer.
  @Test func aRejectedPairIsExplainedAsSuch() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      ask() { llmguard run -q -- llm "$1" >/dev/null; }
      ask 'summarise chapter 4 of Emma in three bullet points'; ask 'give me a 3-bullet summary of chapter 4 of Emma'
      llmguard cache reject 1 2>/dev/null; ask 'give me a 3-bullet summary of chapter 4 of Emma'
      llmguard cache explain --last | tail -n 1; llmguard cache explain --last --json | grep matches
      """)
    #expect(outcome.output.contains("not the same: somebody said that they do not want the same"), "\(outcome)")
    #expect(outcome.output.contains("\"matches\": false"))
  }

  /// What was rejected was no call that went out, and is not told as one; nor is its answer offered to be rejected again.
  @Test func aRejectedAnswerIsExplainedAsSuch() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      export COLUMNS=1000; ask() { llmguard run -q -- llm "$1" >/dev/null; }
      why() { llmguard cache explain --last | head -n 1 | sed 's/.* ago: //'; }
      json() { llmguard cache explain --last --json | grep -E '"(tier|rejected)"' | head -n 2 | tr -d ' \\n'; echo; }
      ask 'summarise chapter 4 of Emma in three bullet points'; ask 'give me a 3-bullet summary of chapter 4 of Emma'
      json; llmguard cache reject 1 2>/dev/null; why; llmguard cache explain --last | tail -n 1; json
      llmguard cache reject --undo 1 2>/dev/null; why; json
      ask 'three names for a cat'; ask 'three names for a cat'; llmguard cache reject 2 2>/dev/null; why; json
      llmguard cache reject --undo 2 2>/dev/null; why
      """)
    #expect(
      outcome.output == """
        "tier":"intent","rejected":false,
        answered from entry 1, intent, and that answer was rejected: it and 'summarise chapter 4 of Emma in three bullet points' never match again; 'llmguard cache reject --undo 1' takes that back
        not the same: somebody said that they do not want the same (user)
        "tier":"intent","rejected":true,
        answered from entry 1, intent, and that answer was rejected; since then that was taken back
        "tier":"intent","rejected":false,
        answered from entry 2, exact, and that answer was rejected: the entry is removed, and the next such call goes out; 'llmguard cache reject --undo 2' takes that back
        "tier":"exact","rejected":true,
        answered from entry 2, exact, and that answer was rejected; since then that was taken back

        """, "\(outcome)")
  }

  /// Whoever is refused asks why nothing was there; that is said of this call, and not of the one before it.
  @Test func aRefusedCallIsTheLastOne() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      why() { llmguard cache explain --last | head -n 1 | sed 's/, [^,]* ago: / | /'; }
      llmguard run -q -- llm 'three names for a cat' >/dev/null
      llmguard run -q --cache only -- llm 'three names for a dog' 2>/dev/null; why
      llmguard cache explain --last | tail -n 1
      llmguard run -q --run-budget '1 tokens' --no-cache -- llm 'three names for a cat' 2>/dev/null; why
      llmguard cache explain --last --json | grep '"entry"\\|"tier"'
      llmguard run -q -- llm 'three names for a cat' >/dev/null; why | sed 's/was .* old;.*/was A old/'
      """)
    #expect(
      outcome.output == """
        'three names for a dog' | refused; entry 1 stood in the same place and asks for something else
        not the same: object: '3 dog name' is not '3 cat name'
        'three names for a cat' | refused; entry 1 has the same request, but is too old, or an answer was wanted anew
          "tier": null,
          "entry": null,
        'three names for a cat' | answered from entry 1, exact: the same request, whose answer was A old

        """, "\(outcome)")
  }

  /// The same of a call through a gateway; one of an operation that is kept out of the cache leaves nothing there.
  @Test func aRefusedCallOfAScriptIsTheLastOne() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "[operation.secret]\ncache = 'off'\n")
    try home.write(
      "script",
      #"curl -sS https://api.openai.com/v1/chat/completions -d "{\"model\":\"gpt-4o\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"$1\"}]}" >/dev/null"#
    )
    let outcome = try home.run(
      """
      llmguard run -q --max-calls 0 sh script 'name seven hills' 2>/dev/null
      llmguard run -q --max-calls 0 --op secret sh script 'name six seas' 2>/dev/null
      llmguard cache explain --last | sed 's/, [^,]* ago: / | /'
      """)
    #expect(
      outcome.output == "'name seven hills' | refused; nothing that could have answered it was there\n", "\(outcome)")
  }

  /// What to do about a wrong verdict is said where it is given, and not to programs.
  @Test func whatToDoAboutAWrongVerdictIsSaid() throws {
    defer { home.remove() }
    let served = try home.run("llmguard cache explain 'summarise this text' 'a summary of this text'")
    #expect(served.error.contains("llmguard cache reject ID"), "\(served)")
    let program = try home.run("llmguard cache explain --json 'summarise this text' 'a summary of this text'")
    #expect(program.error.isEmpty, "\(program)")
    let rejected = try home.run(
      """
      ask() { llmguard run -q -- llm "$1" >/dev/null; }
      ask 'summarise chapter 4 of Emma'; ask 'a summary of chapter 4 of Emma'; llmguard cache reject 1 2>/dev/null
      llmguard cache explain 'summarise chapter 4 of Emma' 'a summary of chapter 4 of Emma'
      """)
    #expect(rejected.error.contains("llmguard cache reject --undo ID"), "\(rejected)")
  }

  @Test func twoPromptsAreComparedInWords() throws {
    defer { home.remove() }
    let same = try home.run("llmguard cache explain 'three names' 'three names'")
    #expect(same.output.contains("the same words: one answer"))
    let numbers = try home.run("llmguard cache explain 'summarise emma chapter 4' 'summarise emma chapter 5'")
    #expect(numbers.output.contains("\nobject\temma chapter 4\temma chapter 5\tdiffers\n"), "\(numbers)")
    #expect(
      numbers.output.hasSuffix("\nnot the same: object: 'emma chapter 4' is not 'emma chapter 5'\n"), "\(numbers)")
    let different = try home.run("llmguard cache explain --json 'translate this to German' 'translate this to French'")
    #expect(different.output.contains("\"matches\": false"))
    #expect(different.status == 0)
  }
}
