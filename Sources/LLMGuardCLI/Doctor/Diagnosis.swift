import Configuration
import IntentCache
import Ledger
import Posix
import Providers
import SQLite
import Terminal
import Upstream

/// One thing that was looked at.
struct Diagnosis {
  /// How it is.
  enum State: String, CaseIterable {
    case problem, warning, note, ok
  }

  let name: String
  let state: State
  let text: String
  var hint = ""
  /// The exit status that a problem asks for.
  var status: Int32 = 0

  // MARK: - SQLite

  /// SQLite and its bug.
  ///
  /// *Source:* SQLite's documentation, "Write-Ahead Logging", section "The WAL-Reset Bug": in versions before 3.51.3, two
  /// connections that write or checkpoint at one moment can, very rarely, damage a database.
  static func sqlite(version: String) -> Diagnosis {
    let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
    guard numbers.lexicographicallyPrecedes([3, 51, 3]) else {
      return Diagnosis(name: "sqlite", state: .ok, text: "SQLite \(version)")
    }
    return Diagnosis(
      name: "sqlite", state: .ok,
      text:
        "SQLite \(version); its WAL-reset bug (fixed in 3.51.3), by which two that write at one moment can damage a database, "
        + "is kept out: llmguard takes a lock before each write, of the ledger as of the cache",
      hint: "let no other program write or checkpoint these files while llmguard runs; distributions may have mended "
        + "an older version")
  }

  // MARK: - libcurl

  /// libcurl, by what it says of itself.
  static func curl(_ found: Result<String, UpstreamError>) -> Diagnosis {
    switch found {
    case .failure(let error):
      return Diagnosis(
        name: "libcurl", state: .problem, text: error.message, hint: error.hint, status: Failure.Status.unavailable)
    case .success(let version):
      let parts = version.split(separator: " ").map(String.init)
      let tls = parts.first { part in
        tlsNames.contains { part.lowercased().hasPrefix($0) || part.lowercased().hasPrefix("(" + $0) }
      }
      let hasTwo = parts.contains { $0.hasPrefix("nghttp2/") }
      let text =
        "\(parts.first ?? version), \(tls.map { "TLS by \($0)" } ?? "no TLS"), HTTP/\(hasTwo ? "1.1 and 2" : "1.1")"
      if tls == nil {
        return Diagnosis(
          name: "libcurl", state: .problem, text: text + ": no provider can be reached over https",
          hint: "install a libcurl with TLS: apt-get install libcurl4", status: Failure.Status.unavailable)
      }
      return Diagnosis(name: "libcurl", state: .ok, text: text)
    }
  }

  /// *Source:* the names that curl_version(3) lists.
  private static let tlsNames = [
    "openssl", "libressl", "boringssl", "aws-lc", "quictls", "gnutls", "mbedtls", "wolfssl", "nss", "rustls",
    "bearssl", "schannel", "securetransport",
  ]

  // MARK: - The ledger

  /// A larger ledger is not verified in passing.
  private static let quickBytes: Int64 = 64 << 20

  static func ledger(_ context: Context) -> Diagnosis {
    do throws(Failure) {
      let path = try context.ledgerPath()
      guard File.exists(path) else {
        if let reason = Folder.whyNothingCanBeMade(at: path) {
          return Diagnosis(
            name: "ledger", state: .problem, text: "none yet, and none can be made at \(path): \(reason)",
            hint: "make it writable, or name another place in LLMGUARD_LEDGER", status: Failure.Status.cannotCreate)
        }
        return Diagnosis(name: "ledger", state: .ok, text: "none yet; the first run makes \(path)")
      }
      // A configuration that cannot be used is told of in its own place.
      let ledger = try context.ledger((try? context.settings()) ?? Settings())
      if let size = File.changeMark(path).first, size > quickBytes {
        return Diagnosis(
          name: "ledger", state: .note, text: "\(path): it opens; it is too large to be verified in passing",
          hint: "llmguard ledger verify")
      }
      let problems = try Failure.ledger { () throws(LedgerError) in try ledger.verify() }
      if let first = problems.first {
        return Diagnosis(
          name: "ledger", state: .problem,
          text: "\(path) is damaged in \(problems.count) \(problems.count == 1 ? "place" : "places"): \(first)",
          hint: "llmguard ledger verify", status: Failure.Status.data)
      }
      let lead = try Failure.ledger { () throws(LedgerError) in try ledger.clockLeadMs(over: context.nowUnixMs) }
      if lead > 60_000 {
        return Diagnosis(
          name: "ledger", state: .warning,
          text: "\(path): sound, but its clock is \(HumanNumber.duration(milliseconds: lead)) ahead of this machine's",
          hint: "llmguard ledger repair-clock")
      }
      if let shared = shared("ledger", path, "sound, but ") { return shared }
      let folder = File.parent(of: path)
      if let place = Folder.resolved(folder), !Folder.isOwn(place) {
        return Diagnosis(
          name: "ledger", state: .warning,
          text: "\(path): sound, but others may put another in its place, as they can write its folder or one above it",
          hint: "if they should not: chmod go-w '\(folder)', and those above it")
      }
      return Diagnosis(name: "ledger", state: .ok, text: "\(path): sound")
    } catch {
      return Diagnosis(
        name: "ledger", state: .problem, text: "it cannot be used: \(error.message)", hint: error.hint,
        status: error.status)
    }
  }

