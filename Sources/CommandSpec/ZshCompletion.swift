/// Writes the completion for zsh: one function for each command, each a call of `_arguments`.
///
/// *Source:* zshcompsys(1) for the specifications and their escapes.
struct ZshCompletion {
  let root: CommandOutline
  private var program: String { root.words[0] }

  var script: String {
    var text = "#compdef \(program)\n" + CompletionScripts.banner(program, shell: "zsh") + "\n"
    text += root.all.map(function).joined(separator: "\n") + "\n" + names
    text += """

      if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
        _\(program) "$@"
      else
        compdef _\(program) \(program)
      fi

      """
    return text
  }

  private func functionName(_ command: CommandOutline) -> String { "_" + command.words.joined(separator: "__") }

  private var names: String {
    """
    # The names of kind $1, which only the program knows.
    _\(program)___names() {
      local -a names expl
      # A command is called anew with what it is given: words stay whole by being quoted.
      names=(${(f)"$(_call_program names \(program) complete $1 -- ${(q)${(Q)words[1,CURRENT-1]}} 2>/dev/null)"})
      _wanted names expl $1 compadd -a names
    }

    """
  }

  private func function(_ command: CommandOutline) -> String {
    var text = "\(functionName(command))() {\n"
    if !command.subcommands.isEmpty {
      // Not `commands`: below here that would hide the shell's own table of programs from `_command_names`.
      text += "  local curcontext=$curcontext context state state_descr line ret=1\n  typeset -A opt_args\n"
      text += "  local -a subcommands\n  subcommands=(\n"
      for below in command.subcommands {
        let name = below.words[below.words.count - 1].escaping(#"\:"#)
        text += "    \("\(name):\(below.summary.escaping(#"\"#))".inSingleQuotes)\n"
      }
      text += "  )\n"
    }
    let flags = command.takesRest ? "-s -S -A '-*'" : command.subcommands.isEmpty ? "-s -S" : "-s -S -C"
    var lines = command.accepted.flatMap { specifications($0, of: command) }
    if command.subcommands.isEmpty {
      lines += command.operands.enumerated().flatMap { operand($1, number: $0 + 1) }
    } else {
      lines += ["'(-): :->command'", "'(-)*:: :->arguments'"]
    }
    text += "  _arguments \(flags) : \\\n" + lines.map { "    \($0)" }.joined(separator: " \\\n")
    if command.subcommands.isEmpty { return text + "\n}\n" }
    text += " && ret=0\n  case $state in\n    command) _describe -t commands 'command' subcommands && ret=0 ;;\n"
    text += "    arguments)\n      curcontext=${curcontext%:*}-$words[1]:\n      case $words[1] in\n"
    for below in command.subcommands {
      text += "        \(below.words[below.words.count - 1].inSingleQuotes)) \(functionName(below)) && ret=0 ;;\n"
    }
    return text + "      esac ;;\n  esac\n  return ret\n}\n"
  }

  /// One specification for each spelling: all but repeatable ones exclude each other, and the operand whose place they take.
  private func specifications(_ option: OptionSpec, of command: CommandOutline) -> [String] {
    let spellings = option.spellings
    let isOperand = command.operands.first?.replacedBy.contains { $0.name == option.name } ?? false
    let excluded = spellings + (isOperand ? ["1"] : [])
    return spellings.map { name in
      let summary = "[\(option.summary(of: name).escaping(#"\[]:"#))]"
      let prefix = option.isRepeatable ? "*" : "(\(excluded.joined(separator: " ")))"
      guard let metavar = option.metavar else { return "\(prefix)\(name)\(summary)".inSingleQuotes }
      // `--user=` completes after '=' and after a space, `-u+` in the same word and the next.
      let spelled = name + (name.hasPrefix("--") ? "=" : "+")
      let second = option.leads.isEmpty ? "" : ":file:\(action(.file))"
      return "\(prefix)\(spelled)\(summary):\(metavar.escaping(#"\:"#)):\(action(option.completion))\(second)"
        .inSingleQuotes
    }
  }

  private func operand(_ operand: OperandSpec, number: Int) -> [String] {
    let message = operand.name.escaping(#"\:"#)
    let action = action(operand.completion)
    return switch operand.count {
    case .one: ["\(number):\(message):\(action)".inSingleQuotes]
    case .optional: ["\(number)::\(message):\(action)".inSingleQuotes]
    case .any: ["*:\(message):\(action)".inSingleQuotes]
    case .rest: ["(-)\(number):\(message):\(action)".inSingleQuotes, "(-)*::argument: _normal".inSingleQuotes]
    }
  }

  private func action(_ completion: Completion) -> String {
    switch completion {
    case .none: " "
    case .file: "_files"
    case .folder: "_files -/"
    // A space before an action keeps `_arguments` from putting options of its own before the `-e`.
    case .program: " _command_names -e"
    case .words(let words): "(\(words.map { $0.escaping(#"\ ():'"$`"#) }.joined(separator: " ")))"
    case .list(let words): "_sequence compadd - \(words.joined(separator: " "))"
    case .names(let kind): " _\(program)___names \(kind)"
    }
  }
}
