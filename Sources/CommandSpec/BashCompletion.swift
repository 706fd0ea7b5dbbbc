/// Writes the completion for bash.
///
/// Bash takes words apart at `=` and `:`; the script puts them together again from the line itself, and gives readline
/// back only what stands after the last of these characters.
struct BashCompletion {
  let root: CommandOutline
  private var program: String { root.words[0] }
  private var function: String { "_" + program.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined() }

  var script: String {
    CompletionScripts.banner(program, shell: "bash") + "\n" + knowledge + "\n" + offering + "\n" + main
  }

  /// What the tree says, as functions that set variables of their caller.
  private var knowledge: String {
    var text = "# Sets 'at' to the command below it that has the name $1; fails when there is none.\n"
    text += "\(function)_enter() {\n  case \"$at $1\" in\n"
    let below = root.all.dropFirst().map { $0.title.inSingleQuotes }
    if !below.isEmpty { text += "    " + below.joined(separator: " | ") + ") at+=\" $1\" ;;\n" }
    text += "    *) return 1 ;;\n  esac\n}\n\n"

    text += "# Sets 'kind' to how the value of option $1 is completed; fails when it takes none.\n"
    text += "\(function)_value() {\n  case \"$at $1\" in\n"
    for command in root.all {
      for option in command.options where option.metavar != nil {
        // The root's options are accepted everywhere; a command's own come first.
        if command.words.count > 1 {
          text += value(option, option.names.map { "\(command.title) \($0)".inSingleQuotes })
        }
      }
    }
    for option in root.options where option.metavar != nil {
      text += value(option, option.names.map { "*\(" \($0)".inSingleQuotes)" })
    }
    text += "    *) return 1 ;;\n  esac\n}\n\n"

    text += "# Whether value $2 of option $1 takes the next word, a file, as well.\n"
    text += "\(function)_leads() {\n  case \"$at $1 $2\" in\n"
    for command in root.all {
      for option in command.options where !option.leads.isEmpty {
        let patterns = option.names.flatMap { name in
          option.leads.map { "\(command.title) \(name) \($0)".inSingleQuotes }
        }
        text += "    \(patterns.joined(separator: " | "))) ;;\n"
      }
    }
    text += "    *) return 1 ;;\n  esac\n}\n\n"

    text += "# Whether option $1 takes the place of the first operand.\n"
    text += "\(function)_replaces() {\n  case \"$at $1\" in\n"
    for command in root.all where !command.replacing.isEmpty {
      let patterns = command.replacing.map { word, isBeginning in
        "\(command.title) \(word)".inSingleQuotes + (isBeginning ? "*" : "")
      }
      text += "    \(patterns.joined(separator: " | "))) ;;\n"
    }
    text += "    *) return 1 ;;\n  esac\n}\n\n"

    text += "# Sets 'kind' to how operand number $1 is completed, and 'foreign' when it begins another command line.\n"
    text += "\(function)_operand() {\n  case \"$at $1\" in\n"
    for command in root.all {
      for (index, operand) in command.operands.enumerated() {
        var pattern = "\(command.title) \(index + 1)".inSingleQuotes
        if case .any = operand.count { pattern = "\(command.title) ".inSingleQuotes + "*" }
        let foreign = if case .rest = operand.count { "; foreign=1" } else { "" }
        text += "    \(pattern)) kind=\(kind(operand.completion))\(foreign) ;;\n"
      }
    }
    text += "    *) kind='none' ;;\n  esac\n}\n\n"

    text += "# Sets 'words' to the commands below 'at', and 'options' to what may be written there.\n"
    text += "\(function)_known() {\n  case \"$at\" in\n"
    for command in root.all {
      text += "    \(command.title.inSingleQuotes))\n"
      text += "      words=\(list(command.subcommands.map { $0.words[$0.words.count - 1] }))\n"
      text += "      options=\(list(command.accepted.flatMap(\.spellings))) ;;\n"
    }
    return text + "  esac\n}\n"
  }

  private func value(_ option: OptionSpec, _ patterns: [String]) -> String {
    "    \(patterns.joined(separator: " | "))) kind=\(kind(option.completion)) ;;\n"
  }

  /// A kind as one word of bash: `file`, `names:users`, or `words:` with one word on each line.
  private func kind(_ completion: Completion) -> String {
    switch completion {
    case .none: "'none'"
    case .file: "'file'"
    case .folder: "'folder'"
    case .program: "'program'"
    case .words(let words): "words:\(list(words))"
    case .list(let words): "list:\(list(words))"
    case .names(let kind): "names:\(kind)".inSingleQuotes
    }
  }

