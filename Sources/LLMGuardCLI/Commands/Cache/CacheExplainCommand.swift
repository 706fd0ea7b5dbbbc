import CommandSpec
import GuardModel
import Intent
import IntentCache
import Terminal
import TextFormats

/// `llmguard cache explain`: why two requests match, or do not.
enum CacheExplainCommand {
  static let last = Flag(
    "--last", summary: "explain the last call that was answered, whose answer is kept, or that was refused")

  static let command = Command<CLIHandler>(
    "explain", summary: "Show what two requests ask for, side by side, and the first thing that differs",
    description: [
      "Each of two prompts is told apart into what is asked and the text it is asked about; what is asked is "
        + "shown as llmguard understands it. Two requests have one answer when every part agrees, no guard objects, and "
        + "everything around them (model, other arguments, input, files) is equal."
    ],
    options: [last.spec, SharedOptions.json.spec],
    operands: [OperandSpec("PROMPT", summary: "two of them; none with --last", count: .any)],
    examples: [
      Example(
        "llmguard cache explain 'summarise it in 3 bullets' 'sum it up in 5 bullets'",
        "Why these two are not the same."),
      Example("llmguard cache explain --last", "Why the last call was answered, went out, or had no answer."),
    ], handler: CLIHandler(run: run))

  private static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    if arguments[last] {
      guard arguments.operands.isEmpty else { throw wrongOperands }
      return try explainLast(context, arguments)
    }
    guard arguments.operands.count == 2 else { throw wrongOperands }
    let cache = try CacheCommands.open(context)
    let comparison = try compare(arguments.operands[0], arguments.operands[1], cache)
    try context.print(
      arguments[SharedOptions.json]
        ? JSONWriter.pretty(comparison.json) : comparison.text(context.output))
    if !arguments[SharedOptions.json], let advice = comparison.advice { context.say(.note, advice) }
    return 0
  }

  private static var wrongOperands: Failure {
    Failure(
      "'cache explain' takes two prompts, or --last", hint: "put each prompt in quotes", status: Failure.Status.usage)
  }

  /// Compares two whole prompts.
  private static func compare(_ a: String, _ b: String, _ cache: IntentCache?) throws(Failure) -> RequestComparison {
    try compare(RequestParts.split(lastUserText: a), RequestParts.split(lastUserText: b), cache)
  }

  private static func compare(
    _ a: RequestParts, _ b: RequestParts, _ cache: IntentCache?
  ) throws(Failure) -> RequestComparison {
    let label = try CacheCommands.tried { () throws(CacheTrouble) in
      try cache?.label(of: a.instruction, b.instruction)
    }
    return RequestComparison(a, b, label: label)
  }

  // MARK: - The last call

  private static func explainLast(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let cache = try CacheCommands.open(context)
    guard let cache, let look = try CacheCommands.tried({ () throws(CacheTrouble) in try cache.lastLook() }) else {
      throw Failure(
        "no call has been looked for in the cache yet",
        hint: "calls of known clients are, unless the configuration says otherwise; see 'llmguard run --help'",
        status: Failure.Status.unavailable)
    }
    let given = try given(look, cache)
    let (verdict, comparison) = try verdict(on: look, given, cache)
    if arguments[SharedOptions.json] {
      var object = JSONObject([
        ("schema", 1), ("at_unix_ms", .int(look.atUnixMs)), ("request", .string(look.instruction)),
        ("tier", .string(orNull: (look.tier ?? look.rejectedTier)?.rawValue)), ("entry", .int(look.entry)),
        ("rejected", .bool(try isRejected(look, cache))), ("verdict", .string(verdict)),
        ("age_seconds", .int(given.map { $0.ageMs / 1000 })), ("answer", .string(orNull: given?.name)),
      ])
      if let comparison { object["comparison"] = comparison.json }
      try context.print(JSONWriter.pretty(.object(object)))
      return 0
    }
    let age = HumanNumber.duration(milliseconds: max(0, context.nowUnixMs - look.atUnixMs))
    let request = look.instruction.isEmpty ? "a request that cannot be told from its text" : "'\(look.instruction)'"
    let advice = given.map { "; if that was wrong: llmguard cache reject \($0.name)" } ?? ""
    try context.print(
      TerminalText.paragraph(
        context.output.spelled(TerminalText.safe("\(request), \(age) ago: \(verdict)\(advice)")), context.output
      )
      .map { $0 + "\n" }.joined()
        + (comparison.map { "\n" + $0.text(context.output) } ?? ""))
    return 0
  }

  /// An answer that was given, and is stored still.
  private struct Given {
    let entry: CacheEntry
    /// How old it was when it was given.
    let ageMs: Int64
    /// What it is rejected by: the entry may have answered other requests, too.
    let name: String
  }

  private static func given(_ look: CacheLook, _ cache: IntentCache) throws(Failure) -> Given? {
    guard look.tier != nil, let id = look.entry,
      let entry = try CacheCommands.tried({ () throws(CacheTrouble) in try cache.entry(id)?.entry })
    else { return nil }
    return Given(entry: entry, ageMs: entry.ageMs(at: look.atUnixMs), name: "\(id)/\(look.mark)")
  }

  private static func isRejected(_ look: CacheLook, _ cache: IntentCache) throws(Failure) -> Bool {
    try CacheCommands.tried { () throws(CacheTrouble) in try cache.isRejected(look) }
  }

  /// What became of a call that was answered, where somebody said since that the answer was wrong.
  private static func verdict(
    onRejected look: CacheLook, _ cache: IntentCache, _ compare: (String) throws(Failure) -> RequestComparison
  ) throws(Failure) -> (words: String, comparison: RequestComparison?) {
    let (id, tier) = (look.entry ?? 0, look.rejectedTier ?? .exact)
    let words = "answered from entry \(id), \(tier.rawValue), and that answer was rejected"
    if try !isRejected(look, cache) { return (words + "; since then that was taken back", nil) }
    let undo = "; 'llmguard cache reject --undo \(id)' takes that back"
    if tier == .exact {
      return (words + ": the entry is removed, and the next such call goes out" + undo, nil)
    }
    guard let stored = try CacheCommands.tried({ () throws(CacheTrouble) in try cache.entry(id)?.entry.instruction })
    else {
      return (words + ": the two never match again" + undo, nil)
    }
    return (words + ": it and '\(Announcement.short(stored))' never match again" + undo, try compare(stored))
  }

  /// What became of a call that was looked for, and the stored request that says why, beside its own.
  private static func verdict(
    on look: CacheLook, _ given: Given?, _ cache: IntentCache
  ) throws(Failure) -> (words: String, comparison: RequestComparison?) {
    func compare(with stored: String) throws(Failure) -> RequestComparison {
      try Self.compare(
        RequestParts(instruction: look.instruction, payload: []), RequestParts(instruction: stored, payload: []), cache)
    }
    if look.rejectedTier != nil { return try verdict(onRejected: look, cache, compare(with:)) }
    if let tier = look.tier {
      let words = "answered from entry \(look.entry ?? 0), \(tier.rawValue)"
      guard let given else { return (words + "; it is not stored any more", nil) }
      let asked = Announcement.short(given.entry.instruction)
      let what =
        switch tier {
        case .exact: "the same request"
        case .intent: "the same request in other words ('\(asked)')"
        case .similar: "a similar request ('\(asked)')"
        }
      let age = HumanNumber.old(milliseconds: given.ageMs)
      return (
        words + ": \(what), whose answer was \(age)",
        tier == .exact ? nil : try compare(with: given.entry.instruction)
      )
    }
    let words = look.entry.map { "went out, and its answer is stored as entry \($0)" } ?? "refused"
    let near = try CacheCommands.tried { () throws(CacheTrouble) in try cache.neighbours(of: look) }
    if look.entry == nil, let same = near.samePlace.first(where: { $0.instruction == look.instruction }) {
      return (words + "; entry \(same.id) has the same request, but is too old, or an answer was wanted anew", nil)
    }
    if let best = near.samePlace.first {
      return (
        words + "; entry \(best.id) stood in the same place and asks for something else",
        try compare(with: best.instruction)
      )
    }
    guard let best = near.sameWords.first else {
      return (words + "; nothing that could have answered it was there", nil)
    }
    let what =
      switch (best.sharesSurroundings, best.sharesPayload) {
      case (true, true): "but it is \(best.entry.scope)'s, which this call may not be given"
      case (true, false): "but the text it is asked about differs"
      case (false, true):
        "but what surrounds it differs: the model, a parameter, the system prompt, an earlier turn, or its form"
      case (false, false): "but the text it is asked about and what surrounds it differ"
      }
    return (words + "; entry \(best.entry.id) has the same request, \(what)", nil)
  }
}
