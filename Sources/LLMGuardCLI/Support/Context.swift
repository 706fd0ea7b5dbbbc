import Configuration
import GuardModel
import Ledger
import Posix
import Providers
import SQLiteLedger
import Terminal

/// What every command works with: where things are, the rules, the ledger, and how output looks.
struct Context {
  /// How standard output looks.
  let output: Style
  /// How standard error looks.
  let error: Style
  private var configPath: String?
  /// Whether nothing but errors and refusals is wanted, or what else there is to say is told in another way.
  var isQuiet = false
  /// The zone in which each line on standard error begins with its date and time; `nil` where it does without.
  var dateZone: ZoneOffsets?
  /// What named `configPath`.
  private var configOption: String
  /// The administrator's file that the command line names in place of the one in force.
  private var statedSystemConfig: String?
  /// The ledger that the command line names in place of the one in use.
  private var statedLedger: String?

  init(
    color: ColorChoice, configPath: String?, isHeaded: Bool = false,
    configOption: String = GlobalOptions.config.spec.name
  ) {
    output = Style.of(.output, color: color, isHeaded: isHeaded)
    error = Style.of(.error, color: color)
    self.configPath = configPath
    self.configOption = configOption
  }

  /// The clock.
  var nowUnixMs: Int64 { Clock.unixMs }

  // MARK: - Places

  static let systemConfig = "/etc/llmguard/llmguard.toml"

  private func base(
    _ variable: String, _ fallback: String, of what: String = "ledger",
    stated by: String = "LLMGUARD_LEDGER and LLMGUARD_CONFIG to files"
  ) throws(Failure) -> String {
    if let folder = try Self.path(in: variable), folder.hasPrefix("/") { return folder }
    guard let home = try Self.path(in: "HOME"), home.hasPrefix("/") else {
      let stated = Environment.value("HOME").flatMap { $0.isEmpty ? nil : $0 }
      var failure = Failure(
        (stated.map { "HOME is '\($0)', which is not an absolute path" } ?? "HOME is not set")
          + ", so there is no place for the \(what)",
        hint: "set HOME (cron: put 'HOME=/home/you' at the top of the crontab), or \(by)",
        status: Failure.Status.configuration)
      failure.isOfNoPlace = true
      throw failure
    }
    return home + fallback
  }

  /// The same, with the configuration in another file, which a command names as an argument.
  func reading(configuration path: String, of command: String) -> Context {
    var other = self
    (other.configPath, other.configOption) = (path, "'\(command)'")
    return other
  }

  /// The same, under another file of the administrator's.
  func reading(systemConfiguration path: String) -> Context {
    var other = self
    other.statedSystemConfig = path
    return other
  }

  /// The same, with another ledger than the one in use.
  func reading(ledger path: String) -> Context {
    var other = self
    other.statedLedger = path.hasPrefix("/") ? path : "\(Folder.current ?? "")/\(path)"
    return other
  }

  /// Whether the command line names a ledger.
  var namesLedger: Bool { statedLedger != nil }

  /// The configuration file that the command line names; `nil` where it names none.
  var statedConfig: String? { configPath }

  /// The user's configuration file.
  func userConfigPath() throws(Failure) -> String {
    if let configPath { return configPath }
    if let path = try Self.path(in: "LLMGUARD_CONFIG"), !path.isEmpty { return path }
    return try base("XDG_CONFIG_HOME", "/.config", of: "configuration", stated: "name the file with \(configOption)")
      + "/llmguard/llmguard.toml"
  }

  /// The ledger's database.
  func ledgerPath() throws(Failure) -> String {
    if let statedLedger { return statedLedger }
    if let path = try Self.absolutePath(in: "LLMGUARD_LEDGER", of: "ledger") { return path }
    return try base("XDG_STATE_HOME", "/.local/state") + "/llmguard/ledger.sqlite3"
  }

  /// The path that a variable is; `nil` where it is not set.
  ///
  /// - Throws: where it is not UTF-8: it would be read as another one.
  private static func path(in variable: String) throws(Failure) -> String? {
    guard let path = Environment.value(variable), !Environment.isText(variable) else {
      return Environment.value(variable)
    }
    throw Failure(
      "\(variable) is '\(TerminalText.safe(path))', which is not UTF-8, as the paths of llmguard's own files have to be",
      hint: "name a place in UTF-8, or a link to it that has such a name", status: Failure.Status.configuration)
  }

