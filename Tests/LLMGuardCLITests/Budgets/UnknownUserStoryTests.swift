import Testing

/// A name with a slip in it is not taken in silence; a new user is not refused.
@Suite struct UnknownUserStoryTests {
  let home: ProgramHome

  init() throws {
    home = try ProgramHome()
    try home.write(
      ".config/llmguard/llmguard.toml",
      "[tier.default]\nbudgets = ['1000 tokens/day']\n[tier.pro]\nbudgets = ['9k tokens/day']\n[user.eve]\ntier = 'pro'\n"
    )
  }

  /// Who stands in the configuration has a tier before the first call, and is asked after by that.
  @Test func usersOfTheConfigurationAreListed() throws {
    defer { home.remove() }
    try home.write(
      ".config/llmguard/llmguard.toml", "[tier.dev]\nbudgets = ['9k tokens/day']\n[user.carol]\ntier = 'dev'\n")
    let outcome = try home.run(
      """
      llmguard user list; llmguard budget set bob '1k tokens/day' >none; llmguard user list; llmguard user list --json | grep -c carol
      """)
    #expect(outcome.output == "carol\tdev\t\t\t\nbob\tdefault\t1k tokens/day\t\t\ncarol\tdev\t\t\t\n1\n", "\(outcome)")
  }

