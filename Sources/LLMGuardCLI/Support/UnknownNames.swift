import CommandSpec
import Configuration
import GuardModel
import Ledger
import SQLiteLedger

/// Names that choose calls and that nobody knows: a report of what there never was reads as if nothing had been used. It
/// may still come to be, so the report is made as ever, and the warning stands beside it.
struct UnknownNames {
  let settings: Settings
  let ledger: SQLiteLedger
  let context: Context

  init(_ settings: Settings, _ ledger: SQLiteLedger, _ context: Context) {
    (self.settings, self.ledger, self.context) = (settings, ledger, context)
  }

  /// Warns of each name among the options that choose calls, as far as the command has them.
  func warn(_ arguments: ParsedArguments) throws(Failure) {
    func name(_ option: CommandSpec.Option<String>) -> String? { arguments.takes(option) ? arguments[option] : nil }
    if let name = name(UsageFilter.user) { try warn(ofUser: name) }
    if let name = name(UsageFilter.operation) { try warn(ofOperation: name) }
    if let name = name(UsageFilter.model) { try warn(ofModel: name) }
    if let name = name(UsageFilter.run) { try warn(ofRun: name) }
  }

  func warn(ofUser name: String) throws(Failure) {
    if let unknown = try unknown(user: name) { say(unknown.message, unknown.hint) }
  }

  /// Fails for a user whom nobody knows: a gate for a name with a slip in it would let everything through.
  func check(user name: String) throws(Failure) { if let unknown = try unknown(user: name) { throw unknown } }

  private func unknown(user name: String) throws(Failure) -> Failure? {
    guard let nearest = try UnknownUser.hint(name, settings, ledger, context) else { return nil }
    // Who was removed has left entries; who has not called yet may have been given a key.
    if try used(.user).contains(name) { return nil }
    if (try? ServeKeyFile(context).read())?.contains(where: { $0.user == name }) == true { return nil }
    return Failure(
      "nobody knows the user '\(name)': neither the ledger nor the configuration",
      hint: nearest + "'llmguard user list' shows whom the ledger knows", status: Failure.Status.unavailable)
  }

  /// The operation whose calls a name chooses: as for a call, the configuration's of that name, whatever its capitals, unless
  /// calls were for one that is written so.
  func operation(_ stated: String?) throws(Failure) -> String? {
    guard let stated else { return nil }
    let meant = settings.operation(stated: stated)
    if meant == stated { return stated }
    return try used(.operation).contains(stated) ? stated : meant
  }

  func warn(ofOperation stated: String) throws(Failure) {
    guard let name = try operation(stated) else { return }
    let known = Array(settings.operations.keys) + (try used(.operation))
    if known.contains(name) { return }
    say(
      "no call was ever for the operation '\(name)', and the configuration does not name it",
      nearest(name, known) + "'llmguard usage report --by operation' shows those that there were")
  }

  private func warn(ofModel name: String) throws(Failure) {
    let called = try used(.model)
    if called.contains(name) { return }
    let priced = settings.priceTable.all.map(\.model)
    // A model that is known and was not called may be asked for: the table says that there was nothing.
    if priced.contains(name) { return }
    let hint = nearest(name, called)
    say(
      "no call was ever to the model '\(name)', and no price of it is known",
      (hint.isEmpty ? nearest(name, priced) : hint) + "'llmguard usage report --by model' shows those that there were")
  }

  private func warn(ofRun name: String) throws(Failure) {
    if try !Failure.ledger({ () throws(LedgerError) in try ledger.calls(CallQuery(run: name, limit: 1)) }).isEmpty {
      return
    }
    // One whose first call is under way has an entry, too.
    let runs = try Failure.ledger { () throws(LedgerError) in try ledger.entries(limit: 200) }.compactMap(\.facts?.run)
    if runs.contains(name) { return }
    say(
      "the ledger knows no run '\(name)'",
      nearest(name, Array(Set(runs)).sorted()) + "'llmguard usage report --by run' shows those that there were")
  }

  private func used(_ dimension: UsageDimension) throws(Failure) -> [String] {
    try Failure.ledger { () throws(LedgerError) in try ledger.usage(UsageQuery(groupBy: [dimension])) }
      .compactMap(\.group.first)
  }

  private func nearest(_ name: String, _ known: [String]) -> String {
    NearestName.suggestion(for: name, among: known).map { "did you mean '\($0)'? " } ?? ""
  }

  private func say(_ text: String, _ hint: String) { context.say(.warning, text, hint: hint) }
}
