import Configuration
import Guard
import GuardModel
import Ledger
import SQLiteLedger
import Terminal
import TextFormats

/// What users have set for themselves, and what they may book.
struct OwnRules {
  /// What their calls give up first.
  let first: Sacrifice
  /// What each of their runs may take.
  let runLimits: RunLimits
  /// The limits that they lowered.
  let lowered: [BudgetLimit]
  /// What they may book, and what of it is booked.
  let bookable: [Bookable]

  /// What may be booked on a budget in a window, and what is.
  struct Bookable {
    let limit: BudgetLimit
    let booked: Int64

    var json: JSONValue {
      [
        "self_grant": .string(limit.description),
        "unit": .string(limit.unit == .money ? "micro_usd" : limit.unit.rawValue), "window": .string(limit.windowName),
        "ceiling": .int(limit.amount), "booked": .int(booked), "remaining": .int(max(0, limit.amount - booked)),
      ]
    }
  }

  static func of(
    _ user: String, _ settings: Settings, _ ledger: SQLiteLedger, nowUnixMs: Int64
  ) throws(Failure) -> OwnRules {
    let known = try BudgetOwnCommands.known(user, ledger)
    let (tier, _) = try BudgetOwnCommands.rules(of: known, settings, operations: [])
    var bookable: [Bookable] = []
    for limit in settings.selfGrants(of: user, tier: tier) {
      let booked = try Failure.ledger { () throws(LedgerError) in
        try ledger.booked(BudgetKey(scope: .user(user), limit: limit), nowUnixMs: nowUnixMs)
      }
      bookable.append(Bookable(limit: limit, booked: booked))
    }
    return OwnRules(
      first: settings.sacrifice(known.givesUpFirst), runLimits: settings.runLimits(of: known),
      lowered: known.lowered.filter { $0 != .pause },
      bookable: bookable)
  }

  /// A line for each that says something.
  func text(_ style: Style) -> String {
    let words = Announcement(nowUnixMs: 0)
    var lines: [(String, String)] = []
    if !runLimits.areNone { lines.append(("each run", "at most \(runLimits)")) }
    if first != .model { lines.append(("near a limit", "gives up the \(first.rawValue) first")) }
    for item in bookable {
      let unit = item.limit.unit == .tokens ? " tokens" : ""
      let amount = words.amount(item.booked, item.limit.unit, of: item.limit.amount)
      let booked = item.booked == 0 ? "" : ", of which \(amount)\(unit) are booked"
      lines.append(("can be booked", "\(item.limit)\(booked)"))
    }
    return lines.map { "  " + style.apply(.dim, $0 + String(repeating: " ", count: 15 - $0.count)) + $1 + "\n" }
      .joined()
  }
}

extension RunLimits {
  /// Limits in the words of a command line.
  init(words: [String]) throws(Failure) {
    self.init()
    for word in words {
      let place: WritableKeyPath<RunLimits, Int64?>
      let value: Int64
      if let limit = BudgetLimit(runAmount: word) {
        switch limit.unit {
        case .tokens: place = \.tokens
        case .money: place = \.costMicroUSD
        case .calls: place = \.calls
        }
        value = limit.amount
      } else if let ms = DurationText.milliseconds(word), ms > 0 {
        (place, value) = (\.durationMs, ms)
      } else {
        if BudgetLimit.isNothing(runAmount: word) || DurationText.milliseconds(word) == 0 {
          throw Failure(
            "'\(word)' is nothing: no run could make a call", hint: RunLimits.remedyForNothing,
            status: Failure.Status.usage)
        }
        throw Failure(
          "'\(word)' is neither an amount nor a time", hint: "write it like '50k tokens', '$0.50', '20 calls' or 2h",
          status: Failure.Status.usage)
      }
      if self[keyPath: place] != nil {
        throw Failure(
          "'\(word)' is the second limit of its kind", hint: "keep the one that is meant",
          status: Failure.Status.usage)
      }
      self[keyPath: place] = value
    }
  }

  /// The limits as an object, with their units.
  var json: JSONValue {
    [
      "tokens": .int(tokens), "cost_micro_usd": .int(costMicroUSD), "calls": .int(calls),
      "duration_ms": .int(durationMs),
    ]
  }
}