  /// Names of operations do not tell capitals apart, those of users do: nobody gets other rules in silence.
  @Test func aNameThatDiffersInCapitalsAloneIsWarnedOf() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      warned() { grep -c "warning: there is a user '$1'; '$2' is another one" err; }
      for user in Eve eve bob; do llmguard run -u $user --estimate 10 -- true 2>err; echo "$user $(warned eve Eve)"; done
      llmguard budget set EVE '1k tokens/day' >out 2>err; warned eve EVE
      llmguard budget set Bob '1k tokens/day' >out 2>err; warned bob Bob
      llmguard budget set bob '1k tokens/day' >out 2>err; wc -l <err
      llmguard serve key add evE >out 2>err; warned eve evE; llmguard serve key add eVE >out 2>err; grep -c 'there is a user' err
      llmguard serve key add bob >out 2>err; grep -c 'there is a user' err
      """)
    #expect(outcome.output == "Eve 1\neve 0\nbob 0\n1\n1\n0\n1\n1\n0\n", "\(outcome)")
  }

  @Test func aTopUpForAnUnknownUserIsWarnedOf() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u bob --estimate 10 -- true
      llmguard budget grant bobb '2k tokens/day' | sed 's/, for .*//'; llmguard budget grant bobb '2k tokens/day' --dry-run >/dev/null
      llmguard budget show bobb | cut -f 5,11
      """)
    #expect(outcome.output == "bobb: 2k tokens/day on top\n3000\t2000\n", "\(outcome)")
    #expect(
      outcome.error.hasPrefix(
        "llmguard: warning: no calls and no configuration of 'bobb' yet\nhint: did you mean 'bob'? a first call"),
      "\(outcome)")
    let quiet = try home.run(
      "llmguard budget grant bob '1 tokens/day'; llmguard budget grant eve '1 tokens/day'; llmguard budget grant $(id -un) '1 tokens/day'"
    )
    #expect(quiet.error == "", "\(quiet)")
  }

  /// Whoever has a top-up and nothing else is somebody: it can be seen, paused and reset.
  @Test func whoHasATopUpIsKnown() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard budget grant carl '2k tokens/day' >none 2>&1
      llmguard budget reset carl; echo $?; llmguard user list | cut -f 1; llmguard budget list | grep -c ^carl
      llmguard usage report --user carl >none; llmguard budget grant carl '1 tokens/day' >none; llmguard budget pause carl
      llmguard budget reset carla; echo $?
      """)
    #expect(outcome.output == "0\ncarl\neve\n1\ncarl: paused, no call goes out\n69\n", "\(outcome)")
    let told = outcome.error.split(separator: "\n").filter { !$0.contains("no calls since") }
    #expect(
      told.map(String.init) == [
        "llmguard: error: nobody knows carla: neither the ledger nor the configuration",
        "hint: did you mean 'carl'? 'llmguard user list' shows whom the ledger knows",
      ], "\(outcome)")
  }

  /// Whoever has asked is somebody, though nothing went out.
  @Test func whoWasRefusedAloneIsKnown() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -u ben --estimate 9000 -- true 2>none; llmguard run -u dan --estimate 9000 -- true 2>none
      llmguard budget reset ben; echo $?; llmguard user list | cut -f 1 | tr '\\n' ' '; llmguard budget list | grep -c ^ben
      llmguard budget show ben | cut -f 4; llmguard user remove ben; echo $?
      """)
    #expect(outcome.output == "0\nben dan eve 1\n0\n69\n", "\(outcome)")
    #expect(
      outcome.error.hasPrefix(
        "llmguard: error: ben has no tier and no budgets of their own, so there is nothing to forget\n"), "\(outcome)")
  }

  /// A budget for a name with a slip in it limits nobody; somebody who is new is just new.
  @Test func rulesForANameWithASlipAreWarnedOf() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u bob --estimate 10 -- true
      llmguard budget set bobb '2k tokens/day'; llmguard user set-tier boob pro
      """)
    let warning = "llmguard: warning: no calls and no rules of 'bobb' so far\nhint: did you mean 'bob'? "
    #expect(
      outcome.error.hasPrefix(warning + "'llmguard user remove bobb' takes a new user back\n"), "\(outcome)")
    #expect(outcome.error.contains("no rules of 'boob' so far\nhint: did you mean 'bob'?"), "\(outcome)")
    let quiet = try home.run(
      "llmguard budget set bob '1k tokens/day'; llmguard budget set zoe '1k tokens/day'; llmguard user set-tier kim pro"
    )
    #expect(quiet.error == "", "\(quiet)")
  }

  /// What is hardly meant is said where it is set, as `config check` says it.
  @Test func aBudgetThatIsHardlyMeantIsWarnedOf() throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard budget set zoe '10k tokens/min burst 5'")
    #expect(
      outcome.error.hasPrefix("llmguard: warning: the burst of '10k tokens/min burst 5' is smaller"), "\(outcome)")
    let slip = try home.run("llmguard budget set '0.05$/day'; llmguard budget set zoe '€5/day'")
    let errors = slip.error.split(separator: "\n").filter { $0.contains("error") }
    #expect(errors.first?.contains("'$' stands in front of the amount: $0.05") == true, "\(slip)")
    #expect(errors.last?.contains("'€' is not counted: money is in dollars") == true, "\(slip)")
    #expect(!slip.error.contains("unlimited"), "\(slip)")
  }

  /// A gate for what there never was lets everything through.
  @Test func aGateForNothingIsToldOf() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -o review --estimate 10 -- true
      llmguard usage check --max '1 calls' --operation reveiw; echo $?
      llmguard forecast ./nigthly.sh --check; echo $?
      """)
    #expect(outcome.output == "ok: 0 of 1 call\n0\n66\n", "\(outcome)")
    #expect(outcome.error.contains("no call was ever for the operation 'reveiw'"), "\(outcome)")
    #expect(outcome.error.contains("did you mean 'review'?"), "\(outcome)")
    #expect(outcome.error.contains("'./nigthly.sh' is not there, and no run of it is known"), "\(outcome)")
    let quiet = try home.run("llmguard usage check --max '1 calls' --operation review")
    #expect(quiet.error == "", "\(quiet)")
  }

  @Test(arguments: ["budget show nobody1", "usage show -u nobody1", "budget reset --user nobody1"])
  func nothingIsShownOfWhomNobodyKnows(line: String) throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard \(line)")
    #expect(outcome.status == 69 && outcome.output == "", "\(outcome)")
    #expect(outcome.error.contains("nobody knows nobody1: neither the ledger nor the configuration"), "\(outcome)")
    #expect(
      try home.run("llmguard budget show eve && llmguard budget show && LLMGUARD_USER=new llmguard budget show").status
        == 0)
  }

  /// A report of what there never was reads as if nothing had been used: it stands, with its table and its status, and the
  /// slip is told.
  @Test(arguments: [
    "usage report", "usage list", "usage list --json", "usage export", "usage advise", "forecast",
    "usage report --format html", "usage report --json",
  ])
  func aSlipInAReportsUserIsTold(command: String) throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard run -q -u bob --estimate 10 -- true; llmguard \(command) --user bobb")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(
      outcome.error.contains(
        "llmguard: warning: nobody knows the user 'bobb': neither the ledger nor the configuration\n"),
      "\(outcome)")
    #expect(outcome.error.contains("hint: did you mean 'bob'? 'llmguard user list'"), "\(outcome)")
    // Whom the ledger or the configuration knows is not warned of, nor whoever asks, nor one who was removed.
    let quiet = try home.run(
      """
      llmguard run -q -u gone --estimate 10 -- true; llmguard user remove gone >/dev/null
      for u in bob eve $(id -un) gone; do llmguard \(command) --user $u >/dev/null; done
      """)
    #expect(!quiet.error.contains("nobody knows"), "\(quiet)")
  }

  @Test(arguments: [
    ("usage report --operation reveiw", "no call was ever for the operation 'reveiw'", "did you mean 'review'?"),
    ("usage list --operation reveiw", "no call was ever for the operation 'reveiw'", "did you mean 'review'?"),
    ("usage export --operation reveiw", "no call was ever for the operation 'reveiw'", "did you mean 'review'?"),
    ("forecast --operation reveiw", "no call was ever for the operation 'reveiw'", "did you mean 'review'?"),
    (
      "usage list --model nobodys-mdoel", "no call was ever to the model 'nobodys-mdoel'",
      "did you mean 'nobodys-model'?"
    ),
    ("usage export --model gtp-4o", "no call was ever to the model 'gtp-4o'", "did you mean 'gpt-4o'?"),
    ("usage list --run 0123", "the ledger knows no run '0123'", "usage report --by run"),
    ("usage export --run 0123", "the ledger knows no run '0123'", "usage report --by run"),
  ])
  func aSlipInAReportsChoiceIsTold(line: String, message: String, hint: String) throws {
    defer { home.remove() }
    let outcome = try home.run(
      "llmguard run -q -o review -m nobodys-model --estimate 10 -- true; llmguard \(line) >out; echo $?")
    #expect(outcome.output == "0\n", "\(outcome)")
    #expect(outcome.error.contains(message) && outcome.error.contains(hint), "\(outcome)")
    let quiet = try home.run(
      """
      run=$(llmguard usage list | cut -f 10)
      llmguard usage list --operation review --model nobodys-model --run $run >/dev/null
      llmguard usage export --model gpt-4o >/dev/null
      """)
    #expect(quiet.error == "", "\(quiet)")
  }

  @Test func whoWasRemovedIsKnownToTheLedgersEntries() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u gone --estimate 10 -- true; llmguard user remove gone >/dev/null
      llmguard budget reset --user gone; echo $?; llmguard budget reset --user other; echo $?
      """)
    #expect(outcome.output == "69\n69\n", "\(outcome)")
    let told = outcome.error.split(separator: "\n").map(String.init)
    #expect(told.first == "llmguard: error: gone is not a user now: only the ledger's entries name them", "\(outcome)")
    #expect(outcome.error.contains("hint: 'llmguard usage report -u gone' shows what they used"), "\(outcome)")
    #expect(told.contains { $0.contains("nobody knows other: neither") }, "\(outcome)")
  }

  @Test func aUserInPlaceOfARunIsTaken() throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard usage show eve; echo $?; llmguard usage show evee; echo $?")
    #expect(outcome.output == "69\n69\n", "\(outcome)")
    let hints = outcome.error.split(separator: "\n").filter { $0.hasPrefix("hint: ") }
    #expect(
      hints.first?.hasPrefix("hint: the budgets of the user eve are shown by 'llmguard usage show --user eve'; ")
        == true)
    #expect(hints.last?.hasPrefix("hint: 'llmguard usage list' shows calls") == true, "\(outcome)")
  }

  @Test func aTopUpLastsForSomeTime() throws {
    defer { home.remove() }
    let outcome = try home.run("llmguard budget grant eve '1 tokens/day' --expires 0")
    #expect(outcome.status == 64 && outcome.error.contains("would end the top-up before it begins"), "\(outcome)")
  }

  /// What earlier calls used is known of budgets that were kept, and of no others: then that is said.
  @Test func aNewBudgetSaysThatItCountsFromNowOn() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u bob --estimate 10 -- true
      llmguard budget set bob '500 tokens/day' '10 calls/day'; llmguard budget show bob | cut -f 3,4
      llmguard run -q -u bob --estimate 10 -- true
      llmguard budget set bob '400 tokens/day' '20 calls/day'; llmguard budget set bob --clear
      llmguard budget lower -u bob '300 tokens/day' '30 calls/day' '5 calls/hour'
      llmguard budget show bob | cut -f 3,4; llmguard budget lower -u bob
      """)
    #expect(
      outcome.output == """
        bob: 500 tokens/day, 10 calls/day (counts from now on)
        500 tokens/day\t10
        10 calls/day\t0
        bob: 400 tokens/day, 20 calls/day
        bob: the budgets of the tier
        bob: lowered to 300 tokens/day, 30 calls/day, 5 calls/hour (counts from now on)
        300 tokens/day\t20
        30 calls/day\t1
        5 calls/hour\t0
        bob: lowered to 300 tokens/day, 30 calls/day, 5 calls/hour

        """, "\(outcome)")
  }

  /// Whose first call is under way, or was cut off, is no stranger; nor is who has a key of the server.
  @Test func whoIsAboutToCallIsKnown() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u kim --estimate 10 -- sh -c 'llmguard usage report --user kim; kill -9 $PPID'
      llmguard usage list --user kim; llmguard serve key add ana >key 2>said; llmguard usage report --user ana
      """)
    #expect(!outcome.error.contains("nobody knows"), "\(outcome)")
    #expect(outcome.error.contains("no calls since"), "\(outcome)")
    #expect(try home.run("llmguard usage report --user kimm").error.contains("nobody knows the user 'kimm'"))
  }

  /// Who was given a key is somebody, also before the first call; a key for metrics is nobody's who calls.
  @Test func whoHasAKeyIsListed() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard serve key add dora >none 2>&1; llmguard serve key add scraper --metrics >none 2>&1
      llmguard user list | cut -f 1; llmguard budget list | grep -v "^$(id -un)" | cut -f 1
      """)
    #expect(outcome.output == "dora\neve\ndora\neve\n", "\(outcome)")
  }

  /// Whoever was removed has called, and is no slip.
  @Test func whoWasRemovedIsPausedAsKnown() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u bob --estimate 10 -- true; llmguard user remove bob
      llmguard budget pause bob; llmguard budget pause bobb 2>&1 | grep -c 'nobody knows bobb yet'
      """)
    #expect(outcome.output == "bob: removed; entries stay\nbob: paused, no call goes out\n1\n", "\(outcome)")
    #expect(outcome.error == "", "\(outcome)")
  }

  /// What cannot be taken from anybody is taken from a name with a slip in it.
  @Test func whoeverTakesBackFromNobodyIsTold() throws {
    defer { home.remove() }
    let outcome = try home.run(
      """
      llmguard run -q -u bob --estimate 10 -- true
      for user in zzx bobb bob eve; do llmguard budget resume $user --dry-run; llmguard budget set $user --clear --dry-run; done >none
      llmguard serve key add alice >none 2>&1
      llmguard user remove alice; echo $?; llmguard user remove eve; echo $?; llmguard user remove alcie; echo $?
      """)
    func warning(_ user: String, _ yet: String, _ hint: String) -> String {
      "llmguard: warning: nobody knows \(user)\(yet): neither the ledger nor the configuration\n"
        + "hint: \(hint)'llmguard user list' shows whom the ledger knows\n"
    }
    let meant = "did you mean 'bob'? "
    #expect(outcome.output == "69\n69\n69\n", "\(outcome)")
    #expect(
      outcome.error
        == warning("zzx", " yet", "") + warning("zzx", "", "") + warning("bobb", " yet", meant)
        + warning("bobb", "", meant) + """
          llmguard: error: alice has nothing in the ledger to forget, only a key of serve
          hint: 'llmguard serve key remove --user alice' takes it away
          llmguard: error: eve has nothing in the ledger to forget, only a place in the configuration
          hint: take [user.eve] out of it
          llmguard: error: the ledger does not know alcie
          hint: did you mean 'alice'? 'llmguard user list' shows whom it knows

          """, "\(outcome)")
  }
}
