import Posix
import Testing

/// People govern themselves: they see and lower their limits, cap their runs, book top-ups. Nothing of it raises what the
/// administrator has locked.
@Suite struct SelfServiceStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(
      ".config/llmguard/llmguard.toml",
      """
      [tier.default]
      budgets = ['1000 tokens/day', '$1/month']
      self_grant = ['100 tokens/day']
      """)
  }

  /// Runs a script where an administrator's file holds.
  private func run(_ script: String, system: String) throws -> ProgramHome.Outcome {
    try Folder.makePrivate("\(home.path)/etc")
    try Folder.makePrivate("\(home.path)/etc/llmguard")
    try home.write("etc/llmguard/llmguard.toml", system)
    try home.write("inner.sh", script)
    return try home.run(
      """
      cp /etc/passwd /etc/group /etc/nsswitch.conf etc/ 2>/dev/null
      unshare --user --map-root-user --mount sh -c 'mount --bind "$HOME/etc" /etc && exec sh inner.sh'
      """)
  }

  /// Whoever lowers a limit to hold somebody back has to know that top-ups let them go on.
  @Test func whatIsOnTopOfALoweredLimitIsSaid() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget grant ana '500 tokens/day' --reason r >none 2>&1; llmguard budget lower -u ana '1 token/day' '5 calls/hour'
      llmguard budget grant ana '500 tokens/day' --take-back >none; llmguard budget lower -u ana '1 token/day'
      """)
    #expect(
      outcome.error == """
        llmguard: 500 tokens topped up before stay on top of the daily token budget
        hint: 'llmguard budget grant ana AMOUNT --take-back' takes them away

        """, "\(outcome)")
  }

  @Test func limitsAreLoweredAndTakenBack() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      me=$(id -un)
      llmguard budget lower '200 tokens/day' '5 calls/hour' | sed "s/$me/me/"
      llmguard budget show | cut -f 3,5,9 | sed "s/$me/me/"
      llmguard run -m gpt-4o-mini --estimate 250 --no-degrade -- echo hi; echo $?
      llmguard budget lower '2000 tokens/day'; echo $?
      llmguard budget lower --clear | sed "s/$me/me/"
      llmguard budget show --json | grep -c '"1k tokens/day"'
      llmguard ledger audit | cut -f 3,6
      """)
    #expect(
      outcome.output == """
        me: lowered to 200 tokens/day, 5 calls/hour (counts from now on)
        200 tokens/day\t200\tlowered for me
        $1/month\t1000000\ttier default
        5 calls/hour\t5\tlowered for me
        75
        75
        me: nothing is lowered
        1
        user\tlimits lowered to 200 tokens/day, 5 calls/hour
        user\tlimits no longer lowered

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("'2k tokens/day' is more than the 1k tokens/day that applies (tier default)"))
  }

  @Test func everyRunIsCappedByDefault() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      printf '\\n[run]\\nbudget = "300 tokens"\\n' >> .config/llmguard/llmguard.toml
      me=$(id -un)
      llmguard budget cap | sed "s/$me/me/"
      llmguard run -m gpt-4o-mini --estimate 301 -- echo hi; echo $?
      llmguard run -m gpt-4o-mini --estimate 301 --run-budget '400 tokens' -- echo stated
      llmguard run --dry-run -m gpt-4o-mini --estimate 301 -- echo hi > /dev/null; echo $?
      llmguard budget cap '350 tokens' '20 calls' 2h | sed "s/$me/me/"
      llmguard run -m gpt-4o-mini --estimate 301 -- echo mine
      llmguard run --dry-run ./job.sh | grep run
      llmguard budget cap '1 tokens' '2 tokens'; echo $?; llmguard budget cap soon; echo $?
      llmguard budget cap --clear | sed "s/$me/me/"
      llmguard ledger audit | cut -f 3,6; llmguard ledger verify
      """)
    #expect(
      outcome.output == """
        me: each run at most 300 tokens
        75
        stated
        75
        me: each run at most 350 tokens, 20 calls, 2h
        mine
        run        at most 350 tokens, 20 calls, 2h
        64
        64
        me: each run at most 300 tokens
        user\truns capped at 350 tokens, 20 calls, 2h
        user\truns capped as configured
        ok

        """, "\(outcome.output)\(outcome.error)")
    #expect(outcome.error.contains("this run may take 300 tokens, 0 are used, and this call needs 301"))
    #expect(outcome.error.contains("'llmguard budget cap' shows what holds without it"))
  }

  @Test func aTopUpIsBookedWithinTheCeiling() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      me=$(id -un)
      grant() { llmguard budget grant --self "$@" | sed "s/$me/me/; s/, for .*//"; }
      grant '60 tokens/day' --dry-run; grant '60 tokens/day' --reason 'release day'
      llmguard budget grant --self '41 tokens/day'; echo $?
      llmguard budget show --json | grep -A6 self_grant\\" | tr -d ' \\n'; echo
      grant '40 tokens/day'
      llmguard budget grant --self '1 tokens/day' --dry-run; echo $?
      llmguard budget grant --self '$1/month'; echo $?
      llmguard budget grant --self ana '1 tokens/day'; echo $?; llmguard budget grant '1 tokens/day'; echo $?
      llmguard budget show | cut -f 5 | sed -n 1p
      llmguard ledger audit | cut -f 3,6; llmguard ledger verify
      """)
    #expect(
      outcome.output == """
        me: 60 tokens/day would be on top
        me: 60 tokens/day on top
        75
        "self_grant":"100tokens/day","unit":"tokens","window":"day","ceiling":100,"booked":60,"remaining":40}
        me: 40 tokens/day on top
        75
        75
        64
        64
        1100
        grant\t60 to the daily token budget, booked by the user: release day
        grant\t40 to the daily token budget, booked by the user: no reason given
        ok

        """, "\(outcome.output)\(outcome.error)")
    #expect(
      outcome.error.contains("cannot be booked: the configuration allows 100 tokens; booked already: 60 tokens\n"))
    #expect(outcome.error.contains("the configuration does not let"))
    let refused = try home.run(
      "llmguard run -q -m gpt-4o-mini --estimate 600 -- true; llmguard run -m gpt-4o-mini --estimate 900 -- true")
    // All of it is booked already.
    #expect(refused.error.contains("top up: llmguard budget grant "), "\(refused.error)")
    #expect(!refused.error.contains("--self"), "\(refused.error)")
  }

  /// Sixty-four at once cannot book more than one after the other.
  @Test func theCeilingHoldsForManyAtOnce() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      seq 64 | xargs -P 16 -I{} llmguard budget grant --self '3 tokens/day' 2>/dev/null | wc -l
      llmguard budget show --json | grep '"booked"'; llmguard ledger verify
      """)
    #expect(outcome.output == "33\n      \"booked\": 99,\nok\n", "\(outcome.output)\(outcome.error)")
  }

  @Test(.enabled(if: ProgramHome.mayMount)) func whatIsLockedIsNotRaised() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "")
    let outcome = try run(
      """
      cd "$HOME"; me=root
      say() { "$@" > out 2> err; echo "$? $(head -1 err | cut -d : -f 3- | cut -c 1-130)"; }
      say llmguard budget set $me '9M tokens/day'
      say llmguard budget set $me '900 tokens/day'
      say llmguard budget grant $me '5 tokens/day'
      say llmguard budget grant --self '101 tokens/day'
      say llmguard budget grant --self '100 tokens/day'
      say llmguard budget lower '5M tokens/day'
      say llmguard budget lower '500 tokens/day'
      say llmguard user set-tier $me pro
      say llmguard user set-tier $me prp
      say llmguard run -m gpt-4o-mini --estimate 20 -- echo hi
      say llmguard budget reset --user $me
      say llmguard budget reset --all
      say llmguard budget cap '1k tokens'
      say llmguard budget cap '50 tokens'
      say llmguard run --run-budget '1k tokens' -m gpt-4o-mini --estimate 20 -- echo hi
      say llmguard run -m gpt-4o-mini --estimate 51 -- echo hi
      say llmguard prefer length
      say llmguard run --cache similar -m gpt-4o-mini --prompt-from args -- echo hi
      say llmguard run --wait 1h -- echo hi
      say llmguard run --fail-open -- echo hi
      say env LLMGUARD_PREFER=length llmguard budget show
      echo 'tier.default.budgets = ["9M tokens/day"]' > other.toml
      say llmguard --config other.toml budget show
      echo '{}' > prices.json; say llmguard price import prices.json
      llmguard budget show | cut -f 3,5; llmguard ledger verify
      """,
      system: """
        default_tier = "default"
        prefer = "model"
        queue_wait = "1min"
        [tier.default]
        budgets = ["1k tokens/day"]
        self_grant = ["100 tokens/day"]
        [tier.pro]
        budgets = ["9M tokens/day"]
        [run]
        budget = "100 tokens"
        [lock]
        keys = ["default_tier", "tier", "user", "run", "prefer", "cache.mode", "queue_wait", "fail_open", "model"]
        """)
    let place = "/etc/llmguard/llmguard.toml:12"
    #expect(
      outcome.output == """
        78  '9M tokens/day' is more than the 1k tokens/day of tier default, which is locked by \(place)
        0 
        78  the daily token budget of root is locked by \(place)
        75  101 tokens cannot be booked: the configuration allows 100 tokens
        0 
        75  '5M tokens/day' is more than the 900 tokens/day that applies (user root)
        0 
        78  the tier of root is locked by \(place)
        69  there is no tier 'prp'
        0 
        78  the daily token budget of root is locked by \(place)
        78  the daily token budget of root is locked by \(place)
        78  1k tokens is more than 100 tokens for one run, which is locked by \(place)
        0 
        125  1k tokens is more than 100 tokens for one run, which is locked by \(place); the command was not started
        75  this run may take 50 tokens, 0 are used, and this call needs 51
        78  'prefer' is locked by \(place)
        125  '--cache similar' is not allowed: 'cache.mode' is locked by \(place); the command was not started
        125  '--wait' is longer than 'queue_wait', which is locked by \(place); the command was not started
        125  '--fail-open' is not allowed: 'fail_open' is locked by \(place); the command was not started
        78  the configuration cannot be used
        78  the configuration cannot be used
        78  the prices of models are locked by \(place)
        500 tokens/day\t600
        ok

        """, "\(outcome.output)\(outcome.error)")
  }

  /// What a rehearsal promises is what would be done.
  @Test(.enabled(if: ProgramHome.mayMount)) func aRehearsedResetIsRefusedAsARealOne() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "")
    let outcome = try run(
      """
      llmguard run -q -u ana --estimate 300 -- true
      for option in ana --all; do for dry in --dry-run ''; do llmguard budget reset $option $dry; echo $?; done; done
      llmguard budget reset ana --undo --dry-run; echo $?
      """, system: "[lock]\nkeys = ['tier.default.budgets']\n[tier.default]\nbudgets = ['1000 tokens/day']\n")
    #expect(outcome.output == "78\n78\n78\n78\n0\n", "\(outcome)")
    let refusal = "the daily token budget of ana is locked by /etc/llmguard/llmguard.toml:2"
    #expect(outcome.error.split(separator: "\n").filter { $0.contains(refusal) }.count == 4, "\(outcome)")
  }

  /// A cache that is locked to be off stays so, whatever a call says; it is told by whom.
  @Test(.enabled(if: ProgramHome.mayMount)) func aCacheThatIsLockedOffStaysOff() throws {
    defer { home.remove() }
    try home.write(".config/llmguard/llmguard.toml", "")
    let outcome = try run(
      """
      for mode in auto refresh only off similar; do llmguard run -q --prompt-from args --cache $mode -- echo hi; echo $?; done
      ls .cache/llmguard 2>none | wc -l
      """, system: "[cache]\nmode = 'off'\n[lock]\nkeys = ['cache.mode']\n")
    #expect(outcome.output == "hi\n0\nhi\n0\n75\nhi\n0\n125\n0\n", "\(outcome)")
    let place = "cache.mode (locked by /etc/llmguard/llmguard.toml:4)"
    let said = outcome.error.split(separator: "\n").filter { $0.hasSuffix(": " + place) }
    #expect(said.count == 3, "\(outcome)")
  }
}
