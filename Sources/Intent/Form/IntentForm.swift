/// The one form of what a builder put together: what may be said in any order is sorted, what follows from the rest is left out.
struct IntentForm {
  private(set) var slots: [CanonicalIntent.Slot] = []
  private(set) var task = ""
  private(set) var object = ""
  /// The clauses with their tasks, in the order of the text.
  let clauses: [IntentBuilder.Clause]
  /// Slots that stand for the whole request.
  private(set) var floating: [CanonicalIntent.Slot]
  let isOrdered: Bool

  /// - Parameter hasText: whether the text that it works on follows.
  init(_ builder: IntentBuilder, hasText: Bool = false) {
    // "CSV -> Markdown table": nothing but slots is a request, too.
    let said = builder.clauses.isEmpty ? [IntentBuilder.Clause()] : builder.clauses
    let namesLanguage = builder.slots.contains { $0.name == "language" }
    let tools = builder.slots.contains { $0.name == "tool" }
    var clauses = Self.joined(said, comparesTwo: builder.comparesTwo).map { clause in
      Self.completed(
        Self.resolved(clause, isAboutTool: tools && !builder.pointsAtText, asksHow: builder.asksHow),
        pointsAtText: builder.pointsAtText, isAlone: said.count == 1, namesLanguage: namesLanguage)
    }
    clauses = Self.withFrontLast(clauses)
    if clauses.count > 1 {
      // "…, output JSON": the clause says nothing that the slot does not.
      let isSilent = { (clause: IntentBuilder.Clause) in
        ["get", "make", "format", "return", "print"].contains(clause.verb) && clause.hasSlot && clause.phrases.isEmpty
          && !clause.isNegated
      }
      // "Which dates are mentioned? List them all." says the same twice.
      let isEcho = { (clause: IntentBuilder.Clause) in
        ["get", "make"].contains(clause.verb) && !clause.isNegated && !clause.isSubordinate && !clause.hasSlot
          && clause.phrases.allSatisfy { phrase in
            phrase.role.isEmpty && !phrase.isNegated && phrase.nouns.isEmpty && phrase.heads.isEmpty
              && phrase.headQualities.isEmpty && phrase.qualities.allSatisfy { $0 == "all" }
          }
      }
      for isNothing in [isSilent, isEcho] where !clauses.allSatisfy(isNothing) { clauses.removeAll(where: isNothing) }
    }
    (floating, clauses) = ImpliedTask.applied(
      to: clauses, slots: Self.directed(builder.slots, clauses), pointsAtText: builder.pointsAtText)
    GenericNumber.apply(&clauses, &floating, builder.concepts, pointsAtText: builder.pointsAtText)
    (self.clauses, isOrdered) = (clauses, builder.isOrdered)
    var groups = Self.groups(clauses)
    if groups.count > 1, !builder.isOrdered, !clauses.contains(where: \.hasBrackets),
      Set(groups.map { $0[0].verb }).count == groups.count
    {
      groups.sort { Self.text($0[0]) < Self.text($1[0]) }
    }
    for group in groups {
      for clause in group { add(clause) }
    }
    task = slots.first { $0.name == "task" }?.value ?? ""
    object = slots.first { $0.name == "object" }?.value ?? ""
    if builder.asksHow, task != "difference", !isAnsweredByHow(builder) {
      floating.append(.init(name: "asked", value: "how"))
    }
    if !hasText { floating += SpeechAct.slots(builder.concepts, clauses) }
    slots += floating
    if isOrdered { slots.append(.init(name: "order", value: "as said")) }
  }

