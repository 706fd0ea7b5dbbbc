import CommandSpec
import Configuration
import GuardModel
import Ledger
import Posix
import Terminal
import TextFormats

/// `llmguard serve key remove`: keys are taken away one by one, or all that a user has.
enum ServeKeyRemoval {
  private static let user = NamedUser.option("all keys of this user: whoever leaves the team")

  static let command = Command<CLIHandler>(
    "remove", summary: "Take keys away, single ones or all of a user; a server that runs refuses them from then on",
    description: [
      "It counts from the next request, also on a connection that is open. Calls under way end as they would, and are charged to "
        + "their user; one that waits for its turn still gets it (`llmguard budget pause USER` ends that, too). A user's "
        + "name in place of an ID stands for the one key that they have; --user takes all, whatever they open.",
      "With a key its user's budgets, tier and entries stay. For somebody who leaves: this with --user, and `llmguard budget pause USER`, "
        + "where they can call in another way, too.",
    ],
    options: [user.spec, LedgerCommands.dryRun.spec, SharedOptions.json.spec],
    operands: [
      OperandSpec(
        "ID", summary: "the key's id, as 'serve key list' shows it; any number of them", count: .any,
        completion: .names(kind: "keys"))
    ],
    examples: [
      Example("llmguard serve key remove --user bob", "Bob leaves: none of his keys opens anything any more."),
      Example("llmguard serve key remove --user bob --dry-run", "See which keys those are."),
    ],
    handler: CLIHandler(run: run))

  /// The keys that are meant.
  private enum Meant {
    case named([String])
    case allOf(String)

    init(_ arguments: ParsedArguments) throws(Failure) {
      switch (arguments[ServeKeyRemoval.user], arguments.operands) {
      case (nil, []):
        throw Failure(
          "llmguard serve key remove needs an ID, or --user",
          hint: "'llmguard serve key list' shows the keys; --user NAME takes all away that a user has",
          status: Failure.Status.usage)
      case (nil, let operands): self = .named(operands.map(NameBytes.text(ofArgument:)))
      case (let user?, []): self = .allOf(user)
      case (let user?, _):
        throw Failure(
          "keys and --user \(user) say two things at once", hint: "give one of them", status: Failure.Status.usage)
      }
    }

    /// Which of the keys these are.
    ///
    /// - Throws: where one of them is none, or may be one of several; then none is to go.
    func found(among keys: [ServeKey]) throws(Failure) -> Set<ServeKey> {
      switch self {
      case .allOf(let user):
        let own = keys.filter { $0.user == user }
        if own.isEmpty { throw Self.nothing(of: user, among: keys) }
        return Set(own)
      case .named(let names):
        var found: Set<ServeKey> = []
        for name in names { found.insert(try Self.key(name, among: keys)) }
        return found
      }
    }

    private static func key(_ name: String, among keys: [ServeKey]) throws(Failure) -> ServeKey {
      if let key = keys.first(where: { $0.id == name }) { return key }
      // A key itself, as it stood where it should not: it is taken away, and told to nobody once more.
      if ServeKey.isLike(Array(name.utf8)) {
        let hash = ServeKey.hash(of: Array(name.utf8))
        if let key = keys.first(where: { $0.hash == hash }) { return key }
        throw Failure(
          "there is no such key as '\(name.prefix(4))…'",
          hint: "'llmguard serve key list' shows the ids of those that are there",
          status: Failure.Status.unavailable)
      }
      let own = keys.filter { $0.user == name }
      guard let key = own.first else {
        let nearest = NearestName.suggestion(for: name, among: keys.map(\.user)).map { "did you mean '\($0)'? " }
        throw Failure(
          "there is no key '\(name)', and nobody of that name has one",
          hint: (nearest ?? "") + "'llmguard serve key list' shows them", status: Failure.Status.unavailable)
      }
      if own.count == 1 { return key }
      throw Failure(
        "\(name) has \(own.count) keys (\(own.map(\.id).joined(separator: ", "))), and nothing was removed",
        hint: "'llmguard serve key remove --user \(ShellWord.text(name))' takes all away; else name the id of the one",
        status: Failure.Status.usage)
    }

