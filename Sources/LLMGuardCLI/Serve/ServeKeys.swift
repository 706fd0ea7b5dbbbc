import Digest
import GuardModel
import Posix
import TextFormats

/// A key with which a user's calls come to `serve`. The key itself is kept nowhere, only its hash.
struct ServeKey: Hashable {
  /// What a key opens.
  enum Kind: String {
    /// Calls of its user.
    case calls
    /// The figures of all users, for a monitoring system, and nothing else.
    case metrics
  }

  var kind = Kind.calls
  /// What it is called by: the beginning of its hash.
  var id: String { String(hash.prefix(8)) }
  /// The run that its calls belong to.
  var run: String { String(hash.prefix(16)) }
  /// The SHA-256 of the key, in hexadecimal digits.
  var hash: String
  /// Who is charged.
  var user: String
  /// What its calls are for; `nil` leaves it to requests and rules.
  var operation: String?
  var createdUnixMs: Int64

  /// Makes a key: 128 random bits, which nobody guesses and no salt makes better.
  static func make(_ user: String, _ operation: String?, _ kind: Kind = .calls) -> (text: String, key: ServeKey) {
    let text = Random.hexadecimal(bytes: 16)
    return (
      text,
      ServeKey(
        hash: hash(of: Array(text.utf8)), user: user, operation: operation, createdUnixMs: Clock.unixMs, kind: kind)
    )
  }

  /// Whether something has the form of a key.
  static func isLike(_ part: [UInt8]) -> Bool {
    part.count == 32 && part.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  static func hash(of key: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: SHA256.hash(key).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// What programs are told of it.
  func json(lastCallUnixMs: Int64?) -> JSONValue {
    [
      "id": .string(id), "user": .string(user), "operation": .string(orNull: operation),
      "kind": .string(kind.rawValue), "created_unix_ms": .int(createdUnixMs),
      "last_call_unix_ms": .int(lastCallUnixMs),
    ]
  }

  fileprivate var stored: JSONValue {
    [
      "sha256": .string(hash), "user": .string(user), "operation": .string(orNull: operation),
      "kind": .string(kind.rawValue), "created_unix_ms": .int(createdUnixMs),
    ]
  }

  fileprivate init?(stored value: JSONValue) {
    guard let hash = value["sha256"]?.stringValue, hash.utf8.count == 64, hash.allSatisfy(\.isHexDigit),
      let user = value["user"]?.stringValue, let created = value["created_unix_ms"]?.int64Value
    else { return nil }
    var operation = value["operation"]?.stringValue
    // Older programs gave keys for it; now it is nobody's but the judge's own.
    if operation?.lowercased() == Operation.judges { operation = nil }
    // Of before there were kinds. What is of a kind that nobody knows here must not become a user's.
    guard let kind = value["kind"].map({ $0.stringValue.flatMap(Kind.init) }) ?? .calls else { return nil }
    do throws(NameError) {
      try Name.check("user", user)
      if let operation { try Name.check("operation", operation) }
    } catch { return nil }
    self.init(hash: hash, user: user, operation: operation, createdUnixMs: created, kind: kind)
  }

  private init(hash: String, user: String, operation: String?, createdUnixMs: Int64, kind: Kind) {
    (self.hash, self.user, self.operation, self.createdUnixMs, self.kind) = (hash, user, operation, createdUnixMs, kind)
  }
}

/// The file of keys, beside the ledger.
struct ServeKeyFile {
  let path: String

  /// Whoever could write into it could give himself any user's key.
  private static let othersMayWrite: UInt32 = 0o022
  private static let mostBytes = 4 << 20

  /// All keys; none where there is no file.
  func read() throws(Failure) -> [ServeKey] {
    guard let permissions = File.permissions(of: path) else { return [] }
    if permissions & Self.othersMayWrite != 0 {
      throw Failure(
        "the file of keys '\(path)' can be written by others", hint: "chmod 600 it, and look at what it holds",
        status: Failure.Status.data)
    }
    // In a folder of all, somebody else may have been there first.
    if !File.isOfTheUser(path) {
      throw Failure(
        "the file of keys '\(path)' belongs to another user, who could give himself anybody's key",
        hint: "move it away, and give new keys with 'llmguard serve key add USER'", status: Failure.Status.data)
    }
    let bytes: [UInt8]
    do throws(PosixError) { bytes = try File.readSettled(path, maximumBytes: Self.mostBytes) } catch {
      throw Failure(
        "cannot read the keys: \(error)",
        hint: error.code == PosixError.noFile
          ? "move it away, and give new keys with 'llmguard serve key add USER'" : "make the file readable for you",
        status: error.isTooLarge || error.code == PosixError.noFile ? Failure.Status.data : Failure.Status.inputOutput)
    }
    guard let json = try? JSONParser.parse(bytes), json["schema"]?.int64Value == 1, let list = json["keys"]?.arrayValue
    else { throw damaged }
    let keys = list.compactMap(ServeKey.init(stored:))
    guard keys.count == list.count else { throw damaged }
    return keys
  }

  private var damaged: Failure {
    Failure(
      "the file of keys '\(path)' cannot be understood",
      hint: "move it away and give new keys with 'llmguard serve key add USER'", status: Failure.Status.data)
  }

  /// Changes the keys; of several who do at the same time, one after the other.
  func change<Result>(_ body: (inout [ServeKey]) throws(Failure) -> Result) throws(Failure) -> Result {
    let lock: FileLock
    do throws(PosixError) {
      try Folder.makePrivate(File.parent(of: path))
      try File.makeTheFolders(path + ".lock")
      lock = try FileLock(path: path + ".lock")
      guard try lock.acquire(deadlineMs: 10_000) else {
        throw PosixError("flock", path: path + ".lock")
      }
    } catch {
      throw Failure(
        "cannot change the keys: \(error)",
        hint: error.isPermission
          ? "make '\(File.parent(of: path))' writable for you; nothing was changed"
          : "another llmguard may hold the lock: try again; nothing was changed",
        status: error.isOfPath ? Failure.Status.cannotCreate : Failure.Status.inputOutput)
    }
    defer { lock.release() }
    File.removeLeftovers(of: path)
    var keys = try read()
    let result = try body(&keys)
    let text = JSONWriter.pretty(["schema": 1, "keys": .array(keys.map(\.stored))])
    do throws(PosixError) { try File.replace(path, with: Array(text.utf8), isTheFolders: true) } catch {
      throw Failure(
        "cannot write the keys: \(error)",
        hint: (error.isFull ? "make room" : "make its folder writable for you") + "; nothing was changed",
        status: error.isOfPath ? Failure.Status.cannotCreate : Failure.Status.inputOutput)
    }
    return result
  }
}
