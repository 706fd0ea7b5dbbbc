import Ledger

/// A call's place among the calls that its script made.
public struct TracedStep: Hashable, Sendable {
  /// The step that had ended last when the call came, as a place in the trace's steps: one of the same run, else one of the
  /// same user; -1 when none had.
  public var follows: Int32
  /// Whether that is one of the same run.
  public var isOfOneRun: Bool
  /// When the call had ended.
  public var endedAtUnixMs: Int64
}

/// The steps of calls, found as a history tells them.
struct StepFinder {
  private struct Line: Hashable {
    var user: String
    /// `nil` for all of the user's.
    var run: String?
  }
  /// What has ended, in that order: the entry that ended it, and its step.
  private var ended: [Line: [(entry: Int64, step: Int32)]] = [:]
  private(set) var steps: [TracedStep] = []

  /// The step of a call; calls come in the order they ended.
  mutating func step(of past: PastCall) -> Int32 {
    let lines = [Line(user: past.facts.user, run: past.facts.run), Line(user: past.facts.user)]
    let before = lines.map { line in ended[line]?.last { $0.entry < past.entries.lowerBound }?.step }
    let step = Int32(clamping: steps.count)
    steps.append(
      TracedStep(
        follows: before[0] ?? before[1] ?? -1, isOfOneRun: before[0] != nil, endedAtUnixMs: past.endedAtUnixMs))
    for line in lines { ended[line, default: []].append((past.entries.upperBound, step)) }
    return step
  }
}

/// Keeps the calls of scripts in their order: what came in a run after another had ended comes as much later as that one
/// ends later in the replay, and a run that began after one of its user had ended begins after its end. None comes earlier
/// than it did.
struct RunOrder {
  private let steps: [TracedStep]
  /// By how much each step ended later than it had; below zero before it ends.
  private var lateMs: [Int64]
  /// Those that have not come yet, by their steps, and their steps by the one that they wait for.
  private var calls: [Int32: TracedCall] = [:]
  private var followers: [Int32: [Int32]] = [:]

  init(_ steps: [TracedStep]) {
    self.steps = steps
    lateMs = [Int64](repeating: -1, count: steps.count)
  }

  /// When a call comes; `nil` while the one that it follows is under way, whose end tells it. Where it comes later than it
  /// did, it is kept until then.
  mutating func arrival(of call: TracedCall) -> Int64? {
    guard call.step >= 0 else { return call.atUnixMs }
    let before = steps[Int(call.step)].follows
    guard before >= 0, lateMs[Int(before)] != 0 else { return call.atUnixMs }
    calls[call.step] = call
    if lateMs[Int(before)] > 0 { return arrival(of: call, after: steps[Int(before)], lateMs: lateMs[Int(before)]) }
    followers[before, default: []].append(call.step)
    return nil
  }

  /// Hands out a call that was kept.
  mutating func call(_ step: Int32) -> TracedCall? { calls.removeValue(forKey: step) }

  /// A call has ended: the steps that waited for it, and when they come.
  mutating func end(_ call: TracedCall, _ now: Int64) -> [(step: Int32, atUnixMs: Int64)] {
    guard call.step >= 0 else { return [] }
    let late = max(0, now - steps[Int(call.step)].endedAtUnixMs)
    lateMs[Int(call.step)] = late
    return (followers.removeValue(forKey: call.step) ?? []).map { follower in
      (follower, calls[follower].map { arrival(of: $0, after: steps[Int(call.step)], lateMs: late) } ?? now)
    }
  }

  private func arrival(of call: TracedCall, after before: TracedStep, lateMs: Int64) -> Int64 {
    // Between two runs there may be a schedule, which does not move.
    steps[Int(call.step)].isOfOneRun
      ? call.atUnixMs + lateMs : max(call.atUnixMs, before.endedAtUnixMs + lateMs)
  }
}
