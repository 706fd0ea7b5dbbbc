import GuardModel
import Ledger

/// The calls that a JUnit report tells of one by one: of a long run all that were not answered, as far as memory goes, and the
/// first of the others.
public struct JUnitCalls: Sendable {
  /// Those that are told of, in order.
  public private(set) var kept: [CallRecord] = []
  /// How many there were.
  public private(set) var count = 0
  /// How many of them were refused, without judges, which refuse the run nothing.
  public private(set) var refused: Int64 = 0
  /// Which call of the run each kept one is, from 1: CI systems follow a test case from build to build by its name, and the
  /// ledger's number is another each time.
  private(set) var places: [Int64: Int] = [:]
  /// The calls that answered what others were turned away with, by the numbers of those.
  private(set) var answers: [Int64: Int64] = [:]
  /// Those that were not answered and are not kept.
  private var left: [Int64] = []
  private var answered = 0
  private var open: [Look: [Tries]] = [:]

  /// How many answered calls are kept at most.
  public static let mostAnswered = 1000
  /// How many calls that were not answered are kept at most: some 1 KB each, which CI systems read as well.
  public static let mostUnanswered = 10_000

  private struct Look: Hashable {
    let names: [String?]
    let input: Int64
  }

  private struct Tries {
    var numbers: [Int64]
    var endedAtUnixMs: Int64
  }

  /// None.
  public init() {}

  /// Some, in the order in which they ended.
  public init(_ calls: [CallRecord]) { for call in calls { add(call) } }

  /// Adds a call; calls come in the order in which they ended.
  public mutating func add(_ call: CallRecord) {
    count += 1
    if CallOutcome(call) == .refused, !call.facts.isJudges { refused += 1 }
    let isAnswer = note(call)
    if Self.isUnanswered(call) {
      guard kept.count - answered < Self.mostUnanswered else { return left.append(call.number) }
    } else {
      guard answered < Self.mostAnswered else {
        // An answer that makes up for others is named by its place.
        if isAnswer { places[call.number] = count }
        return
      }
      answered += 1
    }
    kept.append(call)
    places[call.number] = count
  }

  /// How many that were not answered, nor made up for, are not kept.
  var failuresLeft: Int { left.count { answers[$0] == nil } }

  /// Whether a call is a failure where no other made up for it. Whatever became of a judge, the run's call went its way.
  static func isUnanswered(_ call: CallRecord) -> Bool {
    if call.facts.isJudges { return false }
    switch CallOutcome(call) {
    case .refused, .failed, .abandoned: return true
    case .givenBack: return call.entry.isOfNothing
    case .complete, .cached, .unmetered: return false
    }
  }

  /// Looks which call made up for others that were given back: of each several that went out one after the other and looked
  /// alike, the one that was answered. Nothing of what they asked is recorded, so they are told by their facts.
  ///
  /// - Returns: whether it is that of others.
  private mutating func note(_ call: CallRecord) -> Bool {
    let isGivenBack = CallOutcome(call) == .givenBack && call.entry.isOfNothing
    guard isGivenBack || CallOutcome(call) == .complete || CallOutcome(call) == .cached else { return false }
    let facts = call.facts
    let look = Look(
      names: [
        facts.user, facts.operation, facts.program, facts.requestedModel ?? facts.model,
        call.entry.kind == .cached ? nil : facts.provider,
      ], input: facts.estimatedInput)
    let startedAtUnixMs = call.reservedAtUnixMs ?? call.endedAtUnixMs
    let place = open[look]?.firstIndex { $0.endedAtUnixMs <= startedAtUnixMs }
    if isGivenBack {
      if let place {
        open[look]?[place].numbers.append(call.number)
        open[look]?[place].endedAtUnixMs = call.endedAtUnixMs
      } else {
        open[look, default: []].append(Tries(numbers: [call.number], endedAtUnixMs: call.endedAtUnixMs))
      }
    } else if let place, let tries = open[look]?.remove(at: place) {
      for number in tries.numbers { answers[number] = call.number }
      return true
    }
    return false
  }
}