  /// The place that a variable states; `nil` where it states none.
  private static func absolutePath(in variable: String, of what: String) throws(Failure) -> String? {
    guard let path = try Self.path(in: variable), !path.isEmpty else { return nil }
    if path.hasPrefix("/") { return path }
    throw Failure(
      "\(variable) is '\(TerminalText.safe(path))', which is not an absolute path",
      hint: "begin it with '/': the \(what) must be the same one from every folder",
      status: Failure.Status.configuration)
  }

  /// The cache's file: of a ledger that was stated without a HOME, or with one that cannot be used, in the ledger's own folder.
  func cachePath() throws(Failure) -> String {
    if let path = try Self.absolutePath(in: "LLMGUARD_CACHE", of: "cache") { return path }
    if Environment.home == nil || !Environment.isText("HOME"), Environment.value("XDG_CACHE_HOME") == nil {
      return File.parent(of: try ledgerPath()) + "/cache.sqlite3"
    }
    return try base("XDG_CACHE_HOME", "/.cache") + "/llmguard/cache.sqlite3"
  }

  /// The file of imported prices, beside the ledger.
  func pricesPath() throws(Failure) -> String { File.parent(of: try ledgerPath()) + "/prices.json" }

  // MARK: - Rules

  /// Whether the environment names the user's configuration.
  private static var statesConfig: Bool { Environment.value("LLMGUARD_CONFIG").map { !$0.isEmpty } ?? false }

  /// Whether the user's configuration has a place where it is looked for.
  var seeksUserConfig: Bool {
    configPath != nil || Self.statesConfig || Environment.home != nil || Environment.value("XDG_CONFIG_HOME") != nil
  }

  /// The configuration with all its problems.
  func readConfiguration() throws(Failure) -> (settings: Settings, problems: [ConfigProblem], paths: [String]) {
    var sources: [ConfigSource] = []
    let isStated = configPath != nil || Self.statesConfig
    let system = statedSystemConfig ?? Self.systemConfig
    var places: [(String, ConfigSource.Kind, Bool)] = [(system, .system, statedSystemConfig != nil)]
    // Without HOME a stated ledger still works: then there is simply no user file.
    if seeksUserConfig {
      let user = try userConfigPath()
      // One file is not under itself: whoever names the administrator's own means that.
      let isSystems = File.exists(user) && File.identity(user) == File.identity(system)
      if !isSystems { places.append((user, .user, isStated)) }
    }
    for (path, kind, mustExist) in places {
      do throws(PosixError) {
        let bytes = try File.readSettled(path, maximumBytes: 4 << 20, waits: { sayWaiting(for: path) })
        sources.append(ConfigSource(path: path, bytes: bytes, kind: kind))
      } catch {
        if error.isMissing, !mustExist { continue }
        var failure = Failure(
          reading: path, as: "the configuration", error,
          hint: !mustExist
            ? "\(error.code == PosixError.noFile ? "put a file there" : "make the file readable")"
              + ", or move it away: the built-in rules hold without it"
            : path == statedSystemConfig
              ? "give --system a file that is there and can be read"
              : configPath != nil
                ? "give \(configOption) a file that is there and can be read"
                : "LLMGUARD_CONFIG names it; take that out, or put it right")
        // What nobody named is there to be found, and is not as it should be.
        if !mustExist { failure.status = Failure.Status.configuration }
        if error.isPermission, let closed = ClosedFolder(onTheWayTo: path) {
          failure.message = "cannot read the configuration '\(path)': \(closed.message)"
          failure.hint = closed.hint
        }
        throw failure
      }
    }
    let (settings, problems) = ConfigReader.read(
      sources, environment: Environment.values(beginning: "LLMGUARD_"), isKnownZone: { Zone(name: $0) != nil },
      patternProblem: { source in
        do throws(Pattern.Malformed) {
          _ = try Pattern(source)
          return nil
        } catch { return PatternFault(error.description, hint: error.hint) }
      })
    return (settings, problems, sources.map(\.path))
  }

