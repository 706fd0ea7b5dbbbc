/// What is done with a tool, and what for, where nothing before the phrase can have that tool or that purpose.
extension Attachment {
  /// "Visualise the sales in this file as a bar chart with matplotlib": a chart is drawn with what it has.
  var isDrawnFromText: Bool {
    guard let verb, task == .acts, front.content.count == 1, Self.plotters.contains(front.content[0]),
      segments.count == 3, segments[0].count < 5, segments[1].count == 2,
      Self.drawing.contains(concepts[verb].word), let last = segments.last, let noun = last.last,
      concepts[last.startIndex - 1].name(.prep) == "as" || concepts[last.startIndex - 1].word.text == "as"
    else { return false }
    let speaksOfMore = { (concept: Concept) in
      concept.may(.relative) || concept.may(.pronoun) || concept.may(.not) || Self.questions.contains(concept.word)
    }
    return Self.charts.contains(noun.word) && segments[1].contains { Self.pointers.contains($0.word) }
      && !segments.joined().contains(where: speaksOfMore)
  }

  private static let drawing = WordSet(["visualise", "visualize", "plot", "graph", "chart"])
  private static let plotters: Set = [
    "matplotlib", "seaborn", "plotly", "ggplot", "ggplot2", "gnuplot", "bokeh", "altair",
  ]
  private static let charts = WordSet(["chart", "plot", "graph", "histogram", "heatmap"])

  /// "Create an S3 bucket with versioning in Terraform": what is made is declared there, and nothing that is there already is
  /// spoken of.
  var isDeclared: Bool {
    guard let verb, front.opener == "in", task == .makes, concepts[verb].surface == "create",
      front.content.count == 1, Self.declaring.contains(front.content[0]), let object = segments.first,
      let article = object.first, article.word.text == "a" || article.word.text == "an",
      let noun = object.last, Self.resources.contains(noun.word),
      !object.dropFirst().contains(where: { $0.may(.work) || $0.may(.det) })
    else { return false }
    return segments.dropFirst().allSatisfy { segment in
      segment.startIndex > 0 && concepts[segment.startIndex - 1].name(.prep) == "with"
        && !segment.contains { $0.may(.det) || $0.may(.work) || $0.form == .plural }
    } && !segments.joined().contains(where: saysMore)
  }

  private func saysMore(_ concept: Concept) -> Bool {
    concept.may(.relative) || concept.may(.pronoun) || concept.may(.not) || concept.form == .past
      || Self.questions.contains(concept.word) || concept.surface.hasSuffix("ed")
  }

  /// What is declared, and says nothing of Terraform.
  private static let resources = WordSet([
    "bucket", "instance", "vpc", "queue", "cluster", "database", "network", "subnet", "balancer", "gateway",
  ])
  private static let declaring: Set = ["terraform", "pulumi", "cloudformation"]

  /// "Delete the originals to save disk space": what is deleted saves none by itself.
  var savesSpace: Bool {
    guard !hasClause, let first = front.content.first, let last = front.content.last, front.content.count > 1,
      Self.saving.contains(first), Self.spaces.contains(last), let object = segments.last, object.count > 1,
      let noun = object.last, Self.stored.contains(noun.word), object[object.endIndex - 2].may(.det)
    else { return false }
    // It is an order itself, or one behind an order to remove as well: no reason to delete them.
    let order = object.endIndex - 3
    guard let verb, order >= verb, Self.removing.contains(concepts[order].word) else { return false }
    return order == verb || concepts[order - 1].may(.and) && Self.removing.contains(concepts[verb].word)
  }

  /// "To save disk space" is no receiver: "a script to save disk space" is one that saves it.
  var isInfinitive: Bool {
    guard words.count > 2 else { return false }
    let next = words[words.startIndex + 1]
    return Self.saving.contains(FrontPhrase.name(next) ?? "") || next.may(.verb) || next.may(.give)
  }

  private static let saving: Set = ["save", "'save", "free", "'free", "reclaim", "'reclaim"]
  private static let spaces: Set = ["space", "storage", "memory", "disk_space"]
  private static let removing = WordSet(["delete", "remove", "compress", "archive"])
  private static let stored = WordSet(["originals", "backups", "logs", "duplicates", "images", "photos", "copies"])

