import CommandSpec
import GuardModel
import Intent
import IntentCache
import Terminal
import TextFormats

/// `llmguard cache explain`: why two requests match, or do not.
enum CacheExplainCommand {
  static let last = Flag("--last", summary: "explain the last call that was looked for in the cache")

  static let command = Command<CLIHandler>(
    "explain", summary: "Show what two requests ask for, side by side, and the first thing that differs",
    description: [
      "A and B are two prompts. Each is told apart into what is asked and the text it is asked about; what is asked is "
        + "shown as llmguard understands it. Two requests have one answer when every part agrees, no guard objects, and "
        + "everything around them (model, other arguments, input, files) is equal."
    ],
    options: [last.spec, SharedOptions.json.spec],
    operands: [OperandSpec("PROMPT", summary: "two prompts; none with --last", count: .any)],
    examples: [
      Example(
        "llmguard cache explain 'summarise it in 3 bullets' 'sum it up in 5 bullets'",
        "Why these two are not the same."),
      Example("llmguard cache explain --last", "Why the last call was answered, or went out."),
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
    return 0
  }

  private static var wrongOperands: Failure {
    Failure(
      "'cache explain' takes two prompts, or --last", hint: "put each prompt in quotes", status: Failure.Status.usage)
  }

  /// Compares two whole prompts.
  private static func compare(_ a: String, _ b: String, _ cache: IntentCache?) throws(Failure) -> RequestComparison {
    let parts = [RequestParts.split(lastUserText: a), RequestParts.split(lastUserText: b)]
    let label = try CacheCommands.tried { () throws(CacheTrouble) in
      try cache?.label(of: parts[0].instruction, parts[1].instruction)
    }
    return RequestComparison(parts[0], parts[1], label: label)
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
    let entry =
      try look.entry.map { id throws(Failure) in
        try CacheCommands.tried { () throws(CacheTrouble) in try cache.entry(id)?.entry }
      } ?? nil
    var verdict: String
    var comparison: RequestComparison?
    if let tier = look.tier {
      verdict = "answered from entry \(look.entry ?? 0), \(tier.rawValue)"
      if tier != .exact, let entry {
        comparison = RequestComparison(
          RequestParts(instruction: look.instruction, payload: []),
          RequestParts(instruction: entry.instruction, payload: []),
          label: try CacheCommands.tried { () throws(CacheTrouble) in
            try cache.label(of: look.instruction, entry.instruction)
          })
      }
    } else {
      verdict = "went out, and its answer is stored" + (look.entry.map { " as entry \($0)" } ?? "")
      let near = try CacheCommands.tried { () throws(CacheTrouble) in try cache.neighbours(of: look) }
      if let best = near.samePlace.first {
        verdict += "; entry \(best.id) stood in the same place and asks for something else"
        comparison = RequestComparison(
          RequestParts(instruction: look.instruction, payload: []),
          RequestParts(instruction: best.instruction, payload: []),
          label: try CacheCommands.tried { () throws(CacheTrouble) in
            try cache.label(of: look.instruction, best.instruction)
          })
      } else if let best = near.sameWords.first {
        let what =
          switch (best.sharesSurroundings, best.sharesPayload) {
          case (true, true): "but it is \(best.entry.scope)'s, which this call may not be given"
          case (true, false): "but the text it is asked about differs"
          case (false, true):
            "but what surrounds it differs: the model, a parameter, the system prompt, an earlier turn"
          case (false, false): "but the text it is asked about and what surrounds it differ"
          }
        verdict += "; entry \(best.entry.id) has the same request, \(what)"
      } else {
        verdict += "; nothing that could have answered it was there"
      }
    }
    if arguments[SharedOptions.json] {
      var object = JSONObject([
        ("schema", 1), ("at_unix_ms", .int(look.atUnixMs)), ("request", .string(look.instruction)),
        ("tier", .string(orNull: look.tier?.rawValue)), ("entry", .int(look.entry)), ("verdict", .string(verdict)),
      ])
      if let comparison { object["comparison"] = comparison.json }
      try context.print(JSONWriter.pretty(.object(object)))
      return 0
    }
    let age = HumanNumber.duration(milliseconds: max(0, context.nowUnixMs - look.atUnixMs))
    let request = look.instruction.isEmpty ? "a request that cannot be told from its text" : "'\(look.instruction)'"
    try context.print(
      TerminalText.paragraph(TerminalText.safe("\(request), \(age) ago: \(verdict)"), context.output)
        .map { $0 + "\n" }.joined()
        + (comparison.map { "\n" + $0.text(context.output) } ?? ""))
    return 0
  }
}
