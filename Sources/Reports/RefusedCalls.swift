import GuardModel
import Ledger

/// The refused ones among calls, by what refused them: of however many, a few are kept.
public struct RefusedCalls: Sendable {
  /// Calls of one user that one budget, or one policy, refused.
  struct Group {
    let note: String
    /// The newest ones, the newest of all first.
    var last: [CallRecord]
    var count = 1
    /// Those that would have taken the least and the most of tokens and of money: a budget may let out the one and never the other.
    var spans: [BudgetUnit: Span]

    var newest: CallRecord { last[0] }

    init(_ note: String, _ call: CallRecord) {
      (self.note, last) = (note, [call])
      spans = [.tokens: Span(least: call, most: call), .money: Span(least: call, most: call)]
    }
  }

  /// The smallest and the largest of some calls; of equals the newer one.
  struct Span {
    var least: CallRecord
    var most: CallRecord

    mutating func add(_ call: CallRecord, by unit: BudgetUnit) {
      let amount = Self.amount(call, unit)
      if (amount, least.place) < (Self.amount(least, unit), call.place) { least = call }
      if (amount, call.place) > (Self.amount(most, unit), most.place) { most = call }
    }

    private static func amount(_ call: CallRecord, _ unit: BudgetUnit) -> Int64 {
      call.entry.charge?.amount(in: unit) ?? 0
    }
  }

  private static let mostKept = 3

  private var groups: [Group] = []
  private var places: [[String]: Int] = [:]

  /// None yet.
  public init() {}

  /// Adds a call, if it was refused; calls come in any order.
  public mutating func add(_ call: CallRecord) {
    guard call.entry.kind == .refuse else { return }
    let note = call.entry.note ?? ""
    guard let place = places[[call.facts.user, note]] else {
      places[[call.facts.user, note]] = groups.count
      groups.append(Group(note, call))
      return
    }
    groups[place].count += 1
    for unit in groups[place].spans.keys { groups[place].spans[unit]?.add(call, by: unit) }
    let last = groups[place].last
    let index = last.firstIndex { $0.place < call.place } ?? last.count
    if index == Self.mostKept { return }
    groups[place].last = Array((last[..<index] + [call] + last[index...]).prefix(Self.mostKept))
  }

  /// The reason of the newest call first.
  var newestFirst: [Group] { groups.sorted { $0.newest.place > $1.newest.place } }
}
