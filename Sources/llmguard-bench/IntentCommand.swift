import CommandSpec
import Intent
import Posix
import TextFormats

/// `llmguard-bench intent`: how fast instructions are read, and whether texts with their arguments swapped are told apart.
enum IntentCommand {
  private static let data = Option<String>(
    "--data", metavar: "FOLDER",
    summary: "where clinc150-texts.jsonl and banking77-texts.jsonl are, for the swapped texts", completion: .folder,
    read: { .success($0) })

  static let command = Command<BenchHandler>(
    "intent", summary: "Measure how fast instructions are read, and tell swapped texts apart", options: [data.spec],
    handler: BenchHandler(run: run))

  private static let instructions = [
    "Summarize this article in three sentences.", "How do I undo my last git commit but keep the changes?",
    "Extract all email addresses from the text and return them as JSON.", "Translate this Spanish text into English.",
    "Write a SQL query that returns the ten customers with the highest total order value.",
    "Rename the variable userId to accountId in this code.", "Replace \"foo\" with \"bar\" in all files using sed.",
    "Could you please rewrite this email so that it sounds more formal, without changing the dates or the names in it?",
  ]

  static func run(_ arguments: ParsedArguments) throws(BenchFailure) -> Int32 {
    speed()
    huge()
    guard let folder = arguments[data] else { return 0 }
    return try swapped(folder) == 0 ? 0 : 1
  }

  // MARK: Speed

  private static func median(_ count: Int, _ body: (Int) -> Void) -> Int64 {
    var times: [Int64] = []
    for index in 0..<count {
      let start = Clock.monotonicNanoseconds
      body(index)
      times.append(Clock.monotonicNanoseconds - start)
    }
    return times.sorted()[count / 2]
  }

  private static func speed() {
    let first = Clock.monotonicNanoseconds
    _ = CanonicalIntent.read(instructions[0])
    let firstTime = Clock.monotonicNanoseconds - first
    let count = instructions.count
    var sum = 0
    let exact = median(4000) { sum += NormalisedText.exact(instructions[$0 % count]).count }
    let key = median(4000) { sum += CanonicalIntent.read(instructions[$0 % count]).key.count }
    let guards = median(4000) {
      sum += Guards.disagreement(instructions[$0 % count], instructions[($0 + 1) % count])?.utf8.count ?? 0
    }
    let whole = median(4000) {
      let text = instructions[$0 % count]
      sum += NormalisedText.exact(text).count + CanonicalIntent.read(text).key.count
      sum += Guards.disagreement(text, text + " please")?.utf8.count ?? 0
    }
    let vector = median(4000) { sum += Int(SentenceVector(instructions[$0 % count]).signBits & 1) }
    report("first instruction, with the lexicon's scan", firstTime)
    report("normalise (median)", exact)
    report("read and hash (median)", key)
    report("guards of two texts (median)", guards)
    report("normalise, key and guards (median)", whole)
    report("vector (median)", vector)
    if sum == 0 { report("nothing", 0) }
  }

  private static func huge() {
    let text = String(repeating: "Summarize this and that, line after line.\n", count: 1_250_000)
    let start = Clock.monotonicNanoseconds
    let parts = RequestParts.split(lastUserText: text)
    let key = CanonicalIntent.read(text).key
    report(
      "50 MB split and hashed (\(parts.payload.count) bytes of payload, key of \(key.count))",
      Clock.monotonicNanoseconds - start)
  }

  private static func report(_ name: String, _ nanoseconds: Int64) {
    let tenths = nanoseconds / 100
    try? StandardStreams.print("\(tenths / 10).\(tenths % 10) µs\t\(name)\n")
  }

  // MARK: Swapped texts

  private static func swapped(_ folder: String) throws(BenchFailure) -> Int {
    var texts: Set<String> = []
    for name in ["clinc150", "banking77"] {
      let bytes: [UInt8]
      do throws(PosixError) { bytes = try File.readAll("\(folder)/\(name)-texts.jsonl") } catch {
        throw BenchFailure(error)
      }
      for line in bytes.split(separator: 0x0A) {
        guard let text = (try? JSONParser.parse(Array(line)))?["text"]?.stringValue else {
          throw BenchFailure("\(name)-texts.jsonl: a line has no text")
        }
        texts.insert(text)
      }
    }
    var pairs = 0
    var hits: [(String, String)] = []
    for text in texts.sorted() {
      for other in SwappedTexts.of(text) {
        pairs += 1
        let (a, b) = (CanonicalIntent.read(text), CanonicalIntent.read(other))
        if a.asksTheSame(as: b), Guards.disagreement(text, other) == nil { hits.append((text, other)) }
      }
    }
    try? StandardStreams.print("\(texts.count) texts, \(pairs) swapped ones, \(hits.count) false hits\n")
    for (a, b) in hits.prefix(20) { try? StandardStreams.print("  \(a)\n  \(b)\n") }
    return hits.count
  }
}