    private static func nothing(of user: String, among keys: [ServeKey]) -> Failure {
      let nearest = NearestName.suggestion(for: user, among: keys.map(\.user)).map { "did you mean '\($0)'? " }
      return Failure(
        "\(user) has no key of serve", hint: (nearest ?? "") + "'llmguard serve key list' shows whose there are",
        status: Failure.Status.unavailable)
    }
  }

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let (meant, file, isRehearsal) = (
      try Meant(arguments), try ServeKeyFile(context), arguments[LedgerCommands.dryRun]
    )
    let gone: [ServeKey]
    var left: [ServeKey] = []
    if isRehearsal {
      let keys = try file.read()
      let found = try meant.found(among: keys)
      gone = keys.filter(found.contains)
    } else {
      (gone, left) = try file.change { (keys: inout [ServeKey]) throws(Failure) in
        let found = try meant.found(among: keys)
        defer { keys.removeAll(where: found.contains) }
        return (keys.filter(found.contains), keys.filter { !found.contains($0) })
      }
    }
    let settings = context.settingsIfUsable()
    let underWay = underWay(of: gone, settings, context)
    let text =
      arguments[SharedOptions.json]
      ? JSONWriter.pretty([
        "schema": 1, "dry_run": .bool(isRehearsal),
        "removed": .array(gone.map { $0.named(underWay: underWay[$0.run]) }),
      ])
      : gone.map { line($0, underWay[$0.run] ?? 0, isRehearsal: isRehearsal) }.joined()
    if isRehearsal {
      try context.print(text)
      return 0
    }
    // Whoever takes a key away may be in a hurry: a ledger that cannot be written does not keep it, nor does a full pipe.
    let isTold: Failure?
    do throws(Failure) {
      try context.confirm(
        text, that: "the \(named(gone)) removed", shownBy: "serve key list")
      isTold = nil
    } catch { isTold = error }
    record(gone, settings, context)
    if let isTold { throw isTold }
    tellWhatIsLeft(of: gone, left, context)
    return 0
  }

  private static func named(_ keys: [ServeKey]) -> String {
    (keys.count == 1 ? "key " : "keys ") + keys.map(\.id).joined(separator: ", ") + (keys.count == 1 ? " is" : " are")
  }

  private static func line(_ key: ServeKey, _ underWay: Int, isRehearsal: Bool) -> String {
    let use = key.kind == .metrics ? ", for metrics" : key.operation.map { ", for \(TerminalText.safe($0))" } ?? ""
    let calls =
      underWay == 0
      ? ""
      : "; \(HumanNumber.counted(Int64(underWay), "call")) under way \(underWay == 1 ? "ends as it would" : "end as they would")"
    return
      "\(key.id): \(isRehearsal ? "would be removed; it is" : "removed; it was") \(TerminalText.safe(key.user))'s\(use)\(calls)\n"
  }

  /// How many calls of each key's run are under way. A ledger that cannot be read keeps no key.
  private static func underWay(
    of keys: [ServeKey], _ settings: Settings, _ context: Context
  ) -> [String: Int] {
    guard !keys.isEmpty, let path = try? context.ledgerPath(), !context.isMissing(path),
      let ledger = try? context.readingLedger(settings), let holds = try? ledger.holds()
    else { return [:] }
    let runs = Set(keys.map(\.run))
    return holds.map(\.facts.run).reduce(into: [:]) { if runs.contains($1) { $0[$1, default: 0] += 1 } }
  }

  private static func record(_ keys: [ServeKey], _ settings: Settings, _ context: Context) {
    do throws(Failure) {
      for key in keys { try ServeKeyCommands.record(key.removed, of: key, settings, context) }
    } catch {
      context.say(
        .warning, "the \(named(keys)) removed, but the audit does not have it: \(error.message)", hint: error.hint)
    }
  }

  /// Says so where a user whose key went has others: they still let in whoever was meant to be kept out.
  private static func tellWhatIsLeft(of gone: [ServeKey], _ left: [ServeKey], _ context: Context) {
    for user in Set(gone.map(\.user)).sorted() {
      let others = left.filter { $0.user == user }
      if others.isEmpty { continue }
      context.say(
        .note, "\(user) still has \(HumanNumber.counted(Int64(others.count), "other key")) of serve",
        hint: "'llmguard serve key remove --user \(ShellWord.text(user))' takes away all that are left")
    }
  }
}

extension ServeKey {
  /// What programs are told of a key that goes.
  fileprivate func named(underWay: Int?) -> JSONValue {
    [
      "id": .string(id), "user": .string(user), "operation": .string(orNull: operation), "kind": .string(kind.rawValue),
      "created_unix_ms": .int(createdUnixMs), "calls_under_way": .int(Int64(underWay ?? 0)),
    ]
  }
}