  /// Whether an order to do the same is answered by how it is done, too: where a tool or a system is named in which it is done,
  /// or what is done to a file could only be explained.
  private func isAnsweredByHow(_ builder: IntentBuilder) -> Bool {
    // What is kept, or not done, is done to nothing.
    let done = clauses.first { !$0.isSubordinate && $0.verb != "keep" && !$0.verb.hasPrefix("without") }
    let object = done?.phrases.first(where: \.role.isEmpty)
    if object?.qualities.contains(where: { $0 == "my" || $0 == "our" }) ?? false { return false }
    if floating.contains(where: { $0.name == "system" || $0.name.hasPrefix("tool") }) {
      let isOnSystem = floating.contains { Self.systems.contains($0.value) }
      // "List open ports on Linux" can only be told how; "list Linux distributions" is something else.
      if Self.sought.contains(task)
        || isOnSystem && (task == "'get" || task == "get" && !Self.isListed(clauses, builder.concepts))
      {
        return false
      }
      // "Install Docker": the tool is what it is done to.
      return !(floating.count == 1 && clauses.count == 1 && clauses[0].phrases.isEmpty)
    }
    return !builder.pointsAtText && (Self.done.contains(task) || task == "get" && Self.namesMachine(clauses))
      && done?.phrases.count ?? 0 > 1
      && (builder.concepts.contains { $0.surface == "a" || $0.surface == "an" } || Self.isTerse(builder))
      && builder.concepts.allSatisfy { $0.word.kind == .word || $0.word.kind == .pause }
  }

  private static func isListed(_ clauses: [IntentBuilder.Clause], _ concepts: [Concept]) -> Bool {
    namesMachine(clauses) && !clauses.contains(where: \.asksWhat) && !isOfSystem(concepts)
      // "The important log files on Linux" are known, whatever a machine shows.
      && !concepts.contains { $0.word.kind == .word && known.contains($0.word) }
  }

  private static let known = WordSet([
    "important", "common", "default", "standard", "useful", "main", "well-known", "unnecessary", "unsafe", "safe",
    "basic", "essential", "typical", "popular", "recommended", "best", "usual", "types", "kinds", "states",
    "permissions", "numbers", "key", "core", "critical", "built-in", "reserved", "dangerous", "special", "description",
    "descriptions", "purpose",
  ])

  /// "Linux file systems": the system says which of them, and not where.
  private static func isOfSystem(_ concepts: [Concept]) -> Bool {
    zip(concepts, concepts.dropFirst()).contains { system, next in
      system.name(.tool).map(systems.contains) == true && next.word.kind == .word
        && (next.readings.isEmpty || next.may(.thing) || next.may(.quality))
    }
  }

  /// "Rename branch locally and on remote, how": no article is said of anything, and one thing is meant.
  private static func isTerse(_ builder: IntentBuilder) -> Bool {
    let concepts = builder.concepts
    guard let first = concepts.first, !first.may(.howto), concepts.last?.surface == "how" else { return false }
    return concepts.count > 4
      && !concepts.contains { concept in
        concept.may(.det) || concept.form == .plural
          || concept.name(.quality).map(GuardWords.owners.contains) ?? false
      }
  }

  /// Who is told to find something is to find it.
  private static let sought: Set = ["'find", "'search for", "'look for", "'look up", "'locate", "'find out"]

  /// "Docker containers: how many?", "A vs. B: what is the difference?": what stands in front is what is asked about.
  private static func joined(_ clauses: [IntentBuilder.Clause], comparesTwo: Bool) -> [IntentBuilder.Clause] {
    var clauses = clauses
    if clauses.count > 1, clauses[0].verb.isEmpty, !clauses[0].isGiven, !clauses[1].isSubordinate,
      clauses[1].phrases.allSatisfy({ !$0.role.isEmpty })
    {
      clauses[1].phrases = clauses[0].phrases + clauses[1].phrases
      clauses[1].hasWork = clauses[1].hasWork || clauses[0].hasWork
      clauses.removeFirst()
    }
    if comparesTwo, let first = clauses.first, first.verb.isEmpty { clauses[0].verb = "difference" }
    return clauses
  }

  /// "Before pushing, squash the commits": what is done before, after or by what stands behind it, too.
  private static func withFrontLast(_ clauses: [IntentBuilder.Clause]) -> [IntentBuilder.Clause] {
    guard clauses.count > 1, let first = clauses.first, !first.isSubordinate,
      ["before-", "after-", "without-", "by-", "instead-"].contains(where: first.verb.hasPrefix),
      !clauses[1].isSubordinate, clauses.dropFirst(2).allSatisfy(\.isSubordinate)
    else { return clauses }
    var last = first
    last.isSubordinate = true
    return clauses.dropFirst() + [last]
  }

