import GuardModel
import IntentCache
import Posix

/// A folder that goes with the test.
final class TemporaryFolder {
  let path: String
  init() throws { path = try Folder.makeTemporary(prefix: "llmguard-test") }
  deinit { try? Folder.removeTree(path) }

  /// Where the cache stands; its folder is made by the cache.
  var cache: String { path + "/cache/cache.sqlite3" }
}

/// Questions and answers for tests.
enum Sample {
  static let now: Int64 = 1_790_000_000_000
  static let hour: Int64 = 3_600_000

  static func keys(
    _ asked: String, payload: String = "", scope: String = "user ana", model: String = "m"
  ) -> CacheKeys {
    var surroundings = CacheQuestion.Surroundings()
    surroundings.add(model)
    return CacheKeys(
      CacheQuestion(surroundings: surroundings, asked: Array(asked.utf8), payload: Array(payload.utf8)), scope: scope)
  }

  static func facts(_ user: String = "ana") -> CacheFacts {
    CacheFacts(
      user: user, operation: "default", model: "m", usage: TokenUsage(input: 10, output: 5, exactness: .exact),
      costMicroUSD: 40)
  }

  static func reply(_ text: String) -> CachedReply { CachedReply(body: Array(text.utf8)) }
}

extension IntentCache {
  /// Looks up with terms of a day, an hour after.
  func answer(_ keys: CacheKeys, ttlMs: Int64 = 24 * Sample.hour, at now: Int64 = Sample.now + Sample.hour) throws
    -> String?
  {
    try lookUp(keys, CacheTerms(ttlMs: ttlMs), nowUnixMs: now).map { String(decoding: $0.reply.body, as: UTF8.self) }
  }

  func keep(_ text: String, for keys: CacheKeys, user: String = "ana", at now: Int64 = Sample.now) throws {
    _ = try store(Sample.reply(text), for: keys, Sample.facts(user), nowUnixMs: now)
  }
}
