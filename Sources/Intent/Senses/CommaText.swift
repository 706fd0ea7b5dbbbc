/// A text that stands behind a comma: "improve this sentence, could you open the window", "translate to German, see you soon". It is
/// compared as it is written.
///
/// Behind a comma most say how the answer shall be; that is read.
enum CommaText {
  /// Adds the text behind the first comma, or the bracket that closes what is asked, where what stands before works on a text.
  static func add(to senses: inout [String], in text: String) {
    guard text.utf8.count < 400 else { return }
    let bytes = text.utf8
    guard var end = bytes.indices.first(where: { closes(bytes, at: $0) }) else { return }
    var start = text.startIndex
    // "Hi, improve this sentence, …"
    if greetings.contains(text[..<end].lowercased()) {
      start = bytes.index(end, offsetBy: 2)
      guard let next = bytes[start...].indices.first(where: { closes(bytes, at: $0) }) else { return }
      end = next
    }
    let head = text[start..<end].drop { $0 == "[" }
    guard head.utf8.count < 48, !head.utf8.contains(where: { marks.contains($0) }) else { return }
    var tail = text[bytes.index(after: end)...].drop { $0 == " " }
    while let last = tail.last, last == "." || last == " " { tail.removeLast() }
    var words = InstructionWords(String(tail)).words
    if let last = words.last, last.kind == .word, ends.contains(last) { words.removeLast() }
    guard words.count > 1, !CarriedText.isAnswer(words.map(\.text)), let first = words.first, first.kind == .word,
      // "Is this ticket low, medium or high": the comma is one of what is chosen from.
      !words.prefix(6).contains(where: { $0.isWord([.or]) })
    else { return }
    let heads = InstructionWords(String(head)).words
    // "Improve this sentence, in the morning the kid eats": what is worked on is short, and stands nowhere else.
    let isShort = heads.count < 7 && heads.last.map { $0.kind == .word && strings.contains($0) } ?? false
    guard
      isShort && words.count > 2 && !orders.contains(first)
        || !manners.contains(first)
          && !first.isWord([.prep, .and, .or, .not, .number, .format, .audience, .tone, .relative, .quality])
          && !words.contains(where: { $0.kind == .word && pointing.contains($0) })
    else { return }
    guard heads.count < 7, !heads.contains(where: { $0.kind == .word && elsewhere.contains($0) }),
      heads.count < 3 && heads.last.map({ $0.kind == .word && counts.contains($0) }) ?? false
        || InlineText.isWork(String(head))
    else { return }
    senses.append(String(tail))
  }

  /// Whether a comma, or a bracket that closes, stands before a blank.
  private static func closes(_ bytes: String.UTF8View, at place: String.Index) -> Bool {
    let next = bytes.index(after: place)
    return (bytes[place] == UInt8(ascii: ",") || bytes[place] == UInt8(ascii: "]")) && next < bytes.endIndex
      && bytes[next] == UInt8(ascii: " ")
  }

  private static let greetings: Set = ["hi", "hello", "hey", "please", "hi there", "hello there", "hey there"]
  /// Texts of few words.
  private static let strings = WordSet([
    "sentence", "phrase", "line", "title", "headline", "saying", "slogan", "message",
  ])
  /// What is said of the answer, and of no text.
  private static let orders = WordSet([
    "please", "thanks", "pls", "but", "keep", "keeping", "max", "maximum", "using", "use", "only", "just", "return",
    "answer", "reply", "respond", "output", "make", "making", "do", "without", "and",
  ])
  private static let ends = WordSet(["please", "pls", "thanks"])
  private static let marks = Set("\"`'(".utf8)
  private static let manners = WordSet([
    "please", "thanks", "pls", "but", "so", "then", "keep", "keeping", "max", "maximum", "using", "use", "only", "just",
    "like", "as", "if", "return", "answer", "reply", "respond", "output", "give", "list", "format", "one", "each",
    "every",
    "more", "less", "at", "make", "making", "explain", "ignore", "ignoring", "leave", "leaving", "preserve", "sort",
    "sorted", "including", "include", "also", "step", "line", "bullet", "plain", "simple", "short", "brief", "english",
    "german", "french", "spanish", "write", "translate", "summarise", "summarize", "shorten", "rewrite", "fix", "and",
    "say", "tell", "show", "which", "what", "is", "how", "why", "who", "do", "yes", "no", "positive", "bug", "the",
    "name", "separated", "comma", "count", "add", "remove", "highlight", "mark", "marking", "focusing", "focus",
    "citing",
    "single", "same", "both", "no", "bitte", "svp", "por",
  ])
  private static let pointing = WordSet(["this", "these", "below", "following", "above", "attached"])
  private static let elsewhere = WordSet(["below", "above", "attached", "following"])
  private static let counts = WordSet(["count", "check", "correction", "translation", "reading", "proofread"])
}
