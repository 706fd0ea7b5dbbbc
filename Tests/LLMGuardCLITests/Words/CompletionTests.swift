import Posix
import Testing

/// The completions as people meet them: a line is typed in a real shell, and its offers are looked at.
@Suite struct CompletionTests {
  /// A line up to the cursor, and what every shell offers for its last word.
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let offers: Set<String>
    /// Whether there may be others: programs and files of the machine, models of the built-in list.
    var mayBeMore = false
    var testDescription: String { line }
  }

  static let cases: [Case] = [
    // Commands; a hidden one is not offered.
    Case(line: "llmguard bu", offers: ["budget"]), Case(line: "llmguard co", offers: ["config"]),
    Case(
      line: "llmguard budget ", offers: ["show", "list", "set", "lower", "cap", "grant", "pause", "resume", "reset"]),
    Case(line: "llmguard --color never user se", offers: ["set-tier"]),
    // Options
    Case(line: "llmguard run --us", offers: ["--user"]),
    Case(line: "llmguard run -u ana --est", offers: ["--estimate"]),
    Case(
      line: "llmguard usage show --",
      offers: ["--user", "--json", "--color", "--header", "--config", "--version", "--help"]),
    Case(line: "llmguard run --fail", offers: ["--fail-open", "--fail-on-refusal"]),
    Case(line: "llmguard run --no-f", offers: ["--no-fail-open", "--no-fail-on-refusal"]),
    // Values
    Case(line: "llmguard --color ", offers: ["auto", "always", "never"]),
    Case(line: "llmguard usage report --by m", offers: ["model"]),
    Case(line: "llmguard usage report --by=o", offers: ["operation"]),
    Case(line: "llmguard usage report --by user,o", offers: ["operation"]),
    Case(line: "llmguard usage report --by=user,model,mo", offers: []),
    Case(
      line: "llmguard usage report --by user,day,",
      offers: ["operation", "model", "hour", "run", "program", "tier", "phase"]),
    Case(line: "llmguard usage report --since ", offers: ["today", "yesterday", "now", "24h", "7d", "30d"]),
    Case(line: "llmguard usage list --timezone Europe/Berl", offers: ["Europe/Berlin"]),
    Case(line: "llmguard usage report -f ", offers: ["table", "json", "csv", "markdown", "html"]),
    // A value that takes a file as well
    Case(line: "llmguard run --report ", offers: ["junit", "json"]),
    Case(line: "llmguard run --report junit x.xml --us", offers: ["--user"]),
    Case(line: "llmguard run --report junit /nowhere/", offers: []),
    // Live names: from the ledger and from the configuration
    Case(line: "llmguard run --user a", offers: ["ana", "anton"]),
    Case(line: "llmguard run --user=an", offers: ["ana", "anton"]),
    Case(line: "llmguard run -u be", offers: ["bert"]),
    Case(line: "llmguard budget show ", offers: ["ana", "anton", "bert", "team:one", "two words"]),
    Case(line: "llmguard budget show te", offers: ["team:one"]),
    Case(line: "llmguard budget set tw", offers: ["two words"]),
    Case(line: "llmguard budget set b", offers: ["bert"]), Case(line: "llmguard budget pause b", offers: ["bert"]),
    Case(line: "llmguard budget resume te", offers: ["team:one"]),
    Case(line: "llmguard run --op ", offers: ["analyze", "summarize"]),
    Case(line: "llmguard usage report --operation su", offers: ["summarize"]),
    Case(line: "llmguard user set-tier ana ", offers: ["default", "gold", "silver"]),
    Case(line: "llmguard user set-tier ana g", offers: ["gold"]),
    // What depends on the words before
    Case(line: "llmguard budget grant anton ", offers: ["5M tokens/day"]),
    Case(line: "llmguard budget set ana ", offers: ["1M tokens/day"]),
    Case(line: "llmguard budget set --user anton x ", offers: ["5M tokens/day"]),
    Case(line: "llmguard budget grant --reason why anton ", offers: ["5M tokens/day"]),
    // Whom an option names no operand has to name again: what comes next is offered.
    Case(line: "llmguard budget grant -u anton ", offers: ["5M tokens/day"]),
    Case(line: "llmguard budget grant --user=anton --reason why ", offers: ["5M tokens/day"]),
    Case(line: "llmguard budget grant -u anton x ", offers: []),
    Case(line: "llmguard budget grant --self ", offers: ["1M tokens/day"]),
    Case(line: "llmguard budget set -u ana ", offers: ["1M tokens/day"]),
    Case(line: "llmguard user set-tier --user ana g", offers: ["gold"]),
    Case(line: "llmguard budget show -u ana ", offers: []), Case(line: "llmguard budget reset --all ", offers: []),
    Case(line: "llmguard help bu", offers: ["budget"]),
    Case(line: "llmguard help user ", offers: ["list", "set-tier", "remove"]),
    Case(line: "llmguard help serve key a", offers: ["add"]),
    Case(line: "llmguard queue status ", offers: ["(a submitted call)"]),
    Case(line: "llmguard price show gpt-4o-m", offers: ["gpt-4o-mini"], mayBeMore: true),
    Case(line: "llmguard run -m house-", offers: ["house-model"]),
    Case(line: "llmguard usage show ", offers: ["(a run's id)", "(another run's id)"]),
    // Files and programs
    Case(line: "llmguard price import pri", offers: ["prices.json"]),
    Case(line: "llmguard --config pri", offers: ["prices.json"]),
    Case(line: "llmguard run llmg", offers: ["llmguard"], mayBeMore: true),
    Case(line: "llmguard run -q -- llmg", offers: ["llmguard"], mayBeMore: true),
    // Nothing to say
    Case(line: "llmguard user remove ana ", offers: []), Case(line: "llmguard run --estimate 1", offers: []),
    Case(line: "llmguard usage report --by x", offers: []),
    Case(line: "llmguard budget set ana 200k", offers: []),
  ]

  @Test func bashOffersWhatFits() throws {
    try expect(Self.cases, in: "bash") { line in
      // What readline does before it calls: '=' and ':' are words of their own.
      """
      source '\(Self.completions)/llmguard.bash'
      COMP_LINE=\(line.quoted) COMP_POINT=${#COMP_LINE}
      read -ra COMP_WORDS <<< "$(sed -E 's/([=:]+)/ \\1 /g' <<< "$COMP_LINE")"
      case $COMP_LINE in *' ') COMP_WORDS+=('') ;; esac
      COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
      compopt() { :; }
      _llmguard
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    }
  }

  @Test(.enabled(if: Wrapping.has("fish"))) func fishOffersWhatFits() throws {
    let home = try CompletionHome()
    defer { home.remove() }
    let offers = try home.offers(
      in: "fish", afterAll: "source '\(Self.completions)/llmguard.fish'",
      Self.cases.map { "complete -C \($0.line.quoted)" })
    try #require(offers.count == Self.cases.count)
    for (one, offers) in zip(Self.cases, offers) { expect(one, offers, home) }
  }

  /// zsh completes only while somebody types: a second shell on a terminal of its own is typed to, and the function that
  /// takes the offers down writes them where they can be read.
  @Test(.enabled(if: Wrapping.has("zsh"))) func zshOffersWhatFits() throws {
    try expect(Self.cases, in: "zsh") { line in
      """
      zmodload zsh/zpty
      zpty shell 'PS1= ZDOTDIR=/nowhere zsh -f -i'
      cat > setup.zsh <<'END'
      unsetopt zle_bracketed_paste 2>/dev/null
      autoload -Uz compinit && compinit -u -D -d $HOME/zcompdump
      source '\(Self.completions)/_llmguard'
      zstyle ':completion:*' list-colors ''
      compadd() {
        # -A and -D: the caller wants the matches in a variable, nothing is offered.
        if [[ ${@[1,(i)(-|--)]} == *-[AD]* ]]; then builtin compadd "$@"; return; fi
        local -a __hits
        builtin compadd -A __hits "$@"
        (( $#__hits )) && print -rl -- "${__hits[@]}" >> $HOME/offers
        builtin compadd "$@"
      }
      offer() { : > $HOME/offers; zle complete-word; : > $HOME/done }
      zle -C complete-word complete-word _main_complete
      zle -N offer
      bindkey '^I' offer
      print is''ready
      END
      zpty -w shell 'source ./setup.zsh'
      zpty -r shell text '*isready*'
      zpty -w -n shell \(line.quoted)$'\\t'
      until [[ -e $HOME/done ]]; do sleep 0.01; done
      sort -u $HOME/offers
      zpty -d shell
      """
    }
  }

  /// The control: a shell that has not read its completions offers none of the names.
  @Test(.enabled(if: Wrapping.has("fish"))) func withoutTheFileNothingIsOffered() throws {
    let home = try CompletionHome()
    defer { home.remove() }
    let offers = try home.offers(in: "fish", "complete -C 'llmguard run --user '")
    #expect(!offers.contains("ana"))
  }

  /// Whatever quotes somebody began, a name that is offered behind them is read back as it is, and nothing in it is expanded.
  @Test func bashReadsEveryNameBack() throws {
    let home = try ProgramHome()
    defer { home.remove() }
    try home.write(
      "names",
      """
      a$(touch pwned)
      b`touch pwned`
      c'd
      e"f
      g h
      i\\j
      *
      k;touch pwned
      !hist
      ~root
      #l
      m&n
      ${HOME}
      'o'

      """)
    try home.write("work/llmguard", "#!/bin/sh\ncat \"$HOME/names\"\n")
    try home.write(
      "readback",
      #"""
      source '\#(Self.completions)/llmguard.bash'
      compopt() { :; }
      for quote in '' \' \"; do
        COMP_LINE="llmguard run --user $quote" COMP_POINT=${#COMP_LINE} COMP_CWORD=3
        COMP_WORDS=(llmguard run --user "$quote")
        _llmguard
        for reply in "${COMPREPLY[@]}"; do eval "printf '%s\n' $quote$reply$quote"; done > back
        # What cannot stand inside of quotes is not offered there.
        case $quote in \') grep -v \' names ;; \") grep -v ! names ;; *) cat names ;; esac > wanted
        diff wanted back || echo "in quotes of kind '$quote'"
        # Somebody typed a part of what was offered.
        COMP_LINE+=${COMPREPLY[0]:0:9} COMP_POINT=${#COMP_LINE} COMP_WORDS[3]+=${COMPREPLY[0]:0:9}
        _llmguard
        [[ ${#COMPREPLY[@]} == 1 ]] || echo "behind a part, in quotes of kind '$quote': ${COMPREPLY[*]}"
      done
      [[ ! -e pwned ]] || echo 'a name was run'
      """#)
    let outcome = try home.run("chmod +x work/llmguard; PATH=$HOME/work:$PATH exec bash ./readback")
    #expect(outcome.output + outcome.error == "")
  }

  static var completions: String { ProgramHome.checkout + "/completions" }

  private func expect(
    _ cases: [Case], in shell: String, sourceLocation: SourceLocation = #_sourceLocation, script: (String) -> String
  ) throws {
    let home = try CompletionHome()
    defer { home.remove() }
    for one in cases { expect(one, try home.offers(in: shell, script(one.line)), home, sourceLocation: sourceLocation) }
  }

  private func expect(
    _ one: Case, _ offers: Set<String>, _ home: CompletionHome, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var offers = offers
    // zsh goes on to options where no operand is left.
    if !(one.line.split(separator: " ", omittingEmptySubsequences: false).last?.hasPrefix("-") ?? false) {
      offers = offers.filter { !$0.hasPrefix("-") }
    }
    offers = Set(offers.map { home.runs[$0] ?? $0 })
    let met = one.mayBeMore ? offers.isSuperset(of: one.offers) : offers == one.offers
    #expect(
      met, "'\(one.line)': expected \(one.offers.sorted()), got \(offers.sorted())", sourceLocation: sourceLocation)
  }
}