  /// Words for "list" that are one where something is only to be shown, and those that are where a tool's output is.
  private static let shown: Set = ["list", "show", "display", "view", "see", "list all"]

  /// "docker: find …" asks how one finds something with it, which is not how one prints it; "list" and "show" are one.
  private static func resolved(_ clause: IntentBuilder.Clause, isAboutTool: Bool, asksHow: Bool) -> IntentBuilder.Clause
  {
    var clause = clause
    let isShown = shown.contains(clause.said)
    if clause.verb.first == "'", asksHow, isShown, isAboutTool || namesMachine([clause]) {
      clause.verb = "get"
    } else if clause.verb == "make", clause.said == "create", isAboutTool, !asksHow, !clause.hasWork,
      clause.phrases.contains(where: { $0.nouns.last == "branch" || $0.nouns.last == "container" })
    {
      clause.verb = "'create"
    } else if clause.verb == "get", clause.isGiven, !asksHow, isAboutTool, !isShown, !clause.asksWhat,
      isOperation(clause.said)
    {
      clause.verb = "'" + clause.said
    }
    return clause
  }

  /// Whether a word that asks for something may be an operation of a tool.
  private static func isOperation(_ word: String) -> Bool {
    !word.contains(" ") && !["which", "what", "name", "enumerate", "identify"].contains(word)
  }

  /// What is done to a system. Asked for without a text to do it to, the answer is how: "restart the service".
  static let done: Set = [
    "remove", "rename", "copy", "move", "undo", "start", "stop", "restart", "reload", "enable", "disable", "increase",
    "decrease",
    "open", "close", "send", "upload", "download", "install", "uninstall", "mount", "unmount", "run", "kill", "exit",
    "connect",
    "encrypt", "decrypt", "compress", "decompress", "back-up", "restore", "deploy", "rebase", "commit", "push", "clone",
    "checkout",
  ]

  /// What only a machine can show: to list the running processes is to say how.
  private static let onMachines: Set = [
    "file", "folder", "process", "port", "memory", "disk", "disk_usage", "disk_space", "swap_space", "branch", "commit",
    "container", "environment_variable", "cron_job", "log_file", "usb_drive", "service",
  ]

  private static func namesMachine(_ clauses: [IntentBuilder.Clause]) -> Bool {
    clauses.contains {
      $0.phrases.contains { phrase in
        phrase.role.isEmpty && phrase.nouns.contains { onMachines.contains(withoutPlural($0)) }
      }
    }
  }

  static func withoutPlural(_ noun: String) -> String {
    noun.hasSuffix(IntentBuilder.plural) ? String(noun.dropLast()) : noun
  }

