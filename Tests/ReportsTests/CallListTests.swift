import GuardModel
import Ledger
import Reports
import Terminal
import Testing
import TextFormats

@Suite struct CallListTests {
  static let now: Int64 = 1_795_535_200_000

  static func call(
    _ number: Int64, user: String = "ana", outcome: EntryKind = .settle, degraded: Bool = false, attempt: Int64 = 1,
    tokens: Int64 = 1300, cost: Int64? = 1230, ago: Int64 = 60_000, note: String? = nil
  ) -> CallRecord {
    let facts = CallFacts(
      user: user, tier: "free", operation: "review", model: degraded ? "gpt-4o-mini" : "gpt-4o",
      requestedModel: degraded ? "gpt-4o" : nil, run: "0f3a5c7be1d24986", program: "llm",
      phase: degraded ? .soft : outcome == .refuse ? .hard : .ok, degraded: degraded, estimatedInput: 400,
      estimatedOutput: 1000, priceStamp: "built-in 2026-11-01", attempt: attempt)
    let entry = Entry(
      sequence: number + 1, kind: outcome, atUnixMs: now - ago, hold: outcome == .refuse ? nil : HoldID(number),
      facts: facts,
      usage: outcome == .settle ? TokenUsage(input: 388, output: tokens - 388, exactness: .exact) : nil,
      charge: Charge(tokens: tokens, costMicroUSD: cost), ending: outcome == .settle ? .complete : nil,
      surchargeTokens: attempt > 2 ? 100 : nil, note: note ?? (outcome == .refuse ? "daily token budget" : nil))
    return CallRecord(
      number: number, entry: entry, facts: facts, reservedAtUnixMs: outcome == .refuse ? nil : now - ago - 2500,
      held: outcome == .refuse ? nil : Charge(tokens: 1400, costMicroUSD: 10_000), overrunTokens: 0)
  }

  private func text(_ calls: [CallRecord], columns: Int) -> [String] {
    let style = Style(isColored: false, isTerminal: true, columns: columns, isUnicode: true)
    return CallList(calls, zone: .utc, nowUnixMs: Self.now).text(style).split(separator: "\n").map(String.init)
  }

  /// What a run took is what its calls took, as they are shown.
  @Test func aRunsFiguresAddUp() throws {
    var run = RunReport(run: "0f3a5c7be1d24986")
    for number: Int64 in [1, 2] { try run.add(Self.call(number, tokens: 1049, cost: 12_345)) }
    let style = Style(isColored: false, isTerminal: true, columns: 120, isUnicode: true)
    let text = run.text(style, zone: .utc, nowUnixMs: Self.now)
    // As usual they would be 1k, 1k and 2.1k.
    let rows = text.split(separator: "\n").filter { $0.contains(" 1.05k  $0.012345 ") }
    #expect(text.contains("2.1k charged, $0.02469") && rows.count == 2, "\(text)")
  }

  private var all: [CallRecord] {
    [
      Self.call(9, degraded: true), Self.call(8, user: "çelik 🐈\n\u{1B}[31m", outcome: .refuse),
      Self.call(5, outcome: .void), Self.call(3, attempt: 3, cost: nil, ago: 90_000_000),
    ]
  }

  /// The hour that comes twice is told apart by its offsets.
  @Test func aTimeThatIsShownTwiceHasItsOffset() {
    let change = (Self.now - 3_700_000) / 1000
    let zone = ZoneOffsets(name: "Back") { $0 < change ? 7200 : 3600 }
    let style = Style(isColored: false, isTerminal: true, columns: 120, isUnicode: true)
    let calls = [Int64(10), 3540, 3760, 7400].enumerated().map { Self.call(Int64($0.offset), ago: $0.element * 1000) }
    let times = CallList(calls, zone: zone, nowUnixMs: Self.now).text(style).split(separator: "\n").dropFirst().map {
      String($0.split(separator: " ")[1])
    }
    #expect(times == ["16:46:30", "15:47:40+01:00", "16:44:00+02:00", "15:43:20"], "\(times)")
  }

