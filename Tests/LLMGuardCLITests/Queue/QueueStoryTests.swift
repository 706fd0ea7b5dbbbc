import Posix
import Testing

/// Bursts wait their turn.
extension StoryTests {
  private func limit(_ rules: String) throws {
    try configure("[tier.default]\nbudgets = ['10M tokens/day']\n\(rules)\n")
    // Says how many run beside it at its start.
    try File.replace(
      home + "/bin/work",
      with: Array(
        "#!/bin/sh\nmkdir running/$1; ls running | wc -l >> counts; echo $1 >> order; sleep 0.05; rmdir running/$1\n"
          .utf8),
      permissions: 0o700)
    try Folder.makePrivate(home + "/running")
  }

  @Test func aBurstWaitsAndNothingIsRefused() throws {
    defer { try? Folder.removeTree(home) }
    try limit("concurrency = 4")
    // The first ones stay until there are four, however long others take to start.
    try File.replace(
      home + "/bin/work",
      with: Array(
        """
        #!/bin/sh
        mkdir running/$1; n=0
        until [ -e four ] || [ $n = 1000 ]; do
          [ $(ls running | wc -l) -lt 4 ] || : > four; n=$((n + 1)); sleep 0.02
        done
        ls running | wc -l >> counts; echo $1 >> order; sleep 0.05; rmdir running/$1

        """.utf8), permissions: 0o700)
    let outcome = try run(
      "seq 60 | xargs -P 16 -I{} llmguard run -n 10 -- work {} && sort -n counts | tail -1; wc -l < order; llmguard queue list --json | grep -c state"
    )
    #expect(outcome.output == "4\n60\n0\n", "\(outcome.error)")
    // Whoever waits for seconds, as on a busy machine, says so.
    let other = outcome.error.split(separator: "\n").filter {
      !$0.hasPrefix("llmguard: queued: ") && !$0.hasPrefix("llmguard: running, after ")
    }
    #expect(other == [])
  }

  @Test func withoutPatienceItIsRefusedAtOnce() throws {
    defer { try? Folder.removeTree(home) }
    try limit("concurrency = 1")
    let outcome = try run(
      """
      mkfifo go; llmguard run -n 10 -- cat go & while ! llmguard queue list | grep -q running; do sleep 0.02; done
      llmguard run -n 10 --wait 0 -- echo no; echo $?
      llmguard queue list | cut -f 4,5,7; echo > go; wait; llmguard run -n 10 --wait 0 -- echo yes
      llmguard usage report | cut -f 2,8
      """)
    #expect(outcome.output == "75\ncat\tnormal\trunning\n\nyes\n2\t1\n", "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("refused: no room for another call of"))
    #expect(outcome.error.contains(": concurrency = 1 of user "), "\(outcome.error)")
    #expect(outcome.error.contains("--wait 10min"))
    #expect(outcome.error.contains("'llmguard queue list' shows"), "\(outcome.error)")
  }