  /// A clause with the verb that its nouns imply.
  private static func completed(_ clause: IntentBuilder.Clause, pointsAtText: Bool, isAlone: Bool, namesLanguage: Bool)
    -> IntentBuilder.Clause
  {
    var clause = clause
    // "What are good names for a shop?" asks for some to be made.
    if !pointsAtText, clause.verb == "get", clause.said.hasPrefix("what is"), clause.hasWork,
      clause.phrases.count > 1 || clause.phrases.first?.isOfGenitive == true,
      let noun = clause.phrases.first(where: \.role.isEmpty)?.nouns.last, ["regex", "query", "cron"].contains(noun)
    {
      clause.verb = ""
    }
    if clause.verb.isEmpty, !clause.isSubordinate {
      clause.verb = clause.hasWork ? "make" : "get"
      clause.isImplied = true
    }
    if clause.asksWhat, clause.verb == "get", clause.phrases.count == 1, isConceptName(clause.phrases[0]) {
      clause.verb = "explain"
      return clause
    }
    if let word = ToldWords.own(clause, isAlone: isAlone, namesLanguage: namesLanguage) { clause.verb = word }
    // "The -z flag" is an option.
    for index in clause.phrases.indices where clause.phrases[index].nouns.contains(where: { $0.hasPrefix("`-") }) {
      clause.phrases[index].nouns = clause.phrases[index].nouns.map { ["flag", "switch"].contains($0) ? "option" : $0 }
    }
    // A regex for a number is one for numbers.
    for index in clause.phrases.indices where clause.phrases[index].heads == ["regex"] {
      AllThings.single(&clause.phrases[index])
    }
    if clause.phrases.contains(where: { $0.role.isEmpty && $0.nouns.last.map(Compound.isNamedByPurpose) ?? false }) {
      // A recipe for pancakes is a pancake recipe, and one for a pancake.
      for index in clause.phrases.indices
      where clause.phrases[index].role == "for" && clause.phrases[index].qualities.isEmpty
        && clause.phrases[index].heads.isEmpty && !clause.phrases[index].nouns.contains(where: { $0.hasPrefix("#") })
      {
        AllThings.single(&clause.phrases[index])
      }
    }
    if let noun = clause.phrases.first(where: \.role.isEmpty)?.nouns.last,
      noun == "release_notes" || noun == "changelog"
    {
      // Notes for these commits are made from them.
      for index in clause.phrases.indices
      where clause.phrases[index].role == "for" && clause.phrases[index].nouns.count == 1
        && ["commit+", "diff", "changes"].contains(clause.phrases[index].nouns[0])
      {
        clause.phrases[index].role = "from"
      }
    }
    if clause.verb == "difference" || clause.verb == "compare" {
      for index in clause.phrases.indices where clause.phrases[index].role.isEmpty {
        clause.phrases[index].nouns = clause.phrases[index].nouns.map(withoutPlural)
      }
    }
    // "Docker and Podman", as "Podman and Docker" and not as "Podman in Docker".
    for index in clause.phrases.indices where clause.phrases[index].role.isEmpty && clause.phrases[index].isJoined {
      clause.phrases[index].nouns.append("&")
    }
    if clause.verb == "get" || clause.verb == "remove" { AllThings.apply(&clause) }
    return clause
  }

  /// A bare name, as in "what is recursion".
  private static func isConceptName(_ phrase: IntentBuilder.Phrase) -> Bool {
    phrase.role.isEmpty && phrase.heads.isEmpty && phrase.qualities.isEmpty && !phrase.nouns.isEmpty
      && (phrase.nouns.count == 1 || phrase.nouns.allSatisfy { $0.hasPrefix("'") })
      && phrase.nouns.allSatisfy { !$0.hasPrefix("#") && !$0.hasPrefix("~") && !$0.hasPrefix("\"") }
  }

  /// Main clauses, each with those that belong to it.
  private static func groups(_ clauses: [IntentBuilder.Clause]) -> [[IntentBuilder.Clause]] {
    var groups: [[IntentBuilder.Clause]] = []
    for clause in clauses {
      if clause.isSubordinate, clause.verb != "keep", !groups.isEmpty {
        groups[groups.count - 1].append(clause)
      } else {
        groups.append([clause])
      }
    }
    return groups
  }

  private static func text(_ clause: IntentBuilder.Clause) -> String {
    ([clause.verb] + clause.phrases.map { "\($0.role) \(phraseText($0))" }).joined(separator: ";")
  }

  static func phraseText(_ phrase: IntentBuilder.Phrase) -> String {
    let qualities = phrase.qualities.count < 2 ? phrase.qualities : Set(phrase.qualities).sorted()
    var text = ""
    for quality in qualities {
      if !text.isEmpty { text += " " }
      text += "["
      text += quality
      text += "]"
    }
    for (index, noun) in phrase.nouns.enumerated() {
      if index > 0 || !qualities.isEmpty { text += " " }
      text += noun
    }
    return text
  }

