/// Writes the completion for fish.
///
/// A function walks the words before the cursor and says which command they have reached and how many operands stand
/// there; every completion is bound to such a place.
struct FishCompletion {
  let root: CommandOutline
  private var program: String { root.words[0] }
  private var place: String { "__\(program)_place" }
  private var test: String { "__\(program)_at" }
  private var left: String { "__\(program)_left" }

  var script: String {
    CompletionScripts.banner(program, shell: "fish") + "\n" + functions + "\ncomplete -c \(program) -f\n"
      + root.all.map(completions).joined()
  }

  private var functions: String {
    var text = """
      function \(place) --description 'Prints the command that the line has reached, and its number of operands'
        set -l words (commandline -opc)
        set -e words[1]
        set -l at \(quoted(program))
        set -l operands 0
        set -l replaced 0
        set -l pending 0
        set -l option ''
        set -l ended 0
        for word in $words
          if test $pending = 1
            set pending 0
            \(leads)continue
          end
          if test $ended = 0; and test "$word" = --
            set ended 1
            continue
          end
          if test $ended = 0; and test "$word" != -; and string match -q -- '-*' $word
            switch "$at $word"

      """
    var patterns: [String] = []
    for command in root.all {
      for option in command.options where option.metavar != nil {
        patterns += option.names.map { command.words.count == 1 ? quoted("* \($0)") : quoted("\(command.title) \($0)") }
      }
    }
    if !patterns.isEmpty {
      text += "        case \(patterns.joined(separator: " "))\n          set pending 1\n          set option $word\n"
    }
    text += "      end\n\(replacing)      continue\n    end\n    switch \"$at $word\"\n"
    let below = root.all.dropFirst().map { quoted($0.title) }
    if !below.isEmpty { text += "      case \(below.joined(separator: " "))\n        set at \"$at $word\"\n" }
    text += "      case '*'\n        set operands (math $operands + 1)\n"
    let foreign = root.all.filter(\.takesRest)
    if !foreign.isEmpty {
      text += "        switch \"$at $operands\"\n          case "
      text += foreign.map { quoted("\($0.title) \($0.operands.count)") }.joined(separator: " ")
      text += "\n            set at \"$at rest\"\n            break\n        end\n"
    }
    text += """
          end
        end
        test $pending = 1; and test -z "$option"; and set at "$at file"
        echo $at
        echo $operands
      end

      function \(test) --description 'Whether the line has reached command $argv[1], and operand $argv[2] is next'
        set -l place (\(place))
        test "$place[1]" = "$argv[1]"; or return 1
        set -q argv[2]; or return 0
        test (math $place[2] + 1) -ge $argv[2]; and test (math $place[2] + 1) -le $argv[3]
      end

      function \(left) --description 'Prints each of $argv that the list before the cursor does not have, behind it'
        set -l begun (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,')
        for word in $argv
          string match -q -- "*,$word,*" ",$begun"; or echo "$begun$word"
        end
      end

      """
    return text
  }

  /// What makes a value take the next word as well.
  private var leads: String {
    let patterns = root.all.flatMap { command in
      command.options.flatMap { option in
        option.names.flatMap { name in option.leads.map { quoted("\(command.title) \(name) \($0)") } }
      }
    }
    if patterns.isEmpty { return "" }
    return "switch \"$at $option $word\"\n        case \(patterns.joined(separator: " "))\n          set pending 1\n"
      + "          set option ''\n      end\n      "
  }

  /// What an option does that takes the place of the first operand.
  private var replacing: String {
    let patterns = root.all.flatMap { command in
      command.replacing.map { word, isBeginning in quoted("\(command.title) \(word)" + (isBeginning ? "*" : "")) }
    }
    if patterns.isEmpty { return "" }
    return "      switch \"$at $word\"\n        case \(patterns.joined(separator: " "))\n"
      + "          test $replaced = 0; and set operands (math $operands + 1)\n          set replaced 1\n      end\n"
  }

  private func completions(_ command: CommandOutline) -> String {
    let here = condition("\(test) \(quoted(command.title))")
    var text = "\n# \(command.title)\n"
    for below in command.subcommands {
      text += "complete -c \(program) -n \(here) -a \(quoted(below.words[below.words.count - 1]))"
      text += " -d \(quoted(below.summary))\n"
    }
    for option in command.accepted {
      text += line(option.names, option, here)
      let negative = option.spellings.filter { !option.names.contains($0) }
      if !negative.isEmpty { text += line(negative, option, here) }
    }
    for (index, operand) in command.operands.enumerated() {
      let last = if case .any = operand.count { 1_000_000 } else { index + 1 }
      let there = condition("\(test) \(quoted(command.title)) \(index + 1) \(last)")
      if let action = action(operand.completion) { text += "complete -c \(program) -n \(there) \(action)\n" }
    }
    if command.options.contains(where: { !$0.leads.isEmpty }) {
      text += "complete -c \(program) -n \(condition("\(test) \(quoted(command.title + " file"))")) -F\n"
    }
    if command.takesRest {
      text += "complete -c \(program) -n \(condition("\(test) \(quoted(command.title + " rest"))")) -F\n"
    }
    return text
  }

  private func line(_ names: [String], _ option: OptionSpec, _ here: String) -> String {
    var text = "complete -c \(program) -n \(here)"
    for name in names { text += name.hasPrefix("--") ? " -l \(name.dropFirst(2))" : " -s \(name.dropFirst())" }
    if option.metavar != nil { text += " -x" }
    if let action = action(option.completion) {
      // A file is the one thing that may be anything; `-r` alone leaves files to the shell.
      text = option.completion == .file ? text.dropLast(3) + " " + action : text + " " + action
    }
    return text + " -d \(quoted(option.summary(of: names[0])))\n"
  }

  private func action(_ completion: Completion) -> String? {
    switch completion {
    case .none: nil
    case .file: "-r -F"
    case .folder: "-a '(__fish_complete_directories (commandline -ct))'"
    case .program: "-a '(__fish_complete_command)'"
    case .words(let words): "-a \(quoted(words.map(quotedWhereNeeded).joined(separator: " ")))"
    case .list(let words): "-a \(quoted("(\(left) \(words.map(quotedWhereNeeded).joined(separator: " ")))"))"
    case .names(let kind):
      "-a \(quoted("(command \(program) complete \(kind) -- (commandline -opc)[2..-1] 2>/dev/null)"))"
    }
  }

  private func condition(_ text: String) -> String {
    "\"" + text.escaping(#"\"$"#) + "\""
  }

  private func quoted(_ text: String) -> String { "'" + text.escaping(#"\'"#) + "'" }

  private func quotedWhereNeeded(_ word: String) -> String {
    word.allSatisfy { $0.isLetter || $0.isNumber || "-_./".contains($0) } ? word : quoted(word)
  }
}
