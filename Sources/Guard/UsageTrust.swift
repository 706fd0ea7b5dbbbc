import GuardModel
import Providers

/// What is believed of the usage that a reply states, and what stands in place of the rest: one rule for calls through the gateway
/// and for commands that are metered by their text.
///
/// What a provider counts is what it charges, also above what was held. Not believed is what no call can have taken, what only a
/// total says that the call had no room for, and that an answer took nothing.
public struct UsageTrust: Sendable {
  /// More tokens than any call has.
  ///
  /// *Source:* the largest context windows offered are of ten million tokens.
  static let mostTokens: Int64 = 50_000_000
  /// More tokens than any model writes in one answer.
  ///
  /// *Source:* DeepSeek's documentation, "Models & Pricing": 384k tokens of output, the largest that is offered.
  static let mostOfAnAnswer: Int64 = 1 << 20
  /// The most tokens of pictures, which a request may only name, in one request for embeddings.
  ///
  /// *Source:* Voyage AI's documentation, "Multimodal embeddings".
  static let mostPictured: Int64 = 320_000

  /// The most that a token is believed to cost, in millionths of a dollar.
  ///
  /// *Source:* OpenAI's price list, o1-pro: 600 dollars for a million tokens, the dearest that is offered; sixteen times that.
  static let mostMicroUSDOfAToken: Int64 = 10_000
  /// The most that a call is believed to cost beside its tokens, in millionths of a dollar: searches, pictures, fees.
  static let mostMicroUSDBeside: Int64 = 1_000_000

  private let shape: CallShape?
  private let answers: Int64
  private let countedOutput: Int64
  private let leastOutput: Int64
  private let isText: Bool
  private let mayLeaveInputOut: Bool

  /// Gathers what is known beside the usage.
  ///
  /// - Parameters:
  ///   - plan: the call; `nil` where nothing was planned.
  ///   - countedOutput: the tokens of its text as far as it came.
  ///   - leastOutput: what every tokenizer makes of it at least.
  ///   - isText: whether what was counted is the text of the answer alone, and not a whole reply.
  ///   - mayLeaveInputOut: whether no input is said where the server had it from a call before.
  public init(_ plan: Plan?, countedOutput: Int64, leastOutput: Int64, isText: Bool, mayLeaveInputOut: Bool) {
    shape = plan?.shape
    answers = max(1, plan?.request.answers ?? 1)
    self.countedOutput = countedOutput
    self.leastOutput = leastOutput
    self.isText = isText
    self.mayLeaveInputOut = mayLeaveInputOut
  }

  /// What is believed; `nil` where nothing is, or nothing is stated.
  public func believed(_ reply: ProviderReply) -> TokenUsage? {
    guard var usage = reply.usage, let total = try? usage.total(), total <= Self.mostTokens else { return nil }
    // Nor is an answer believed to have taken nothing.
    guard total > 0 || countedOutput == 0 || reply.isError else { return nil }
    usage = withoutExcess(usage, reply)
    guard usage.output <= mostOutput else { return nil }
    // Nor is an answer to nothing. Of a list of numbers the input is all that it takes: some servers do not count it.
    let isToNothing = usage.output > 0 || shape?.outputTokens == 0 && !reply.isError
    if usage.input == 0, isToNothing, !mayLeaveInputOut, let shape, shape.inputTokens > 0 || usage.output > 0 {
      usage.input = shape.inputTokens
      usage.exactness = .estimated
    }
    // Nor is a fifth of the text that came, where no tokenizer makes so little of it.
    let isFifth = countedOutput >= 50 && usage.output < countedOutput / 5 && usage.output < leastOutput
    let isTooLittle = isText && (isFifth || usage.output == 0 && countedOutput > 0)
    if isTooLittle {
      usage.output = countedOutput
      usage.exactness = .estimated
    }
    return usage
  }

  /// What is believed of the cost that a reply states of tokens that are exact: a server that counts in cents, or in credits of its
  /// own, would use up a month's budget with one call. Where it is not believed, the price of the tokens decides.
  ///
  /// - Returns: millionths of a dollar; `nil` where none is stated, none is believed, or the tokens are a guess.
  public static func believedCost(_ statedMicroUSD: Int64?, of usage: TokenUsage) -> Int64? {
    guard let statedMicroUSD, usage.exactness == .exact, let tokens = try? usage.total() else { return nil }
    let (most, isTooMuch) = tokens.multipliedReportingOverflow(by: mostMicroUSDOfAToken)
    return isTooMuch || statedMicroUSD - mostMicroUSDBeside <= most ? statedMicroUSD : nil
  }

  /// The most that the call can be answered with; what came is believed however much it is.
  private var mostOutput: Int64 {
    let (most, isTooMuch) = Self.mostOfAnAnswer.multipliedReportingOverflow(by: answers)
    return isTooMuch ? .max : max(most, countedOutput)
  }

  /// What a total says and none of its parts is believed as far as the call had room for it: up to its own maximum, or, where it
  /// has none, as long as a model may answer so; where that is not so, nobody knows more than was held.
  private func withoutExcess(_ usage: TokenUsage, _ reply: ProviderReply) -> TokenUsage {
    var believed = usage
    let named = usage.output - min(max(0, reply.unnamedOutput), usage.output)
    let most = shape?.maxOutputTokens ?? (usage.output <= mostOutput ? usage.output : shape?.outputTokens ?? 0)
    let output = min(usage.output, max(named, countedOutput, most))
    if reply.unnamedOutput > 0, output < usage.output {
      believed = usage.cut(toOutput: output)
      believed.exactness = .estimated
    }
    // Texts were counted, and no estimate is off by more than four times.
    let (fourfold, isTooMuch) = (shape?.inputTokens ?? 0).multipliedReportingOverflow(by: 4)
    if reply.unnamedInput > 0, !isTooMuch, usage.input > max(fourfold, Self.mostPictured) {
      believed.input = max(usage.input - reply.unnamedInput, shape?.inputTokens ?? 0)
      believed.exactness = .estimated
    }
    return believed
  }
}
