# fish completion for llmguard, written by 'llmguard generate'.

function __llmguard_place --description 'Prints the command that the line has reached, and its number of operands'
  set -l words (commandline -opc)
  set -e words[1]
  set -l at 'llmguard'
  set -l operands 0
  set -l replaced 0
  set -l pending 0
  set -l option ''
  set -l ended 0
  for word in $words
    if test $pending = 1
      set pending 0
      switch "$at $option $word"
        case 'llmguard run --report junit' 'llmguard run --report json' 'llmguard submit --report junit' 'llmguard submit --report json'
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
        case '* --color' '* --config' 'llmguard run --user' 'llmguard run -u' 'llmguard run --op' 'llmguard run -o' 'llmguard run --model' 'llmguard run -m' 'llmguard run --max-tokens' 'llmguard run -n' 'llmguard run --estimate' 'llmguard run --prompt-from' 'llmguard run --cache' 'llmguard run --priority' 'llmguard run -p' 'llmguard run --wait' 'llmguard run --run-budget' 'llmguard run --max-calls' 'llmguard run --max-duration' 'llmguard run --retries' 'llmguard run --receipt' 'llmguard run --report' 'llmguard submit --user' 'llmguard submit -u' 'llmguard submit --op' 'llmguard submit -o' 'llmguard submit --model' 'llmguard submit -m' 'llmguard submit --max-tokens' 'llmguard submit -n' 'llmguard submit --estimate' 'llmguard submit --prompt-from' 'llmguard submit --cache' 'llmguard submit --priority' 'llmguard submit -p' 'llmguard submit --wait' 'llmguard submit --run-budget' 'llmguard submit --max-calls' 'llmguard submit --max-duration' 'llmguard submit --retries' 'llmguard submit --receipt' 'llmguard submit --report' 'llmguard serve --listen' 'llmguard serve --name' 'llmguard serve --user' 'llmguard serve -u' 'llmguard serve --op' 'llmguard serve -o' 'llmguard serve --ready-fd' 'llmguard serve --grace' 'llmguard serve --cache' 'llmguard serve --wait' 'llmguard serve --retries' 'llmguard serve key add --user' 'llmguard serve key add -u' 'llmguard serve key add --op' 'llmguard serve key add -o' 'llmguard serve key add --listen' 'llmguard serve key add --name' 'llmguard serve key remove --user' 'llmguard serve key remove -u' 'llmguard usage show --user' 'llmguard usage show -u' 'llmguard usage report --by' 'llmguard usage report --group' 'llmguard usage report --unit' 'llmguard usage report --top' 'llmguard usage report --compare' 'llmguard usage report --since' 'llmguard usage report --until' 'llmguard usage report --user' 'llmguard usage report -u' 'llmguard usage report --operation' 'llmguard usage report --format' 'llmguard usage report -f' 'llmguard usage report --timezone' 'llmguard usage list --since' 'llmguard usage list --until' 'llmguard usage list --user' 'llmguard usage list -u' 'llmguard usage list --operation' 'llmguard usage list --model' 'llmguard usage list -m' 'llmguard usage list --run' 'llmguard usage list --phase' 'llmguard usage list --limit' 'llmguard usage list -n' 'llmguard usage list --before' 'llmguard usage list --timezone' 'llmguard usage export --format' 'llmguard usage export -f' 'llmguard usage export --output' 'llmguard usage export --since' 'llmguard usage export --until' 'llmguard usage export --user' 'llmguard usage export -u' 'llmguard usage export --operation' 'llmguard usage export --model' 'llmguard usage export -m' 'llmguard usage export --run' 'llmguard usage export --phase' 'llmguard usage export --timezone' 'llmguard usage metrics --since' 'llmguard usage metrics --until' 'llmguard usage metrics --format' 'llmguard usage metrics -f' 'llmguard usage metrics --output' 'llmguard usage metrics --timezone' 'llmguard usage check --max' 'llmguard usage check --since' 'llmguard usage check --until' 'llmguard usage check --user' 'llmguard usage check -u' 'llmguard usage check --operation' 'llmguard usage check --run' 'llmguard usage check --timezone' 'llmguard usage serve --port' 'llmguard usage serve --since' 'llmguard usage serve --user' 'llmguard usage serve -u' 'llmguard usage serve --timezone' 'llmguard usage watch --user' 'llmguard usage watch -u' 'llmguard usage watch --timezone' 'llmguard usage advise --since' 'llmguard usage advise --user' 'llmguard usage advise -u' 'llmguard usage advise --timezone' 'llmguard budget show --user' 'llmguard budget show -u' 'llmguard budget set --user' 'llmguard budget set -u' 'llmguard budget grant --user' 'llmguard budget grant -u' 'llmguard budget grant --reason' 'llmguard budget grant --expires' 'llmguard budget grant --op' 'llmguard budget grant -o' 'llmguard budget lower --user' 'llmguard budget lower -u' 'llmguard budget cap --user' 'llmguard budget cap -u' 'llmguard budget pause --user' 'llmguard budget pause -u' 'llmguard budget pause --reason' 'llmguard budget resume --user' 'llmguard budget resume -u' 'llmguard budget resume --reason' 'llmguard budget reset --user' 'llmguard budget reset -u' 'llmguard budget reset --reason' 'llmguard user set-tier --user' 'llmguard user set-tier -u' 'llmguard user remove --user' 'llmguard user remove -u' 'llmguard prefer --user' 'llmguard prefer -u' 'llmguard estimate --user' 'llmguard estimate -u' 'llmguard estimate --op' 'llmguard estimate -o' 'llmguard estimate --model' 'llmguard estimate -m' 'llmguard estimate --max-tokens' 'llmguard estimate -n' 'llmguard estimate --prompt-from' 'llmguard estimate --file' 'llmguard forecast --user' 'llmguard forecast -u' 'llmguard forecast --operation' 'llmguard forecast --since' 'llmguard simulate --policy' 'llmguard simulate --system' 'llmguard simulate --since' 'llmguard simulate --trace' 'llmguard simulate --baseline' 'llmguard simulate --model' 'llmguard simulate -m' 'llmguard simulate --assume-cached' 'llmguard simulate --format' 'llmguard simulate -f' 'llmguard cache list --limit' 'llmguard cache list -n' 'llmguard cache clear --user' 'llmguard cache clear -u' 'llmguard cache evaluate --threshold' 'llmguard ledger audit --since' 'llmguard ledger audit --until' 'llmguard ledger audit --limit' 'llmguard ledger audit -n' 'llmguard ledger audit --timezone' 'llmguard ledger repair-clock --reason' 'llmguard config check --system' 'llmguard generate --output-dir'
          set pending 1
          set option $word
      end
      switch "$at $word"
        case 'llmguard serve key add --user' 'llmguard serve key add --user=*' 'llmguard serve key add -u*' 'llmguard budget show --user' 'llmguard budget show --user=*' 'llmguard budget show -u*' 'llmguard budget set --user' 'llmguard budget set --user=*' 'llmguard budget set -u*' 'llmguard budget grant --user' 'llmguard budget grant --user=*' 'llmguard budget grant -u*' 'llmguard budget grant --self' 'llmguard budget pause --user' 'llmguard budget pause --user=*' 'llmguard budget pause -u*' 'llmguard budget resume --user' 'llmguard budget resume --user=*' 'llmguard budget resume -u*' 'llmguard budget reset --user' 'llmguard budget reset --user=*' 'llmguard budget reset -u*' 'llmguard budget reset --due' 'llmguard budget reset --all' 'llmguard user set-tier --user' 'llmguard user set-tier --user=*' 'llmguard user set-tier -u*' 'llmguard user remove --user' 'llmguard user remove --user=*' 'llmguard user remove -u*'
          test $replaced = 0; and set operands (math $operands + 1)
          set replaced 1
      end
      continue
    end
    switch "$at $word"
      case 'llmguard run' 'llmguard submit' 'llmguard serve' 'llmguard serve key' 'llmguard serve key add' 'llmguard serve key list' 'llmguard serve key remove' 'llmguard usage' 'llmguard usage show' 'llmguard usage report' 'llmguard usage list' 'llmguard usage export' 'llmguard usage metrics' 'llmguard usage check' 'llmguard usage serve' 'llmguard usage watch' 'llmguard usage advise' 'llmguard budget' 'llmguard budget show' 'llmguard budget list' 'llmguard budget set' 'llmguard budget grant' 'llmguard budget lower' 'llmguard budget cap' 'llmguard budget pause' 'llmguard budget resume' 'llmguard budget reset' 'llmguard user' 'llmguard user list' 'llmguard user set-tier' 'llmguard user remove' 'llmguard prefer' 'llmguard queue' 'llmguard queue list' 'llmguard queue status' 'llmguard queue result' 'llmguard queue wait' 'llmguard queue cancel' 'llmguard queue prune' 'llmguard estimate' 'llmguard forecast' 'llmguard simulate' 'llmguard cache' 'llmguard cache stats' 'llmguard cache list' 'llmguard cache show' 'llmguard cache explain' 'llmguard cache reject' 'llmguard cache clear' 'llmguard cache prune' 'llmguard cache export' 'llmguard cache evaluate' 'llmguard cache path' 'llmguard ledger' 'llmguard ledger audit' 'llmguard ledger verify' 'llmguard ledger backup' 'llmguard ledger restore' 'llmguard ledger path' 'llmguard ledger compact' 'llmguard ledger repair-clock' 'llmguard config' 'llmguard config init' 'llmguard config check' 'llmguard config show' 'llmguard price' 'llmguard price list' 'llmguard price show' 'llmguard price import' 'llmguard doctor' 'llmguard demo' 'llmguard help' 'llmguard generate'
        set at "$at $word"
      case '*'
        set operands (math $operands + 1)
        switch "$at $operands"
          case 'llmguard run 1' 'llmguard submit 1' 'llmguard estimate 1'
            set at "$at rest"
            break
        end
    end
  end
  test $pending = 1; and test -z "$option"; and set at "$at file"
  echo $at
  echo $operands
