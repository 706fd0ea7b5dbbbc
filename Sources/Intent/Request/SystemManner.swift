/// Tells system prompts that only say who answers, and how, from those that give a task: "translate what the user writes into German".
///
/// Of a task nobody but the model knows what it makes of what the user says; mostly that is the text it is done to, and a request in
/// other words is another text. Tasks cannot be listed, manners can: what holds any word that is not known here gives a task. That errs
/// to one side, a call more.
public enum SystemManner {
  /// Whether a system prompt says no more than who answers and how: "You are a helpful assistant. Answer briefly, in German."
  public static func isAll(_ text: String) -> Bool {
    guard text.utf8.count <= longest else { return false }
    let bytes = Array((text.utf8.contains(0xE2) ? text.replacing("’", with: "'") : text).utf8)
    var (before, isSaid) = ("", false)
    for word in bytes.split(whereSeparator: { !isLetter($0) }) {
      let word = String(decoding: word.map { InstructionWords.isCapital($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
      if languages.contains(word) {
        guard introducing.contains(before) else { return false }
        // One more may follow it.
        before = "in"
        continue
      }
      // "Language" is said of a model here, and else of a text.
      guard known.contains(word), (before == "language") == (word == "model") else { return false }
      if saying.contains(word) { isSaid = true }
      before = word
    }
    return before != "language" && (isSaid || bytes.isEmpty)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "'") || byte >= 0x30 && byte <= 0x39
      || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
  }

  /// Bytes: whoever writes more says more.
  private static let longest = 400

  /// Words of which one must be there: a bare "English" may be a task.
  private static let saying = list("are you're be answer answers reply respond speak keep use help assist")
  private static let introducing = list("in and")
  private static let languages = list(
    "english german french spanish italian portuguese dutch polish swedish japanese")
  private static let known = list(
    """
    you are you're your a an the and to of in for with as be by me my us user users user's all any always please very most at
    keep give provide use answer answers answering reply replies respond response responses speak help helpful helps assist assists
    assisting assistance assistant ai bot chatbot chatgpt gpt claude gemini llama large language model trained openai anthropic
    google meta mistral friendly kind concise concisely brief briefly short shortly terse tersely succinct succinctly clear clearly precise precisely
    accurate accurately honest direct directly professional thorough expert experienced senior skilled knowledgeable
    software developer engineer programmer programming coding code python java javascript typescript go rust swift bash shell linux
    unix sql devops sysadmin administrator system systems data scientist analyst cloud web backend frontend
    questions question tasks requests possible one two three sentence sentences paragraph paragraphs bullet bullets markdown
    formatting emoji emojis preamble explanation explanations apologies no not don't do without never only tone
    """)

  private static func list(_ words: String) -> Set<String> {
    Set(words.split { $0 == " " || $0 == "\n" }.map(String.init))
  }
}
