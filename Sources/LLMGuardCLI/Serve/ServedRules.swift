import GuardModel
import Posix
import Terminal
import TextFormats

/// Which rules a server goes by, told in a small file beside the ledger for as long as it runs: so other commands, which read
/// them anew each time, can say that it goes by older ones.
///
/// The file counts while its server holds the lock on it, which the kernel lets go however that ends.
struct ServedRules {
  private static let prefix = "serve-rules."
  private static let mostBytes = 1 << 20
  /// The byte whose lock says that the server lives.
  private static let life: Int64 = 0

  private let path: String
  private let lock: OwnerLocks

  /// Tells of this server. Where that cannot be written it goes on: nobody's call depends on it.
  ///
  /// - Parameters:
  ///   - files: the files of the rules, as they were just before they were read.
  ///   - isReloading: whether SIGHUP has it read them anew.
  init?(_ files: RuleFiles, at address: String, isReloading: Bool, _ context: Context) {
    guard let ledger = try? context.ledgerPath() else { return nil }
    path = File.parent(of: ledger) + "/" + Self.prefix + Random.hexadecimal(bytes: 6)
    let told: JSONValue = [
      "schema": 1, "process": .int(Int64(ProcessInfo.id)), "address": .string(address),
      "reloads": .bool(isReloading), "read_at_unix_ms": .int(context.nowUnixMs), "files": files.json,
    ]
    do throws(PosixError) {
      try File.make(path, with: Array(JSONWriter.pretty(told).utf8))
      lock = try OwnerLocks(path: path)
      guard try lock.acquire(Self.life) else { throw PosixError("fcntl", path: path) }
    } catch {
      try? File.remove(path)
      return nil
    }
  }

  /// Tells nothing any more.
  func remove() { try? File.remove(path) }

  /// A server that goes by older rules than the files have now.
  private struct Stale {
    let process: Int64
    let address: String
    let isReloading: Bool
    let readAtUnixMs: Int64
    /// What changed since it read them.
    let files: [String]
  }

  /// What each server over a ledger tells that runs.
  private static func told(_ context: Context) -> [JSONValue] {
    guard let ledger = try? context.ledgerPath() else { return [] }
    let folder = File.parent(of: ledger)
    return ((try? Folder.names(in: folder)) ?? []).compactMap { name in
      let path = "\(folder)/\(name)"
      guard name.hasPrefix(prefix), let life = try? OwnerLocks(reading: path),
        let isHeld = try? life.isHeldElsewhere(Self.life), isHeld,
        let bytes = try? File.readSettled(path, maximumBytes: mostBytes)
      else { return nil }
      return try? JSONParser.parse(bytes)
    }
  }

  /// Where the one server over a ledger listens that runs, as `http://HOST:PORT`; `nil` where there is none, or several.
  static func onlyAddress(_ context: Context) -> String? {
    let addresses = Set(told(context).compactMap { $0["address"]?.stringValue })
    return addresses.count == 1 ? addresses.first : nil
  }

  /// Says which servers are left behind where a ledger was just brought up to date: they are older, and know no newer format.
  static func warnOfOlderServers(_ context: Context) {
    let servers = told(context).compactMap { told -> String? in
      guard let process = told["process"]?.int64Value, let address = told["address"]?.stringValue else { return nil }
      return "\(TerminalText.safe(address)) (process \(process))"
    }
    if servers.isEmpty { return }
    context.say(
      .warning,
      "the ledger was brought up to date for this llmguard; what serves it now is older, and answers every call with 503 "
        + "until it is started anew: \(servers.joined(separator: ", "))",
      hint: "restart 'llmguard serve' now; before the next upgrade stop it first")
  }

  /// The servers over a ledger that go by older rules.
  private static func stale(_ context: Context) -> [Stale] {
    var found: [Stale] = []
    for told in told(context) {
      guard let process = told["process"]?.int64Value, let address = told["address"]?.stringValue,
        let readAt = told["read_at_unix_ms"]?.int64Value, let files = told["files"].map(RuleFiles.changed)
      else { continue }
      if files.isEmpty { continue }
      found.append(
        Stale(
          process: process, address: address, isReloading: told["reloads"]?.boolValue == true, readAtUnixMs: readAt,
          files: files))
    }
    return found.sorted { $0.process < $1.process }
  }

  /// Removes what servers left that were killed; what one has that runs is locked, by whichever user it was started.
  static func removeLeftovers(_ context: Context) {
    guard let ledger = try? context.ledgerPath() else { return }
    let folder = File.parent(of: ledger)
    for name in (try? Folder.names(in: folder)) ?? [] where name.hasPrefix(prefix) {
      let path = "\(folder)/\(name)"
      guard let madeAt = File.changedAtUnixMs(path), let life = try? OwnerLocks(reading: path),
        (try? life.isHeldElsewhere(Self.life)) == false
      else { continue }
      // One that was just made has no lock yet: it is nobody's leftover. Where its process is gone it is, a moment later: a
      // process of another container is not seen here.
      let ageMs = context.nowUnixMs - madeAt
      if ageMs > 60_000 || ageMs > 1000 && isOfNoProcess(path) { try? File.remove(path) }
    }
  }

  /// Whether the server that a file tells of has ended.
  private static func isOfNoProcess(_ path: String) -> Bool {
    guard let bytes = try? File.readSettled(path, maximumBytes: mostBytes),
      let number = (try? JSONParser.parse(bytes))?["process"]?.int64Value, let id = Int32(exactly: number), id > 0
    else { return false }
    return !ProcessInfo.exists(id)
  }

  /// Says so where a server goes by older rules than those that were just shown, or looked over.
  static func warnOfOlder(_ context: Context, _ zone: @autoclosure () -> ZoneOffsets) {
    for server in stale(context) {
      let names = server.files.map { "'\($0)'" }.joined(separator: " and ")
      context.say(
        .warning,
        "the server on \(server.address) goes by the rules that it read at \(TimeText.rfc3339(server.readAtUnixMs, in: zone())), "
          + "and \(names) changed since",
        hint: server.isReloading
          ? "'kill -HUP \(server.process)' (with systemd: 'systemctl reload llmguard') has it read them anew"
          : "it runs in a terminal: end it (process \(server.process)) and start it again")
    }
  }
}
