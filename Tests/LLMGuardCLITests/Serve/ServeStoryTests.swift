import Posix
import Testing

/// The gateway in the foreground, for a machine or a job.
@Suite struct ServeStoryTests {
  let served: ServedHome
  var home: ProgramHome { served.home }

  init() throws { served = try ServedHome() }

  /// A call that did not reach its provider is given back: the last line counts the calls that a report does.
  @Test func theLastLineCountsWhatIsCharged() throws {
    defer { home.remove() }
    try served.configure("[provider.dead]\nbase = 'http://127.0.0.1:9/v1'\n")
    let outcome = try home.run(
      Self.start("--print-env --user ana") + """
        . ./env; ask one >/dev/null; OPENAI_BASE_URL=$(echo $OPENAI_BASE_URL | sed s/openai/dead/); ask two | grep -c 127.0.0.1
        stop; grep -o 'ended: .*' log; llmguard usage report --by user | cut -f 1,2
        """)
    #expect(
      outcome.output == "1\nended 0\nended: 1 call, 0 refused, 0 from the cache, 33 tokens\nana\t1\n", "\(outcome)")
  }

  /// Starts a server with options, and defines `ask QUESTION [CURL OPTIONS]`.
  private static func start(_ options: String) -> String {
    ServedHome.start(options) + """
      ask() { q=$1; shift; post "$OPENAI_BASE_URL" "$q" -H 'Authorization: Bearer sk-own' "$@"; }

      """
  }

  @Test func aJobGetsItsAddressesAndIsCharged() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("--print-env --user ana -v") + """
        echo $word; . ./env; ask one >/dev/null; ask two >/dev/null
        curl -sS -o got https://api.openai.com/v1/chat/completions -d '{"model":"gpt-4o","messages":["plain"]}'
        echo "$LLMGUARD_USER $NO_PROXY"
        llmguard run -q --op inner -- sh -c "$(cat <<'SH'
          for i in 1; do curl -sSf -o got "$OPENAI_BASE_URL/chat/completions" -d '{"model":"gpt-4o","messages":[],"user":"'$i'"}' && echo in; done; true
        SH
        )" 2>inside
        at ${OPENAI_BASE_URL%%/openai*}x; at 0123456789abcdef0123456789abcdef; at x; echo
        stop
        llmguard usage report --by user,operation | cut -f 1-6; llmguard ledger verify
        grep -c 'ana chat openai gpt-4o 11+22 tokens exact, charged 33' log
        key=$(echo ${OPENAI_BASE_URL#http://*/} | cut -d / -f 1); [ ${#key} = 32 ] && ! [ -e "${PATH%%:*}/.llmguard-shims" ] || echo "no key: $key"
        rm env script-*; grep -rl -e $key -e sk-own . || echo nowhere
        """)
    #expect(
      outcome.output == """
        ready
        ana 127.0.0.1,localhost
        in
        404 404 404 
        ended 0
        ana\tchat\t3\t33\t66\t99
        ana\tinner\t1\t11\t22\t33
        ok
        3
        nowhere

        """, "\(outcome.output) \(outcome.error)")
  }

  /// Beside a server a run is one of its own: it tells of its own calls alone.
  @Test func aRunBesideAServerTellsOfItself() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("--print-env --user ana") + """
        . ./env; ask one >/dev/null; ask two >/dev/null
        llmguard run --summary true 2>none
        llmguard run --summary --report json:report sh -c 'curl -sSf -o got "$OPENAI_BASE_URL/chat/completions" -d "{\\"model\\":\\"gpt-4o\\",\\"messages\\":[3]}"' 2>one
        grep -c 'serve.*past that server' one; llmguard doctor | grep -o 'no variable of yours leads a client elsewhere'
        grep -o 'this run: [01] call' none one; grep -e '"calls"' report | tr -d ' '
        stop; grep -o 'ended: 2 calls' log
        llmguard usage report | cut -f 2; llmguard usage list | cut -f 1 | wc -l | tr -d ' '; llmguard ledger verify
        """)
    #expect(
      outcome.output
        == "1\nno variable of yours leads a client elsewhere\nnone:this run: 0 call\none:this run: 1 call\n\"calls\":1,\nended 0\nended: 2 calls\n3\n3\nok\n",
      "\(outcome.output) \(outcome.error)")
  }

  /// `judged OPTION...`: makes a key for the usual address, and tells whether it was warned of rightly: where nobody listens there.
  /// Somebody else's server may, and come or go meanwhile, whereupon another key is made.
  private static let atUsualAddress = """
    there() { bash -c 'exec 3<>/dev/tcp/127.0.0.1/4470' 2>/dev/null && echo 1 || echo 0; }
    judged() {
      n=0
      while :; do
        before=$(there); llmguard serve key add ann "$@" >key 2>told; after=$(there)
        [ $before != $after ] && [ $((n += 1)) -lt 20 ] || break
      done
      warned=$(grep -c 'warning: no server listens on 127.0.0.1:4470 now' told)
      [ $warned = 0 ] || grep -q -e '--listen and --name say it beforehand' told || echo 'no remedy'
      [ $((before + warned)) = 1 ] && echo rightly || { echo "there $before, warned $warned"; cat told; }
    }
    """

  /// A key's address that leads nowhere is said to.
  @Test func aKeyForAServerThatIsNotThereIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve key add ann --listen 127.0.0.1:9 2>stated >stated.key
      \(Self.atUsualAddress)
      judged --print-env; judged; grep -c . key; grep -c no.server stated
      """)
    #expect(outcome.output == "rightly\nrightly\n1\n0\n", "\(outcome)")
  }

  /// A key leads to the server that runs, wherever it listens.
  @Test func aKeyLeadsToTheServerThatRuns() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("") + """
        llmguard serve key add ann --print-env 2>told >env; grep -c 'no server listens' told
        grep -c "OPENAI_BASE_URL=.\\?$address/" env
        \(Self.atUsualAddress)
        stop; judged --print-env
        """)
    #expect(outcome.output == "0\n1\nended 0\nrightly\n", "\(outcome)")
  }

  /// A shell's own address is no server's: whoever makes a key is told, and so is a client that comes by it.
  @Test func aKeyForAnAddressOfTheShellsOwnIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("") + """
        export OPENAI_BASE_URL=http://127.0.0.1:9/v1
        llmguard serve key add ann --listen ${address#http://} --print-env 2>told >env; . ./env
        grep -o 'OPENAI_BASE_URL leads elsewhere here' told
        ask one; curl -sS "${ANTHROPIC_BASE_URL%/anthropic}/nonsense/v1" \
          | sed 's/are .*anthropic, .*openai, .*/are NAMES/'
        curl -sS "$address/nobody/nonsense/v1"
        llmguard serve key add bob --listen ${address#http://} 2>bare >key; grep -c elsewhere bare
        unset OPENAI_BASE_URL
        llmguard serve key add ann --listen ${address#http://} --print-env 2>told >env; grep -c elsewhere told
        stop
        """)
    #expect(
      outcome.output == """
        OPENAI_BASE_URL leads elsewhere here
        llmguard: no provider is known as 'openai_base_url' here: start llmguard serve with OPENAI_BASE_URL set as where \
        the key was made, or make the key where it is not set
        llmguard: no provider is known as 'nonsense' here: after the key an address names its provider, as in \
        /KEY/openai/v1; known are NAMES
        not found
        0
        0
        ended 0

        """, "\(outcome.output) \(outcome.error)")
  }

  /// Whoever is removed is not shut out by that: what still lets them in, and holds what they asked, is said.
  @Test func whatStaysOfAUserWhoIsRemovedIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("") + """
        key=$(llmguard serve key add ann 2>/dev/null); other=$(llmguard serve key add bob 2>/dev/null)
        OPENAI_BASE_URL=$address/$key/openai/v1; ask one >/dev/null; ask two >/dev/null
        OPENAI_BASE_URL=$address/$other/openai/v1; ask three >/dev/null
        until [ "$(llmguard cache list | wc -l)" -ge 3 ]; do kill -0 $server || break; sleep 0.05; done
        llmguard user remove ann 2>told; cat told
        sh -c "$(sed -n 's/^hint: //p' told)" | sed 's/^[0-9a-f]*:/ID:/; s/, .*//'
        at $key; echo; llmguard cache list | wc -l | tr -d ' '
        ask four >/dev/null; llmguard run -q -u ann --estimate 5 -- true; llmguard user remove ann 2>&1
        stop
        """)
    #expect(
      outcome.output.hasPrefix(
        """
        ann: removed; entries stay
        llmguard: warning: ann still has 1 key of serve, and can call with it
        hint: llmguard serve key remove --user ann
        llmguard: the cache still holds what ann asked: 2 answers
        hint: llmguard cache clear --user ann

        """), "\(outcome.output) \(outcome.error)")
    #expect(
      outcome.output.hasSuffix("404 \n1\nann: removed; entries stay\nended 0\n"), "\(outcome.output) \(outcome.error)")
  }

  @Test func everyUserHasKeysOfTheirOwn() throws {
    defer { home.remove() }
    try served.configure("[user.bob]\nbudgets = ['60 tokens/day']\n[tier.default]\nladder = { delay = '0s' }\n")
    let outcome = try home.run(
      Self.start("") + """
        cat env | sed 's/[0-9]*$/N/'; at x; echo
        ann=$(llmguard serve key add ann 2>told); bob=$(llmguard serve key add bob --op nightly 2>/dev/null)
        for user in ann bob; do
          eval key=\\$$user; OPENAI_BASE_URL=$address/$key/openai/v1
          ask one -o got -w '%{http_code} '; ask "two of $user, thirty-two letters" -o got -w '%{http_code} '
        done; echo; cut -c 1-40 got; grep -o '"hint":"[^"]*"' got
        llmguard serve key list | cut -f 2,3; stat -c %a .local/state/llmguard/serve-keys.json
        id=$(llmguard serve key list | sed -n 's/\\tann\\t.*//p'); llmguard serve key remove $id | sed "s/$id/ID/"
        at $ann; at $bob; echo
        llmguard serve key remove $id; echo $?
        stop
        llmguard usage report --by user,operation | cut -f 1-3
        rm script-*; grep -rl -e $ann -e $bob . || echo nowhere
        """)
    #expect(
      outcome.output == """
        http://127.0.0.1:N
        404 
        200 200 200 429 
        {"error":{"message":"llmguard: refused: 
        "hint":"try again then, ask for less (a maximum of 28 tokens), or have whoever keeps this gateway top up"
        ann\t
        bob\tnightly
        600
        ID: removed; it was ann's
        404 200 
        69
        ended 0
        ann\tchat\t2
        bob\tnightly\t1
        nowhere

        """, "\(outcome.output) \(outcome.error)")
    #expect(outcome.error.contains("there is no key"))
    #expect(
      try home.run("cat log").output.contains("nobody has a key for calls yet, so every call is answered with 404"))
  }

  /// What was answered for one user is not given to another, unless the rules say so.
  @Test func answersStayWithTheirUser() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("") + """
        for user in ann bob ann; do
          OPENAI_BASE_URL=$address/$(llmguard serve key add $user 2>/dev/null)/openai/v1
          ask same -o got -D - | grep -i x-llmguard-cache: | tr -d '\\r'; echo $user
        done; stop
        """)
    #expect(
      outcome.output == "ann\nbob\nx-llmguard-cache: exact; age=0\nann\nended 0\n"
        || outcome.output == "ann\nbob\nx-llmguard-cache: exact; age=1\nann\nended 0\n",
      "\(outcome.output) \(outcome.error)")
  }

  /// A shell without job control starts what is in its background with SIGINT ignored.
  @Test(arguments: ["INT", "TERM"]) func aSignalEndsItInTheBackgroundOfAScript(name: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      "trap '' TERM\n" + Self.start("--print-env") + """
        kill -\(name) $server; wait $server; echo "ended $?"; grep -c 'ended: 0 calls' log
        """)
    #expect(outcome.output == "ended 0\n1\n", "\(outcome)")
  }

  @Test(arguments: [true, false]) func whatIsUnderWayEndsOrIsCut(mayEnd: Bool) throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("--print-env --grace \(mayEnd ? "60s" : "0s")") + """
        . ./env; ask last >answer & call=$!
        until [ -e seen ]; do sleep 0.05; done
        kill -TERM $server
        \(mayEnd ? "until ! curl -s -o got $address; do sleep 0.05; done; : >release" : ":")
        wait $call; echo "curl $?"; wait $server; echo "ended $?"; : >release
        llmguard usage report | cut -f 2-5; llmguard usage list --json | grep -o '"exactness": "[a-z]*"'; llmguard ledger verify
        """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 5, "\(outcome.output) \(outcome.error)")
    #expect((lines[0] == "curl 0") == mayEnd, "\(outcome.output)")
    #expect(lines[1] == "ended 0")
    #expect((lines[2] == "1\t11\t22\t33") == mayEnd, "\(outcome.output)")
    #expect(lines[2].hasPrefix("1\t"))
    #expect(lines[3].contains(mayEnd ? "exact\"" : "estimated"))
    #expect(lines[4] == "ok")
  }

  @Test func itListensWhereItMayAlone() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve --listen 192.0.2.1:0; echo $?
      llmguard serve --listen 0.0.0.0:0 --allow-other-machines; echo $?
      llmguard serve --listen nowhere; echo $?
      llmguard serve --listen 192.0.2.1:0 --allow-other-machines; echo $?
      bash -c 'exec 77>&-; exec llmguard serve --listen 127.0.0.1:0 --ready-fd 77' >address; echo $?
      mkdir -p .local/state/llmguard; echo '{"schema":1,"keys":[{}]}' >.local/state/llmguard/serve-keys.json
      llmguard serve key list; echo $?; chmod 666 .local/state/llmguard/serve-keys.json; llmguard serve key list; echo $?
      """)
    #expect(outcome.output == "64\n64\n64\n73\n64\n65\n65\n", "\(outcome.output) \(outcome.error)")
    for part in [
      "would cross the network unencrypted", "--allow-other-machines", "add --name HOST",
      "is not ADDRESS, :PORT or ADDRESS:PORT",
      "cannot listen on 192.0.2.1:0", "--ready-fd 77 cannot be written to", "cannot be understood",
      "can be written by others",
    ] { #expect(outcome.error.contains(part), "'\(part)' in \(outcome.error)") }
  }

  /// Whoever has made all calls of a budget makes no more by asking for less.
  @Test func nobodyIsToldToAskForLessOfABudgetInCalls() throws {
    defer { home.remove() }
    try served.configure("[user.cat]\nbudgets = ['1 calls/day']\n")
    let outcome = try home.run(
      Self.start("") + """
        OPENAI_BASE_URL=$address/$(llmguard serve key add cat 2>/dev/null)/openai/v1
        ask one -o got -w '%{http_code} '; ask two -o got -w '%{http_code} '; grep -o '"hint":"[^"]*"' got; stop
        """)
    let hint = #""hint":"try again then, or have whoever keeps this gateway top up""#
    #expect(outcome.output.contains("200 429 \(hint)\n"), "\(outcome.output)\(outcome.error)")
  }

  /// In a folder of all, such as /tmp, somebody else may have made the file first: with keys of his own for everybody.
  @Test(.enabled(if: CurrentUser.isRoot)) func keysOfAnotherUserAreNobodys() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve key add root >key 2>/dev/null; keys=.local/state/llmguard/serve-keys.json
      llmguard serve key list | cut -f 2; chmod 644 $keys; chown 65534 $keys
      llmguard serve key list; echo $?; llmguard serve key add ana; echo $?; llmguard serve --listen 127.0.0.1:0; echo $?
      """)
    #expect(outcome.output.hasPrefix("root\n65\n65\n"), "\(outcome.output) \(outcome.error)")
    #expect(outcome.output.hasSuffix("65\n"), "\(outcome.output) \(outcome.error)")
    #expect(outcome.error.contains("belongs to another user"), "\(outcome.error)")
  }

  /// What stood in the way of the keys is taken away without a change of the file's content or time.
  @Test func keysThatCanBeReadAgainCount() throws {
    defer { home.remove() }
    let outcome = try home.run(
      "key=$(llmguard serve key add ana 2>/dev/null)\n" + Self.start("-q") + """
        keys=.local/state/llmguard/serve-keys.json; at $key; touch -d '1 hour ago' $keys; chmod 666 $keys; at $key; at $key
        sleep 1.2; at $key; chmod 600 $keys; sleep 1.2; at $key; stop; grep -c 'can be written by others' log
        """)
    #expect(outcome.output == "200 404 404 404 200 ended 0\n1\n", "\(outcome.output) \(outcome.error)")
  }

  /// Who is turned away is told what is short: files and threads have limits of their own.
  @Test(.enabled(if: Wrapping.has("strace"))) func whereThreadsAreShortThatIsSaid() throws {
    defer { home.remove() }
    let start = Self.start("--print-env").replacing(
      "llmguard serve",
      with: "strace -f -qq -o calls -e trace=clone3 -e inject=clone3:error=EAGAIN:when=2..3 llmguard serve")
    let outcome = try home.run(
      start + """
        . ./env; read -r run _ </proc/$server/task/$server/children
        for n in 1 2 3 4; do ask $n -o got -w '%{http_code} '; grep -o 'no thread for another connection\\|ulimit -[nu]' got; done
        kill $run; wait $server; echo "ended $?"
        """)
    let refused = "429 no thread for another connection\nulimit -u\n"
    #expect(outcome.output == "200 \(refused)\(refused)200 ended 0\n", "\(outcome.output) \(outcome.error)")
  }

  /// The memory that the ledger's users share may have no disk behind it: that is said whichever thread meets it.
  @Test func aBusErrorOfACallIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      // The runtime's own report of a crash would come before it.
      "export SWIFT_BACKTRACE=enable=no\n" + Self.start("--print-env") + """
        . ./env; ask one -o got; : >.local/state/llmguard/ledger.sqlite3.lock
        ask two -o got -w '%{http_code} ' 2>/dev/null; wait $server; echo "ended $?"; grep -o 'error: no space left' log
        """)
    #expect(outcome.output == "000 ended 74\nerror: no space left\n", "\(outcome.output) \(outcome.error)")
  }

  /// A name that leads to this machine must not open it to another site's scripts.
  @Test func requestsNameTheServer() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start("--print-env --name proxy.example") + """
        . ./env; path=${OPENAI_BASE_URL#http://*/}; here=127.0.0.1:${address##*:}; echo ${OPENAI_BASE_URL%%:4*} | cut -c 1-21
        for host in evil.example proxy.example $here proxy.example:${address##*:}; do
          curl -sS -o got -w '%{http_code} ' -H "Host: $host" http://$here/$path/models
        done; stop
        """)
    #expect(
      outcome.output == "http://proxy.example:\n404 200 200 200 ended 0\n"
        || outcome.output.hasPrefix("http://proxy.example") && outcome.output.hasSuffix("404 200 200 200 ended 0\n"),
      "\(outcome.output) \(outcome.error)")
  }
}