  private mutating func add(_ clause: IntentBuilder.Clause) {
    let verb = (clause.isNegated ? "not " : "") + clause.verb
    if !clause.verb.isEmpty {
      slots.append(.init(name: clause.isSubordinate && clause.verb != "keep" ? "that" : "task", value: verb))
    }
    var phrases = clause.phrases
    if phrases.count > 1, !clause.hasBrackets, Self.isEachOnce(phrases.map(\.role).filter { !$0.isEmpty }) {
      // Bare phrases keep their order; those with a preposition of their own may stand anywhere.
      phrases = phrases.filter(\.role.isEmpty) + phrases.filter { !$0.role.isEmpty }.sorted { $0.role < $1.role }
    }
    for phrase in phrases {
      let name = phrase.role.isEmpty ? "object" : phrase.role
      slots.append(.init(name: name, value: (phrase.isNegated ? "not " : "") + Self.phraseText(phrase)))
    }
  }

  private static func isEachOnce(_ roles: [String]) -> Bool { roles.count < 2 || Set(roles).count == roles.count }

  /// Slots that stand for the whole request, sorted by kind; those of one kind keep their order unless they say from and to.
  private static func directed(_ slots: [IntentBuilder.FloatingSlot], _ clauses: [IntentBuilder.Clause])
    -> [CanonicalIntent.Slot]
  {
    if slots.isEmpty { return [] }
    let slots = NamedTools.withoutImplied(slots, clauses)
    var result: [CanonicalIntent.Slot] = []
    for name in slots.count == 1 ? [slots[0].name] : Set(slots.map(\.name)).sorted() {
      var ofKind: [CanonicalIntent.Slot] = []
      var group = slots.filter { $0.name == name }
      // The system stands for the whole request, whatever runs on it, and wherever it is named.
      let onSystem = group.filter { isSystem($0) && systemRoles.contains($0.role) }
      group.removeAll { isSystem($0) && systemRoles.contains($0.role) }
      let isAlone = Set(group.map(\.value)).count == 1
      for slot in onSystem.count > 1 ? onSystem + group : group {
        let role = Self.role(NamedTools.role(slot, isAlone: isAlone), kind: name, isAlone: isAlone)
        let new = CanonicalIntent.Slot(name: role.isEmpty ? name : "\(name) \(role)", value: slot.value)
        if !ofKind.contains(new) { ofKind.append(new) }
      }
      if ofKind.count == 2, let to = ofKind.firstIndex(where: { $0.name.hasSuffix(" to") }) {
        let other = ofKind[1 - to]
        if other.name == name || other.name.hasSuffix(" from") {
          ofKind = [.init(name: "\(name) from", value: other.value), ofKind[to]]
        }
      } else if ofKind.count == 2, let from = ofKind.firstIndex(where: { $0.name.hasSuffix(" from") }) {
        let other = ofKind[1 - from]
        if other.name == name { ofKind = [ofKind[from], .init(name: "\(name) to", value: other.value)] }
      }
      result += ofKind
      if onSystem.count == 1 { result.append(.init(name: "system", value: onSystem[0].value)) }
    }
    return result
  }

  private static func isSystem(_ slot: IntentBuilder.FloatingSlot) -> Bool {
    slot.name == "tool" && systems.contains(slot.value)
  }

  private static let systems: Set = ["linux", "ubuntu", "debian", "fedora", "macos", "windows"]
  private static let systemRoles: Set = ["", "in", "on", "for", "under", "with"]

  private static func role(_ role: String, kind: String, isAlone: Bool) -> String {
    switch (kind, role) {
    case ("tool", "in"), ("tool", "with"), ("tool", "using"), ("tool", "on"):
      isAlone ? "" : role == "in" || role == "on" ? "in" : "with"
    case ("tool", "for"): isAlone ? "" : role
    case ("language", "in"), ("language", "to"), ("language", "using"), ("format", "in"), ("format", "to"),
      ("format", "as"),
      ("format", "using"),
      ("format", "with"):
      "to"
    // "The active voice instead of the passive voice"
    case ("tone", "instead"): isAlone ? "" : role
    case ("audience", "for"), ("audience", "to"), ("tone", _): ""
    default: role
    }
  }
}