  /// "Explain this error and suggest a fix in two sentences": at the end it may belong to the second order alone.
  var isOfTwoOrders: Bool {
    guard let verb else { return false }
    let between = concepts[(verb + 1)..<max(verb + 1, segments.last?.endIndex ?? 0)]
    return between.indices.contains { isOrder(behind: $0, between) || isBareOrder(behind: $0, between) }
  }

  /// Whether an order with an object of its own follows what joins: ", then list the errors".
  private func isOrder(behind index: Int, _ between: ArraySlice<Concept>) -> Bool {
    guard index > between.startIndex, joins(concepts[index]) || concepts[index].word.kind == .pause
    else { return false }
    var next = index + 1
    while next < between.endIndex, joins(concepts[next]) { next += 1 }
    guard next + 1 < between.endIndex, concepts[next].form == .base,
      concepts[next].may(.verb) || concepts[next].may(.give), !isOfSame(next, between)
    else { return false }
    let isNoun = concepts[next].may(.thing) || concepts[next].may(.work)
    return !isNoun || !Self.isPlain(concepts[next + 1])
  }

  /// Whether an order follows "then", or "and" behind a text that is pointed at, where no noun is joined to it: "summarize
  /// this email and reply".
  private func isBareOrder(behind index: Int, _ between: ArraySlice<Concept>) -> Bool {
    guard index + 1 < between.endIndex else { return false }
    let next = concepts[index + 1]
    let isThen = concepts[index].name(.howto) == "then"
    guard isThen || concepts[index].may(.and) else { return false }
    let isOnText = isThen || between[..<index].contains(where: Self.isPointing)
    if isOnText, next.surface == "answer" || next.surface == "reply" { return true }
    guard next.form == .base, next.may(.verb) || next.may(.give), !isOfSame(index + 1, between) else { return false }
    return isOnText || index + 2 < between.endIndex && !Self.isPlain(concepts[index + 2])
  }

  /// "Extract the dates and return them as JSON": what is returned is what was asked for.
  private func isOfSame(_ verb: Int, _ between: ArraySlice<Concept>) -> Bool {
    concepts[verb].may(.give) && verb + 2 == between.endIndex && Self.isPointing(concepts[verb + 1])
  }

  /// "And", "and then".
  private func joins(_ concept: Concept) -> Bool { concept.may(.and) || concept.surface.hasSuffix("then") }

  /// "This word", "this rule": they mean something else in another language.
  var isOfLanguage: Bool { segments.contains { $0.contains { Self.ofLanguage.contains($0.word) } } }

  private static let ofLanguage = WordSet([
    "word", "words", "rule", "rules", "phrase", "phrases", "idiom", "idioms", "expression", "expressions", "term",
    "terms", "saying", "proverb", "tense", "tenses", "verb", "verbs", "noun", "nouns", "pronoun", "pronouns", "case",
    "cases", "article", "articles", "adjective", "adjectives", "adverb", "adverbs", "preposition", "prepositions",
    "conjugation", "declension", "construction", "grammar", "ending", "endings", "plural", "plurals", "letter",
    "letters", "sound", "sounds", "accent", "pun", "joke", "slang", "greeting", "particle", "suffix", "prefix", "name",
    "names", "gender", "sentence", "sentences", "quote", "quotes", "title", "titles", "song", "lyrics", "motto",
    "slogan", "sign", "symbol", "symbols", "concept", "usage", "exception", "exceptions", "pronunciation",
    "abbreviation", "acronym",
  ])

  // MARK: How it is done

  /// "Keeping the Markdown", "without losing any figures": who works on a text does so, the text that is pointed at does not.
  func isOfWorker(isSetOff: Bool) -> Bool {
    guard task == .acts, isTextTask, words.count > 1, words.count < 6,
      segments.first?.contains(where: Self.isPointing) ?? false
    else { return false }
    let second = words[words.startIndex + 1].word
    // Set off by a comma, or right behind the text.
    guard isSetOff || isPayload else { return false }
    switch front.opener {
    case "ing": return words.first.map { Self.keeping.contains($0.word) } ?? false
    case "without": return words.count > 2 && Self.losing.contains(second)
    default: return false
    }
  }

