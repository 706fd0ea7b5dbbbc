import Posix
import SQLite

/// The least gateway, as a process before a provider of a test's.
final class FloorHarness {
  private let folder: String
  private let process: Subprocess
  /// How it ended.
  private var status: ChildStatus?
  let port: UInt16

  struct NoAddress: Error {}

  /// - Parameters:
  ///   - promise: what it promises: `pass`, `committed`, `synced` or `whole`.
  ///   - provider: the provider's port.
  ///   - limit: what all calls may take.
  ///   - watcher: the command that runs it, with its arguments.
  ///   - prepare: makes its ledger.
  init(
    _ promise: String, before provider: UInt16, limit: Int64 = 1_000_000_000, under watcher: [String] = [],
    prepare: (_ ledger: String) throws -> Void = { _ in }
  ) throws {
    folder = try Folder.makeTemporary(prefix: "gateway-floor")
    try prepare("\(folder)/ledger.sqlite3")
    // The shell's own end of the pipe keeps it open.
    let script = #"home=$1; shift; mkfifo "$home/life"; exec "$@" <>"$home/life" >"$home/address""#
    let program = File.parent(of: ProcessInfo.executablePath ?? "") + "/gateway-floor"
    let ledger = promise == "pass" ? [] : ["\(folder)/ledger.sqlite3", "\(limit)"]
    process = try Subprocess.start(
      ["sh", "-c", script, "sh", folder] + watcher + [program, promise, "\(provider)"] + ledger)
    var address = ""
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    while !address.hasSuffix("\n"), Clock.monotonicNanoseconds < end {
      Clock.sleep(ms: 2)
      address = (try? File.readAll("\(folder)/address")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    guard let port = UInt16(address.split(separator: ":").last?.filter(\.isNumber) ?? "") else {
      process.send(Subprocess.Signal.kill)
      throw NoAddress()
    }
    self.port = port
  }

  deinit {
    _ = end()
    try? Folder.removeTree(folder)
  }

  /// Has it end as it does when its standard input ends, and waits for that.
  func end() -> ChildStatus? {
    // Nobody else would open the other end of its pipe.
    status = status ?? process.ended()
    if let status { return status }
    guard let life = try? FileDescriptor.open("\(folder)/life", .append) else { return nil }
    try? life.writeAll([0x0A])
    life.close()
    status = process.wait(limitMs: 60_000)
    return status
  }

  // MARK: - Calling

  /// A call to a model.
  static func request(_ prompt: String, maximum: Int) -> String {
    let body = #"{"model":"gpt-4o","max_tokens":\#(maximum),"messages":[{"role":"user","content":"\#(prompt)"}]}"#
    return "POST /v1/chat/completions HTTP/1.1\r\nHost: here\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  /// What such a call holds: a quarter of its body's bytes, and its maximum.
  static func estimate(_ request: String, maximum: Int64) -> Int64 {
    Int64(request.drop { $0 != "{" }.utf8.count) / 4 + maximum
  }

  /// A new connection to it.
  func connect() throws -> Socket {
    let socket = try Socket.connected(to: port)
    socket.setTimeouts(ms: 20_000)
    return socket
  }

  /// Writes a request and reads so much of what comes that it ends with something. - Returns: what came, as text.
  static func exchange(_ request: String, on socket: Socket, until ending: String) throws -> String {
    try socket.writeAll(Array(request.utf8))
    return try read(socket, until: ending)
  }

  static func read(_ socket: Socket, until ending: String) throws -> String {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !all.ends(with: ending.utf8) {
      let count = try buffer.withUnsafeMutableBytes { try socket.read(into: $0) }
      if count == 0 { break }
      all += buffer[..<count]
    }
    return String(decoding: all, as: UTF8.self)
  }

  // MARK: - What is in its ledger

  struct Books: Equatable {
    var holds: Int64 = 0
    var settlements: Int64 = 0
    /// What the settlements charged.
    var charged: Int64 = 0
    /// Keys that differ.
    var keys: Int64 = 0
    var open: Int64 = 0
    var pending: Int64 = 0
    var posted: Int64 = 0
  }

  func books() throws -> Books { try Self.books(in: folder) }

  /// Its ledger, for somebody who looks while it serves.
  var look: @Sendable () throws -> Books { { [folder] in try Self.books(in: folder) } }

  private static func books(in folder: String) throws -> Books {
    let row = try Connection(path: "\(folder)/ledger.sqlite3", busyMs: 20_000).row(
      """
      SELECT count(*) FILTER (WHERE kind = 'reserve'), count(*) FILTER (WHERE kind = 'settle'),
        coalesce(sum(tokens) FILTER (WHERE kind = 'settle'), 0), count(DISTINCT key),
        (SELECT count(*) FROM hold), (SELECT pending FROM balance), (SELECT posted FROM balance) FROM entry
      """)
    guard let row else { return Books() }
    return Books(
      holds: row.integer(0), settlements: row.integer(1), charged: row.integer(2), keys: row.integer(3),
      open: row.integer(4), pending: row.integer(5), posted: row.integer(6))
  }

  /// The books once so many calls are settled in them.
  func books(after settlements: Int64) throws -> Books {
    let end = Clock.monotonicNanoseconds + 60_000_000_000
    while true {
      let now = try books()
      if now.settlements >= settlements || Clock.monotonicNanoseconds > end { return now }
      Clock.sleep(ms: 2)
    }
  }

  /// One row of numbers from its ledger.
  func numbers(_ sql: String, _ count: Int) throws -> [Int64] {
    let row = try Connection(path: "\(folder)/ledger.sqlite3", busyMs: 20_000).row(sql)
    return row.map { row in (0..<count).map { row.integer($0) } } ?? []
  }

  /// A watcher's notes.
  func notes() throws -> String { String(decoding: try File.readAll("\(folder)/notes"), as: UTF8.self) }
}

extension [UInt8] {
  func ends(with ending: String.UTF8View) -> Bool {
    count >= ending.count && self[(count - ending.count)...].elementsEqual(ending)
  }
}
