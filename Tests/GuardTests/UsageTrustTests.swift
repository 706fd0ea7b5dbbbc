import Guard
import GuardModel
import Providers
import Testing

/// What is believed of a usage without anything else, at the edges.
@Suite struct UsageTrustTests {
  private func believed(
    _ input: Int64, _ output: Int64, counted: Int64 = 0, least: Int64? = nil, isText: Bool = true, isError: Bool = false
  ) -> TokenUsage? {
    var reply = ProviderReply()
    reply.usage = TokenUsage(input: input, output: output, exactness: .exact)
    reply.isError = isError
    return UsageTrust(
      nil, countedOutput: counted, leastOutput: least ?? counted, isText: isText, mayLeaveInputOut: false
    ).believed(reply)
  }

  /// A fifth of the text that came is; less is not, where fifty tokens came or more. Nothing is no answer's.
  @Test(
    arguments: [
      (50, 10, nil), (50, 9, 50), (1000, 200, nil), (1000, 199, 1000), (49, 1, nil), (49, 0, 49), (1, 0, 1),
      (0, 0, nil),
    ] as [(Int64, Int64, Int64?)])
  func lessThanAFifthOfTheTextIsNot(counted: Int64, said: Int64, instead: Int64?) {
    let usage = TokenUsage(input: 3, output: instead ?? said, exactness: instead == nil ? .exact : .estimated)
    #expect(believed(3, said, counted: counted) == usage)
    // What a tokenizer may make of it is believed, however much was counted; nothing is not.
    #expect(believed(3, max(1, said), counted: counted, least: said)?.output == max(1, said))
    // Of a whole reply more than its answer was counted.
    #expect(believed(3, said, counted: counted, isText: false)?.output == said)
  }

  @Test func whatNoCallHasIsNot() {
    #expect(believed(50_000_000 - 10, 10)?.exactness == .exact)
    #expect(believed(50_000_000 - 9, 10) == nil)
    #expect(believed(.max, .max) == nil)
    let most: Int64 = 1 << 20
    #expect(believed(1, most)?.output == most)
    #expect(believed(1, most + 1) == nil)
    let come = most + 1
    #expect(believed(1, come, counted: come)?.output == come, "so much has come")
  }

  /// A dollar, and a cent for each token.
  @Test(arguments: [(1, 1_020_000), (2, 1_030_000), (3_000_000, 30_001_010_000)] as [(Int64, Int64)])
  func aCostThatTokensCannotHaveIsNot(input: Int64, most: Int64) {
    let usage = TokenUsage(input: input, output: 1, exactness: .exact)
    #expect(UsageTrust.believedCost(most, of: usage) == most)
    #expect(UsageTrust.believedCost(most + 1, of: usage) == nil)
    #expect(UsageTrust.believedCost(.max, of: usage) == nil && UsageTrust.believedCost(nil, of: usage) == nil)
    #expect(UsageTrust.believedCost(1, of: TokenUsage(input: input, output: 1, exactness: .estimated)) == nil)
  }

  /// Whatever a reader says that a total alone holds.
  @Test(arguments: [.min, -1, 0, 5, .max] as [Int64]) func aTotalsRestIsNeverLessThanNothing(rest: Int64) {
    var reply = ProviderReply()
    reply.usage = TokenUsage(input: 3, output: 0, exactness: .exact)
    reply.unnamedOutput = rest
    let trust = UsageTrust(nil, countedOutput: 0, leastOutput: 0, isText: false, mayLeaveInputOut: false)
    #expect(trust.believed(reply)?.output == 0)
  }

  @Test func anAnswerDoesNotTakeNothing() {
    #expect(believed(0, 0, counted: 5) == nil)
    #expect(
      believed(0, 0, counted: 5, isText: false, isError: true) == TokenUsage(input: 0, output: 0, exactness: .exact))
    #expect(believed(0, 0)?.exactness == .exact)
  }
}
