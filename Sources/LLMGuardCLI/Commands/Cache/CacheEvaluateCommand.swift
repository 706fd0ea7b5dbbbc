import CommandSpec
import Intent
import Posix
import Terminal
import TextFormats

/// `llmguard cache evaluate`: how often a match is right, on pairs that somebody has judged.
enum CacheEvaluateCommand {
  private static let threshold = Option<Int64>(
    "--threshold", metavar: "PERCENT", summary: "how similar two instructions must be for the similar tier, 0 to 100",
    defaultText: "90", read: ValueReader.wholeNumber(0...100))

  static let command = Command<CLIHandler>(
    "evaluate", summary: "Measure on your own pairs how often a cached answer would be right",
    description: [
      "FILE holds a JSON object a line: `instr_a`, `payload_a`, `instr_b`, `payload_b` (two requests; a payload may be left "
        + "out), `same` (whether one answer serves both) and `kind` (any word to sort the report by).",
      "The tiers: `exact` is the same text, `intent` other words for the same, `served` both together: what is answered "
        + "unasked. `similar` is near without being the same: what is only offered. Precision is the share of hits that are "
        + "right, recall the share of pairs of one answer that are found. Nothing is stored or sent.",
    ],
    options: [SharedOptions.json.spec, threshold.spec],
    operands: [OperandSpec("FILE", summary: "the pairs, a JSON object a line", completion: .file)],
    examples: [Example("llmguard cache evaluate pairs.jsonl", "See what the cache would do with your requests.")],
    handler: CLIHandler(run: run))

  private static let maximumBytes = 1 << 30

  static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    let path = arguments.operands[0]
    var evaluation = PairEvaluation(threshold: Float(arguments[threshold] ?? 90) / 100)
    let bytes: [UInt8]
    do throws(PosixError) {
      bytes = try File.readAll(path, maximumBytes: maximumBytes, waits: { context.sayWaiting(for: path) })
    } catch {
      throw Failure(reading: path, error, hint: "name a file with a JSON object a line")
    }
    var number = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      do throws(PairProblem) { evaluation.add(try pair(Array(line))) } catch {
        throw Failure(
          "\(path):\(number):\(error.column.map { "\($0):" } ?? "") \(error.text)",
          hint: "a line is like {\"instr_a\":\"…\",\"instr_b\":\"…\",\"same\":true,\"kind\":\"…\"}",
          status: Failure.Status.data)
      }
    }
    if evaluation.count == 0 {
      throw Failure("\(path) holds no pairs", hint: "write a JSON object a line into it", status: Failure.Status.data)
    }
    if arguments[SharedOptions.json] {
      try context.print(JSONWriter.pretty(json(evaluation)))
    } else {
      try show(evaluation, context)
    }
    return 0
  }

  // MARK: Reading

  private struct PairProblem: Error {
    let text: String
    var column: Int?
  }

  private static func pair(_ line: [UInt8]) throws(PairProblem) -> LabelledPair {
    let value: JSONValue
    do throws(TextFormatError) { value = try JSONParser.parse(line) } catch {
      throw PairProblem(text: "is not JSON: \(error.message)", column: error.position.column)
    }
    guard value.objectValue != nil else { throw PairProblem(text: "is not a JSON object") }
    return LabelledPair(
      try text(value, "instr_a"), try text(value, "instr_b"),
      payloads: (try text(value, "payload_a", isOptional: true), try text(value, "payload_b", isOptional: true)),
      isSame: try truth(value), kind: try text(value, "kind", isOptional: true))
  }

  private static func text(_ value: JSONValue, _ key: String, isOptional: Bool = false) throws(PairProblem) -> String {
    if let text = value[key]?.stringValue { return text }
    guard isOptional, value[key] == nil || value[key] == .null else {
      throw PairProblem(text: "'\(key)' is not a text")
    }
    return ""
  }

  private static func truth(_ value: JSONValue) throws(PairProblem) -> Bool {
    if let truth = value["same"]?.boolValue { return truth }
    switch value["same"]?.int64Value {
    case 0: return false
    case 1: return true
    default: throw PairProblem(text: "'same' is neither true nor false")
    }
  }

  // MARK: Writing

  private static func share(_ value: Double?) -> JSONValue {
    value.map { .number(JSONNumber(millionths: Int64(($0 * 1_000_000).rounded()))) } ?? .null
  }

  private static func json(_ evaluation: PairEvaluation) -> JSONValue {
    func tiers(_ tallies: [CacheTier: PairEvaluation.Tally]) -> JSONValue {
      .array(
        CacheTier.allCases.map { tier in
          let tally = tallies[tier] ?? PairEvaluation.Tally()
          return [
            "tier": .string(tier.rawValue), "hits": .int(Int64(tally.hits)), "false_hits": .int(Int64(tally.falseHits)),
            "precision": share(tally.precision), "recall": share(tally.recall),
          ]
        })
    }
    let kinds = evaluation.kinds.sorted { $0.key < $1.key }.map { kind, tallies -> JSONValue in
      let all = tallies[.served] ?? PairEvaluation.Tally()
      return [
        "kind": .string(kind), "pairs": .int(Int64(all.pairs)), "same": .int(Int64(all.same)), "tiers": tiers(tallies),
      ]
    }
    return [
      "schema": 1, "pairs": .int(Int64(evaluation.count)), "tiers": tiers(evaluation.tiers), "kinds": .array(kinds),
    ]
  }

  /// A share with one decimal. What is not all is not 100 %, and what is there is not 0 %: both are what is looked for.
  static func percent(_ value: Double?) -> Table.Cell {
    guard let value else { return Table.Cell("-", exact: "") }
    let nearest = Int64((value * 1000).rounded())
    let thousandths = value <= 0 || value >= 1 ? nearest : min(max(nearest, 1), 999)
    return Table.Cell(
      "\(thousandths / 10).\(thousandths % 10) %",
      exact: JSONNumber(millionths: Int64((value * 1_000_000).rounded())).text)
  }

  private static func show(_ evaluation: PairEvaluation, _ context: Context) throws(Failure) {
    var table = Table([
      Table.Column("Kind", key: "kind", canShrink: true), Table.Column("Tier", key: "tier"),
      Table.Column("Pairs", key: "pairs", isNumber: true), Table.Column("Same", key: "same", isNumber: true),
      Table.Column("Hits", key: "hits", isNumber: true), Table.Column("False", key: "false_hits", isNumber: true),
      Table.Column("Precision", key: "precision", isNumber: true),
      Table.Column("Recall", key: "recall", isNumber: true),
    ])
    func add(_ kind: String, _ tallies: [CacheTier: PairEvaluation.Tally]) {
      for tier in CacheTier.allCases {
        guard let tally = tallies[tier] else { continue }
        table.add([
          Table.Cell(kind), Table.Cell(tier.rawValue), Table.Cell(String(tally.pairs)), Table.Cell(String(tally.same)),
          Table.Cell(String(tally.hits)), Table.Cell(String(tally.falseHits), look: tally.falseHits > 0 ? .bad : nil),
          percent(tally.precision), percent(tally.recall),
        ])
      }
    }
    for (kind, tallies) in evaluation.kinds.sorted(by: { $0.key < $1.key }) {
      add(kind.isEmpty ? "(none)" : kind, tallies)
    }
    add("all", evaluation.tiers)
    try context.print(table.text(context.output))
    guard let first = evaluation.falseHits.first else { return }
    context.say(
      .warning, "\(evaluation.falseHits.count) pairs would be answered wrongly; the first one:",
      details: ["  \(first.instructions.0)", "  \(first.instructions.1)"])
  }
}
