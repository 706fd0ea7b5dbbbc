/// Whether a tool is what something is done with, or what the things are of: "kill Python processes" and "kill processes with
/// Python". Of what a tool has itself, both say the same: "list git branches", "list branches with git".
enum ToolMeans {
  /// Why the two may not share an answer; `nil` when nothing of this kind speaks against it.
  static func disagreement(_ a: GuardFacts, _ b: GuardFacts) -> String? {
    if a.slots.isEmpty || b.slots.isEmpty || a.pieces == b.pieces { return nil }
    return differs(a, b) ?? differs(b, a)
  }

  private static func differs(_ one: GuardFacts, _ other: GuardFacts) -> String? {
    for place in owned(one.pieces) {
      let (tool, thing) = (one.pieces[place - 1], one.pieces[place])
      guard let preposition = means(other.pieces, tool),
        !owned(other.pieces).contains(where: {
          other.pieces[$0 - 1] == tool
        })
      else { continue }
      if preposition == "in" ? foreign.contains(thing) && Topics.languages.contains(tool) : !isOwn(thing, of: tool) {
        return "with \(tool.text) or of it"
      }
    }
    return nil
  }

  /// What of a text may count.
  static func facts(of facts: GuardFacts) -> [String] {
    if facts.slots.isEmpty { return [] }
    let words = facts.pieces
    return owned(words).filter { foreign.contains(words[$0]) || !isOwn(words[$0], of: words[$0 - 1]) }.map {
      words[$0 - 1].text + " " + words[$0].text
    }
  }

  /// Where nouns stand right behind a tool, whose they are. What is made is made of it: "write Python functions that …".
  private static func owned(_ words: [InstructionWord]) -> [Int] {
    if words.prefix(4).contains(where: { $0.kind == .word && making.contains($0) }) { return [] }
    return words.indices.dropFirst(2).filter { place in
      guard words[place].kind == .word, words[place - 1].isWord([.tool]),
        !words[place].isWord([.prep, .and, .or, .relative, .det, .not, .pronoun, .filler, .tool]),
        place + 1 == words.count || words[place + 1].kind != .word || !words[place + 1].isWord([.thing, .work])
          || words[place + 1].isWord([.prep])
      else { return false }
      return !prepositions.contains(words[place - 2])
    }
  }

  private static func means(_ words: [InstructionWord], _ tool: InstructionWord) -> String? {
    words.indices.lazy.filter { $0 + 1 < words.count && words[$0 + 1] == tool }.compactMap { means(words, at: $0) }
      .first
  }

  /// The preposition at a place that binds a tool and nothing of it.
  private static func means(_ words: [InstructionWord], at place: Int) -> String? {
    guard words[place].kind == .word, prepositions.contains(words[place]), place + 1 < words.count,
      words[place + 1].isWord([.tool]),
      place + 2 == words.count || words[place + 2].kind == .pause
        || words[place + 2].kind == .word
          && (words[place + 2].isWord([.prep, .and, .or, .relative, .filler]) || words[place + 2].text == "please")
    else { return nil }
    return words[place].text == "in" ? "in" : "with"
  }

  private static let prepositions = WordSet(["with", "using", "via", "in"])
  private static let making = WordSet([
    "write", "create", "make", "generate", "build", "need", "want", "draft", "develop", "implement", "add", "plot",
    "draw", "render",
  ])

  /// What files hold, or what runs or stands elsewhere: never part of a language.
  private static let foreign = WordSet([
    "apis", "websites", "website", "images", "photos", "videos", "processes", "servers", "emails", "pages", "links",
    "services", "containers", "users", "folders", "archives", "pdfs", "screenshots", "downloads", "backups",
  ])

  private static func isOwn(_ thing: InstructionWord, of tool: InstructionWord) -> Bool {
    if ofAny.contains(thing) { return true }
    return switch tool.text {
    case "git", "github", "gitlab": ofGit.contains(thing)
    case "docker", "podman", "docker-compose": ofDocker.contains(thing)
    default: ofMany.contains(thing)
    }
  }

  /// What is done with any tool is one of these.
  private static let ofAny = WordSet([
    "command", "commands", "one-liner", "one-liners", "snippet", "invocation", "call", "syntax", "line", "equivalent",
    "way", "solution", "recipe", "trick", "approach", "method", "example", "option", "flag",
  ])
  private static let ofGit = WordSet([
    "branch", "branches", "commit", "commits", "tag", "tags", "remote", "remotes", "repo", "repos", "repository",
    "repositories", "stash", "stashes", "hook", "hooks", "submodule", "submodules", "history", "conflict", "conflicts",
    "diff", "diffs", "log", "logs", "merge", "merges", "rebase", "bisect", "blame", "worktree", "worktrees", "changes",
    "issue", "issues", "release", "releases", "config", "alias", "aliases",
  ])
  private static let ofDocker = WordSet([
    "container", "containers", "image", "images", "volume", "volumes", "network", "networks", "build", "builds", "log",
    "logs", "registry", "stats", "layers", "context", "contexts",
  ])
  private static let ofMany = WordSet([
    "package", "packages", "dataframe", "dataframes", "table", "tables", "query", "queries", "database", "databases",
    "row", "rows", "column", "columns", "sheet", "sheets", "cell", "cells", "formula", "formulas", "chart", "charts",
    "plot", "plots", "graph", "graphs", "test", "tests", "playbook", "playbooks", "role", "roles", "module", "modules",
    "resource", "resources", "pod", "pods", "deployment", "deployments", "node", "nodes", "namespace", "namespaces",
    "secret", "secrets", "cluster", "clusters", "configmap", "configmaps", "function", "functions", "script", "scripts",
    "code", "program", "programs", "class", "classes", "list", "lists", "string", "strings", "array", "arrays",
    "variable", "variables", "macro", "macros", "slides", "state", "service", "services", "unit", "units", "key",
    "keys",
    "index", "indexes", "collection", "collections", "bucket", "buckets", "lambda", "stack", "stacks", "view", "views",
    "schema", "project", "app", "application", "component", "components", "regex", "expression", "expressions",
    "pipeline", "pipelines", "workflow", "workflows", "job", "jobs", "session", "sessions", "pane", "window", "windows",
    "dashboard", "dashboards", "model", "models", "cache", "certificate", "certificates", "version",
  ])
}