  /// Words on lines of their own, in one word of bash.
  private func list(_ words: [String]) -> String {
    words.isEmpty ? "''" : "$" + "'" + words.map { $0.escaping(#"\'"#) }.joined(separator: #"\n"#) + "'"
  }

  private var offering: String {
    #"""
    # Offers the lines of standard input that begin with $value, as the shell reads them back. Inside of quotes most
    # characters stand for themselves; a line with one that cannot stand there is not offered.
    \#(function)_offer() {
      local line quoted place
      while IFS= read -r line; do
        quoted=$line
        case $quote in
          '') printf -v quoted %q "$line" ;;
          \') [[ $line != *\'* ]] || continue ;;
          \")
            [[ $line != *\!* ]] || continue
            if [[ $line == *['$`"\']* ]]; then
              quoted=''
              for (( place = 0; place < ${#line}; place++ )); do
                [[ ${line:place:1} != ['$`"\'] ]] || quoted+=\\
                quoted+=${line:place:1}
              done
            fi
            ;;
        esac
        [[ -n $line && ( $line == "$value"* || $quoted == "$value"* ) ]] || continue
        line=$before$quoted
        COMPREPLY+=("${line#"$kept"}")
      done
    }

    # Prints the words of $1, each on a line of its own, that the list does not have yet.
    \#(function)_left() {
      local word
      while IFS= read -r word; do
        [[ ,$begun == *",$word,"* ]] || printf '%s\n' "$word"
      done <<< "$1"
    }

    # Offers what $kind says.
    \#(function)_complete() {
      local begun='' line=("${typed[@]:1:last-1}")
      # Words as they are meant, for the program: without what the shell would take away.
      line=("${line[@]//[\\\'\"]/}")
      if [[ $kind == list:* && $value == *,* ]]; then
        begun=${value%,*},
        before+=$begun value=${value##*,}
      fi
      case $kind in
        file) compopt -o filenames 2>/dev/null; quote='file'; \#(function)_offer < <(compgen -f -- "$value") ;;
        folder) compopt -o filenames 2>/dev/null; quote='file'; \#(function)_offer < <(compgen -d -- "$value") ;;
        program) \#(function)_offer < <(compgen -c -- "$value" | sort -u) ;;
        words:*) \#(function)_offer <<< "${kind#words:}" ;;
        list:*) \#(function)_offer < <(\#(function)_left "${kind#list:}") ;;
        names:*) \#(function)_offer < <(command \#(program) complete "${kind#names:}" -- "${line[@]}" 2>/dev/null) ;;
      esac
    }

    """#
  }

  private var main: String {
    #"""
    \#(function)() {
      local at=\#(program) line=${COMP_LINE:0:COMP_POINT} typed=() word gap index
      for (( index = 0; index <= COMP_CWORD; index++ )); do
        gap=${line%%[![:space:]]*}
        line=${line#"$gap"}
        word=${COMP_WORDS[index]}
        (( index < COMP_CWORD )) || word=$line
        line=${line#"$word"}
        if [[ -z $gap && index -gt 0 ]]; then
          typed[${#typed[@]}-1]+=$word
        else
          typed+=("$word")
        fi
      done

      local last=$(( ${#typed[@]} - 1 )) kind='none' pending='' option='' ended='' foreign='' operands=0 replaced=0 begun=''
      for (( index = 1; index < last; index++ )); do
        word=${typed[index]}
        if [[ -n $pending ]]; then
          if \#(function)_leads "$option" "$word"; then kind='file' option=''; else pending=''; fi
        elif [[ -z $ended && $word == -- ]]; then
          ended=1
        elif [[ -z $ended && $word == -?* ]]; then
          if \#(function)_value "$word"; then pending=1 option=$word; fi
          if \#(function)_replaces "$word"; then replaced=1; fi
        elif ! \#(function)_enter "$word"; then
          operands=$(( operands + 1 ))
          \#(function)_operand "$(( operands + replaced ))"
          if [[ -n $foreign ]]; then
            begun=1
            break
          fi
        fi
      done

      # What is typed: $before stays, $value is completed, and readline keeps $kept by itself.
      local value=${typed[last]} before='' kept='' quote='' words='' options=''
      case $value in \'* | \"*) quote=${value:0:1} value=${value:1} ;; esac
      COMPREPLY=()
      if [[ -n $begun ]]; then
        kind='file'
      elif [[ -n $pending ]]; then
        :
      elif [[ -z $ended && $value == --*=* ]]; then
        before=${value%%=*}=
        \#(function)_value "${before%=}" || return 0
        value=${value#*=}
      elif [[ -z $ended && $value == -* ]]; then
        \#(function)_known
        kind=words:$options
      else
        \#(function)_known
        kind=words:$words
        [[ -n $words ]] || \#(function)_operand "$(( operands + replaced + 1 ))"
      fi
      word=$before$value
      [[ $COMP_WORDBREAKS == *=* && $word == *=* ]] && kept=${word%"${word##*=}"}
      [[ $COMP_WORDBREAKS == *:* && $word == *:* && -z $quote ]] && {
        gap=${word%"${word##*:}"}
        (( ${#gap} > ${#kept} )) && kept=$gap
      }
      \#(function)_complete
    }

    complete -F \#(function) \#(program)

    """#
  }
}
