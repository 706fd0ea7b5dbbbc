import CommandSpec
import Guard
import GuardModel
import Ledger
import Terminal
import TextFormats

/// `llmguard user`: who is known, and in which tier.
enum UserCommands {
  private static let userOperand = NamedUser.operand("the user")

  static let command = Command<CLIHandler>(
    "user", summary: "List users and assign tiers",
    subcommands: [
      Command(
        "list", summary: "List everybody the ledger or the configuration knows",
        description: [
          "In a pipe the columns are the user, the tier, budgets of the user's own, the last call, and `paused` where no call goes "
            + "out ('llmguard budget resume' ends that)."
        ],
        options: [SharedOptions.json.spec],
        handler: CLIHandler(run: list)),
      Command(
        "set-tier", summary: "Put a user into a tier",
        options: [NamedUser.stated.spec, SharedOptions.json.spec],
        operands: [
          userOperand,
          OperandSpec(
            "TIER", summary: "a tier of the configuration, or '-' to leave it to the configuration",
            completion: .names(kind: "tiers")),
        ],
        examples: [
          Example("llmguard user set-tier alice pro", "Where the configuration has a [tier.pro].")
        ],
        handler: CLIHandler(run: setTier)),
      Command(
        "remove", summary: "Forget a user's tier and budgets; their entries stay",
        options: [NamedUser.stated.spec, SharedOptions.json.spec],
        operands: [userOperand],
        handler: CLIHandler(run: remove)),
    ])

  static func list(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let settings = try context.settings()
    let ledger = try context.readingLedger(settings)
    let known = try Failure.ledger { () throws(LedgerError) in try ledger.users() }
    // Who has not called yet is in a tier, too.
    let others = Set(settings.users.keys).union(ServeKeyFile.users(context))
      .union(try UnknownUser.unlisted(ledger, besides: known.map(\.name))).subtracting(known.map(\.name))
      .map { LedgerUser(name: $0) }
    let users = (known + others).sorted { $0.name < $1.name }
    let zone = context.zone(settings)
    if arguments[SharedOptions.json] {
      try context.print(
        JSONWriter.pretty([
          "schema": 1,
          "users": .array(
            users.map { user in
              [
                "user": .string(user.name),
                "tier": .string(settings.tierName(of: user)),
                "own_budgets": .array(user.budgets.map { .string($0.description) }), "paused": .bool(user.isPaused),
                "last_call_unix_ms": .int(user.lastCallAtUnixMs),
              ]
            }),
        ]))
      return 0
    }
    // People get what there is something to say of; programs get everything.
    let tellsPauses = !context.output.isTerminal || users.contains(where: \.isPaused)
    var table = Table(
      [
        Table.Column("User", key: "user", canShrink: true), Table.Column("Tier", key: "tier"),
        Table.Column("Own budgets", key: "own_budgets", canShrink: true), Table.Column("Last call", key: "last_call"),
      ] + (tellsPauses ? [Table.Column("Calls", key: "paused")] : []))
    for user in users {
      let pause = Table.Cell(user.isPaused ? "paused" : "", look: .bad)
      table.add(
        [
          Table.Cell(user.name), Table.Cell(settings.tierName(of: user)),
          Table.Cell(user.budgets.map(\.description).joined(separator: ", ")),
          Table.Cell(user.lastCallAtUnixMs.map { TimeText.rfc3339($0, in: zone) } ?? ""),
        ] + (tellsPauses ? [pause] : []))
    }
    if table.isEmpty {
      context.say(.note, "nobody has called yet")
    } else {
      try context.print(table.text(context.output))
    }
    return 0
  }

