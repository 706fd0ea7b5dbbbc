import Posix

/// What a run is known by, so that its history is its own: the script, behind whatever starts it.
///
/// `bash nightly.sh`, `uv run python3 -u jobs/nightly.py` and `timeout 1h ./nightly.sh` are known by their scripts, as `./nightly.sh`
/// is. The name is kept in the ledger, and what stands in a command line may be a secret: so nothing becomes a name but what is called
/// as scripts are, a file that is there, a program, or a module. Of options that nobody here knows, the next word may be the value.
struct CommandName: Equatable {
  /// The script's or the program's name, without its folders; a module's as it is.
  private(set) var text: String
  /// The script behind an interpreter, as it was given; `nil` where there is none.
  private(set) var script: String?
  /// The program behind what starts it, as it was given.
  private(set) var program = ""
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
    self.program = words.first ?? ""
    let program = File.name(of: self.program)
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
      var (left, isSure) = (operands, true)
      while let next = words.first {
        // Whatever follows `env -S`, `flock -c` or `uv run -m` is no command line.
        if ["-S", "--split-string", "-c", "--command", "-m", "--module"].contains(next), !valued.contains(next) {
          return nil
        }
        if next == "--" {
          (words, isSure) = (words.dropFirst(), true)
        } else if next.hasPrefix("-"), next.count > 1 {
          let isKnown = valued.contains(next)
          words = words.dropFirst(isKnown ? 2 : 1)
          isSure = isKnown || next.contains("=")
        } else if assigns, next.contains("=") {
          words = words.dropFirst()
        } else if left > 0 {
          left -= 1
          words = words.dropFirst()
        } else if CommandName.isProgram(next) {
          return words
        } else if isSure {
          return nil
        } else {
          (words, isSure) = (words.dropFirst(), true)
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
    /// Letters behind which stands code, or which say that it comes by standard input.
    var code = ""
    /// Letters whose value is the rest of the word, or the next one where there is no rest.
    var valuedLetters = ""
    /// Letters whose value can only be the rest of the word.
    var attachedLetters = ""
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
      var (isAsked, isSure) = (false, true)
      while let next = words.popFirst() {
        if next == "--" { return words.first.map { CommandName.isScript($0) ? .script($0) : .unnamed } ?? .unnamed }
        if next == "-" { return .unnamed }
        guard next.hasPrefix("-") || next.hasPrefix("+") && valued.contains(next) else {
          if CommandName.isScript(next, byItsNameAlone: !isSure) { return .script(next) }
          // What an option that nobody knows takes, perhaps; else it is not said here what it is.
          if isSure { return .unnamed }
          isSure = true
          continue
        }
        isSure = true
        if next == file { return words.first.map { CommandName.isScript($0) ? .script($0) : .unnamed } ?? .itself }
        if codeWords.contains(next) { return .unnamed }
        if valued.contains(next) {
          words = words.dropFirst()
        } else if next.hasPrefix("--") {
          isAsked = isAsked || ["--version", "--help"].contains(next)
          isSure = next.contains("=")
        } else {
          if let found = read(letters: next.dropFirst(), &words) { return found }
          isAsked = isAsked || ["-V", "-v", "-h"].contains(next)
        }
      }
      return isAsked ? .itself : .unnamed
    }

    /// Reads several options of one letter each.
    private func read(letters: Substring, _ words: inout ArraySlice<String>) -> Runs? {
      var rest = letters
      while let letter = rest.popFirst() {
        if code.contains(letter) { return .unnamed }
        if letter == module {
          let name = rest.isEmpty ? words.first : String(rest)
          return name.map { CommandName.isModule($0) ? .module($0) : .unnamed } ?? .itself
        }
        if attachedLetters.contains(letter) { return nil }
        if valuedLetters.contains(letter) {
          if rest.isEmpty { words = words.dropFirst() }
          return nil
        }
      }
      return nil
    }
  }

  private static let shell = Interpreter(
    valued: ["+o", "+O", "--rcfile", "--init-file"], code: "cs", valuedLetters: "oO")
  private static let python = Interpreter(
    valued: ["--check-hash-based-pycs"], code: "c", valuedLetters: "WXQ", module: "m")
  private static let node = Interpreter(
    valued: ["--require", "--import", "--loader", "--experimental-loader", "--env-file", "--conditions"],
    code: "ep", valuedLetters: "rC", codeWords: ["--eval", "--print"])

  /// Sources: the manual pages of each, by September 2026.
  private static let interpreters: [String: Interpreter] = [
    "sh": shell, "bash": shell, "dash": shell, "zsh": shell, "ksh": shell, "mksh": shell, "ash": shell, "fish": shell,
    "python": python, "pypy": python, "node": node, "nodejs": node, "tsx": node, "ts-node": node,
    "ruby": Interpreter(code: "e", valuedLetters: "rICE", attachedLetters: "KTWxFil0"),
    "perl": Interpreter(code: "eE", valuedLetters: "I", attachedLetters: "MmCdDFilx0"),
    "php": Interpreter(code: "rRBE", valuedLetters: "dcz", file: "-f"),
    "Rscript": Interpreter(code: "e", codeWords: ["-e"]),
    "lua": Interpreter(code: "e", valuedLetters: "l"),
    "deno": Interpreter(valued: ["--config", "--import-map"], valuedLetters: "c", word: "run", needsWord: true),
    "bun": Interpreter(code: "ep", valuedLetters: "rc", codeWords: ["--eval", "--print"], word: "run"),
  ]

  // MARK: - What may be a name

  private static let suffixes: Set<Substring> = [
    "sh", "bash", "zsh", "ksh", "fish", "py", "pyw", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "rb", "pl",
    "php",
    "R", "r", "lua",
  ]

  /// Whether a word is called as scripts are, or a file that is there.
  private static func isScript(_ word: String, byItsNameAlone: Bool = false) -> Bool {
    if word.contains("://") || word.contains("@") { return false }
    let name = File.name(of: word)
    if let dot = name.lastIndex(of: "."), dot > name.startIndex, suffixes.contains(name[name.index(after: dot)...]) {
      return true
    }
    return !byItsNameAlone && File.isRegular(word)
  }

  /// Whether a word is a program, one that starts or interprets others, or a script.
  private static func isProgram(_ word: String) -> Bool {
    let name = File.name(of: word)
    return isScript(word) || starters[name] != nil || interpreter(name) != nil
      || !word.contains("/") && Program.find(word, in: Program.folders) != nil
  }

  private static func isModule(_ word: String) -> Bool {
    word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        || byte == 0x2E
    }
  }

  /// By its name, also with a version behind it: `python3.13`.
  private static func interpreter(_ name: String) -> Interpreter? {
    if let known = interpreters[name] { return known }
    let plain = name.reversed().drop { $0.isASCII && $0.isNumber || $0 == "." }.reversed()
    return plain.count == name.count ? nil : interpreters[String(plain)]
  }
}
