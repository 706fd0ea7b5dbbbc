import Testing

/// Somebody leaves the team, or a key leaks: what is taken away is said, and nothing else goes.
@Suite struct ServeKeyRemovalStoryTests {
  let home: ProgramHome

  init() throws { home = try ProgramHome() }

  /// Three keys of ana, one of bob; `of` writes ids as numbers in the order in which the keys were made.
  private static let words = """
    add() { llmguard serve key add "$@" >key 2>told; }
    add ana; add ana --op nightly; add bob; add ana --metrics; n=0
    for id in $(llmguard serve key list | cut -f 1); do n=$((n+1)); eval "k$n=$id"; echo "s/$id/K$n/g" >>ids; done
    keys() { llmguard serve key list | cut -f 1 | sed -f ids | tr '\\n' ' '; echo; }
    remove() { llmguard serve key remove "$@" >out 2>err; echo $?; sed -f ids out err; }

    """

  @Test func allKeysOfAUserGoAtOnce() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.words + """
        remove --user ana --dry-run; keys; remove --user ana; keys
        llmguard ledger audit | cut -f 4,6 | grep removed | sed -f ids; remove --user ana
        """)
    #expect(
      outcome.output == """
        0
        K1: would be removed; it is ana's
        K2: would be removed; it is ana's, for nightly
        K4: would be removed; it is ana's, for metrics
        K1 K2 K3 K4 
        0
        K1: removed; it was ana's
        K2: removed; it was ana's, for nightly
        K4: removed; it was ana's, for metrics
        K3 
        ana\tkey K1 of serve removed
        ana\tkey K2 of serve removed
        ana\tkey K4 of serve removed
        69
        llmguard: error: ana has no key of serve
        hint: 'llmguard serve key list' shows whose there are

        """, "\(outcome.output) \(outcome.error)")
  }

  /// Whoever finds a key where it should not be has nothing else; it is told to nobody once more.
  @Test func aKeyItselfIsTaken() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve key add ana >key 2>told; k=$(cat key); llmguard serve key add bob >other 2>told
      llmguard serve key remove 0123456789abcdef0123456789abcdef 2>err; echo $?; cat err
      llmguard serve key remove "$k" >out; echo $?; grep -c "it was ana's" out; grep -c "$k" out; llmguard serve key list | cut -f 2
      llmguard serve key remove "$k" 2>err; echo $?; grep -c "$k" err
      """)
    #expect(
      outcome.output == """
        69
        llmguard: error: there is no such key as '0123…'
        hint: 'llmguard serve key list' shows the ids of those that are there
        0
        1
        0
        bob
        69
        0

        """, "\(outcome.output) \(outcome.error)")
  }

  /// A name in place is one key's where there is one, and nobody's choice where there are several.
  @Test func aNameIsTakenWhereItIsClearWhichKeyIsMeant() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.words + "remove ana; remove bbo; remove $k1 none; remove; remove $k1 --user ana; keys; remove bob $k1; keys")
    #expect(
      outcome.output == """
        64
        llmguard: error: ana has 3 keys (K1, K2, K4), and nothing was removed
        hint: 'llmguard serve key remove --user ana' takes all away; else name the id of the one
        69
        llmguard: error: there is no key 'bbo', and nobody of that name has one
        hint: did you mean 'bob'? 'llmguard serve key list' shows them
        69
        llmguard: error: there is no key 'none', and nobody of that name has one
        hint: 'llmguard serve key list' shows them
        64
        llmguard: error: llmguard serve key remove needs an ID, or --user
        hint: 'llmguard serve key list' shows the keys; --user NAME takes all away that a user has
        64
        llmguard: error: keys and --user ana say two things at once
        hint: give one of them
        K1 K2 K3 K4 
        0
        K1: removed; it was ana's
        K3: removed; it was bob's
        llmguard: ana still has 2 other keys of serve
        hint: 'llmguard serve key remove --user ana' takes away all that are left
        K2 K4 

        """, "\(outcome.output) \(outcome.error)")
  }

  @Test func programsAreToldWhatWent() throws {
    defer { home.remove() }
    let outcome = try home.run(
      Self.words + """
        for more in --dry-run ''; do
          remove --user ana --json $more | tr -d ' \\n' | sed 's/"created_unix_ms":[0-9]\\{13\\},//g'; echo
        done; keys
        """)
    func said(_ isRehearsal: Bool) -> String {
      let keys = [("K1", "null", "calls"), ("K2", "\"nightly\"", "calls"), ("K4", "null", "metrics")].map {
        #"{"id":"\#($0)","user":"ana","operation":\#($1),"kind":"\#($2)","calls_under_way":0}"#
      }
      return #"0{"schema":1,"dry_run":\#(isRehearsal),"removed":[\#(keys.joined(separator: ","))]}"# + "\n"
    }
    #expect(outcome.output == said(true) + said(false) + "K3 \n", "\(outcome.output) \(outcome.error)")
  }

  /// A call under way ends as it would and is charged; the next one is a stranger's, also on the connection that is open.
  @Test func callsUnderWayEndAsTheyWould() throws {
    let served = try ServedHome()
    defer { served.home.remove() }
    let outcome = try served.home.run(
      ServedHome.start(users: "ana") + """
        base=$address/$(cat key-ana)/openai/v1; post $base last -o got & call=$!
        until [ -e seen ]; do sleep 0.05; done
        llmguard serve key remove --user ana | cut -d ' ' -f 2-; at $(cat key-ana); echo
        touch release; wait $call; grep -c Tom got; post $base more -o got -w '%{http_code}\\n'
        stop; llmguard usage report --by user | cut -f 1,2
        """)
    #expect(
      outcome.output == """
        removed; it was ana's; 1 call under way ends as it would
        404 
        1
        404
        ended 0
        ana\t1

        """, "\(outcome.output) \(outcome.error)")
  }
}
