import GuardModel
import Intent
import IntentCache
import Posix
import TextFormats

/// What is offered to requests that no stored answer fits: how often, and how often it would be right, by phase.
///
/// One wording of each group is stored, and all look-alikes; every other wording is looked for as a call would, guards and
/// margin included.
struct CacheOffers {
  /// Files with a group a line: `same`, wordings of one request, and `near`, look-alikes that need another answer.
  let files: [String]

  private static let now: Int64 = 1_790_000_000_000

  private struct Group {
    let same: [String]
    let near: [String]
  }

  private static func groups(_ file: String) throws(BenchFailure) -> [Group] {
    let bytes: [UInt8]
    do throws(PosixError) { bytes = try File.readAll(file) } catch { throw BenchFailure(error) }
    var groups: [Group] = []
    for line in bytes.split(separator: 0x0A) {
      let value = try? JSONParser.parse(Array(line))
      let same = value?["same"]?.arrayValue?.compactMap(\.stringValue) ?? []
      let near = value?["near"]?.arrayValue?.compactMap { $0["text"]?.stringValue } ?? []
      if same.count < 2 { throw BenchFailure("\(file): line \(groups.count + 1) is no group of two wordings or more") }
      groups.append(Group(same: same, near: near))
    }
    return groups
  }

  private static func keys(_ text: String) -> CacheKeys {
    CacheKeys(CacheQuestion(surroundings: CacheQuestion.Surroundings(), asked: Array(text.utf8)), scope: "user bench")
  }

  func run() throws(BenchFailure) -> Int32 {
    if files.isEmpty { throw BenchFailure("no file of groups is named", status: 64) }
    var groups: [Group] = []
    for file in files { groups += try Self.groups(file) }
    let folder: String
    do throws(PosixError) { folder = try Folder.makeTemporary(prefix: "llmguard-bench") } catch {
      throw BenchFailure(error)
    }
    defer { try? Folder.removeTree(folder) }
    let likeness = SentenceLikeness()
    let stored = groups.map(\.same[0]) + groups.flatMap(\.near)
    let cache = try CacheLookups.tried { () throws(CacheTrouble) in
      let cache = try IntentCache(
        path: folder + "/cache.sqlite3", limits: IntentCache.Limits(maximumBytes: 1 << 30, maximumEntryBytes: 1 << 20))
      let facts = CacheFacts(
        user: "bench", operation: "bench", model: "model", usage: TokenUsage(input: 1, output: 1, exactness: .exact),
        costMicroUSD: 1)
      try cache.store(
        stored.map { text in
          // The answer names what it answers.
          IntentCache.Keeping(
            CachedReply(body: Array(text.utf8)), for: Self.keys(text), facts, nowUnixMs: Self.now)
        },
        hits: [], likeness: likeness)
      return cache
    }
    let queries = groups.flatMap { group in
      group.same.dropFirst().map { (text: $0, wanted: group.same[0], near: group.near) }
    }
    var lines = "\(queries.count) requests beside \(stored.count) stored ones\n"
    let vectors = stored.map { SentenceVector($0) }
    var tops: [(cosine: Float, isRight: Bool, isForbidden: Bool)] = []
    for query in queries {
      let vector = SentenceVector(query.text)
      let cosines = vectors.map { vector.similarity(to: $0) }
      guard let top = cosines.indices.max(by: { cosines[$0] < cosines[$1] }) else { continue }
      let isForbidden = Guards.disagreement(query.text, stored[top]) != nil
      tops.append((cosines[top], stored[top] == query.wanted, isForbidden))
    }
    lines += "the most similar is the right one: \(Self.share(tops.count { $0.isRight }, queries.count))\n"
    for least in [95, 90, 80] {
      let allowed = tops.filter { !$0.isForbidden && $0.cosine >= Float(least) / 100 }
      let right = allowed.count { $0.isRight }
      lines += "by the top candidate and guards alone, from \(Self.share(least, 100)): "
      lines += Self.offers(allowed.count, right, of: queries.count)
    }
    let policy = CachePolicy()
    var wrong: [String] = []
    for phase in Phase.allCases {
      var (unasked, elsewhere, offers, right) = (0, 0, 0, 0)
      wrong = []
      for query in queries {
        let found = try CacheLookups.tried { () throws(CacheTrouble) in
          try cache.lookUp(
            Self.keys(query.text), CacheTerms(ttlMs: policy.ttlMs[phase], similarity: policy.similarity[phase]),
            likeness: likeness, nowUnixMs: Self.now)
        }
        guard let found else { continue }
        let answered = String(decoding: found.reply.body, as: UTF8.self)
        let isRight = answered == query.wanted
        if found.tier == .similar {
          offers += 1
          if isRight { right += 1 }
        } else {
          unasked += 1
          // Whether two groups ask for the same, nobody has said.
          if query.near.contains(answered) {
            wrong.append("'\(query.text)' was given the answer to '\(answered)'")
          } else if !isRight {
            elsewhere += 1
          }
        }
      }
      if phase == .ok {
        lines += "answered unasked: \(unasked), \(wrong.count) of them by a look-alike, \(elsewhere) by another group\n"
      }
      lines += "\(phase), from \(Self.share(Int(policy.similarity[phase]), 1000)): "
      lines += Self.offers(offers, right, of: queries.count)
    }
    try? StandardStreams.print(lines)
    if let first = wrong.first { throw BenchFailure(first) }
    return 0
  }

  private static func offers(_ count: Int, _ right: Int, of queries: Int) -> String {
    "\(count) offers, \(share(right, count)) right, \(share(right, queries)) of all found\n"
  }

  /// A share with two decimals; a dash where there is nothing to share.
  private static func share(_ part: Int, _ whole: Int) -> String {
    if whole == 0 { return "-" }
    let hundredths = (part * 200 + whole) / (2 * whole)
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