  @Test func aNarrowTerminalGetsTheEssentials() {
    #expect(
      text(all, columns: 80) == [
        "Call        Ended  User                Model        Charge      Cost  Outcome",
        "   9     15:45:40  ana                 gpt-4o-mini    1.3k  $0.00123  degraded",
        "   8     15:45:40  çelik 🐈\\n\\u{1B}[…  gpt-4o            –         –  refused",
        "   5     15:45:40  ana                 gpt-4o            –         –  given back",
        "   3  11-23 14:46  ana                 gpt-4o         1.3k   unknown  retry 2",
        "without Operation, Program, Phase, In, Out, Took: a wider terminal has room for",
        "more columns, and a pipe gets all",
      ])
  }

  /// Names of a usual length leave room for what was run, and more room is used as it comes.
  @Test(arguments: [
    (80, "Call Ended User Operation Model Program Out Charge Cost Outcome"),
    (100, "Call Ended User Operation Model Program Phase In Out Took Charge Cost Outcome"),
    (200, "Call Ended User Operation Model Program Phase In Out Took Charge Cost Outcome"),
  ]) func theChargeIsAlwaysThere(columns: Int, titles: String) {
    let lines = text([Self.call(9), Self.call(8, outcome: .refuse)], columns: columns)
    #expect(lines[0].split(whereSeparator: \.isWhitespace).joined(separator: " ") == titles, "\(lines)")
  }

  @Test(arguments: [80, 110, 200]) func noLineIsWiderThanTheTerminal(columns: Int) {
    for line in text(all, columns: columns) {
      #expect(TerminalText.width(line) <= columns)
      #expect(!line.contains("\u{1B}"))
    }
  }

  private static func unmetered() -> CallRecord {
    var call = call(7, outcome: .unmetered)
    (call.entry.charge, call.entry.hold, call.entry.route) = (nil, nil, "images")
    (call.facts.model, call.facts.provider) = (nil, "openai")
    call.entry.facts = call.facts
    return call
  }

  @Test func whatNobodyCanMeterIsNamedByItsRoute() {
    #expect(
      text([Self.unmetered()], columns: 80)[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        == "7 15:45:40 ana review openai images llm unknown unmetered")
    let object = CallColumn.object(Self.unmetered())
    #expect(object["outcome"] == "unmetered")
    #expect(object["route"] == "images")
    #expect(object["charge_tokens"] == 0)
    #expect(object["cost_micro_usd"] == .null, "unknown is not nothing")
  }

  @Test func aCallsStoryTellsItsWaitAndWhatIsPricedApart() {
    var call = Self.call(9)
    (call.facts.waitedMs, call.facts.provider) = (2000, "openai")
    call.entry.usage = TokenUsage(
      input: 388, output: 912, cachedInput: 100, cacheWrite: 80, reasoning: 7, cacheWriteHour: 30, audioInput: 9,
      audioOutput: 8, toolInput: 60, webSearches: 2, exactness: .exact)
    call.entry.unpriced = [.audioOutput, .webSearches]
    let style = Style(isColored: false, isTerminal: true, columns: 110, isUnicode: true)
    let text = CallStory(call, entries: [], zone: .utc).text(style).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(text.contains("model gpt-4o of openai"), "\(text)")
    #expect(text.contains("waited 2 s for its turn"), "\(text)")
    #expect(
      text.contains(
        "(100 read from the provider's cache, 50 written to it, 30 written to it for an hour, 9 audio in, "
          + "60 added by the provider's tools, 7 reasoning, 8 audio out), 2 web searches; the provider counted them"),
      "\(text)")
    #expect(
      text.contains(
        "at least $0.00123 (price: built-in 2026-11-01); the price of audio output and web searches is unknown"),
      "\(text)")
    let object = CallStory(call, entries: [], zone: .utc).json
    #expect(object["queue_wait_ms"] == 2000)
    #expect(object["cache_write_1h_tokens"] == 30)
    #expect(object["unpriced"] == "audio_output,web_searches")
    #expect(CallExport.header(.csv).hasSuffix("web_searches,unpriced,host\r\n"))
  }

  @Test func aCostThatCanOnlyBeLessIsToldSo() {
    var call = Self.call(9)
    call.entry.unpriced = [.serviceDiscount]
    let style = Style(isColored: false, isTerminal: true, columns: 110, isUnicode: true)
    let story = CallStory(call, entries: [], zone: .utc).text(style).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(
      story.contains(
        "at most $0.00123 (price: built-in 2026-11-01); the price of its service tier, which is no dearer, is unknown"),
      "\(story)")
    #expect(text([call], columns: 110)[1].contains("$0.00123- "), "\(text([call], columns: 110))")
  }

  /// What refused a call, or was too little for it, says nothing of the next one.
  @Test(arguments: [
    (EntryKind.refuse, "daily token budget", "hard: it did not fit into what a budget had left"),
    (.refuse, "policy: its price is unknown", "hard: a policy refused it, whatever the budgets had left"),
    (.refuse, "", "hard: a policy refused it, whatever the budgets had left"),
    (.cached, "", "hard: a call would have been refused; an answer from the cache was not"),
    (.settle, "", "hard: no budget had room for it when it was charged"),
  ]) func theHardPhaseIsToldAsItWas(kind: EntryKind, note: String, words: String) {
    var call = Self.call(8, outcome: kind)
    (call.entry.note, call.facts.phase) = (note.isEmpty ? nil : note, .hard)
    let style = Style(isColored: false, isTerminal: true, columns: 110, isUnicode: true)
    let phase = CallStory(call, entries: [], zone: .utc).text(style).split(separator: "\n").first {
      $0.contains("  phase ")
    }
    #expect(phase?.hasSuffix(" " + words) == true, "\(phase ?? "")")
  }

  private func story(
    _ call: CallRecord, entries: [Entry] = [], weights: [(of: String, factor: Multiplier)] = []
  ) -> String {
    let style = Style(isColored: false, isTerminal: true, columns: 110, isUnicode: true)
    return CallStory(call, entries: entries, zone: .utc, weights: weights).text(style).split(
      whereSeparator: \.isWhitespace
    )
    .joined(separator: " ")
  }

  /// A phase is of what a call might take: of the budget alone nothing may have been used.
  @Test func aPhaseIsToldOfTheEstimate() {
    var call = Self.call(9)
    (call.facts.phase, call.facts.degraded) = (.warn, false)
    #expect(
      story(call).contains(
        "warn: with its estimate on top, a budget came to where warnings begin, so the call went out with a warning"))
    (call.facts.phase, call.facts.degraded) = (.soft, true)
    let degraded =
      "soft: with its estimate as asked on top, a budget came to where degradation begins, so the call went out degraded"
    #expect(story(call).contains(degraded + " (its maximum lowered, its start delayed, or both)"))
    #expect(story(Self.call(9, degraded: true)).contains(degraded + " estimate"), "the model's line says what")
    // Its hold says which budget it was, where the ledger is no older than that.
    let hold = Entry(
      sequence: 8, kind: .reserve, atUnixMs: 5, charge: Charge(tokens: 12, costMicroUSD: nil),
      note: "daily token budget")
    let named = story(call, entries: [hold])
    #expect(
      named.contains("on top, the daily token budget came to where degradation begins, so the call went out degraded"))
    #expect(named.contains("held 12 tokens, degraded by the daily token budget"), "\(named)")
    (call.facts.phase, call.facts.degraded) = (.soft, false)
    #expect(
      story(call).contains("a budget came to where degradation begins, and nothing of the call was left to degrade"))
  }

  /// What makes a charge another number than the tokens is told where today's weights make it so, and never guessed.
  @Test func weightsAreTold() throws {
    let (half, twice) = (try #require(Multiplier("1.5")), try #require(Multiplier("2")))
    var call = Self.call(9)
    (call.entry.charge, call.held) = (Charge(tokens: 3900, costMicroUSD: 1230), Charge(tokens: 4200, costMicroUSD: 9))
    let words = "(weighted × 1.5 × 2: operation review, model gpt-4o)"
    let weights = [("operation review", half), ("model gpt-4o", twice)].map { (of: $0.0, factor: $0.1) }
    let told = story(call, weights: weights)
    #expect(
      told.contains("held 4,200 tokens \(words), $") && told.contains("charge 3,900 tokens \(words), $"), "\(told)")
    let changed = story(call)
    #expect(changed.contains("charge 3,900 tokens (weighted; today's weights are others), $"), "\(changed)")
    #expect(changed.contains("held 4,200 tokens, $"), "\(changed)")
    // What a retry added is told where it is.
    call.entry.charge = Charge(tokens: 4000, costMicroUSD: 1230)
    call.entry.surchargeTokens = 100
    #expect(story(call, weights: weights).contains("charge 4,000 tokens \(words), $"))
    #expect(
      !story(Self.call(9), weights: weights).contains("charge 1,300 tokens (weighted × "), "it was not weighted then")
  }

  @Test func anAnswerFromTheCacheNamesItsEntry() {
    let call = Self.call(9, outcome: .cached, note: "cache entry 41/3fa92c")
    #expect(story(call).contains("; if that was wrong: llmguard cache reject 41/3fa92c"))
    #expect(CallStory(call, entries: [], zone: .utc).json["note"] == "cache entry 41/3fa92c")
    #expect(!story(Self.call(9, outcome: .cached)).contains("cache reject"))
  }

  @Test func exportedFieldsAreQuotedAndNoFormulas() {
    let line = CallExport.line(Self.call(1, user: "=1+\"x\",\r\n-y"), .csv)
    #expect(line.contains(",\"'=1+\"\"x\"\",\r\n-y\","), "\(line)")
    #expect(line.hasSuffix("\r\n"))
    for name in ["+1", "@x", "-2+3|'", "=\u{301}1", "\t=1"] {
      #expect(CallExport.line(Self.call(1, user: name), .csv).utf8.contains(Array(",'\(name),".utf8)), "\(name)")
    }
    #expect(CallExport.line(Self.call(1, user: "-12"), .csv).contains(",-12,"))
  }

  @Test func aLineIsTheObjectAndItsTexts() {
    let odd = [Self.call(7, user: "\u{2028}\"\\", cost: -12), Self.call(.max - 1, cost: .min)]
    for call in all + odd + [Self.unmetered()] {
      #expect(CallExport.line(call, .jsonl) == JSONWriter.compact(CallColumn.object(call)) + "\n")
      #expect(CallExport.line(call, .csv).filter { $0 == "," }.count >= CallColumn.all.count - 1)
    }
    let plain = Self.call(3)
    #expect(CallExport.line(plain, .csv) == CallColumn.texts(plain).joined(separator: ",") + "\r\n")
  }

  @Test func everyCallHasEveryColumn() {
    let names = CallColumn.all.map(\.name)
    #expect(Set(names).count == names.count)
    for call in all {
      #expect(CallColumn.object(call).objectValue?.members.map(\.key) == names)
      #expect(CallColumn.texts(call).count == names.count)
    }
  }

  @Test func aRunsReceiptAddsItsCallsUp() throws {
    var run = RunReport(run: "0f3a5c7be1d24986")
    for call in all { try run.add(call) }
    try run.add(Self.call(2, outcome: .void, note: "the provider answered with status 500"))
    try run.add(Self.call(2, outcome: .void, note: "the connection to the provider broke: reset by peer"))
    run.turnedAway = 13
    #expect(
      run.receipt == [
        "2 calls, 776 tokens in and 1.8k out, 2.6k charged, $0.00123 and 1 call of unknown cost",
        "no price is known of gpt-4o: state it in the configuration ([model.\"gpt-4o\"] price = …)",
        "degraded: gpt-4o → gpt-4o-mini", "1 call refused",
        "13 calls turned away by llmguard itself, and not in the ledger",
        "1 call came back with an error, and cost nothing",
        "no answer came to 1 call; whether it cost anything is unknown", "1 call did not happen, and cost nothing",
        "1 retry of the same request added 100 tokens to the charge",
      ])
  }

  /// Each of the two is marked where it is llmguard's own count, and only there.
  @Test func whatIsEstimatedAloneIsMarked() {
    var sums = UsageSums()
    (sums.calls, sums.exactInput, sums.estimatedOutput, sums.chargeTokens) = (1, 19, 18, 37)
    func receipt() -> String? {
      RunReport(run: "r", sums: sums, program: "p", startedAtUnixMs: 0, endedAtUnixMs: 1).receipt.first
    }
    #expect(receipt()?.contains("1 call, 19 tokens in and ~18 out, 37 charged") == true, "\(receipt() ?? "")")
    (sums.exactInput, sums.estimatedInput, sums.exactOutput, sums.estimatedOutput) = (9, 10, 18, 0)
    #expect(receipt()?.contains("1 call, ~19 tokens in and 18 out, 37 charged") == true, "\(receipt() ?? "")")
  }

  /// Who counts calls, or limits them, wants each told.
  @Test func callsAreNotRounded() {
    var sums = UsageSums()
    (sums.calls, sums.refusals) = (1249, 12_345)
    let run = RunReport(run: "r", sums: sums, program: "p", startedAtUnixMs: 0, endedAtUnixMs: 1)
    #expect(run.receipt.first?.hasPrefix("1,249 calls, ") == true, "\(run.receipt)")
    #expect(run.receipt.contains("12,345 calls refused"), "\(run.receipt)")
  }

  /// A run inside another, of which the sums alone are known, has as many calls as one that is read call by call.
  @Test func aRunOfSumsCountsWhatIsUnmetered() throws {
    var (run, sums) = (RunReport(run: "r"), UsageSums())
    for call in [Self.call(1), Self.call(2, outcome: .refuse), Self.call(3, outcome: .cached), Self.unmetered()] {
      try run.add(call)
    }
    (sums.calls, sums.refusals, sums.cached, sums.unmetered) = (1, 1, 1, 1)
    let known = RunReport(run: "r", sums: sums, program: "p", startedAtUnixMs: 0, endedAtUnixMs: 1)
    #expect(run.calls == 4 && known.calls == run.calls)
  }
}
