import Posix

/// What a run is known by, so that its history is its own: the script, behind whatever starts it.
///
/// `bash nightly.sh`, `uv run python3 -u jobs/nightly.py` and `timeout 1h ./nightly.sh` are known by their scripts, as `./nightly.sh`
/// is. Options that nobody here knows to take a value are taken for words of their own; so a name may be wrong, and nothing else.
struct CommandName: Equatable {
  /// The script's or the program's name, without its folders; a module's as it is.
  private(set) var text: String
  /// The script behind an interpreter, as it was given; `nil` where there is none.
  private(set) var script: String?
  /// Whether what runs stands in the command line itself (`bash -c`), or comes by standard input: every such run is another one, of
  /// which the name tells nothing.
  private(set) var isUnnamed = false

  /// Reads a command line.
  init(_ line: [String]) {
    var words = line[...]
    while let starter = Self.starters[File.name(of: words.first ?? "")], let rest = starter.rest(of: words.dropFirst())
    {
      words = rest
    }
    let program = File.name(of: words.first ?? "")
    text = program
    guard let interpreter = Self.interpreter(program) else { return }
    switch interpreter.runs(words.dropFirst()) {
    case .script(let path):
      let name = File.name(of: path)
      // A folder that is run is known by no name of its own.
      guard !name.isEmpty, name != ".", name != ".." else { return }
      (text, script) = (name, path)
    case .module(let name): text = name
    case .unnamed: isUnnamed = true
    case .itself: break
    }
  }

  // MARK: - What starts a command

  /// A program that starts the command behind its own options.
  private struct Starter {
    /// Options whose value is the next word.
    var valued: Set<String> = []
    /// How many words stand before the command: a duration, a file.
    var operands = 0
    /// A word that has to stand first: `uv run`.
    var word: String?
    /// Whether words such as `A=b` stand before the command.
    var assigns = false

    /// The command; `nil` where there is none, or none that is sure.
    func rest(of all: ArraySlice<String>) -> ArraySlice<String>? {
      var words = all
      if let word {
        guard words.first == word else { return nil }
        words = words.dropFirst()
      }
      var left = operands
      while let next = words.first {
        // Whatever follows `env -S`, `flock -c` or `uv run -m` is no command line.
        if ["-S", "--split-string", "-c", "--command", "-m", "--module"].contains(next), !valued.contains(next) {
          return nil
        }
        if next == "--" {
          words = words.dropFirst()
        } else if next.hasPrefix("-"), next.count > 1 {
          words = words.dropFirst(valued.contains(next) ? 2 : 1)
        } else if assigns, next.contains("=") {
          words = words.dropFirst()
        } else if left > 0 {
          left -= 1
          words = words.dropFirst()
        } else {
          return words
        }
      }
      return nil
    }
  }

  private static let starters: [String: Starter] = [
    "env": Starter(valued: ["-u", "--unset", "-C", "--chdir"], assigns: true),
    "nice": Starter(valued: ["-n", "--adjustment"]), "nohup": Starter(), "setsid": Starter(),
    "time": Starter(valued: ["-f", "--format", "-o", "--output"]),
    "timeout": Starter(valued: ["-k", "--kill-after", "-s", "--signal"], operands: 1),
    "ionice": Starter(valued: ["-c", "--class", "-n", "--classdata"]),
    "stdbuf": Starter(valued: ["-i", "--input", "-o", "--output", "-e", "--error"]),
    "flock": Starter(valued: ["-w", "--timeout", "-E", "--conflict-exit-code"], operands: 1),
    "uv": Starter(
      valued: [
        "--with", "--with-requirements", "-p", "--python", "--project", "--directory", "--env-file", "--extra",
        "--group",
      ],
      word: "run"),
    "poetry": Starter(word: "run"), "pipenv": Starter(word: "run"),
  ]

  // MARK: - What runs a script

  /// A program that runs scripts.
  private struct Interpreter {
    /// What it was given to run.
    enum Runs {
      case script(String), module(String)
      /// Code of the command line, or of standard input.
      case unnamed
      /// Nothing of that kind: `python3 --version`.
      case itself
    }

    /// Options whose value is the next word.
    var valued: Set<String> = []
    /// Letters behind which, alone or at the end of several (`-euc`), stands code.
    var code = ""
    /// Letters behind which stands a value that is none of the others'.
    var valuedLetters = ""
    /// Long options behind which stands code.
    var codeWords: Set<String> = []
    /// The letter behind which stands a module's name.
    var module: Character?
    /// The option behind which stands the script.
    var file: String?
    /// The word before the script, if it is there: `deno run`. Others are commands of its own.
    var word: String?
    /// Whether it runs a script without that word, too.
    var needsWord = false

    func runs(_ all: ArraySlice<String>) -> Runs {
      var words = all
      if let word {
        if words.first == word { words = words.dropFirst() } else if needsWord { return .itself }
      }
      var isAsked = false
      while let next = words.popFirst() {
        if next == "--" { return words.first.map { .script($0) } ?? .unnamed }
        if next == "-" { return .unnamed }
        guard next.hasPrefix("-") || next.hasPrefix("+") && valued.contains(next) else { return .script(next) }
        if next == file { return words.first.map { .script($0) } ?? .itself }
        if codeWords.contains(next) { return .unnamed }
        if valued.contains(next) {
          words = words.dropFirst()
          continue
        }
        if next.hasPrefix("--") {
          isAsked = isAsked || ["--version", "--help"].contains(next)
          continue
        }
        guard let last = next.last else { continue }
        if code.contains(last) { return .unnamed }
        if last == module { return words.first.map { .module($0) } ?? .itself }
        if valuedLetters.contains(last) { words = words.dropFirst() }
        isAsked = isAsked || ["-V", "-v", "-h"].contains(next)
      }
      return isAsked ? .itself : .unnamed
    }
  }

  private static let shell = Interpreter(
    valued: ["+o", "-O", "+O", "--rcfile", "--init-file"], code: "c", valuedLetters: "o")
  private static let python = Interpreter(valued: ["-W", "-X", "--check-hash-based-pycs"], code: "c", module: "m")
  private static let node = Interpreter(
    valued: ["-r", "--require", "--import", "--loader", "--experimental-loader", "--env-file", "-C", "--conditions"],
    code: "ep", codeWords: ["--eval", "--print"])

  /// Sources: the manual pages of each, by September 2026.
  private static let interpreters: [String: Interpreter] = [
    "sh": shell, "bash": shell, "dash": shell, "zsh": shell, "ksh": shell, "mksh": shell, "ash": shell, "fish": shell,
    "python": python, "pypy": python, "node": node, "nodejs": node, "tsx": node, "ts-node": node,
    "ruby": Interpreter(valued: ["-r", "-I", "-C", "-E"], code: "e"),
    "perl": Interpreter(valued: ["-I"], code: "eE"),
    "php": Interpreter(valued: ["-d", "-c", "-z"], code: "rRBE", file: "-f"),
    "Rscript": Interpreter(code: "e", codeWords: ["-e"]),
    "lua": Interpreter(valued: ["-l"], code: "e"),
    "deno": Interpreter(valued: ["-c", "--config", "--import-map"], word: "run", needsWord: true),
    "bun": Interpreter(code: "e", codeWords: ["--eval"], word: "run"),
  ]

  /// By its name, also with a version behind it: `python3.13`.
  private static func interpreter(_ name: String) -> Interpreter? {
    if let known = interpreters[name] { return known }
    let plain = name.reversed().drop { $0.isASCII && $0.isNumber || $0 == "." }.reversed()
    return plain.count == name.count ? nil : interpreters[String(plain)]
  }
}
