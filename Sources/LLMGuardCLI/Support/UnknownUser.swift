import CommandSpec
import Configuration
import Ledger
import Posix
import SQLiteLedger
import TextFormats

/// A user of whom there is no trace yet: a new one, or a name with a slip in it.
enum UnknownUser {
  /// What may have been meant, with a space behind it, or nothing; `nil` for a user who is known to the ledger or the
  /// configuration, also by nothing but a top-up, who has a key of a server, or whom this process acts for.
  static func hint(
    _ user: String, _ settings: Settings, _ ledger: SQLiteLedger, _ context: Context
  ) throws(Failure) -> String? {
    let acting = try ActingUser.name()
    if user == acting || settings.users[user] != nil { return nil }
    let known = try Failure.ledger { () throws(LedgerError) in try ledger.users() }.map(\.name)
    if known.contains(user) { return nil }
    // Whose first call is under way is known by what is held for it.
    if try Failure.ledger({ () throws(LedgerError) in try ledger.holds() }).contains(where: { $0.facts.user == user }) {
      return nil
    }
    if try unlisted(ledger, besides: known).contains(user) { return nil }
    let withKeys = ServeKeyFile.users(context)
    if withKeys.contains(user) { return nil }
    return NearestName.suggestion(for: user, among: known + settings.users.keys + withKeys)
      .map { "did you mean '\($0)'? " } ?? ""
  }

  /// Those whom the ledger knows and does not list as users: all they asked was refused or answered from the cache, or a top-up
  /// waits for their first call. Whoever was removed is none of them, unless by a top-up since.
  ///
  /// - Parameter listed: the names that are listed.
  static func unlisted(_ ledger: SQLiteLedger, besides listed: [String]) throws(Failure) -> Set<String> {
    try Failure.ledger { () throws(LedgerError) in
      var names: Set<String> = []
      for row in try ledger.usage(UsageQuery(groupBy: [.user])) { names.insert(row.group[0]) }
      names.subtract(listed)
      // Few are left of however many.
      for name in names { if try ledger.user(name) != nil { names.remove(name) } }
      return names.union(try ledger.usersWithTopUps(nowUnixMs: Clock.unixMs)).subtracting(listed)
    }
  }

  /// Whether calls of a user are recorded, also of one who was removed.
  static func hasEntries(_ user: String, _ ledger: SQLiteLedger) throws(Failure) -> Bool {
    let query = UsageQuery(user: user, groupBy: [.user])
    return try !Failure.ledger { () throws(LedgerError) in try ledger.usage(query) }.isEmpty
  }

  /// Warns of a user for whom the configuration has no rules, and who is called as one for whom it has some but for capitals: names
  /// of operations do not tell them apart.
  ///
  /// - Parameter more: other names that are known.
  /// - Returns: whether there is such a one.
  @discardableResult
  static func warnOfTwin(
    _ user: String, among more: [String] = [], _ settings: Settings, _ context: Context
  ) -> Bool {
    if settings.users[user] != nil || settings.users.isEmpty && more.isEmpty || more.contains(user) { return false }
    let folded = user.lowercased()
    guard let twin = (settings.users.keys.sorted() + more).first(where: { $0.lowercased() == folded }) else {
      return false
    }
    context.say(
      .warning, "there is a user '\(twin)'; '\(user)' is another one, to whom the rules for '\(twin)' do not apply",
      hint: "names of users tell capitals apart: write '\(twin)' where that user is meant")
    return true
  }

  /// Warns of a user who is new and nearly somebody else: rules for a name with a slip in it limit nobody.
  static func warnOfSlip(
    _ user: String, _ settings: Settings, _ ledger: SQLiteLedger, _ context: Context
  ) throws(Failure) {
    let known = try Failure.ledger { () throws(LedgerError) in try ledger.users() }.map(\.name)
    if warnOfTwin(user, among: known + ServeKeyFile.users(context).sorted(), settings, context) { return }
    guard let nearest = try hint(user, settings, ledger, context), !nearest.isEmpty else { return }
    context.say(
      .warning, "no calls and no rules of '\(user)' so far",
      hint: nearest + "'llmguard user remove \(ShellWord.text(user))' takes a new user back")
  }

  /// Warns of a user whom nobody knows, from whom something is taken that they cannot have.
  static func warnOfNobody(
    _ user: String, _ settings: Settings, _ ledger: SQLiteLedger, _ context: Context
  ) throws(Failure) {
    guard let nearest = try hint(user, settings, ledger, context), try !hasEntries(user, ledger) else { return }
    context.say(
      .warning, "nobody knows \(user): neither the ledger nor the configuration",
      hint: nearest + "'llmguard user list' shows whom the ledger knows")
  }

  /// Fails for a user whom nobody knows: there is nothing to show of them, and nothing to take back.
  static func check(
    _ user: String, _ settings: Settings, _ ledger: SQLiteLedger, _ context: Context
  ) throws(Failure) {
    guard let hint = try hint(user, settings, ledger, context) else { return }
    // Who was removed has left entries, which stay.
    if try hasEntries(user, ledger) {
      throw Failure(
        "\(user) is not a user now: only the ledger's entries name them",
        hint: "'llmguard usage report -u \(ShellWord.text(user))' shows what they used",
        status: Failure.Status.unavailable)
    }
    throw Failure(
      "nobody knows \(user): neither the ledger nor the configuration",
      hint: hint + "'llmguard user list' shows whom the ledger knows", status: Failure.Status.unavailable)
  }
}