  /// The rules in force.
  ///
  /// - Throws: when the configuration has problems: all of them.
  func settings() throws(Failure) -> Settings {
    var (settings, problems, _) = try readConfiguration()
    if !problems.isEmpty {
      throw Failure(
        "the configuration cannot be used",
        hint: "'llmguard config check' reports the same"
          + (problems.allSatisfy(\.isOfVariable) ? "" : "; 'llmguard config init' writes a commented file"),
        details: problems.flatMap { ["  \($0)"] + ($0.hint.isEmpty ? [] : ["    \($0.hint)"]) },
        status: Failure.Status.configuration)
    }
    // Where there is no place for them, none have been imported.
    if settings.importLockPlace == nil, let path = try? pricesPath(), File.exists(path) {
      do {
        settings.importedPrices = try PriceImport.decode(try File.readSettled(path, maximumBytes: 64 << 20))
      } catch {
        let isUnread = (error as? PosixError).map { !$0.isTooLarge } ?? false
        throw Failure(
          "cannot read the imported prices '\(path)': \((error as? PosixError)?.reason ?? "\(error)")",
          hint: isUnread
            ? "make the file readable for you, or remove it"
            : "import them again with 'llmguard price import FILE', or remove the file",
          status: isUnread ? Failure.Status.inputOutput : Failure.Status.data)
      }
    }
    return settings
  }

  /// The zone of a name, or the configured one, or the machine's.
  ///
  /// Where that is the machine's because `TZ` names none, it is said, once: days and windows end by it.
  func zone(_ settings: Settings, named name: String? = nil) -> ZoneOffsets {
    if name == nil, settings.timezone == nil { warnOfZone() }
    let zone = (name ?? settings.timezone).flatMap(Zone.init(name:)) ?? Zone.local
    return ZoneOffsets(name: zone.name) { zone.offsetSeconds(atUnixSeconds: $0) }
  }

  /// The zone in which hours are told on standard error: where that is no terminal, it is a mail of cron's or a log, and nobody
  /// knows when it is read.
  func laterZone(_ settings: Settings) -> ZoneOffsets? { error.isTerminal ? nil : zone(settings) }

  private func warnOfZone() {
    guard !isQuiet, OuterRun.current == nil, let stated = Zone.unusableStated,
      Self.hasWarnedOfZone.use({ hasWarned in
        defer { hasWarned = true }
        return !hasWarned
      })
    else { return }
    say(
      .warning, "TZ is '\(stated)', which is no time zone; days and windows end by \(Zone.local.name)",
      hint: "name one such as Europe/Berlin or UTC, in TZ or as 'timezone' in the configuration")
  }

  private static let hasWarnedOfZone = Locked(false)

  /// Opens the ledger.
  func ledger(_ settings: Settings) throws(Failure) -> SQLiteLedger {
    let path = try ledgerPath()
    let zone = zone(settings)
    let ledger = try Failure.ledger { () throws(LedgerError) in
      try SQLiteLedger(path: path, zone: zone, lockDeadlineMs: settings.lockWaitMs)
    }
    if ledger.raisedFrom != nil { ServedRules.warnOfOlderServers(self) }
    return ledger
  }

  /// Opens the ledger to be read. One that cannot be written, or is a backup that nobody uses, is left as it is, with
  /// nothing beside it; one that is not there reads as empty.
  ///
  /// - Parameters:
  ///   - follows: whether what others record meanwhile is wanted, too: then one that is not there is made.
  ///   - mayHaveLost: whether entries may be lost of it, which whoever asks looks for.
  func readingLedger(
    _ settings: Settings, follows: Bool = false, mayHaveLost: Bool = false
  ) throws(Failure) -> SQLiteLedger {
    let path = try ledgerPath()
    let ledger = try openToRead(path, settings, follows: follows)
    if mayHaveLost { return ledger }
    // Where entries are lost, what is left would read as if nothing had been used.
    try Failure.ledger { () throws(LedgerError) in try ledger.checkForLoss() }
    return ledger
  }

  private func openToRead(_ path: String, _ settings: Settings, follows: Bool) throws(Failure) -> SQLiteLedger {
    if !follows, isMissing(path) {
      let zone = zone(settings)
      return try Failure.ledger { () throws(LedgerError) in try SQLiteLedger(missing: path, zone: zone) }
    }
    let isInUse = follows || File.exists(path + ".lock") || File.exists(path + "-wal")
    guard File.isRegular(path), !isInUse || !SQLiteLedger.canWrite(path) else { return try ledger(settings) }
    let zone = zone(settings)
    do throws(LedgerError) {
      return try SQLiteLedger(reading: path, zone: zone, busyMs: settings.lockWaitMs)
    } catch {
      // What has to be brought up to date first is opened as ever.
      if case .cannotOpen = error, SQLiteLedger.canWrite(path) { return try ledger(settings) }
      throw Failure(error)
    }
  }

