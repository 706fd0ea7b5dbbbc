import Ledger
import Testing

/// Which keys match.
@Suite struct AttemptKeyTests {
  /// A sketch of its parts: eight bytes each but the first, of sixteen.
  private static func key(
    _ intent: UInt8, guards: UInt8 = 0, words: (kept: UInt8, ordered: UInt8) = (0, 0), signs: UInt64 = 0,
    user: String = "ana", operation: String = "default", place: UInt8 = 1, group: UInt8 = 1
  ) -> AttemptKey {
    var sketch = [UInt8](repeating: intent, count: 16) + [UInt8](repeating: guards, count: 8)
    sketch += [UInt8](repeating: words.kept, count: 4) + [UInt8](repeating: words.ordered, count: 4)
    withUnsafeBytes(of: signs.bigEndian) { sketch += $0 }
    return AttemptKey(
      user: user, operation: operation,
      fingerprint: Fingerprint([place], wording: Fingerprint.Wording(group: [group], sketch: sketch)))
  }

  @Test func theSameIntentMatchesHoweverItIsWorded() {
    #expect(Self.key(1).matches(Self.key(1, guards: 9, words: (3, 4), signs: .max).bytes))
  }

  @Test func likenessMatchesUpToItsLimit() {
    let signs = UInt64(1) << AttemptKey.maximumDistance - 1
    #expect(Self.key(1, words: (1, 1)).matches(Self.key(2, words: (2, 2), signs: signs).bytes))
    #expect(!Self.key(1, words: (1, 1)).matches(Self.key(2, words: (2, 2), signs: signs << 1 | 1).bytes))
  }

  @Test func likenessAloneIsNotEnough() {
    let one = Self.key(1, words: (1, 1))
    #expect(!one.matches(Self.key(2, guards: 1, words: (2, 2)).bytes), "a guard objects")
    #expect(!one.matches(Self.key(2, words: (1, 2)).bytes), "the same words in another order")
    #expect(one.matches(Self.key(2, words: (1, 1)).bytes), "the same words")
    #expect(!one.matches(Self.key(1, words: (1, 1), user: "ben").bytes))
    #expect(!one.matches(Self.key(1, words: (1, 1), operation: "review").bytes))
    #expect(!one.matches(Self.key(1, words: (1, 1), place: 2).bytes), "another conversation or payload")
    #expect(!one.matches(Self.key(1, words: (1, 1), group: 2).bytes))
  }

  @Test func withoutAWordingOnlyTheSameMatches() {
    func key(_ place: [UInt8]) -> AttemptKey {
      AttemptKey(user: "ana", operation: "default", fingerprint: Fingerprint(place))
    }
    #expect(key([1]).matches(key([1]).bytes))
    #expect(!key([1]).matches(key([2]).bytes))
    #expect(!key([1]).matches(Self.key(0).bytes))
    #expect(!key([1]).matches([]), "a key of an older form")
    #expect(key([1]).bytes.count == Self.key(0).bytes.count)
  }
}