  private static let keeping = WordSet(["keeping", "preserving", "retaining"])
  private static let losing = WordSet(["losing", "changing", "altering", "touching", "dropping", "removing", "adding"])

  /// What only the way of doing something has: "how do I convert a time in Python without third-party packages", "how do I read
  /// a Parquet file with pandas".
  func isOfMethod(_ place: Range<Int>) -> Bool {
    guard task == .asksHow, !hasClause, let last = segments.last else { return false }
    switch front.opener {
    case "without":
      guard let noun = words.last, Self.parts.contains(noun.word) else { return false }
      // Files may have no extensions.
      let mayBeOfThem = words.count == 2 && ["extensions", "packages", "modules"].contains(noun.word.text)
      if mayBeOfThem, segments.first?.last.map(Self.isSeveral) ?? false { return false }
      let tool = place.lowerBound - 1
      return concepts[tool].may(.tool) && concepts[tool - 1].name(.prep) == "in"
    case "with":
      guard words.count == 2, let name = front.content.first, Self.readers.contains(name), let noun = last.last,
        last.count < 5
      else { return false }
      let isOne = last.prefix(2).contains { $0.word.text == "a" || $0.word.text == "an" }
      return isOne && (Self.files.contains(noun.word) || noun.may(.format))
    default: return false
    }
  }

  private static let parts = WordSet([
    "packages", "package", "libraries", "library", "dependencies", "modules", "plugins", "extensions", "frameworks",
  ])

  /// Libraries and programs that no file of data has inside.
  private static let readers: Set = [
    "pandas", "polars", "numpy", "'pandas", "'polars", "'numpy", "jq", "awk", "duckdb", "'duckdb", "pyarrow",
    "'pyarrow",
    "openpyxl", "'openpyxl",
  ]

  /// "Compare Postgres and MySQL in a short table", "the difference between a list and a tuple with one example each".
  var isOfComparison: Bool {
    guard let verb, task == .explains, !asksClause,
      ["compare", "difference"].contains(concepts[verb].name(.verb) ?? concepts[verb].name(.nominal) ?? "")
    else { return false }
    switch front.opener {
    case "in", "as":
      // No product is one in a table, but rows are.
      let isForm =
        names(.format) || names(.tone) && words.contains { $0.word.text == "table" || $0.word.text == "list" }
      guard isForm, segments.count == 1 || names(.tone), let object = segments.first else { return false }
      let members = object.filter { !$0.may(.and) && !$0.may(.det) }
      return members.count == 2 && members.allSatisfy(Self.isProduct)
        && !Self.hasClause(concepts[(verb + 1)..<(segments.last?.endIndex ?? verb + 1)])
    case "with":
      let isOfTwo = segments.contains { $0.contains { $0.may(.and) } }
      return isOfTwo && words.last?.word.text == "each" && front.content.contains { Self.devices.contains($0) }
        && !hasClause
    default: return false
    }
  }

  /// What has no columns of that name: `id` and `name` may be two of the table.
  /// "Compare `id` and `name` in a table": it may be where they stand.
  var comparesColumns: Bool {
    guard let verb, task == .explains, front.opener == "in" || front.opener == "as", let object = segments.first,
      ["compare", "difference"].contains(concepts[verb].name(.verb) ?? concepts[verb].name(.nominal) ?? "")
    else { return false }
    return object.contains { $0.word.kind == .quote || $0.word.kind == .code && !Self.isProduct($0) }
      && words.contains { Self.holding.contains($0.word) }
  }

  private static let holding = WordSet([
    "table", "list", "file", "csv", "json", "yaml", "xml", "spreadsheet", "sheet", "schema", "database", "view",
    "matrix",
    "grid", "chart", "diagram",
  ])

  private static func isProduct(_ concept: Concept) -> Bool {
    if concept.may(.tool) || concept.word.kind == .word && ProductNames.all.contains(concept.word) { return true }
    guard concept.word.kind == .code, let first = concept.word.text.utf8.first else { return false }
    return InstructionWords.isCapital(first) || concept.word.text.utf8.contains { "(.:/-<".utf8.contains($0) }
  }
}