  /// Whether it fits is for the budgets to say; that it would not go out at once is told beside it.
  @Test func anEstimateTellsOfTheTurn() throws {
    defer { try? Folder.removeTree(home) }
    try limit("calls_per_minute = 1")
    let outcome = try run(
      """
      look() { llmguard estimate -m gpt-4o -n 10 -- true "$@" | grep -E '^(turn|fits)'; }; look
      llmguard run -q -m gpt-4o --estimate 10 -- true; look; echo $?
      llmguard estimate --json -m gpt-4o -n 10 -- true | grep -A 5 limits_reached | tr -d ' \\n'
      """)
    #expect(
      outcome.output.hasPrefix("fits       yes\nturn       waits first: calls_per_minute = 1 of user "), "\(outcome)")
    #expect(
      outcome.output.contains(
        "\nfits       yes\n0\n\"limits_reached\":[{\"limit\":\"calls_per_minute\",\"most\":1,\"of\":\"user"),
      "\(outcome)")
  }

  /// Which limit it is, and when there is room again, is known: nothing is under way, so the list would show nothing.
  @Test func aFullMinuteIsNamedWithItsEnd() throws {
    defer { try? Folder.removeTree(home) }
    try limit("calls_per_minute = 2")
    let outcome = try run(
      """
      llmguard run -n 10 -- true; llmguard run -n 10 -- true; llmguard run -u ann -n 10 -- true
      llmguard run -u ann -n 10 -- true; llmguard run -u ann -n 10 --wait 0 -- true; echo $?
      """)
    #expect(outcome.output == "75\n", "\(outcome)")
    #expect(
      outcome.error.contains(": calls_per_minute = 2 of user ann, it is the next one, room in about "), "\(outcome)")
    #expect(outcome.error.contains("hint: try again then, "), "\(outcome)")
    #expect(!outcome.error.contains("queue list"), "\(outcome)")
  }

  @Test func theOrderIsThatOfArrivalAndPriority() throws {
    defer { try? Folder.removeTree(home) }
    try limit("concurrency = 1")
    let outcome = try run(
      """
      mkfifo go; llmguard run -n 10 -- cat go & while ! llmguard queue list | grep -q running; do sleep 0.02; done
      waiting() { while [ $(llmguard queue list | grep -c waiting) -lt $1 ]; do sleep 0.02; done; }
      llmguard run -n 10 -- work a & waiting 1; llmguard run -n 10 -p low -- work b & waiting 2
      llmguard run -n 10 -- work c & waiting 3; llmguard run -n 10 -p high -- work d & waiting 4
      echo > go; wait; tr '\\n' ' ' < order
      """)
    #expect(outcome.output == "\nd a c b ", "\(outcome.error)")
  }

  @Test func aKilledCallGivesItsPlaceFree() throws {
    defer { try? Folder.removeTree(home) }
    try limit("concurrency = 1")
    let outcome = try run(
      "llmguard run -n 10 -- sh -c 'kill -9 $PPID; sleep 0.2'; llmguard run -n 10 --wait 60s -- echo next; llmguard queue list"
    )
    #expect(outcome.output == "next\n", "\(outcome.error)")
  }

  /// A run inside another, which has that one's place, gives it free as well: whoever came next would wait for nobody.
  @Test func aKilledRunInsideGivesItsPlaceFree() throws {
    defer { try? Folder.removeTree(home) }
    try limit("concurrency = 1")
    try File.replace(
      home + "/s",
      with: Array(
        """
        llmguard run -n 10 -- sleep 100 & inside=$!
        for try in $(seq 2000); do [ "$(llmguard queue list | cut -f 1)" = 2 ] && break; sleep 0.02; done
        kill -9 $inside; llmguard queue list; llmguard run -n 10 --wait 60s -- echo next

        """.utf8))
    let outcome = try run("llmguard run -n 10 -- sh s; llmguard queue list; llmguard ledger verify")
    #expect(outcome.output == "next\nok\n", "\(outcome.output)\(outcome.error)")
  }

  /// All that wait are killed, and the one under way with them: nothing is stuck, and nothing is lost.
  @Test func aLineWhoseEveryWaiterIsKilledIsEmpty() throws {
    defer { try? Folder.removeTree(home) }
    try limit("concurrency = 1")
    let outcome = try run(
      """
      mkfifo go; llmguard run -q -n 10 -- cat go & first=$!
      while ! llmguard queue list 2>/dev/null | grep -q running; do sleep 0.02; done
      for i in 1 2 3 4 5 6 7 8; do llmguard run -q -n 10 -- echo never & all="$all $!"; done
      while [ $(llmguard queue list | grep -c waiting) -lt 8 ]; do sleep 0.02; done
      child=$(cat /proc/$first/task/$first/children); kill -9 $all $first $child
      llmguard run -n 10 --wait 60s -- echo next; llmguard queue list --json | grep -c '"state"'
      llmguard usage report | cut -f 2; llmguard budget show --json | grep -m1 held; llmguard ledger verify
      """)
    // The one under way was killed after it was sent: its estimate is charged.
    #expect(outcome.output.hasPrefix("next\n0\n2\n"), "\(outcome.output)\(outcome.error)")
    #expect(outcome.output.contains("\"held\": 0"), "\(outcome.output)\(outcome.error)")
    #expect(!outcome.error.contains("error"), "\(outcome.error)")
  }

  @Test func limitsThatCannotBeAreNamed() throws {
    #expect(try run("llmguard run --priority urgent -- true").error.contains("high"))
    defer { try? Folder.removeTree(home) }
    try limit("concurrency = 0")
    #expect(try run("llmguard run -- true").error.contains("'concurrency' is 0, expected 1 to 1000000000"))
  }
}
