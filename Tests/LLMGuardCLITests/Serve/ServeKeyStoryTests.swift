import Posix
import Testing

/// The keys of a server for a whole machine: made by its administrator, taken away, and used by those who do not know.
@Suite struct ServeKeyStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(".config/llmguard/llmguard.toml", "[provider.openai]\nbase = 'http://127.0.0.1:9/v1'\n")
  }

  private static func start(_ options: String) -> String {
    ServedHome.start(options) + """
      add() { llmguard serve key add "$1" 2>/dev/null; }
      at() { curl -sS -o answer -w '%{http_code} ' "$address/$1/nonsense"; grep -o 'not found\\|no provider is known' answer; }

      """
  }

  /// Nobody is told another's key of a server, whatever the way behind it is called: by a provider of the configuration, or by a
  /// variable, as a server itself tells it.
  @Test func aKeyThatAVariableHoldsIsNotToldOn() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[provider.mylab]\nbase = 'http://127.0.0.1:1'\nvariables = ['OPENAI_BASE_URL']\n")
    let outcome = try home.run(
      """
      for way in openai mylab openai_base_url mistral_api_base; do
        export OPENAI_BASE_URL=http://127.0.0.1:4999/llm/0123456789abcdef0123456789abcdef/$way/v1
        llmguard serve key add bob --print-env >out 2>>said; echo $way $? $(grep -c 0123456789abcdef0123456789abcdef out)
      done
      llmguard config show | grep -c '0123456789abcdef0123456789abcdef'
      export OPENAI_BASE_URL=http://127.0.0.1:4999/v1; llmguard serve key add bob --print-env 2>note | grep -c '^export OPENAI_BASE_URL='
      grep -o '.* elsewhere here' note
      """)
    #expect(
      outcome.output == """
        openai 78 0
        mylab 78 0
        openai_base_url 78 0
        mistral_api_base 78 0
        0
        1
        llmguard: OPENAI_BASE_URL leads elsewhere here

        """, "\(outcome)")
  }

  /// A server under an account of its own reads what root writes into its folder: one key more must not lock everybody out.
  @Test(.enabled(if: CurrentUser.isRoot)) func keysThatRootMakesAreTheServers() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p .local/state/llmguard; cd .local/state/llmguard; chown 65534:65534 .; owner() { stat -c '%u:%g %a' serve-keys.*; }
      llmguard serve key add ana >key 2>&1; owner; llmguard serve key add bob >key 2>&1; owner
      llmguard serve key remove $(llmguard serve key list | sed -n 's/\\tbob\\t.*//p') >removed; owner
      llmguard serve key list | cut -f 2
      """)
    let theirs = "65534:65534 600\n65534:65534 600\n"
    #expect(outcome.output == theirs + theirs + theirs + "ana\n", "\(outcome.output) \(outcome.error)")
  }

  /// What has another name, too, is not given away: it may be any file of root's.
  @Test(.enabled(if: CurrentUser.isRoot)) func whatWasThereBeforeStaysRoots() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p .local/state/llmguard; cd .local/state/llmguard; chown 65534:65534 .
      touch ../roots; ln ../roots serve-keys.json.lock; llmguard serve key add ana >key 2>&1; stat -c '%u' ../roots serve-keys.json
      """)
    #expect(outcome.output == "0\n65534\n", "\(outcome.output) \(outcome.error)")
  }

  /// Whoever was killed while the keys were written left a part of them; what is called otherwise is somebody's.
  @Test func whatAKilledOneLeftGoesWithTheNextChange() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p .local/state/llmguard; cd .local/state/llmguard; umask 077
      touch serve-keys.json.0123456789ab.tmp serve-keys.json.mine.tmp
      llmguard serve key add ana >key 2>&1; ls serve-keys.*; llmguard serve key list | cut -f 2
      """)
    #expect(
      outcome.output == "serve-keys.json\nserve-keys.json.lock\nserve-keys.json.mine.tmp\nana\n",
      "\(outcome.output) \(outcome.error)")
  }

  /// After a key was taken away somebody may still use it, and is told nothing: whoever keeps the server is, once.
  @Test func aKeyThatNobodyHasIsSaidOnce() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("") + """
        ana=$(add ana); at $ana; id=$(llmguard serve key list | cut -f 1); llmguard serve key remove $id >removed
        at $ana; at $ana; at favicon.ico; at ffffffffffffffffffffffffffffffff; stop
        grep -o 'key [0-9a-f]*, which nobody has.*' log | sed "s/$id/ID/; s/[0-9a-f]\\{8\\}/OTHER/"
        """)
    let said = "which nobody has (said once), and got 404"
    #expect(
      outcome.output == """
        404 no provider is known
        404 not found
        404 not found
        404 not found
        404 not found
        ended 0
        key ID, \(said)
        key OTHER, \(said)

        """, "\(outcome.output) \(outcome.error)")
  }

  /// A key that is for something else leaves a trace, too, and the hint makes the one that is wanted.
  @Test func aKeyForSomethingElseIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve key add prometheus --metrics >scrape 2>/dev/null

      """ + Self.start("") + """
        grep -c 'nobody has a key for calls yet, so every call is answered with 404' log
        ana=$(add ana); scrape=$(cat scrape); at $scrape; at $scrape
        for key in $ana ffffffffffffffffffffffffffffffff $scrape; do
          curl -sS -o answer -w '%{http_code} ' $address/metrics -H "Authorization: Bearer $key"
        done; stop
        grep -A 1 'a client' log | sed 's/: 20[^ ]* /: /; s/[0-9a-f]\\{8\\}/ID/'
        """)
    #expect(
      outcome.output == """
        1
        404 not found
        404 not found
        404 404 200 ended 0
        llmguard: warning: a client came with the key ID of prometheus, which opens /metrics and nothing else (said once), and got 404
        hint: 'llmguard serve key add USER' makes one for that client
        llmguard: warning: a client asked for /metrics with the key ID of ana, which is for calls (said once), and got 404
        hint: 'llmguard serve key add NAME --metrics' makes one for that client
        llmguard: warning: a client asked for /metrics with the key ID, which nobody has (said once), and got 404
        hint: it was taken away, or is another ledger's: 'llmguard serve key add NAME --metrics' makes one for that client

        """, "\(outcome.output) \(outcome.error)")
  }

  /// What never comes to an end is no file of keys: nobody waits for it.
  @Test func aPipeInPlaceOfTheKeysIsRefusedAtOnce() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      mkdir -p .local/state/llmguard; mkfifo -m 600 .local/state/llmguard/serve-keys.json
      for words in 'key list' 'key add ana' '--listen 127.0.0.1:0'; do timeout 60 llmguard serve $words >none 2>err; echo "$? $(grep -c FIFO err)"; done
      """)
    #expect(outcome.output == "65 1\n65 1\n65 1\n", "\(outcome.output) \(outcome.error)")
  }

  /// Where the keys cannot be read, that is what is wrong, and not the keys of all who come.
  @Test func whileKeysCannotBeReadNobodyIsCalledAStranger() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("") + """
        ana=$(add ana); curl -sS -o none $address/$ana/nonsense/v1
        chmod 666 .local/state/llmguard/serve-keys.json; at $ana; stop
        grep -c 'can be written by others' log; grep -c 'nobody has (' log
        """)
    #expect(outcome.output == "404 not found\nended 0\n1\n0\n", "\(outcome.output) \(outcome.error)")
  }

  /// Every other command goes by the new rules at once, so a server that goes by the old ones says so.
  @Test func aServerSaysThatItsRulesAreOld() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("") + """
        rules=.config/llmguard/llmguard.toml
        said() { grep -c "llmguard.toml' changed, and the rules hold here as they were" log; }
        until_said() { n=0; until [ $(said) -ge $1 ] || [ $n -ge 600 ]; do sleep 0.1; n=$((n+1)); done; sleep 2.5; said; }
        echo 'fail_open = false' >$rules; until_said 1; rm $rules; until_said 2; stop
        """)
    #expect(outcome.output == "1\n2\nended 0\n", "\(outcome.output) \(outcome.error)")
  }

  /// A base that ends in `/KEY/v1` is the likeliest mistake: whoever makes it learns how it should be.
  @Test func anAddressWithoutAProviderIsToldHowItShouldBe() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("") + """
        ana=$(add ana); for path in /v1/chat/completions '' /; do curl -sS "$address/$ana$path" -d '{}'; done; stop
        """)
    let ways = outcome.output.split(separator: "\n").filter {
      $0.contains("as in /KEY/openai/v1; known are ai21, anthropic, ")
    }
    #expect(ways.count == 3, "\(outcome.output) \(outcome.error)")
  }

  /// The lines that are printed are read by shells of the kind of sh, and by fish.
  @Test(
    .enabled(if: File.exists("/usr/bin/fish")),
    arguments: ["sh -u", "bash -eu", "/usr/bin/fish"]
  ) func whatIsPrintedIsForEachShell(shell: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve key add ana --print-env >env 2>/dev/null
      printf '%s\n' '. ./env' 'echo "$LLMGUARD_USER $NO_PROXY $no_proxy"' 'env | grep -c "^OPENAI_BASE_URL=http"' >s
      \(shell) s; NO_PROXY=a.example \(shell) s; no_proxy=b.example NO_PROXY= \(shell) s; NO_PROXY=a no_proxy=b \(shell) s
      """)
    let list = "127.0.0.1,localhost"
    #expect(
      outcome.output == """
        ana \(list) \(list)
        1
        ana a.example,\(list) a.example,\(list)
        1
        ana b.example,\(list) b.example,\(list)
        1
        ana a,\(list) b,\(list)
        1

        """, "\(outcome)")
  }

  /// `serve` has options that are called as those of `run`, and no command that they could be about.
  @Test func itsHelpSpeaksOfNothingThatItHasNot() throws {
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard help serve >help; grep -c -e --strict -e --fail-open help; grep -e isolate -e past_gateway -e receipt -e 'the command ' help | grep -v 'the command line'"
    )
    #expect(outcome.output.split(separator: "\n").count == 1, "\(outcome)")
  }
}