  /// Whether nothing is at a path, and it is known that nothing is: a place that may not be looked at, or can hold no file, is
  /// no empty ledger.
  func isMissing(_ path: String) -> Bool {
    // What is there is not opened here: to close it again would end SQLite's locks on it.
    if File.exists(path) || File.isLink(path) { return false }
    // Nor is a link that leads nowhere a folder that is not made yet: it may lead to a disk that is not there just now.
    var folder = File.parent(of: path)
    while !File.exists(folder), folder != File.parent(of: folder) {
      if File.isLink(folder) { return false }
      folder = File.parent(of: folder)
    }
    do throws(PosixError) {
      try FileDescriptor.open(path, .read, followLinks: false).close()
      return false
    } catch { return error.isNoEntry }
  }

  /// Warns when the ledger's clock is more than a minute ahead of the machine's: its windows stand still until then.
  ///
  /// - Returns: by how many milliseconds it is ahead.
  @discardableResult
  func warnOfClockAhead(_ ledger: SQLiteLedger) throws(Failure) -> Int64 {
    let now = nowUnixMs
    let leadMs = try Failure.ledger { () throws(LedgerError) in try ledger.clockLeadMs(over: now) }
    warnOfClock(aheadByMs: leadMs)
    return leadMs
  }

  /// The same of a ledger of which that is known.
  func warnOfClock(aheadByMs leadMs: Int64) {
    if leadMs > 60_000 {
      say(
        .warning, "the ledger's clock is \(HumanNumber.duration(milliseconds: leadMs)) ahead of this machine's",
        hint: "windows stand still until it has caught up; if this machine's clock is right, "
          + "'llmguard ledger repair-clock' sets the ledger's back")
    }
  }

  /// Warns of users whose tier is gone, the first by name: their calls are refused.
  func warn(ofTiers problems: [SettingsError]) {
    guard let first = problems.first else { return }
    let others = problems.count - 1
    say(
      .warning,
      "\(first), so calls of \(first.user) are refused"
        + (others > 0 ? "; so it is with \(others) \(others == 1 ? "other" : "others")" : ""), hint: first.hint)
  }

  /// Who is acting, for the audit.
  var actor: String { CurrentUser.name }

  // MARK: - Output

  /// A path as the only thing in a line: a program gets it as it is, and a terminal does not act on what stands in it.
  func line(of path: String) -> String { (output.isTerminal ? TerminalText.safe(path) : path) + "\n" }

  /// Writes to standard output.
  func print(_ text: String) throws(Failure) { try print(Array(output.shown(text).utf8)) }

  /// Writes to standard output what only people read, wherever it goes.
  func print(spelled text: String) throws(Failure) { try print(Array(output.spelled(text).utf8)) }

  /// Prints bytes.
  func print(_ text: [UInt8]) throws(Failure) {
    do throws(PosixError) { try StandardStreams.print(text) } catch {
      throw Failure(
        error,
        hint: error.code == PosixError.notOpen
          ? "standard output is closed: leave out '>&-', or send it somewhere, and run the command again"
          : "only this output was cut short: make room where it goes, and run the command again")
    }
  }

  /// Prints what a change came to. Where that fails, it says that the change is made: whoever ran the command again for its
  /// output would make it twice.
  ///
  /// - Parameters:
  ///   - done: what has been done, as a sentence: `the top-up is booked`.
  ///   - command: what shows it, after `llmguard`; `nil` where nothing does.
  func confirm(_ text: String, that done: String, shownBy command: String? = nil) throws(Failure) {
    do throws(PosixError) { try StandardStreams.print(output.shown(text)) } catch {
      throw Failure(
        "\(done), but the confirmation could not be printed: \(error)",
        hint: "it is not to be done again" + (command.map { "; 'llmguard \($0)' shows it" } ?? ""),
        status: Failure.Status.inputOutput)
    }
  }
}