  static func setTier(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let (user, rest) = try arguments.neededUser("user set-tier") { _ in arguments.operands.count == 1 }
    guard let name = rest.first else {
      throw Failure(
        "llmguard user set-tier needs a USER and a TIER",
        hint: "TIER: a tier of the configuration, or '-' to leave it to the configuration", status: Failure.Status.usage
      )
    }
    let settings = try context.settings()
    guard name == "-" || settings.tiers[name] != nil else {
      let known = settings.tiers.keys.sorted()
      let nearest = NearestName.suggestion(for: name, among: known).map { "did you mean '\($0)'? " } ?? ""
      throw Failure(
        "there is no tier '\(name)'", hint: nearest + "known tiers: \(known.joined(separator: ", "))",
        status: Failure.Status.unavailable)
    }
    // Behind the name's own check: whoever asks for one with a slip in it would ask the administrator for nothing.
    if let place = settings.tierLockPlace(of: user) {
      throw Failure(
        "the tier of \(user) is locked by \(place)", hint: "ask whoever keeps the system file",
        status: Failure.Status.configuration)
    }
    let ledger = try context.ledger(settings)
    if name != "-" { try UnknownUser.warnOfSlip(user, settings, ledger, context) }
    try Failure.ledger { () throws(LedgerError) in
      try ledger.change(.tier(name == "-" ? nil : name), of: user, actor: context.actor, nowUnixMs: context.nowUnixMs)
    }
    let tier = name == "-" ? settings.users[user]?.tier ?? settings.defaultTier : name
    try context.confirm(
      arguments[SharedOptions.json]
        ? JSONWriter.pretty([
          "schema": 1, "user": .string(user), "tier": .string(tier), "is_assigned": .bool(name != "-"),
        ]) : "\(user): tier \(tier)\n",
      that: "\(user) is in the tier \(tier)", shownBy: "budget show \(ShellWord.text(user))")
    return 0
  }

  static func remove(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let user = try arguments.neededUser("user remove", isOld: true).user
    let settings = try context.settings()
    let ledger = try context.ledger(settings)
    let users = try Failure.ledger { () throws(LedgerError) in try ledger.users() }
    guard let old = users.first(where: { $0.name == user }) else {
      if try UnknownUser.unlisted(ledger, besides: users.map(\.name)).contains(user) {
        throw Failure(
          "\(user) has no tier and no budgets of their own, so there is nothing to forget",
          hint: "entries stay, and so does what is on top until its window ends", status: Failure.Status.unavailable)
      }
      let elsewhere = [
        ServeKeyFile.users(context).contains(user)
          ? ("a key of serve", "'llmguard serve key remove --user \(ShellWord.text(user))' takes it away") : nil,
        settings.users[user] == nil
          ? nil : ("a place in the configuration", "take [user.\(TOMLWriter.key(user))] out of it"),
      ].compactMap { $0 }
      if !elsewhere.isEmpty {
        throw Failure(
          "\(user) has nothing in the ledger to forget, only \(elsewhere.map(\.0).joined(separator: " and "))",
          hint: elsewhere.map(\.1).joined(separator: "; "), status: Failure.Status.unavailable)
      }
      let nearest =
        NearestName.suggestion(for: user, among: users.map(\.name) + ServeKeyFile.users(context))
        .map { "did you mean '\($0)'? " } ?? ""
      throw Failure(
        "the ledger does not know \(user)", hint: nearest + "'llmguard user list' shows whom it knows",
        status: Failure.Status.unavailable)
    }
    try Failure.ledger { () throws(LedgerError) in
      try ledger.change(.remove, of: user, actor: context.actor, nowUnixMs: context.nowUnixMs)
    }
    try context.confirm(
      arguments[SharedOptions.json]
        ? JSONWriter.pretty(["schema": 1, "user": .string(user), "removed": true])
        : "\(user): removed; entries stay\n", that: "\(user) is removed", shownBy: "user list")
    if old.isPaused {
      context.say(
        .warning, "the pause ended with it: a call in the name of \(user) goes out again",
        hint: "'llmguard budget pause \(ShellWord.text(user))' stops them still")
    }
    tellWhatStays(of: user, context)
    return 0
  }

  /// Says what else there is of a user who is removed: keys that still let them in, and answers to what they asked.
  private static func tellWhatStays(of user: String, _ context: Context) {
    let keys = ((try? ServeKeyFile(context).read()) ?? []).filter { $0.user == user }
    if !keys.isEmpty {
      context.say(
        .warning,
        "\(user) still has \(HumanNumber.counted(Int64(keys.count), "key")) of serve, and can call with "
          + (keys.count == 1 ? "it" : "them"),
        hint: "llmguard serve key remove --user \(ShellWord.text(user))")
    }
    let answers = ((try? CacheCommands.open(context)?.entries()) ?? []).filter { $0.user == user }
    if !answers.isEmpty {
      context.say(
        .note, "the cache still holds what \(user) asked: \(HumanNumber.counted(Int64(answers.count), "answer"))",
        hint: "llmguard cache clear --user \(ShellWord.text(user))")
    }
  }
}
