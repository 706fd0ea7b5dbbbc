import Posix
import Testing

/// Asking again, on the command line.
extension StoryTests {
  /// A client that llmguard knows.
  private func installClient() throws {
    try File.replace(home + "/bin/llm", with: Array("#!/bin/sh\necho answer\n".utf8), permissions: 0o700)
    // What the cache answers is no retry.
    try configure("[cache]\nmode = 'off'\n")
  }

  private func attempts(_ script: String) throws -> String {
    try installClient()
    let outcome = try run(script + "\nfor f in r*; do sed -n 's/.*\"retry_multiplier\": \"\\(.*\\)\".*/\\1/p' $f; done")
    return outcome.output.split(separator: "\n").joined(separator: " ") + outcome.error
  }

  @Test func askingAgainIsAnnouncedAndGetsDearer() throws {
    defer { try? Folder.removeTree(home) }
    try installClient()
    let outcome = try run(
      "for i in 1 2 3 4 5 6; do llmguard run -n 91 -- llm 'three names  for a cat' >/dev/null; done; llmguard usage report | cut -f 12,13"
    )
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines.first == "llmguard: retry 1 of the same request: the next one charges 1.5×")
    #expect(lines.dropFirst(2).first?.hasPrefix("llmguard: retry 3 of the same request: charges 2× (") == true)
    #expect(lines.last?.hasSuffix("tokens)") == true)
    #expect(outcome.output.hasPrefix("5\t"))
  }

  /// The answer would be free, could the cache be used; whoever wants a new one pays for it.
  @Test func aCacheThatCannotBeUsedMakesNothingDearer() throws {
    defer { try? Folder.removeTree(home) }
    try installClient()
    try configure("")
    let outcome = try run(
      """
      mkdir -p "$(llmguard cache path)"
      for i in 1 2 3 4; do llmguard run -n 91 -- llm 'Explain the tides' >/dev/null 2>&1; done
      llmguard usage report | cut -f 12,13
      for i in 1 2 3; do llmguard run --cache refresh -n 91 -- llm 'Explain the tides' >/dev/null 2>&1; done
      llmguard usage report | cut -f 12
      """)
    #expect(outcome.output == "0\t0\n2\n", "\(outcome)")
  }

  /// Money is what the provider takes, of a retry, too: there is no factor to tell.
  @Test func aRefusalInMoneyNamesNoFactor() throws {
    defer { try? Folder.removeTree(home) }
    try installClient()
    let outcome = try run(
      """
      for i in 1 2 3; do llmguard run -q -m gpt-4o -n 91 -- llm 'three names for a cat' >/dev/null; done
      llmguard run -m gpt-4o -n 91 --run-budget '$0.0001' -- llm 'three names for a cat' 2>&1 | grep -o 'this call needs .*'
      llmguard budget set "$(id -un)" '$0.0001/day' >/dev/null
      llmguard run -m gpt-4o -n 91 --no-degrade -- llm 'three names for a cat' 2>&1 | grep -o 'this call needs .*'
      """)
    #expect(
      outcome.output.ranges(of: "this call needs $0.00").count == 2 && !outcome.output.contains("retry"), "\(outcome)")
    #expect(!outcome.output.contains("usual price"), "\(outcome)")
  }

  /// A refusal says what made a call that was let out before too dear, and that time mends it.
  @Test func aRefusalNamesTheRetryThatMadeTheCallTooDear() throws {
    defer { try? Folder.removeTree(home) }
    try installClient()
    let ask = "llm 'three names for a cat' 2>&1 >/dev/null | head -1"
    let outcome = try run(
      """
      for i in 1 2; do llmguard run -q -n 91 -- llm 'three names for a cat' >/dev/null; done
      llmguard run -n 91 --run-budget '120 tokens' -- \(ask)
      llmguard budget set "$(id -un)" '90 tokens/day' >/dev/null; llmguard run -n 91 -- \(ask)
      llmguard budget set "$(id -un)" '60 tokens/day' >/dev/null; llmguard run -n 91 --no-degrade -- \(ask)
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 3, "\(outcome)")
    #expect(lines[0].hasSuffix("and this call needs 146 (retry 2 of the same request, 1.5×)"), "\(lines)")
    #expect(
      lines[1].hasSuffix(
        "this call needs 146 (retry 2 of the same request, 1.5×), more than the hard limit of 108; its usual price is back "
          + "when the earlier ones are 30 m old"), "\(lines)")
    #expect(lines[2].hasSuffix("more than the limit of 60 (--no-degrade), so waiting does not help"), "\(lines)")
  }

  /// Whoever asks anew though the answer is kept is told so before it costs more; and the remedy that is named works.
  @Test func theCachedAnswerIsNamedBeforeARetryCostsMore() throws {
    defer { try? Folder.removeTree(home) }
    try installClient()
    try configure("")
    let outcome = try run(
      """
      for i in 1 2 3 4; do llmguard run --no-cache -n 91 -- llm 'three names for a cat' >/dev/null; done
      llmguard run -q --cache only -n 91 --receipt r -- llm 'three names for a cat'; grep -c '"cached"' r
      llmguard usage report | cut -f 2,4,12,13
      """)
    let lines = outcome.error.split(separator: "\n").map(String.init)
    #expect(lines.count == 3, "\(lines)")
    #expect(lines.first == "llmguard: retry 1 of the same request: the next one charges 1.5×")
    for (line, start) in zip(
      lines.dropFirst(), ["retry 2 of the same request: charges 1.5× (", "retry 3 of the same request: charges 2× ("])
    {
      #expect(line.hasPrefix("llmguard: " + start), "\(line)")
      #expect(line.hasSuffix(" tokens); the cached answer is free: --cache only"), "\(line)")
    }
    #expect(outcome.output.hasPrefix("answer\n"), "\(outcome.output)")
  }

  @Test func muchTheSameWordsAreARetryAndOtherWordsAreNot() throws {
    defer { try? Folder.removeTree(home) }
    let script = """
      i=0; ask() { i=$((i + 1)); llmguard run -q --receipt r$i -- llm "$1" >/dev/null; }
      ask 'What is the root exception in this Java stack trace?'; ask 'java stack trace root exception?'
      ask "I'd like the root exception of this Java stack trace identified."
      for word in purple month silver; do ask "what rhymes with $word"; done
      """
    #expect(try attempts(script) == "1 1 1.5 1 1 1")
  }

  @Test func theSamePromptIsARetryWhateverItsParameters() throws {
    defer { try? Folder.removeTree(home) }
    let ask = "llmguard run -q --receipt r$i -- llm"
    let script = """
      i=1; \(ask) 'a cat' >/dev/null; i=2; \(ask) -m gpt-4o 'a  cat' >/dev/null; i=3; \(ask) -o temperature 1 'a cat' >/dev/null
      """
    #expect(try attempts(script) == "1 1 1.5")
  }

  @Test func otherPayloadsAreOtherRequests() throws {
    defer { try? Folder.removeTree(home) }
    let script = """
      for i in 1 2 3 4; do echo "text $i" | llmguard run -q --receipt r$i -- llm summarise >/dev/null; done
      for i in 5 6 7 8; do echo "text $i" > f$i; llmguard run -q --receipt r$i -- llm -f f$i summarise >/dev/null; done
      """
    #expect(try attempts(script) == "1 1 1 1 1 1 1 1")
  }

  @Test func theSameInOtherWordsIsARetry() throws {
    defer { try? Folder.removeTree(home) }
    let script = """
      echo text > f; ask() { llmguard run -q --receipt r$1 -- llm -f f "$2" >/dev/null; }
      ask 1 'Can you summarise this?'; ask 2 'a summary of this, please'; ask 3 'Summarise this'
      ask 4 'Translate this to French'; echo other > f; ask 5 'Summarise this'
      """
    #expect(try attempts(script) == "1 1 1.5 1 1")
  }

  @Test func whoAsksAnewWithoutTheCacheAsksAgain() throws {
    defer { try? Folder.removeTree(home) }
    let script = "for i in 1 2 3; do llmguard run -q --no-cache --receipt r$i -- llm 'a cat' >/dev/null; done"
    #expect(try attempts(script) == "1 1 1.5")
  }

  /// Real processes, all at once: each step of the price is paid once.
  @Test func ofManyAtOnceOnlyOneIsTheFirst() throws {
    defer { try? Folder.removeTree(home) }
    let answers = try attempts("seq 64 | xargs -P 64 -I{} llmguard run -q --receipt r{} -- llm 'a cat' >/dev/null")
      .split(separator: " ")
    #expect(answers.count == 64)
    #expect(["1", "1.5", "2", "3"].map { step in answers.filter { $0 == step }.count } == [2, 1, 1, 60])
  }

  @Test func aConversationThatGoesOnAsksForSomethingNew() throws {
    defer { try? Folder.removeTree(home) }
    #expect(try attempts("for i in 1 2 3; do llmguard run -q --receipt r$i -- llm -c more >/dev/null; done") == "")
  }

  /// A loop over pictures, roles, templates, streams or folders asks for something else each time, though its words are the
  /// same; and what only says where an answer goes does not.
  @Test func whatTheCommandLineDoesNotShowIsNoRetry() throws {
    defer { try? Folder.removeTree(home) }
    for name in ["claude", "codex", "gemini", "sgpt", "curl"] {
      try File.replace(home + "/bin/\(name)", with: Array("#!/bin/sh\necho '{}'\n".utf8), permissions: 0o700)
    }
    let script = """
      n=100; ask() { n=$((n + 1)); llmguard run -q --no-gateway --receipt r$n -- "$@" >/dev/null; }
      for f in a b c; do ask llm -a $f.jpg 'describe this'; done
      for f in a b c; do ask llm -t $f 'describe this'; done; for f in a b c; do ask sgpt --role $f 'describe this'; done
      for f in a b c; do mkdir $f; (cd $f; llmguard run -q --receipt ../r2$f -- claude -p 'review this'); done >/dev/null
      for f in a b c; do ask codex exec 'review this'; done; for f in a b c; do ask gemini -p 'review this'; done
      for f in a b c; do echo $f >$f.txt; done
      for f in a b c; do mkfifo p$f; cat $f.txt >p$f & ask llm -f p$f 'what went wrong?'; cat p$f; done >/dev/null
      body='{"model":"m","messages":[{"role":"user","content":"cats"}]}'
      for f in a b c; do ask curl -s -o $f.out -w '%{http_code}' -d "$body" http://127.0.0.1:9/v1/chat; done
      """
    #expect(try attempts(script) == "1 1 1.5")
  }

  @Test func aScriptOfOnesOwnIsNotTakenForAQuestion() throws {
    defer { try? Folder.removeTree(home) }
    #expect(try attempts("for i in 1 2 3; do llmguard run -q --receipt r$i -- sh -c true; done") == "")
    let stated = "for i in 1 2 3; do llmguard run -q --prompt-from args --receipt r$i -- sh -c true; done"
    #expect(try attempts(stated) == "1 1 1.5")
  }

  @Test func aRequestBodyIsComparedByWhatItAsks() throws {
    defer { try? Folder.removeTree(home) }
    try installClient()
    try File.replace(home + "/bin/curl", with: Array("#!/bin/sh\necho '{}'\n".utf8), permissions: 0o700)
    let script = """
      body() { echo "{\\"model\\":\\"m\\",\\"seed\\":$1,\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"$2\\"}]}"; }
      ask() { llmguard run -q --receipt r$1 -- curl -s -d "$(body $1 "$2")" http://127.0.0.1:9/v1/chat >/dev/null; }
      ask 1 'a summary of cats'; ask 2 'please summarise cats'; ask 3 'Summarise cats'; ask 4 'summarise dogs'
      body 5 'summarise mice' | llmguard run -q --receipt r5 -- curl -s -d @- http://127.0.0.1:9/v1/chat >/dev/null
      """
    #expect(try attempts(script) == "1 1 1.5 1 1")
  }
}
