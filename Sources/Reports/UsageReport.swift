import GuardModel
import Ledger
import Terminal
import TextFormats

/// Who spent what on what: sums of calls in groups, compared with an earlier range where asked for.
public struct UsageReport: Sendable {
  /// What a report is made of.
  public struct Content: Sendable {
    /// What the rows are grouped by, in order; at least one.
    public var groupings: [UsageGrouping]
    /// Rows grouped by the groupings' dimensions.
    public var rows: [UsageRow]
    /// The same of the range to compare with; `nil` compares nothing.
    public var previous: [UsageRow]?
    /// The latest calls, for percentiles and the error of estimates.
    public var sizes: [CallSize] = []
    /// Of what programs runs were, where rows are grouped by runs and not by programs: an id says nothing to people.
    public var programs: [String: String]?
    /// Calls that came to nothing, which are in no row.
    public var ofNothing: Int64 = 0
    /// Whether older calls were left out of `sizes`.
    public var isSampled = false
    /// What rows are ranked, shared and compared by.
    public var unit = UsageUnit.charge
    /// How many rows are shown, the others in one; `nil` shows all.
    public var top: Int?
    /// Where days are cut.
    public var zone: ZoneOffsets
    /// The beginning of the range, for the record.
    public var since: String?
    /// Its end.
    public var until: String?
    /// The beginning of the range to compare with.
    public var previousSince: String?
    /// Its end.
    public var previousUntil: String?

    /// Makes a content.
    public init(groupings: [UsageGrouping], rows: [UsageRow], zone: ZoneOffsets) {
      self.groupings = groupings
      self.rows = rows
      self.zone = zone
    }
  }

  /// A group of calls.
  struct Row: Sendable {
    /// Its names, one a grouping.
    var labels: [String]
    var sums = UsageSums()
    var sizes: SizeSummary?
    /// Nothing, or one: there may be very many rows, and few reports compare.
    private var before: [UsageSums] = []

    init(labels: [String]) { self.labels = labels }

    var previous: UsageSums {
      get { before.first ?? UsageSums() }
      set { before = [newValue] }
    }
  }

  let content: Content
  let rows: [Row]
  let total: Row

  /// Makes a report.
  ///
  /// - Throws: `AmountOverflow` when a sum does not fit.
  public init(_ content: Content) throws(AmountOverflow) {
    var all: [Row] = []
    var places: [[String]: Int] = [:]
    var starts: [String: Int64] = [:]
    let isTime = content.groupings[0].isTime
    var total = Row(labels: content.groupings.indices.map { $0 == 0 ? "total" : "" })
    func add(_ rows: [UsageRow], to part: WritableKeyPath<Row, UsageSums>) throws(AmountOverflow) {
      for row in rows {
        let labels = zip(content.groupings, row.group).map { $0.name($1, in: content.zone) }
        let place = places[labels] ?? all.count
        if place == all.count {
          places[labels] = place
          all.append(Row(labels: labels))
        }
        if isTime, let start = Int64(row.group[0]) { starts[labels[0]] = min(start, starts[labels[0]] ?? start) }
        try all[place][keyPath: part].add(row.sums)
        try total[keyPath: part].add(row.sums)
      }
    }
    try add(content.rows, to: \.sums)
    try add(content.previous ?? [], to: \.previous)
    places = [:]
    // What they were made of is not kept beside them.
    var rest = content
    rest.rows = []
    rest.previous = rest.previous.map { _ in [] }
    self.content = rest
    var sizes = Dictionary(grouping: content.sizes) { size in
      content.groupings.map { $0.name(of: size, in: content.zone) }
    }
    let amounts = all.map { content.unit.amount($0.sums) }
    // Their places are put in order: the rows themselves are large to be moved about.
    var sorted = all.indices.sorted { first, second in
      let (a, b) = (all[first].labels, all[second].labels)
      // By time and not by name: of an hour that comes twice the first has the larger offset.
      if isTime, a[0] != b[0] { return starts[a[0]] ?? 0 < starts[b[0]] ?? 0 }
      return amounts[first] != amounts[second] ? amounts[first] > amounts[second] : a.lexicographicallyPrecedes(b)
    }
    if let top = content.top, sorted.count > top {
      // By rank even where rows stand in the order of time.
      let ranked = sorted.indices.sorted { a, b in (amounts[sorted[a]], b) > (amounts[sorted[b]], a) }
      let kept = Set(ranked.prefix(top))
      var others = Row(labels: content.groupings.indices.map { $0 == 0 ? "others (\(sorted.count - top))" : "" })
      var left: [CallSize] = []
      for index in sorted.indices where !kept.contains(index) {
        let row = all[sorted[index]]
        try others.sums.add(row.sums)
        if content.previous != nil { try others.previous.add(row.previous) }
        left += sizes.removeValue(forKey: row.labels) ?? []
      }
      sizes[others.labels] = left
      sorted = sorted.indices.filter(kept.contains).map { sorted[$0] } + [all.count]
      all.append(others)
    }
    rows = sorted.map { place in
      var row = all[place]
      row.sizes = sizes[row.labels].map { SizeSummary($0) }
      return row
    }
    total.sizes = SizeSummary(content.sizes)
    self.total = total
  }

