import Posix
import Testing

/// The rules of a server are changed while it runs: by SIGHUP, checked first, and without a call that is dropped.
@Suite struct ServeReloadStoryTests {
  let served: ServedHome
  var home: ProgramHome { served.home }

  init() throws { served = try ServedHome() }

  /// A server without a terminal, as a service has none, and `rules LINES`, which writes the rules before those that say where the
  /// provider is, `reload` and `said N TEXT`, which waits until the log has a text so often.
  private static func start(_ options: String = "", by way: String = "setsid") -> String {
    """
    ours=.config/llmguard/llmguard.toml; cp $ours provider
    rules() { { printf "$1\\n"; cat provider; } >new; mv new $ours; }
    said() { n=0; until [ "$(grep -c "$2" log)" -ge $1 ] || [ $n -ge 1200 ]; do sleep 0.05; n=$((n+1)); done; grep -c "$2" log; }
    reloads=0; reload() { reloads=$((reloads+1)); kill -HUP $server; said $reloads 'read anew, and'; }

    """
      + ServedHome.start(options, users: "ana").replacing("llmguard serve --l", with: "\(way) llmguard serve --l") + """
        base=$address/$(cat key-ana)/openai/v1; call() { post $base "$1" -o got -w '%{http_code}\\n'; }

        """
  }

  @Test(arguments: ["setsid", "nohup"]) func newRulesHoldFromTheNextCall(way: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start(by: way) + """
        mine() { curl -sS $address/$(cat key-ana)/llmguard/budgets | grep -o -e '[0-9]* calls/day' -e '1M tokens/day'; }
        call one; mine; rules "timezone = 'Asia/Tokyo'\\n[tier.default]\\nbudgets = ['2 calls/day']"; reload; mine
        call two; call three; call four; rules ''; reload; mine; call five; stop
        """)
    #expect(
      outcome.output == """
        200
        1M tokens/day
        1
        2 calls/day
        200
        200
        429
        2
        1M tokens/day
        200
        ended 0

        """, "\(outcome.output) \(outcome.error)")
  }

  /// Rules with a mistake are nobody's rules: which it is stands in the log, and calls go on by the old ones.
  @Test func rulesThatCannotBeUsedChangeNothing() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        rules "[tier.default]\\nbudgets = ['1 calls/day']"; reload; call one; call two
        rules "[tier.default]\\nbudgets = ['9 aples/day']"; reload; call three
        grep -A 2 'the old ones hold on' log | grep -c -e 'error: the rules were to be read anew' -e 'llmguard.toml:2:'
        rules ''; reload; call four; stop
        """)
    #expect(outcome.output == "1\n200\n429\n2\n429\n2\n3\n200\nended 0\n", "\(outcome.output) \(outcome.error)")
  }

  /// A file that is gone, or leads nowhere, for a moment is no rule that nothing is limited, and that keys go to the provider's own
  /// address. It is said each time, until the file is there again.
  @Test func rulesThatAreGoneHoldOn() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        rules "[tier.default]\\nbudgets = ['1 calls/day']"; reload; call one; call two
        rm $ours; reload; call three; ln -s nowhere $ours; reload; call four
        grep -A 1 'the old ones hold on' log | sed "s/^llmguard: [^ ]* //; s|$HOME||"
        rm $ours; rules "[tier.default]\\nbudgets = ['2 calls/day']"; reload; call five; call six; stop
        """)
    let said = """
      error: the rules were to be read anew, and the old ones hold on: '/.config/llmguard/llmguard.toml' is not there any more
      hint: put it back; to go by the rules without it, start the server again

      """
    #expect(
      outcome.output == "1\n200\n429\n2\n429\n3\n429\n\(said)\(said)4\n200\n429\nended 0\n",
      "\(outcome.output) \(outcome.error)")
  }

  /// Where a provider is may change, too: for the calls that come then.
  @Test func aCallUnderWayGoesWhereItWasMeantTo() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        post $base last -o got -w '%{http_code}\\n' & call=$!; until [ -e seen ]; do sleep 0.05; done
        cp provider kept; echo "[provider.openai]\\nbase = 'http://127.0.0.1:9/v1'" >provider; rules ''; reload
        touch release; wait $call; call elsewhere; cp kept provider; rules ''; reload; call again
        stop; llmguard usage report --by user | cut -f 1,2; llmguard ledger verify
        """)
    #expect(
      outcome.output == "1\n200\n502\n2\n200\nended 0\nana\t2\nok\n", "\(outcome.output) \(outcome.error)")
  }

  /// Other commands read the rules anew each time: where a server goes by older ones, they say so, and what to do.
  @Test func otherCommandsSayThatAServerGoesByOlderRules() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.start() + """
        told() { for line in 'budget show ana' 'budget list' 'config check'; do
          llmguard $line 2>&1 >out | sed "s/$server/PID/; s|$address|ADDRESS|; s|$HOME||; s/at [-0-9T:+Z]*,/at THEN,/"
        done; echo .; }
        call one; told; rules "[tier.default]\\nbudgets = ['9 calls/day']"; told; reload; told
        rules "[tier.default]\\nbudgets = ['8 calls/day']"; kill -9 $server; wait $server 2>/dev/null; told
        """)
    let said = """
      llmguard: warning: the server on ADDRESS goes by the rules that it read at THEN, and \
      '/.config/llmguard/llmguard.toml' changed since
      hint: 'kill -HUP PID' (with systemd: 'systemctl reload llmguard') has it read them anew

      """
    #expect(
      outcome.output == "200\n.\n" + said + said + said + ".\n1\n.\n.\n", "\(outcome.output) \(outcome.error)")
  }

  /// A terminal that is closed takes what runs in it along, as ever.
  @Test func inATerminalItEnds() throws {
    defer { home.remove() }
    guard Wrapping.has("script") else { return }
    try home.write(
      "inside",
      Self.start("", by: "")
        + "kill -HUP $server; wait $server; echo ended $?; grep -c 'read anew' log; ls .local/state/llmguard | grep -c rules"
    )
    let outcome = try home.run("script -qec 'sh ./inside' /dev/null </dev/null | tr -d '\\r'")
    #expect(outcome.output.hasSuffix("ended 0\n0\n0\n"), "\(outcome.output) \(outcome.error)")
  }
}
