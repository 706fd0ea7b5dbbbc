/// Words for what the model is told to do that are one with others only before some things.
///
/// To find a poem, to name it and to show it is one task where the poem stands in a text that is worked on; but who names a
/// column gives it a name, a car is listed to be sold, and a film is produced by others than those who write it.
enum ToldWords {
  typealias Clause = IntentBuilder.Clause

  /// The word of a clause as a task of its own; `nil` where its task says all.
  ///
  /// - Parameters:
  ///   - isAlone: whether the request has no other clause.
  ///   - namesLanguage: whether it names a language.
  static func own(_ clause: Clause, isAlone: Bool, namesLanguage: Bool) -> String? {
    guard !clause.said.isEmpty, !clause.isSubordinate else { return nil }
    switch clause.verb {
    // "How do you say no to a boss"
    case "translate" where clause.said.hasPrefix("how "): return namesLanguage ? nil : "'say"
    case "shorten", "expand", "rewrite": return isText(clause) ? nil : "'" + clause.said
    // "Turn the page", but not "turn the page into a poem"
    case "convert" where clause.said == "turn": return clause.hasSlot || says("to", clause) ? nil : "'turn"
    // "Pick apples", but not "pick the best apple"
    case "choose" where clause.said == "pick":
      return object(of: clause).map(isChosen) ?? true || clause.phrases.count > 1 ? nil : "'pick"
    // "Preserve lemons", but not "shorten this, but preserve the tone"
    case "keep" where isAlone && clause.said != "keep": return "'" + clause.said
    // "Work out at home"
    case "calculate" where clause.said == "work out":
      return object(of: clause) == nil && !clause.hasSlot ? "'work out" : nil
    case "count" where clause.said == "count": return isHabit(clause) ? "'count" : nil
    case "get" where clause.asksWhat: return isAsked(clause) ? "'what is" : nil
    case "get": return isListed(clause) ? nil : "'" + clause.said
    case "make": return isWritten(clause) ? nil : "'" + clause.said
    default: return nil
    }
  }

  // MARK: What is there

  /// "What are hidden files" asks to explain them, unless some of them are asked for.
  private static func isAsked(_ clause: Clause) -> Bool {
    guard let object = object(of: clause) else { return false }
    // "What are synonyms for happy" asks for some.
    let isOfWord = object.nouns.last.map { ["synonym", "antonym"].contains(IntentForm.withoutPlural($0)) } ?? false
    if isOfWord, clause.phrases.contains(where: { $0.role == "for" }) { return false }
    return !object.isDetermined && !object.isOfGenitive && !isChosen(object)
  }

  /// Whether one of the words for "list" says no more than that.
  private static func isListed(_ clause: Clause) -> Bool {
    // "Propose to Anna"
    guard let object = object(of: clause) else { return !["propose", "give"].contains(clause.said) || clause.hasSlot }
    switch clause.said {
    // "Name the column" is not "name three fruits".
    case "name": return isChosen(object) || object.isOfGenitive || isSeveral(object) && clause.phrases.count > 1
    // "List my car"
    case "list", "list out": return isSeveral(object) || isChosen(object) || object.namesPayload
    case "suggest", "propose", "recommend":
      return clause.hasWork || isSeveral(object) || isChosen(object)
    case "respond with", "reply with", "answer with": return isSeveral(object) || clause.hasSlot
    // "Give money"
    case "give": return object.isDetermined || isSeveral(object) || isChosen(object) || clause.hasWork
    default: return true
    }
  }

  // MARK: What is made

  /// Whether one of the words for "write" says no more than that.
  private static func isWritten(_ clause: Clause) -> Bool {
    guard let object = object(of: clause), let noun = object.nouns.last.map(IntentForm.withoutPlural) else {
      return true
    }
    switch clause.said {
    case "produce", "develop":
      return !performed.contains(noun) && (clause.hasWork || ImpliedTask.written.contains(noun))
    case "draft", "compose", "pen": return clause.hasWork || ImpliedTask.written.contains(noun)
    default: return true
    }
  }

  /// Who produces these has not written them.
  private static let performed: Set = [
    "song", "movie", "film", "album", "'album", "play", "'play", "'musical", "'opera", "'show", "video", "'podcast",
  ]

  // MARK: What is worked on

  /// Whether it is text or code that is made shorter, longer or other: trees are cut down, a commit is reworded.
  private static func isText(_ clause: Clause) -> Bool {
    guard let object = object(of: clause) else { return true }
    guard !object.namesPayload, !clause.hasWork, let noun = object.nouns.last.map(IntentForm.withoutPlural) else {
      return true
    }
    return ImpliedTask.texts.contains(noun) || ImpliedTask.written.contains(noun) || LengthUnits.contains(noun)
      || worded.contains(noun)
  }

  private static let worded: Set = [
    "code", "configuration", "config", "'config", "title", "'title", "'headline", "headline", "'caption", "'bio",
    "'intro", "'introduction", "'passage",
    "answer", "question", "text", "summary", "version", "commit_message", "'wording", "'quote", "'section", "'chapter",
    "'clause", "'bullet", "'memo", "'statement", "documentation", "method", "regex", "name", "list",
  ]

  /// "Count calories" is done every day; what is counted once is said to be there.
  private static func isHabit(_ clause: Clause) -> Bool {
    guard let object = object(of: clause), clause.phrases.count == 1, !clause.hasSlot, !object.isDetermined else {
      return false
    }
    return object.qualities.isEmpty && object.nouns.count == 1 && object.nouns[0].hasPrefix("'")
  }

  private static func says(_ role: String, _ clause: Clause) -> Bool { clause.phrases.contains { $0.role == role } }

  // MARK: Things

  private static func object(of clause: Clause) -> IntentBuilder.Phrase? { clause.phrases.first(where: \.role.isEmpty) }

  private static func isSeveral(_ phrase: IntentBuilder.Phrase) -> Bool {
    (phrase.isOfGenitive ? phrase.headIsPlural : phrase.isPlural)
      || phrase.nouns.contains { $0.contains("&") || collective.contains($0) }
      || phrase.nouns.last.map(isPlural) == true
  }

  /// "Benefits", "main ideas": names that the lexicon has in the plural.
  private static func isPlural(_ noun: String) -> Bool {
    noun.utf8.last == UInt8(ascii: "s") && !["ss", "us", "is"].contains(where: noun.hasSuffix)
  }

  private static let collective: Set = [
    "people", "'people", "data", "'children", "child", "'men", "'women", "information", "'information", "'content",
    "pros_cons", "'criteria", "'everything", "'everyone", "'everybody",
  ]

  /// Whether it is said which or how many are meant: "three fruits", "all names", "the largest planet".
  private static func isChosen(_ phrase: IntentBuilder.Phrase) -> Bool {
    phrase.nouns.contains { $0.hasPrefix("#") }
      || phrase.qualities.contains { quality in
        quality.hasPrefix("#") || quality.hasSuffix("est") || choosing.contains(quality)
      }
  }

  private static let choosing: Set = [
    "all", "every", "each", "some", "most", "first", "last", "best", "worst", "good", "common", "popular", "main",
    "other", "more", "best_known", "typical", "important", "frequent",
  ]
}