  /// Whether nothing was called or refused, in neither range.
  public var isEmpty: Bool { rows.isEmpty }

  /// One object, without its rows.
  public var json: JSONObject {
    var object = JSONObject()
    object["schema"] = 1
    object["group_by"] = .string(content.groupings.map(\.rawValue).joined(separator: ","))
    object["unit"] = .string(content.unit.rawValue)
    object["since"] = .string(orNull: content.since)
    object["until"] = .string(orNull: content.until)
    if content.previous != nil {
      object["previous_since"] = .string(orNull: content.previousSince)
      object["previous_until"] = .string(orNull: content.previousUntil)
    }
    object["sampled_calls"] = content.isSampled ? .int(Int64(content.sizes.count)) : .null
    object["given_back"] = .int(content.ofNothing)
    object["rows"] = .array([])
    object["total"] = .object(JSONObject(members(total)))
    return object
  }

  /// What is said where no sum has anything; `nil` where there is nothing else, either.
  public var ofNothing: (message: String, hint: String)? {
    if content.ofNothing == 0 { return nil }
    let calls = HumanNumber.counted(content.ofNothing, "call")
    return (
      "; \(calls) came to nothing, and cost nothing",
      "'llmguard usage list' names \(content.ofNothing == 1 ? "it" : "them")"
    )
  }

  /// Its rows, for `rows` there: as many as there may be, each is made when it is asked for.
  public var jsonRows: some Sequence<JSONValue> {
    rows.lazy.map { row in
      var names = zip(content.groupings, row.labels).map { ($0.rawValue, JSONValue.string($1)) }
      if content.programs != nil { names.append(("program", .string(orNull: program(of: row)))) }
      return JSONValue.object(JSONObject(names + members(row)))
    }
  }

  /// The program that a row's run was of; `nil` for what is no run.
  func program(of row: Row) -> String? {
    guard let place = content.groupings.firstIndex(of: .run) else { return nil }
    return content.programs?[row.labels[place]]
  }

  private func members(_ row: Row) -> [(String, JSONValue)] {
    var members = Self.json(row.sums)
    members += [
      ("degraded_share", FixedPoint(share: row.sums.degraded, of: row.sums.calls)?.json ?? .null),
      ("refused_share", FixedPoint(share: row.sums.refusals, of: row.sums.requests)?.json ?? .null),
      ("cached_share", FixedPoint(share: row.sums.cached, of: row.sums.answered)?.json ?? .null),
      ("tokens_per_call_p50", .int(row.sizes?.tokens.percentile(50))),
      ("tokens_per_call_p95", .int(row.sizes?.tokens.percentile(95))),
      ("tokens_per_call_max", .int(row.sizes?.tokens.maximum)),
      ("estimate_error_median", row.sizes?.medianError?.json ?? .null),
      ("input_estimate_error_median", row.sizes?.medianInputError?.json ?? .null),
      ("estimate_used_share_median", row.sizes?.medianUse?.json ?? .null),
    ]
    if content.previous != nil {
      members.append(
        ("previous", .object(JSONObject(Self.json(row.previous)))))
    }
    return members
  }

  /// Sums, and what the cost in them is: `exact`, `at_least`, `at_most`, or `about`, of which neither holds.
  static func json(_ sums: UsageSums) -> [(String, JSONValue)] {
    members(sums).map { ($0, .int($1)) } + [("cost_bound", .string(sums.costBound.rawValue))]
  }

  private static func members(_ sums: UsageSums) -> [(String, Int64)] {
    [
      ("calls", sums.calls), ("input_tokens_exact", sums.exactInput), ("input_tokens_estimated", sums.estimatedInput),
      ("output_tokens_exact", sums.exactOutput), ("output_tokens_estimated", sums.estimatedOutput),
      ("charge_tokens", sums.chargeTokens), ("cost_micro_usd", sums.costMicroUSD),
      ("calls_of_unknown_cost", sums.callsOfUnknownCost), ("refusals", sums.refusals), ("degraded", sums.degraded),
      ("failed", sums.failed), ("overrun_tokens", sums.overrunTokens), ("retries", sums.retries),
      ("surcharge_tokens", sums.surchargeTokens), ("cached", sums.cached), ("saved_tokens", sums.savedTokens),
      ("saved_micro_usd", sums.savedMicroUSD), ("cached_input_tokens", sums.cachedInput),
      ("cache_write_tokens", sums.cacheWrite), ("cache_write_1h_tokens", sums.cacheWriteHour),
      ("reasoning_tokens", sums.reasoning), ("audio_input_tokens", sums.audioInput),
      ("audio_output_tokens", sums.audioOutput), ("tool_input_tokens", sums.toolInput),
      ("web_searches", sums.webSearches), ("unmetered", sums.unmetered),
      ("calls_of_cost_at_most", sums.callsOfCostAtMost), ("calls_of_cost_about", sums.callsOfCostAbout),
    ]
  }
}
