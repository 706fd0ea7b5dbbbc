# fish completion for keeper, written by 'keeper generate'.

function __keeper_place --description 'Prints the command that the line has reached, and its number of operands'
  set -l words (commandline -opc)
  set -e words[1]
  set -l at 'keeper'
  set -l operands 0
  set -l replaced 0
  set -l pending 0
  set -l option ''
  set -l ended 0
  for word in $words
    if test $pending = 1
      set pending 0
      switch "$at $option $word"
        case 'keeper run --log text' 'keeper run --log xml'
          set pending 1
          set option ''
      end
      continue
    end
    if test $ended = 0; and test "$word" = --
      set ended 1
      continue
    end
    if test $ended = 0; and test "$word" != -; and string match -q -- '-*' $word
      switch "$at $word"
        case '* --color' '* --config' 'keeper run --user' 'keeper run -u' 'keeper run --max-tokens' 'keeper run -n' 'keeper run --tag' 'keeper run --mode' 'keeper run --log' 'keeper budget set --reason' 'keeper budget set --user' 'keeper budget set -u'
          set pending 1
          set option $word
      end
      switch "$at $word"
        case 'keeper budget set --user' 'keeper budget set --user=*' 'keeper budget set -u*' 'keeper budget set --quiet' 'keeper budget set -q'
          test $replaced = 0; and set operands (math $operands + 1)
          set replaced 1
      end
      continue
    end
    switch "$at $word"
      case 'keeper run' 'keeper budget' 'keeper budget set' 'keeper budget show' 'keeper import'
        set at "$at $word"
      case '*'
        set operands (math $operands + 1)
        switch "$at $operands"
          case 'keeper run 1'
            set at "$at rest"
            break
        end
    end
  end
  test $pending = 1; and test -z "$option"; and set at "$at file"
  echo $at
  echo $operands
end

function __keeper_at --description 'Whether the line has reached command $argv[1], and operand $argv[2] is next'
  set -l place (__keeper_place)
  test "$place[1]" = "$argv[1]"; or return 1
  set -q argv[2]; or return 0
  test (math $place[2] + 1) -ge $argv[2]; and test (math $place[2] + 1) -le $argv[3]
end

function __keeper_left --description 'Prints each of $argv that the list before the cursor does not have, behind it'
  set -l begun (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,')
  for word in $argv
    string match -q -- "*,$word,*" ",$begun"; or echo "$begun$word"
  end
end

complete -c keeper -f

# keeper
complete -c keeper -n "__keeper_at 'keeper'" -a 'run' -d 'Run a command: guarded'
complete -c keeper -n "__keeper_at 'keeper'" -a 'budget' -d 'Show and change budgets'
complete -c keeper -n "__keeper_at 'keeper'" -a 'import' -d 'Read files'
complete -c keeper -n "__keeper_at 'keeper'" -l color -x -a 'auto always never' -d 'when to use colours'
complete -c keeper -n "__keeper_at 'keeper'" -l config -r -F -d 'read this file'
complete -c keeper -n "__keeper_at 'keeper'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# keeper run
complete -c keeper -n "__keeper_at 'keeper run'" -l user -s u -x -a '(command keeper complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'who is charged: \'you\' [by default]'
complete -c keeper -n "__keeper_at 'keeper run'" -l max-tokens -s n -x -d 'the most tokens'
complete -c keeper -n "__keeper_at 'keeper run'" -l tag -x -d 'a tag'
complete -c keeper -n "__keeper_at 'keeper run'" -l mode -x -a 'fast careful' -d 'how'
complete -c keeper -n "__keeper_at 'keeper run'" -l fail-open -d 'go on unmetered'
complete -c keeper -n "__keeper_at 'keeper run'" -l no-fail-open -d 'keep what is there'
complete -c keeper -n "__keeper_at 'keeper run'" -l dry-run -s d -d 'print what would happen'
complete -c keeper -n "__keeper_at 'keeper run'" -l quiet -s q -d 'say nothing'
complete -c keeper -n "__keeper_at 'keeper run'" -l log -x -a 'text xml' -d 'log to a file'
complete -c keeper -n "__keeper_at 'keeper run'" -l color -x -a 'auto always never' -d 'when to use colours'
complete -c keeper -n "__keeper_at 'keeper run'" -l config -r -F -d 'read this file'
complete -c keeper -n "__keeper_at 'keeper run'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c keeper -n "__keeper_at 'keeper run' 1 1" -a '(__fish_complete_command)'
complete -c keeper -n "__keeper_at 'keeper run file'" -F
complete -c keeper -n "__keeper_at 'keeper run rest'" -F

# keeper budget
complete -c keeper -n "__keeper_at 'keeper budget'" -a 'set' -d 'Set a budget'
complete -c keeper -n "__keeper_at 'keeper budget'" -a 'show' -d 'Show budgets'
complete -c keeper -n "__keeper_at 'keeper budget'" -l color -x -a 'auto always never' -d 'when to use colours'
complete -c keeper -n "__keeper_at 'keeper budget'" -l config -r -F -d 'read this file'
complete -c keeper -n "__keeper_at 'keeper budget'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# keeper budget set
complete -c keeper -n "__keeper_at 'keeper budget set'" -l reason -x -d 'why'
complete -c keeper -n "__keeper_at 'keeper budget set'" -l user -s u -x -a '(command keeper complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'who is charged: \'you\' [by default]'
complete -c keeper -n "__keeper_at 'keeper budget set'" -l quiet -s q -d 'say nothing'
complete -c keeper -n "__keeper_at 'keeper budget set'" -l color -x -a 'auto always never' -d 'when to use colours'
complete -c keeper -n "__keeper_at 'keeper budget set'" -l config -r -F -d 'read this file'
complete -c keeper -n "__keeper_at 'keeper budget set'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c keeper -n "__keeper_at 'keeper budget set' 1 1" -a '(command keeper complete users -- (commandline -opc)[2..-1] 2>/dev/null)'
complete -c keeper -n "__keeper_at 'keeper budget set' 2 2" -a 'unlimited \'200k tokens/day\''

# keeper budget show
complete -c keeper -n "__keeper_at 'keeper budget show'" -l color -x -a 'auto always never' -d 'when to use colours'
complete -c keeper -n "__keeper_at 'keeper budget show'" -l config -r -F -d 'read this file'
complete -c keeper -n "__keeper_at 'keeper budget show'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# keeper import
complete -c keeper -n "__keeper_at 'keeper import'" -l color -x -a 'auto always never' -d 'when to use colours'
complete -c keeper -n "__keeper_at 'keeper import'" -l config -r -F -d 'read this file'
complete -c keeper -n "__keeper_at 'keeper import'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c keeper -n "__keeper_at 'keeper import' 1 1000000" -r -F
