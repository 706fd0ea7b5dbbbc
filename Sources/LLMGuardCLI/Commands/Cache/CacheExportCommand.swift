import CommandSpec
import GuardModel
import IntentCache
import Terminal
import TextFormats

/// `llmguard cache export`: everything, for programs.
enum CacheExportCommand {
  static let labels = Flag("--labels", summary: "export what was said of pairs of requests, and no answers")

  static let command = Command<CLIHandler>(
    "export", summary: "Print what is stored, one JSON object a line",
    description: [
      "An answer that is text stands in `answer`, any other as hexadecimal digits in `answer_hex`. With --labels each line "
        + "is a pair of requests and whether they want the same answer, as a person (`cache reject`) or a judge said: what "
        + "`cache evaluate` reads, and what can be learned from."
    ],
    options: [labels.spec],
    examples: [
      Example("llmguard cache export >answers.jsonl", "Keep the answers elsewhere."),
      Example("llmguard cache export --labels >pairs.jsonl", "What was rejected, as pairs."),
    ], handler: CLIHandler(run: run))

  private static func run(_ context: Context, _ arguments: ParsedArguments) throws(Failure) -> Int32 {
    guard let cache = try CacheCommands.open(context) else { return 0 }
    if arguments[labels] {
      for label in try CacheCommands.tried({ () throws(CacheTrouble) in try cache.labels() }) {
        let line: JSONValue = [
          "instr_a": .string(label.a), "payload_a": "", "instr_b": .string(label.b), "payload_b": "",
          "same": .bool(label.isSame), "kind": .string(label.source), "at_unix_ms": .int(label.atUnixMs),
        ]
        try context.print(JSONWriter.compact(line) + "\n")
      }
      return 0
    }
    var damaged: Int64 = 0
    for number in try CacheCommands.tried({ () throws(CacheTrouble) in try cache.numbers() }) {
      // An answer that went meanwhile is left out.
      guard let (entry, kept) = try CacheCommands.tried({ () throws(CacheTrouble) in try cache.entry(number) }) else {
        continue
      }
      guard let reply = kept else {
        damaged += 1
        continue
      }
      var object = JSONObject([("schema", 1)])
      for (key, value) in CacheCommands.json(entry, context).members { object[key] = value }
      let text = text(reply.body)
      object[text == .null ? "answer_hex" : "answer"] = text == .null ? .string(hexadecimal(reply.body)) : text
      try context.print(JSONWriter.compact(.object(object)) + "\n")
    }
    if damaged > 0 {
      context.say(
        .warning, "\(HumanNumber.counted(damaged, "answer")) left out: damaged, and given to nobody",
        hint: "'llmguard cache list' has their numbers, 'llmguard cache clear ID' removes one; see to the disk")
    }
    return 0
  }

  /// Bytes as a text; `null` where they are none.
  static func text(_ bytes: [UInt8]) -> JSONValue {
    String(validating: bytes, as: UTF8.self).map(JSONValue.string) ?? .null
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