  /// That others may use a database; `nil` where nobody may.
  private static func shared(_ name: String, _ path: String, _ lead: String) -> Diagnosis? {
    let modes = ["", "-wal", "-shm"].lazy.compactMap { File.permissions(of: path + $0) }
    guard let mode = modes.first(where: { $0 & 0o077 != 0 }) else { return nil }
    return Diagnosis(
      name: name, state: .warning,
      text: "\(path): \(lead)others may use its files (mode \(String(mode, radix: 8)))",
      hint: "if they should not: chmod 600 '\(path)'*")
  }

  // MARK: - The cache

  /// Whether the cache can be used, and who else may read what was asked and answered; `nil` where nothing is kept. Calls go on
  /// without it, so that nothing of it is a problem.
  static func cache(_ context: Context) -> Diagnosis? {
    guard let path = try? context.cachePath(), File.exists(path) || File.isLink(path) else { return nil }
    // Opening it closes it to others; what is no database is never opened so far.
    if let shared = shared("cache", path, "it holds what was asked and answered, and "),
      (try? Connection(path: path, isReadOnly: true).row("PRAGMA user_version")) != nil
    {
      return shared
    }
    func warning(_ text: String, _ hint: String) -> Diagnosis {
      Diagnosis(name: "cache", state: .warning, text: "\(text): calls go on without it", hint: hint)
    }
    do throws(CacheTrouble) {
      let count = try IntentCache(path: path, readsLittle: true).statistics().entries
      if IntentCache.cannotKeep(at: path) {
        return warning(
          "\(path): nothing can be kept, as it cannot be written, or its disk is full",
          "make room there, or make the file yours")
      }
      return Diagnosis(
        name: "cache", state: .ok, text: "\(path): it opens, with \(HumanNumber.counted(count, "answer"))")
    } catch {
      return error.kind == .locked
        ? Diagnosis(name: "cache", state: .note, text: "\(error)", hint: error.hint) : warning("\(error)", error.hint)
    }
  }

  // MARK: - The disk

  /// What a commit may have to write: the pages of a call, the log's head and its index.
  private static let commitBytes = 64 << 10
  /// Below this it will be full soon: some ten thousand calls.
  private static let fewBytes: Int64 = 16 << 20

  /// The room where the ledger is; `nil` where nobody can tell.
  static func disk(_ context: Context) -> Diagnosis? {
    guard let path = try? context.ledgerPath() else { return nil }
    var folder = File.parent(of: path)
    let isMade = File.isFolder(folder)
    while !File.exists(folder), folder != "/" { folder = File.parent(of: folder) }
    guard let free = Disk.freeBytes(at: folder) else { return nil }
    let text = "\(CacheCommands.bytes(free)) free where the ledger is, in \(folder)"
    let isFull =
      isMade ? Disk.problem(writing: commitBytes, into: folder)?.isFull == true : free < Int64(commitBytes)
    if isFull {
      return Diagnosis(
        name: "disk", state: .problem, text: text + ": calls cannot be recorded, and do not go out",
        hint: "make room there (or see quotas); --fail-open runs commands unmetered meanwhile",
        status: Failure.Status.inputOutput)
    }
    if free < fewBytes { return Diagnosis(name: "disk", state: .warning, text: text, hint: "make room there") }
    return Diagnosis(name: "disk", state: .ok, text: text)
  }

  // MARK: - The configuration

