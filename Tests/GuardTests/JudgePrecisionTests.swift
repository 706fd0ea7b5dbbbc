import GuardModel
import IntentCache
import Posix
import Testing

@testable import Guard

/// How often what a judge lets through is right, over requests that were written for that: with the likeness, the guards and the
/// likeness wanted that calls have.
@Suite struct JudgePrecisionTests {
  private struct Group {
    var same: [String] = []
    var near: [String] = []
  }

  /// Some of the groups of the written set.
  private static func groups() throws -> ArraySlice<Group> {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let text = String(decoding: try File.readAll("/\(tests)/IntentTests/Data/own-groups.txt"), as: UTF8.self)
    var (groups, isOpen): ([Group], Bool) = ([], false)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let (isSame, isNear) = (line.hasPrefix("+ "), line.hasPrefix("- "))
      if isSame || isNear, !isOpen { groups.append(Group()) }
      isOpen = isSame || isNear || isOpen && !line.isEmpty
      if isSame { groups[groups.count - 1].same.append(String(line.dropFirst(2))) }
      if isNear, let colon = line.firstIndex(of: ":") {
        groups[groups.count - 1].near.append(String(line[colon...].dropFirst(2)))
      }
    }
    return groups.prefix(60)
  }

  /// Stores one wording of each group, and all look-alikes; asks in all others, and counts what a judge let through.
  private func judged(_ says: @escaping (_ isTrue: Bool) -> Bool) throws -> (asked: Int, served: Int, right: Int) {
    let bench = try CacheStepTests.Bench()
    bench.settings.cache.similarity = CachePolicy().similarity
    bench.settings.cache.judgeModel = "judge"
    (bench.likeness, bench.verifier) = (SentenceLikeness(), GuardVerifier())
    try bench.limit("100000000 tokens/day")
    let groups = try Self.groups()
    for text in groups.flatMap({ [$0.same[0]] + $0.near }) { try bench.call(text, tokens: 2000) }
    let judge = CacheStepTests.ScriptedJudge([])
    var (served, right) = (0, 0)
    for group in groups {
      judge.says = { says($0.stored == group.same[0]) }
      for text in group.same.dropFirst() {
        guard case .given(let given) = try bench.ask(text, tokens: 2000, judge: judge), given.isJudged else { continue }
        served += 1
        if given.finding.entry.instruction == group.same[0] { right += 1 }
      }
    }
    return (judge.asked.count, served, right)
  }

  /// What a judge says is what happens: it serves what it lets through and nothing else.
  @Test func oneThatIsAlwaysRightServesNothingWrong() throws {
    let counted = try judged { $0 }
    #expect(counted.served == counted.right && counted.served >= 10, "\(counted)")
  }

  /// One that always says yes is as good as the offer: guards and margin stand before it, too.
  @Test func oneThatAlwaysSaysYesIsAsGoodAsTheOffer() throws {
    let counted = try judged { _ in true }
    #expect(counted.served == counted.asked, "\(counted)")
    #expect(Double(counted.right) >= 0.9 * Double(counted.served) && counted.served >= 10, "\(counted)")
  }

  @Test func oneThatAlwaysSaysNoServesNothing() throws {
    let counted = try judged { _ in false }
    #expect(counted.served == 0 && counted.asked >= 10, "\(counted)")
  }
}