end

function __llmguard_at --description 'Whether the line has reached command $argv[1], and operand $argv[2] is next'
  set -l place (__llmguard_place)
  test "$place[1]" = "$argv[1]"; or return 1
  set -q argv[2]; or return 0
  test (math $place[2] + 1) -ge $argv[2]; and test (math $place[2] + 1) -le $argv[3]
end

function __llmguard_left --description 'Prints each of $argv that the list before the cursor does not have, behind it'
  set -l begun (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,')
  for word in $argv
    string match -q -- "*,$word,*" ",$begun"; or echo "$begun$word"
  end
end

complete -c llmguard -f

# llmguard
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'run' -d 'Run a command and guard its LLM calls: estimate before, settle after'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'submit' -d 'Submit a call, print its id and leave: run --detach'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'serve' -d 'Run the gateway in the foreground, for a whole machine or a CI job'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'usage' -d 'Show who spent what'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'budget' -d 'Show, set, top up and reset budgets; pause a user'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'user' -d 'List users and assign tiers'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'prefer' -d 'Choose what your calls give up first when a budget is used up'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'queue' -d 'Show the line in which calls wait'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'estimate' -d 'Say what a call would take, and whether it fits'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'forecast' -d 'Say from the past what the next run takes, and when budgets run out'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'simulate' -d 'Replay calls under another policy, and compare'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'cache' -d 'See and mend what is answered from the cache'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'ledger' -d 'Verify, back up, restore and compact the ledger'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'config' -d 'Write, check and show the configuration'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'price' -d 'Show and import the prices of models'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'doctor' -d 'Tell what is caught on this machine, and what is wrong with it'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'demo' -d 'Show in a minute what the guard does, offline'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'help' -d 'Say what a command does, as its --help'
complete -c llmguard -n "__llmguard_at 'llmguard'" -a 'generate' -d 'Write the man pages and shell completions'
complete -c llmguard -n "__llmguard_at 'llmguard'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard run
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'who is charged'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l op -s o -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'what the call is for'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l model -s m -x -a '(command llmguard complete models -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the model the command uses, where its arguments do not say'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l max-tokens -s n -x -d 'the most output tokens that a call may ask for'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l estimate -x -d 'the whole call\'s tokens, in place of an estimate'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l prompt-from -r -F -d 'where the prompt is: stdin, args, or a file'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l cache -x -a 'auto off refresh only similar' -d 'what the cache may do: auto, off, refresh, only or similar'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l no-cache -d 'make the call anew, as --cache refresh; that is a retry'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l no-degrade -d 'refuse instead of sending a cheaper call'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l fail-open -d 'run the command unmetered when the ledger cannot be used'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l no-fail-open -d 'run nothing when the ledger cannot be used'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l priority -s p -x -a 'high normal low' -d 'how urgent it is where calls wait: high, normal or low'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l wait -x -d 'how long to wait for room before the call is refused; 0: not at all'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l no-gateway -d 'do not catch the command\'s calls; meter it by its text alone'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l isolate -d 'let the command reach the gateway and nothing else'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l unix-sockets -d 'with --isolate: let the command use Unix sockets all the same'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l strict -d 'refuse requests to providers that cannot be metered'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l run-budget -x -d 'what all calls of the run may take: \'50k tokens\', \'$0.50\', \'20 calls\', or nothing: \'0 tokens\''
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l max-calls -x -d 'how many calls the run may make through the gateway; 0: none'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l max-duration -x -d 'after which time no call of the run goes out any more'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l fail-on-refusal -d 'end with 75 when any call was refused or dropped and the command ended with 0'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l no-fail-on-refusal -d 'end as the command did, whatever became of its calls'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l retries -x -d 'how often a call that the provider turned away is sent again'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l dry-run -d 'print what would happen, and run nothing'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l json -d 'with --dry-run or --detach: print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l receipt -r -F -d 'write a JSON receipt there'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l require-fit -d 'hold what nine of ten runs need first, and do not start when it does not fit'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l detach -d 'print an id and leave; the call goes on without its terminal, see \'submit\''
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l summary -d 'say at the end what the whole run took'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l report -x -a 'junit json' -d 'write what the whole run took to a file, for CI: junit FILE or json FILE'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l quiet -s q -d 'say nothing but errors and refusals'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard run'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard run' 1 1" -a '(__fish_complete_command)'
complete -c llmguard -n "__llmguard_at 'llmguard run file'" -F
complete -c llmguard -n "__llmguard_at 'llmguard run rest'" -F

# llmguard submit
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'who is charged'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l op -s o -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'what the call is for'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l model -s m -x -a '(command llmguard complete models -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the model the command uses, where its arguments do not say'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l max-tokens -s n -x -d 'the most output tokens that a call may ask for'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l estimate -x -d 'the whole call\'s tokens, in place of an estimate'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l prompt-from -r -F -d 'where the prompt is: stdin, args, or a file'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l cache -x -a 'auto off refresh only similar' -d 'what the cache may do: auto, off, refresh, only or similar'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l no-cache -d 'make the call anew, as --cache refresh; that is a retry'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l no-degrade -d 'refuse instead of sending a cheaper call'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l fail-open -d 'run the command unmetered when the ledger cannot be used'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l no-fail-open -d 'run nothing when the ledger cannot be used'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l priority -s p -x -a 'high normal low' -d 'how urgent it is where calls wait: high, normal or low'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l wait -x -d 'how long to wait for room before the call is refused; 0: not at all'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l no-gateway -d 'do not catch the command\'s calls; meter it by its text alone'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l isolate -d 'let the command reach the gateway and nothing else'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l unix-sockets -d 'with --isolate: let the command use Unix sockets all the same'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l strict -d 'refuse requests to providers that cannot be metered'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l run-budget -x -d 'what all calls of the run may take: \'50k tokens\', \'$0.50\', \'20 calls\', or nothing: \'0 tokens\''
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l max-calls -x -d 'how many calls the run may make through the gateway; 0: none'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l max-duration -x -d 'after which time no call of the run goes out any more'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l fail-on-refusal -d 'end with 75 when any call was refused or dropped and the command ended with 0'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l no-fail-on-refusal -d 'end as the command did, whatever became of its calls'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l retries -x -d 'how often a call that the provider turned away is sent again'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l receipt -r -F -d 'write a JSON receipt there'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l require-fit -d 'hold what nine of ten runs need first, and do not start when it does not fit'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l summary -d 'say at the end what the whole run took'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l report -x -a 'junit json' -d 'write what the whole run took to a file, for CI: junit FILE or json FILE'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l quiet -s q -d 'say nothing but errors and refusals'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard submit'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard submit' 1 1" -a '(__fish_complete_command)'
complete -c llmguard -n "__llmguard_at 'llmguard submit file'" -F
complete -c llmguard -n "__llmguard_at 'llmguard submit rest'" -F

# llmguard serve
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -a 'key' -d 'Give users keys, list them, take them away'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l listen -x -d 'where it listens; port 0 takes a free one'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l allow-other-machines -d 'let --listen name an address that other machines can reach'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l name -x -d 'what clients call it by, when that is not the address it listens on'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l print-env -d 'make a key for as long as it runs, and print what a shell has to export'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'who is charged'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l op -s o -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'what the call is for'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l ready-fd -x -d 'write a line to this open descriptor and close it when clients can come'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l grace -x -d 'how long calls under way may go on when it is told to end'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l cache -x -a 'auto off refresh only similar' -d 'what the cache may do: auto, off, refresh, only or similar'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l no-degrade -d 'refuse instead of sending a cheaper call'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l fail-open -d 'let calls out unmetered while the ledger cannot be used'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l no-fail-open -d 'let no call out while the ledger cannot be used'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l wait -x -d 'how long to wait for room before the call is refused; 0: not at all'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l strict -d 'refuse requests to providers that cannot be metered'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l retries -x -d 'how often a call that the provider turned away is sent again'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l verbose -s v -d 'say one line about each call that has ended'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l quiet -s q -d 'say nothing but errors and refusals'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard serve'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard serve key
complete -c llmguard -n "__llmguard_at 'llmguard serve key'" -a 'add' -d 'Make a key for a user, and print it once'
complete -c llmguard -n "__llmguard_at 'llmguard serve key'" -a 'list' -d 'List the keys by their ids'
complete -c llmguard -n "__llmguard_at 'llmguard serve key'" -a 'remove' -d 'Take keys away, single ones or all of a user; a server that runs refuses them from then on'
complete -c llmguard -n "__llmguard_at 'llmguard serve key'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard serve key'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard serve key'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard serve key'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard serve key'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard serve key add
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the same as USER'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l op -s o -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'what the call is for'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l metrics -d 'make a key that reads /metrics, and opens nothing else'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l print-env -d 'print what a shell has to export, in place of the key'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l listen -x -d 'where it listens; port 0 takes a free one'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l name -x -d 'what clients call it by, when that is not the address it listens on'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard serve key add' 1 1" -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard serve key list
complete -c llmguard -n "__llmguard_at 'llmguard serve key list'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard serve key list'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard serve key list'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard serve key list'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard serve key list'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard serve key list'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard serve key remove
complete -c llmguard -n "__llmguard_at 'llmguard serve key remove'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'all keys of this user: whoever leaves the team'
complete -c llmguard -n "__llmguard_at 'llmguard serve key remove'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard serve key remove'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard serve key remove'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard serve key remove'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard serve key remove'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard serve key remove'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard serve key remove'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard serve key remove' 1 1000000" -a '(command llmguard complete keys -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard usage
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -a 'show' -d 'Show a user\'s budgets at a glance, or the story of a run or a call'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -a 'report' -d 'Report calls, tokens, money, refusals and degradations'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -a 'list' -d 'List single calls, the newest first'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -a 'export' -d 'Write single calls for other tools'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -a 'metrics' -d 'Show the numbers that predict trouble'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -a 'check' -d 'Fail when more was used than it should have been'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -a 'serve' -d 'Show the dashboard live to a browser on this machine'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -a 'watch' -d 'Watch budgets, calls under way and spending live'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -a 'advise' -d 'Say which limits are too tight or too loose, and what to change'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard usage show
complete -c llmguard -n "__llmguard_at 'llmguard usage show'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'whose'
complete -c llmguard -n "__llmguard_at 'llmguard usage show'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard usage show'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage show'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage show'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage show'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage show'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard usage show' 1 1" -a '(command llmguard complete runs -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard usage report
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l by -l group -x -a '(__llmguard_left user operation model day hour run program tier phase)' -d 'group by user, operation, model, day, hour, run, program (a script), tier or phase; several are separated by commas'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l unit -x -a 'tokens money calls charge' -d 'rank, share and compare by tokens, money, calls or charge'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l top -x -d 'show the N largest groups, and the others as one'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l compare -x -a 'previous' -d 'show the change against another range: previous, or TIME..TIME'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l since -x -a 'today yesterday now 24h 7d 30d' -d 'from then on'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l until -x -a 'today yesterday now 24h 7d 30d' -d 'before then'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this user'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l operation -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this operation'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l format -s f -x -a 'table json csv markdown html' -d 'how it is written: table, json, csv, markdown or html'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l timezone -x -a '(command llmguard complete zones -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'in which days and hours are cut and times are read'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage report'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard usage list
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l since -x -a 'today yesterday now 24h 7d 30d' -d 'from then on'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l until -x -a 'today yesterday now 24h 7d 30d' -d 'before then'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this user'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l operation -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this operation'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l model -s m -x -a '(command llmguard complete models -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this model'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l run -x -d 'only calls of this run'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l phase -x -a 'ok warn soft hard' -d 'only calls that were decided in this phase: ok, warn, soft or hard'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l refused -d 'only calls that were refused, by a budget, a cap, a limit or the line'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l limit -s n -x -d 'the most calls to show'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l before -x -d 'go on with the calls before this one'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l follow -d 'stay, and show calls as they end; the oldest first'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l timezone -x -a '(command llmguard complete zones -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'in which days and hours are cut and times are read'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage list'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard usage export
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l format -s f -x -a 'csv jsonl' -d 'how they are written: csv or jsonl'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l json -d 'print a JSON object a line, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l output -r -F -d 'write to a file, which appears whole or not at all'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l since -x -a 'today yesterday now 24h 7d 30d' -d 'from then on'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l until -x -a 'today yesterday now 24h 7d 30d' -d 'before then'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this user'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l operation -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this operation'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l model -s m -x -a '(command llmguard complete models -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this model'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l run -x -d 'only calls of this run'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l phase -x -a 'ok warn soft hard' -d 'only calls that were decided in this phase: ok, warn, soft or hard'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l refused -d 'only calls that were refused, by a budget, a cap, a limit or the line'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l timezone -x -a '(command llmguard complete zones -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'in which days and hours are cut and times are read'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage export'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard usage metrics
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l since -x -a 'today yesterday now 24h 7d 30d' -d 'from then on'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l until -x -a 'today yesterday now 24h 7d 30d' -d 'before then'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l format -s f -x -a 'table json prometheus' -d 'how they are written: table, json or prometheus'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l output -r -F -d 'write to a file that readers see whole, and may read'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l timezone -x -a '(command llmguard complete zones -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'in which days and hours are cut and times are read'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage metrics'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard usage check
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l max -x -d 'the most that may have been used: \'$0.50\', \'20k tokens\', \'100 calls\', or nothing: \'0 calls\''
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l since -x -a 'today yesterday now 24h 7d 30d' -d 'from then on'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l until -x -a 'today yesterday now 24h 7d 30d' -d 'before then'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this user'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l operation -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this operation'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l run -x -d 'only calls of this run'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l timezone -x -a '(command llmguard complete zones -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'in which days and hours are cut and times are read'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage check'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard usage serve
complete -c llmguard -n "__llmguard_at 'llmguard usage serve'" -l port -x -d 'the port; 0 takes a free one'
complete -c llmguard -n "__llmguard_at 'llmguard usage serve'" -l since -x -a 'today yesterday now 24h 7d 30d' -d 'from then on'
complete -c llmguard -n "__llmguard_at 'llmguard usage serve'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this user'
complete -c llmguard -n "__llmguard_at 'llmguard usage serve'" -l timezone -x -a '(command llmguard complete zones -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'in which days and hours are cut and times are read'
complete -c llmguard -n "__llmguard_at 'llmguard usage serve'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage serve'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage serve'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage serve'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage serve'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard usage watch
complete -c llmguard -n "__llmguard_at 'llmguard usage watch'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this user'
complete -c llmguard -n "__llmguard_at 'llmguard usage watch'" -l timezone -x -a '(command llmguard complete zones -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'in which days and hours are cut and times are read'
complete -c llmguard -n "__llmguard_at 'llmguard usage watch'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage watch'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage watch'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage watch'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage watch'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard usage advise
complete -c llmguard -n "__llmguard_at 'llmguard usage advise'" -l since -x -a 'today yesterday now 24h 7d 30d' -d 'from then on'
complete -c llmguard -n "__llmguard_at 'llmguard usage advise'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'only calls of this user'
complete -c llmguard -n "__llmguard_at 'llmguard usage advise'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard usage advise'" -l timezone -x -a '(command llmguard complete zones -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'in which days and hours are cut and times are read'
complete -c llmguard -n "__llmguard_at 'llmguard usage advise'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard usage advise'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard usage advise'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard usage advise'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard usage advise'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard budget
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -a 'show' -d 'Show a user\'s budgets'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -a 'list' -d 'List the budgets of all users'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -a 'set' -d 'Give a user budgets of their own'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -a 'grant' -d 'Top up a user\'s budget for a while'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -a 'lower' -d 'Set lower limits for yourself'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -a 'cap' -d 'Set what each of your runs may take at most'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -a 'pause' -d 'Refuse all calls of a user from now on'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -a 'resume' -d 'Let the calls of a paused user out again'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -a 'reset' -d 'Close ended windows, or take budgets back to zero'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard budget show
complete -c llmguard -n "__llmguard_at 'llmguard budget show'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the same as USER'
complete -c llmguard -n "__llmguard_at 'llmguard budget show'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard budget show'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget show'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget show'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget show'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget show'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard budget show' 1 1" -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard budget list
complete -c llmguard -n "__llmguard_at 'llmguard budget list'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard budget list'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget list'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget list'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget list'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget list'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard budget set
complete -c llmguard -n "__llmguard_at 'llmguard budget set'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the same as USER'
complete -c llmguard -n "__llmguard_at 'llmguard budget set'" -l clear -d 'take the user\'s own budgets away'
complete -c llmguard -n "__llmguard_at 'llmguard budget set'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard budget set'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard budget set'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget set'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget set'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget set'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget set'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard budget set' 1 1" -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)'
complete -c llmguard -n "__llmguard_at 'llmguard budget set' 2 1000000" -a '(command llmguard complete budgets -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard budget grant
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the same as USER'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l self -d 'book it yourself, within what the configuration allows'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l take-back -d 'take so much of what is on top away again, the latest first'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l reason -x -d 'why, for the audit'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l expires -x -d 'how long the top-up lasts'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l op -s o -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the user\'s quota for this operation'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant' 1 1" -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)'
complete -c llmguard -n "__llmguard_at 'llmguard budget grant' 2 2" -a '(command llmguard complete budgets -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard budget lower
complete -c llmguard -n "__llmguard_at 'llmguard budget lower'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'whose'
complete -c llmguard -n "__llmguard_at 'llmguard budget lower'" -l clear -d 'take back what was set this way'
complete -c llmguard -n "__llmguard_at 'llmguard budget lower'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard budget lower'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget lower'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget lower'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget lower'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget lower'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard budget lower' 1 1000000" -a '(command llmguard complete budgets -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard budget cap
complete -c llmguard -n "__llmguard_at 'llmguard budget cap'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'whose'
complete -c llmguard -n "__llmguard_at 'llmguard budget cap'" -l clear -d 'take back what was set this way'
complete -c llmguard -n "__llmguard_at 'llmguard budget cap'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard budget cap'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget cap'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget cap'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget cap'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget cap'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard budget pause
complete -c llmguard -n "__llmguard_at 'llmguard budget pause'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the same as USER'
complete -c llmguard -n "__llmguard_at 'llmguard budget pause'" -l reason -x -d 'why, for the audit'
complete -c llmguard -n "__llmguard_at 'llmguard budget pause'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard budget pause'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard budget pause'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget pause'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget pause'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget pause'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget pause'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard budget pause' 1 1" -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard budget resume
complete -c llmguard -n "__llmguard_at 'llmguard budget resume'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the same as USER'
complete -c llmguard -n "__llmguard_at 'llmguard budget resume'" -l reason -x -d 'why, for the audit'
complete -c llmguard -n "__llmguard_at 'llmguard budget resume'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard budget resume'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard budget resume'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget resume'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget resume'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget resume'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget resume'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard budget resume' 1 1" -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard budget reset
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l due -d 'close the windows that have ended (the default)'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'take all budgets of one user back to zero, now'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l all -d 'take every budget of everybody back to zero, now'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l undo -d 'take resets back, all that there were in the open windows: with a user, or --all'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l reason -x -d 'why, for the audit'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard budget reset' 1 1" -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard user
complete -c llmguard -n "__llmguard_at 'llmguard user'" -a 'list' -d 'List everybody the ledger or the configuration knows'
complete -c llmguard -n "__llmguard_at 'llmguard user'" -a 'set-tier' -d 'Put a user into a tier'
complete -c llmguard -n "__llmguard_at 'llmguard user'" -a 'remove' -d 'Forget a user\'s tier and budgets; their entries stay'
complete -c llmguard -n "__llmguard_at 'llmguard user'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard user'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard user'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard user'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard user'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard user list
complete -c llmguard -n "__llmguard_at 'llmguard user list'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard user list'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard user list'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard user list'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard user list'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard user list'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard user set-tier
complete -c llmguard -n "__llmguard_at 'llmguard user set-tier'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the same as USER'
complete -c llmguard -n "__llmguard_at 'llmguard user set-tier'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard user set-tier'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard user set-tier'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard user set-tier'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard user set-tier'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard user set-tier'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard user set-tier' 1 1" -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)'
complete -c llmguard -n "__llmguard_at 'llmguard user set-tier' 2 2" -a '(command llmguard complete tiers -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard user remove
complete -c llmguard -n "__llmguard_at 'llmguard user remove'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the same as USER'
complete -c llmguard -n "__llmguard_at 'llmguard user remove'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard user remove'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard user remove'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard user remove'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard user remove'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard user remove'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard user remove' 1 1" -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard prefer
complete -c llmguard -n "__llmguard_at 'llmguard prefer'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'whose'
complete -c llmguard -n "__llmguard_at 'llmguard prefer'" -l clear -d 'leave it to the configuration again, as - does'
complete -c llmguard -n "__llmguard_at 'llmguard prefer'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard prefer'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard prefer'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard prefer'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard prefer'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard prefer'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard prefer' 1 1" -a 'model length delay -'

# llmguard queue
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -a 'list' -d 'List the calls under way and those that wait, in the order of their turns'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -a 'status' -d 'Say where a submitted call stands'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -a 'result' -d 'Print what a submitted call wrote, and end as it ended'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -a 'wait' -d 'Wait until submitted calls are over'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -a 'cancel' -d 'End a submitted call'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -a 'prune' -d 'Remove what is kept of calls that have been over for longer than `results_ttl`'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard queue'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard queue list
complete -c llmguard -n "__llmguard_at 'llmguard queue list'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard queue list'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard queue list'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard queue list'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard queue list'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard queue list'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard queue status
complete -c llmguard -n "__llmguard_at 'llmguard queue status'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard queue status'" -l watch -d 'say it again when it changes, until the call is over'
complete -c llmguard -n "__llmguard_at 'llmguard queue status'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard queue status'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard queue status'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard queue status'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard queue status'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard queue status' 1 1" -a '(command llmguard complete requests -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard queue result
complete -c llmguard -n "__llmguard_at 'llmguard queue result'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard queue result'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard queue result'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard queue result'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard queue result'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard queue result' 1 1" -a '(command llmguard complete requests -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard queue wait
complete -c llmguard -n "__llmguard_at 'llmguard queue wait'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard queue wait'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard queue wait'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard queue wait'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard queue wait'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard queue wait'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard queue wait' 1 1000000" -a '(command llmguard complete requests -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard queue cancel
complete -c llmguard -n "__llmguard_at 'llmguard queue cancel'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard queue cancel'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard queue cancel'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard queue cancel'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard queue cancel'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard queue cancel'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard queue cancel' 1 1" -a '(command llmguard complete requests -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard queue prune
complete -c llmguard -n "__llmguard_at 'llmguard queue prune'" -l all -d 'remove all that are over, however young'
complete -c llmguard -n "__llmguard_at 'llmguard queue prune'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard queue prune'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard queue prune'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard queue prune'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard queue prune'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard queue prune'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard queue prune'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard estimate
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'who is charged'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l op -s o -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'what the call is for'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l model -s m -x -a '(command llmguard complete models -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the model the command uses, where its arguments do not say'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l max-tokens -s n -x -d 'the most output tokens that a call may ask for'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l prompt-from -r -F -d 'where the prompt is: stdin, args, or a file'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l file -r -F -d 'the prompt, in place of a command'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l no-degrade -d 'refuse instead of sending a cheaper call'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard estimate'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard estimate' 1 1" -a '(__fish_complete_command)'
complete -c llmguard -n "__llmguard_at 'llmguard estimate rest'" -F

# llmguard forecast
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'whose'
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l operation -x -a '(command llmguard complete operations -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'what runs use for this operation'
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l since -x -d 'look at the ledger\'s calls from then on'
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l check -d 'end with 75 when the next run does not fit'
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard forecast'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard forecast' 1 1" -a '(__fish_complete_command)'

# llmguard simulate
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l policy -r -F -d 'the configuration to try, in place of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l system -r -F -d 'the administrator\'s file to try, in place of /etc/llmguard/llmguard.toml'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l since -x -d 'replay the ledger\'s calls from then on'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l trace -r -F -d 'replay a trace in place of the ledger\'s calls'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l baseline -x -a 'hard-wall' -d 'compare with a naive scheme in place of the current policy: hard-wall'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l model -s m -x -a '(command llmguard complete models -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'the model of a trace\'s calls that do not say theirs'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l assume-cached -x -d 'how many of a hundred retries the cache is taken to answer'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l format -s f -x -a 'table json' -d 'how it is written: table or json'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l quiet -s q -d 'say nothing but errors and refusals'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard simulate'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard cache
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'stats' -d 'Show how much is stored, how often it answered, and how often that was wrong'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'list' -d 'List what is stored, the last used first'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'show' -d 'Show an entry and its answer'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'explain' -d 'Show what two requests ask for, side by side, and the first thing that differs'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'reject' -d 'Say that an answer of an entry was wrong'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'clear' -d 'Remove everything that is stored, or single entries'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'prune' -d 'Remove answers that are too old to be given in any phase'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'export' -d 'Print what is stored, one JSON object a line'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'evaluate' -d 'Measure on your own pairs how often a cached answer would be right'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -a 'path' -d 'Print where the cache is'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard cache stats
complete -c llmguard -n "__llmguard_at 'llmguard cache stats'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard cache stats'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache stats'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache stats'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache stats'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache stats'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard cache list
complete -c llmguard -n "__llmguard_at 'llmguard cache list'" -l limit -s n -x -d 'the most entries to show'
complete -c llmguard -n "__llmguard_at 'llmguard cache list'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard cache list'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache list'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache list'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache list'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache list'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard cache show
complete -c llmguard -n "__llmguard_at 'llmguard cache show'" -l answer -d 'print the answer alone, byte for byte'
complete -c llmguard -n "__llmguard_at 'llmguard cache show'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard cache show'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache show'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache show'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache show'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache show'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard cache show' 1 1" -a '(command llmguard complete cache-entries -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard cache explain
complete -c llmguard -n "__llmguard_at 'llmguard cache explain'" -l last -d 'explain the last call that was answered, whose answer is kept, or that was refused'
complete -c llmguard -n "__llmguard_at 'llmguard cache explain'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard cache explain'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache explain'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache explain'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache explain'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache explain'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard cache reject
complete -c llmguard -n "__llmguard_at 'llmguard cache reject'" -l undo -d 'let pairs of this entry match again that were rejected'
complete -c llmguard -n "__llmguard_at 'llmguard cache reject'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard cache reject'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache reject'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache reject'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache reject'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache reject'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard cache reject' 1 1" -a '(command llmguard complete cache-entries -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard cache clear
complete -c llmguard -n "__llmguard_at 'llmguard cache clear'" -l user -s u -x -a '(command llmguard complete users -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'remove what this user\'s calls were answered'
complete -c llmguard -n "__llmguard_at 'llmguard cache clear'" -l verdicts -d 'forget what was rejected and judged, too; only with everything'
complete -c llmguard -n "__llmguard_at 'llmguard cache clear'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard cache clear'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard cache clear'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache clear'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache clear'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache clear'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache clear'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard cache clear' 1 1000000" -a '(command llmguard complete cache-entries -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard cache prune
complete -c llmguard -n "__llmguard_at 'llmguard cache prune'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard cache prune'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard cache prune'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache prune'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache prune'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache prune'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache prune'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard cache export
complete -c llmguard -n "__llmguard_at 'llmguard cache export'" -l labels -d 'export what was said of pairs of requests, and no answers'
complete -c llmguard -n "__llmguard_at 'llmguard cache export'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache export'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache export'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache export'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache export'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard cache evaluate
complete -c llmguard -n "__llmguard_at 'llmguard cache evaluate'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard cache evaluate'" -l threshold -x -d 'how similar two instructions must be for the similar tier, 0 to 100'
complete -c llmguard -n "__llmguard_at 'llmguard cache evaluate'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache evaluate'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache evaluate'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache evaluate'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache evaluate'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard cache evaluate' 1 1" -r -F

# llmguard cache path
complete -c llmguard -n "__llmguard_at 'llmguard cache path'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard cache path'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard cache path'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard cache path'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard cache path'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard ledger
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -a 'audit' -d 'List what was recorded beside calls: top-ups, resets, changes, notices, restores'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -a 'verify' -d 'Check the file, the chain, the balances and the sums'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -a 'backup' -d 'Copy the ledger while it is in use'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -a 'restore' -d 'Put a backup in the ledger\'s place, and keep the old one beside it'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -a 'path' -d 'Print where the ledger is'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -a 'compact' -d 'Give free space back; no entry is removed'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -a 'repair-clock' -d 'Set the ledger\'s clock back to this machine\'s'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard ledger'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard ledger audit
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l since -x -a 'today yesterday now 24h 7d 30d' -d 'from then on'
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l until -x -a 'today yesterday now 24h 7d 30d' -d 'before then'
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l limit -s n -x -d 'the most entries to show: of more the latest'
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l timezone -x -a '(command llmguard complete zones -- (commandline -opc)[2..-1] 2>/dev/null)' -d 'in which days and hours are cut and times are read'
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard ledger audit'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard ledger verify
complete -c llmguard -n "__llmguard_at 'llmguard ledger verify'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard ledger verify'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard ledger verify'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard ledger verify'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard ledger verify'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard ledger verify'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard ledger verify' 1 1" -r -F

# llmguard ledger backup
complete -c llmguard -n "__llmguard_at 'llmguard ledger backup'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard ledger backup'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard ledger backup'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard ledger backup'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard ledger backup'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard ledger backup'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard ledger backup' 1 1" -r -F

# llmguard ledger restore
complete -c llmguard -n "__llmguard_at 'llmguard ledger restore'" -l while-in-use -d 'also where somebody has the ledger open'
complete -c llmguard -n "__llmguard_at 'llmguard ledger restore'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard ledger restore'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard ledger restore'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard ledger restore'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard ledger restore'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard ledger restore'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard ledger restore'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard ledger restore' 1 1" -r -F

# llmguard ledger path
complete -c llmguard -n "__llmguard_at 'llmguard ledger path'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard ledger path'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard ledger path'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard ledger path'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard ledger path'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard ledger compact
complete -c llmguard -n "__llmguard_at 'llmguard ledger compact'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard ledger compact'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard ledger compact'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard ledger compact'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard ledger compact'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard ledger compact'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard ledger repair-clock
complete -c llmguard -n "__llmguard_at 'llmguard ledger repair-clock'" -l reason -x -d 'why, for the audit'
complete -c llmguard -n "__llmguard_at 'llmguard ledger repair-clock'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard ledger repair-clock'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard ledger repair-clock'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard ledger repair-clock'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard ledger repair-clock'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard ledger repair-clock'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard ledger repair-clock'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard config
complete -c llmguard -n "__llmguard_at 'llmguard config'" -a 'init' -d 'Write a commented configuration file'
complete -c llmguard -n "__llmguard_at 'llmguard config'" -a 'check' -d 'Report every mistake with its place'
complete -c llmguard -n "__llmguard_at 'llmguard config'" -a 'show' -d 'Print the rules in force and where each comes from'
complete -c llmguard -n "__llmguard_at 'llmguard config'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard config'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard config'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard config'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard config'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard config init
complete -c llmguard -n "__llmguard_at 'llmguard config init'" -l stdout -d 'print the file instead of writing it'
complete -c llmguard -n "__llmguard_at 'llmguard config init'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard config init'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard config init'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard config init'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard config init'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard config init'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard config check
complete -c llmguard -n "__llmguard_at 'llmguard config check'" -l system -r -F -d 'the administrator\'s file, in place of /etc/llmguard/llmguard.toml'
complete -c llmguard -n "__llmguard_at 'llmguard config check'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard config check'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard config check'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard config check'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard config check'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard config check'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard config check' 1 1" -r -F

# llmguard config show
complete -c llmguard -n "__llmguard_at 'llmguard config show'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard config show'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard config show'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard config show'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard config show'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard config show'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard price
complete -c llmguard -n "__llmguard_at 'llmguard price'" -a 'list' -d 'List all known prices'
complete -c llmguard -n "__llmguard_at 'llmguard price'" -a 'show' -d 'Show the price of a model'
complete -c llmguard -n "__llmguard_at 'llmguard price'" -a 'import' -d 'Import the price list that LiteLLM ships'
complete -c llmguard -n "__llmguard_at 'llmguard price'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard price'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard price'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard price'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard price'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard price list
complete -c llmguard -n "__llmguard_at 'llmguard price list'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard price list'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard price list'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard price list'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard price list'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard price list'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard price show
complete -c llmguard -n "__llmguard_at 'llmguard price show'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard price show'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard price show'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard price show'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard price show'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard price show'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard price show' 1 1" -a '(command llmguard complete models -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard price import
complete -c llmguard -n "__llmguard_at 'llmguard price import'" -l dry-run -d 'print what would happen, and change nothing'
complete -c llmguard -n "__llmguard_at 'llmguard price import'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard price import'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard price import'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard price import'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard price import'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard price import'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard price import' 1 1" -r -F

# llmguard doctor
complete -c llmguard -n "__llmguard_at 'llmguard doctor'" -l json -d 'print one JSON object, for programs'
complete -c llmguard -n "__llmguard_at 'llmguard doctor'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard doctor'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard doctor'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard doctor'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard doctor'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard doctor' 1 1000000" -a '(__fish_complete_command)'

# llmguard demo
complete -c llmguard -n "__llmguard_at 'llmguard demo'" -l keep -d 'keep the temporary home and say where it is'
complete -c llmguard -n "__llmguard_at 'llmguard demo'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard demo'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard demo'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard demo'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard demo'" -l help -s h -d 'print help: a screenful with -h, everything with --help'

# llmguard help
complete -c llmguard -n "__llmguard_at 'llmguard help'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard help'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard help'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard help'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard help'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
complete -c llmguard -n "__llmguard_at 'llmguard help' 1 1000000" -a '(command llmguard complete commands -- (commandline -opc)[2..-1] 2>/dev/null)'

# llmguard generate
complete -c llmguard -n "__llmguard_at 'llmguard generate'" -l output-dir -x -a '(__fish_complete_directories (commandline -ct))' -d 'where man/ and completions/ are written; it has to be said'
complete -c llmguard -n "__llmguard_at 'llmguard generate'" -l color -x -a 'auto always never' -d 'when to use colours: auto, always or never'
complete -c llmguard -n "__llmguard_at 'llmguard generate'" -l config -r -F -d 'read this configuration instead of the user\'s'
complete -c llmguard -n "__llmguard_at 'llmguard generate'" -l header -d 'begin a table in a pipe with the names of its columns'
complete -c llmguard -n "__llmguard_at 'llmguard generate'" -l version -d 'print the version and leave'
complete -c llmguard -n "__llmguard_at 'llmguard generate'" -l help -s h -d 'print help: a screenful with -h, everything with --help'