  static func configuration(_ context: Context) -> Diagnosis {
    do throws(Failure) {
      let (settings, problems, paths) = try context.readConfiguration()
      if let first = problems.first {
        let count = "\(problems.count) \(problems.count == 1 ? "mistake" : "mistakes")"
        return Diagnosis(
          name: "configuration", state: .problem, text: "\(count), the first: \(first)",
          hint: "llmguard config check", status: Failure.Status.configuration)
      }
      _ = try context.settings()
      let gone = UserStanding.withoutTier(settings, context)
      if let first = gone.first {
        let others = gone.count > 1 ? ", and \(gone.count - 1) more" : ""
        return Diagnosis(
          name: "configuration", state: .warning, text: "\(first)\(others): such calls are refused", hint: first.hint)
      }
      if let (message, hint) = context.unsoughtConfig {
        return Diagnosis(name: "configuration", state: .warning, text: message, hint: hint)
      }
      return Diagnosis(
        name: "configuration", state: .ok,
        text: paths.isEmpty ? "none; the built-in rules hold" : paths.joined(separator: ", "))
    } catch {
      return Diagnosis(
        name: "configuration", state: .problem, text: error.message, hint: error.hint, status: error.status)
    }
  }

  // MARK: - Whoever is told

  /// The command of `[notify]`: whether it can be run, and whether the last event reached it. `nil` where the configuration
  /// cannot be used.
  static func notify(_ context: Context) -> Diagnosis? {
    guard let settings = try? context.settings() else { return nil }
    guard let name = settings.notify.command.first else {
      return Diagnosis(name: "notify", state: .ok, text: "nobody is told of events: [notify] names no command")
    }
    if let warning = NotifyCommand.warning(settings) {
      return Diagnosis(
        name: "notify", state: .warning, text: "\(warning)", hint: warning.hint)
    }
    if let path = try? context.ledgerPath(), let untold = UntoldEvent.last(ledgerPath: path) {
      let time = TimeText.rfc3339(untold.atUnixMs, in: context.zone(settings))
      return Diagnosis(
        name: "notify", state: .warning, text: "the last event did not arrive, at \(time): \(untold.problem)",
        hint: "put the command right; 'llmguard ledger audit' lists what was told and what failed")
    }
    return Diagnosis(name: "notify", state: .ok, text: "events are told to '\(name)'")
  }

  // MARK: - Isolation

  static var isolation: Diagnosis {
    do throws(IsolatedNetwork.Unavailable) {
      _ = try IsolatedNetwork()
      return Diagnosis(name: "isolation", state: .ok, text: "run --isolate can shut a command in with the gateway")
    } catch {
      return Diagnosis(name: "isolation", state: .note, text: "run --isolate: \(error.message)", hint: error.hint)
    }
  }

  // MARK: - The environment

  /// Variables that were hardly meant as they are: those that nothing reads, and a zone that is none.
  static func variables(_ context: Context) -> Diagnosis {
    var texts = KnownVariables.strays.map { stray in
      stray.message + (stray.nearest.map { " (did you mean \($0)?)" } ?? "")
    }
    if (try? context.settings())?.timezone == nil, let stated = Zone.unusableStated {
      texts.append("TZ is '\(stated)', which is no time zone: days and windows end by \(Zone.local.name)")
    }
    if texts.isEmpty {
      return Diagnosis(name: "variables", state: .ok, text: "each LLMGUARD_ variable that is set is read")
    }
    return Diagnosis(
      name: "variables", state: .warning, text: texts.joined(separator: "; "),
      hint: "take them out, or put them right: 'llmguard --help' lists what is read")
  }

  /// Variables of the user's that say where providers are: they stay what the gateway forwards to.
  ///
  /// - Parameters:
  ///   - variables: those that lead clients.
  ///   - faults: those whose values cannot be used.
  static func addresses(_ variables: [String], _ faults: [ClientBase.Fault]) -> Diagnosis {
    if let first = faults.first {
      return Diagnosis(
        name: "addresses", state: .problem,
        text: faults.map { "\($0.name) cannot be used: \($0.problem.rawValue)" }.joined(separator: "; ")
          + "; 'run' and 'serve' do not start",
        hint: Failure.hint(mending: first), status: Failure.Status.configuration)
    }
    // Those that a server's key came with lead a run nowhere.
    let environment = OuterRun.environmentWithout()
    let set = variables.filter { environment[$0]?.contains { !$0.isWhitespace } == true }
    return Diagnosis(
      name: "addresses", state: .ok,
      text: set.isEmpty
        ? "no variable of yours leads a client elsewhere"
        : "calls go on to where these of your variables say: "
          + set.joined(separator: ", "))
  }
}
