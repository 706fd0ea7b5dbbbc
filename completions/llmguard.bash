# bash completion for llmguard, written by 'llmguard generate'.

# Sets 'at' to the command below it that has the name $1; fails when there is none.
_llmguard_enter() {
  case "$at $1" in
    'llmguard run' | 'llmguard submit' | 'llmguard serve' | 'llmguard serve key' | 'llmguard serve key add' | 'llmguard serve key list' | 'llmguard serve key remove' | 'llmguard usage' | 'llmguard usage show' | 'llmguard usage report' | 'llmguard usage list' | 'llmguard usage export' | 'llmguard usage metrics' | 'llmguard usage check' | 'llmguard usage serve' | 'llmguard usage watch' | 'llmguard usage advise' | 'llmguard budget' | 'llmguard budget show' | 'llmguard budget list' | 'llmguard budget set' | 'llmguard budget grant' | 'llmguard budget lower' | 'llmguard budget cap' | 'llmguard budget pause' | 'llmguard budget resume' | 'llmguard budget reset' | 'llmguard user' | 'llmguard user list' | 'llmguard user set-tier' | 'llmguard user remove' | 'llmguard prefer' | 'llmguard queue' | 'llmguard queue list' | 'llmguard queue status' | 'llmguard queue result' | 'llmguard queue wait' | 'llmguard queue cancel' | 'llmguard queue prune' | 'llmguard estimate' | 'llmguard forecast' | 'llmguard simulate' | 'llmguard cache' | 'llmguard cache stats' | 'llmguard cache list' | 'llmguard cache show' | 'llmguard cache explain' | 'llmguard cache reject' | 'llmguard cache clear' | 'llmguard cache prune' | 'llmguard cache export' | 'llmguard cache evaluate' | 'llmguard cache path' | 'llmguard ledger' | 'llmguard ledger audit' | 'llmguard ledger verify' | 'llmguard ledger backup' | 'llmguard ledger restore' | 'llmguard ledger path' | 'llmguard ledger compact' | 'llmguard ledger repair-clock' | 'llmguard config' | 'llmguard config init' | 'llmguard config check' | 'llmguard config show' | 'llmguard price' | 'llmguard price list' | 'llmguard price show' | 'llmguard price import' | 'llmguard doctor' | 'llmguard demo' | 'llmguard help' | 'llmguard generate') at+=" $1" ;;
    *) return 1 ;;
  esac
}

# Sets 'kind' to how the value of option $1 is completed; fails when it takes none.
_llmguard_value() {
  case "$at $1" in
    'llmguard run --user' | 'llmguard run -u') kind='names:users' ;;
    'llmguard run --op' | 'llmguard run -o') kind='names:operations' ;;
    'llmguard run --model' | 'llmguard run -m') kind='names:models' ;;
    'llmguard run --max-tokens' | 'llmguard run -n') kind='none' ;;
    'llmguard run --estimate') kind='none' ;;
    'llmguard run --prompt-from') kind='file' ;;
    'llmguard run --cache') kind=words:$'auto\noff\nrefresh\nonly\nsimilar' ;;
    'llmguard run --priority' | 'llmguard run -p') kind=words:$'high\nnormal\nlow' ;;
    'llmguard run --wait') kind='none' ;;
    'llmguard run --run-budget') kind='none' ;;
    'llmguard run --max-calls') kind='none' ;;
    'llmguard run --max-duration') kind='none' ;;
    'llmguard run --retries') kind='none' ;;
    'llmguard run --receipt') kind='file' ;;
    'llmguard run --report') kind=words:$'junit\njson' ;;
    'llmguard submit --user' | 'llmguard submit -u') kind='names:users' ;;
    'llmguard submit --op' | 'llmguard submit -o') kind='names:operations' ;;
    'llmguard submit --model' | 'llmguard submit -m') kind='names:models' ;;
    'llmguard submit --max-tokens' | 'llmguard submit -n') kind='none' ;;
    'llmguard submit --estimate') kind='none' ;;
    'llmguard submit --prompt-from') kind='file' ;;
    'llmguard submit --cache') kind=words:$'auto\noff\nrefresh\nonly\nsimilar' ;;
    'llmguard submit --priority' | 'llmguard submit -p') kind=words:$'high\nnormal\nlow' ;;
    'llmguard submit --wait') kind='none' ;;
    'llmguard submit --run-budget') kind='none' ;;
    'llmguard submit --max-calls') kind='none' ;;
    'llmguard submit --max-duration') kind='none' ;;
    'llmguard submit --retries') kind='none' ;;
    'llmguard submit --receipt') kind='file' ;;
    'llmguard submit --report') kind=words:$'junit\njson' ;;
    'llmguard serve --listen') kind='none' ;;
    'llmguard serve --name') kind='none' ;;
    'llmguard serve --user' | 'llmguard serve -u') kind='names:users' ;;
    'llmguard serve --op' | 'llmguard serve -o') kind='names:operations' ;;
    'llmguard serve --ready-fd') kind='none' ;;
    'llmguard serve --grace') kind='none' ;;
    'llmguard serve --cache') kind=words:$'auto\noff\nrefresh\nonly\nsimilar' ;;
    'llmguard serve --wait') kind='none' ;;
    'llmguard serve --retries') kind='none' ;;
    'llmguard serve key add --user' | 'llmguard serve key add -u') kind='names:users' ;;
    'llmguard serve key add --op' | 'llmguard serve key add -o') kind='names:operations' ;;
    'llmguard serve key add --listen') kind='none' ;;
    'llmguard serve key add --name') kind='none' ;;
    'llmguard serve key remove --user' | 'llmguard serve key remove -u') kind='names:users' ;;
    'llmguard usage show --user' | 'llmguard usage show -u') kind='names:users' ;;
    'llmguard usage report --by' | 'llmguard usage report --group') kind=list:$'user\noperation\nmodel\nday\nhour\nrun\nprogram\ntier\nphase' ;;
    'llmguard usage report --unit') kind=words:$'tokens\nmoney\ncalls\ncharge' ;;
    'llmguard usage report --top') kind='none' ;;
    'llmguard usage report --compare') kind=words:$'previous' ;;
    'llmguard usage report --since') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage report --until') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage report --user' | 'llmguard usage report -u') kind='names:users' ;;
    'llmguard usage report --operation') kind='names:operations' ;;
    'llmguard usage report --format' | 'llmguard usage report -f') kind=words:$'table\njson\ncsv\nmarkdown\nhtml' ;;
    'llmguard usage report --timezone') kind='names:zones' ;;
    'llmguard usage list --since') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage list --until') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage list --user' | 'llmguard usage list -u') kind='names:users' ;;
    'llmguard usage list --operation') kind='names:operations' ;;
    'llmguard usage list --model' | 'llmguard usage list -m') kind='names:models' ;;
    'llmguard usage list --run') kind='none' ;;
    'llmguard usage list --phase') kind=words:$'ok\nwarn\nsoft\nhard' ;;
    'llmguard usage list --limit' | 'llmguard usage list -n') kind='none' ;;
    'llmguard usage list --before') kind='none' ;;
    'llmguard usage list --timezone') kind='names:zones' ;;
    'llmguard usage export --format' | 'llmguard usage export -f') kind=words:$'csv\njsonl' ;;
    'llmguard usage export --output') kind='file' ;;
    'llmguard usage export --since') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage export --until') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage export --user' | 'llmguard usage export -u') kind='names:users' ;;
    'llmguard usage export --operation') kind='names:operations' ;;
    'llmguard usage export --model' | 'llmguard usage export -m') kind='names:models' ;;
    'llmguard usage export --run') kind='none' ;;
    'llmguard usage export --phase') kind=words:$'ok\nwarn\nsoft\nhard' ;;
    'llmguard usage export --timezone') kind='names:zones' ;;
    'llmguard usage metrics --since') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage metrics --until') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage metrics --format' | 'llmguard usage metrics -f') kind=words:$'table\njson\nprometheus' ;;
    'llmguard usage metrics --output') kind='file' ;;
    'llmguard usage metrics --timezone') kind='names:zones' ;;
    'llmguard usage check --max') kind='none' ;;
    'llmguard usage check --since') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage check --until') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage check --user' | 'llmguard usage check -u') kind='names:users' ;;
    'llmguard usage check --operation') kind='names:operations' ;;
    'llmguard usage check --run') kind='none' ;;
    'llmguard usage check --timezone') kind='names:zones' ;;
    'llmguard usage serve --port') kind='none' ;;
    'llmguard usage serve --since') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage serve --user' | 'llmguard usage serve -u') kind='names:users' ;;
    'llmguard usage serve --timezone') kind='names:zones' ;;
    'llmguard usage watch --user' | 'llmguard usage watch -u') kind='names:users' ;;
    'llmguard usage watch --timezone') kind='names:zones' ;;
    'llmguard usage advise --since') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard usage advise --user' | 'llmguard usage advise -u') kind='names:users' ;;
    'llmguard usage advise --timezone') kind='names:zones' ;;
    'llmguard budget show --user' | 'llmguard budget show -u') kind='names:users' ;;
    'llmguard budget set --user' | 'llmguard budget set -u') kind='names:users' ;;
    'llmguard budget grant --user' | 'llmguard budget grant -u') kind='names:users' ;;
    'llmguard budget grant --reason') kind='none' ;;
    'llmguard budget grant --expires') kind='none' ;;
    'llmguard budget grant --op' | 'llmguard budget grant -o') kind='names:operations' ;;
    'llmguard budget lower --user' | 'llmguard budget lower -u') kind='names:users' ;;
    'llmguard budget cap --user' | 'llmguard budget cap -u') kind='names:users' ;;
    'llmguard budget pause --user' | 'llmguard budget pause -u') kind='names:users' ;;
    'llmguard budget pause --reason') kind='none' ;;
    'llmguard budget resume --user' | 'llmguard budget resume -u') kind='names:users' ;;
    'llmguard budget resume --reason') kind='none' ;;
    'llmguard budget reset --user' | 'llmguard budget reset -u') kind='names:users' ;;
    'llmguard budget reset --reason') kind='none' ;;
    'llmguard user set-tier --user' | 'llmguard user set-tier -u') kind='names:users' ;;
    'llmguard user remove --user' | 'llmguard user remove -u') kind='names:users' ;;
    'llmguard prefer --user' | 'llmguard prefer -u') kind='names:users' ;;
    'llmguard estimate --user' | 'llmguard estimate -u') kind='names:users' ;;
    'llmguard estimate --op' | 'llmguard estimate -o') kind='names:operations' ;;
    'llmguard estimate --model' | 'llmguard estimate -m') kind='names:models' ;;
    'llmguard estimate --max-tokens' | 'llmguard estimate -n') kind='none' ;;
    'llmguard estimate --prompt-from') kind='file' ;;
    'llmguard estimate --file') kind='file' ;;
    'llmguard forecast --user' | 'llmguard forecast -u') kind='names:users' ;;
    'llmguard forecast --operation') kind='names:operations' ;;
    'llmguard forecast --since') kind='none' ;;
    'llmguard simulate --policy') kind='file' ;;
    'llmguard simulate --system') kind='file' ;;
    'llmguard simulate --since') kind='none' ;;
    'llmguard simulate --trace') kind='file' ;;
    'llmguard simulate --baseline') kind=words:$'hard-wall' ;;
    'llmguard simulate --model' | 'llmguard simulate -m') kind='names:models' ;;
    'llmguard simulate --assume-cached') kind='none' ;;
    'llmguard simulate --format' | 'llmguard simulate -f') kind=words:$'table\njson' ;;
    'llmguard cache list --limit' | 'llmguard cache list -n') kind='none' ;;
    'llmguard cache clear --user' | 'llmguard cache clear -u') kind='names:users' ;;
    'llmguard cache evaluate --threshold') kind='none' ;;
    'llmguard ledger audit --since') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard ledger audit --until') kind=words:$'today\nyesterday\nnow\n24h\n7d\n30d' ;;
    'llmguard ledger audit --limit' | 'llmguard ledger audit -n') kind='none' ;;
    'llmguard ledger audit --timezone') kind='names:zones' ;;
    'llmguard ledger repair-clock --reason') kind='none' ;;
    'llmguard config check --system') kind='file' ;;
    'llmguard generate --output-dir') kind='folder' ;;
    *' --color') kind=words:$'auto\nalways\nnever' ;;
    *' --config') kind='file' ;;
    *) return 1 ;;
  esac
}

# Whether value $2 of option $1 takes the next word, a file, as well.
_llmguard_leads() {
  case "$at $1 $2" in
    'llmguard run --report junit' | 'llmguard run --report json') ;;
    'llmguard submit --report junit' | 'llmguard submit --report json') ;;
    *) return 1 ;;
  esac
}

# Whether option $1 takes the place of the first operand.
_llmguard_replaces() {
  case "$at $1" in
    'llmguard serve key add --user' | 'llmguard serve key add --user='* | 'llmguard serve key add -u'*) ;;
    'llmguard budget show --user' | 'llmguard budget show --user='* | 'llmguard budget show -u'*) ;;
    'llmguard budget set --user' | 'llmguard budget set --user='* | 'llmguard budget set -u'*) ;;
    'llmguard budget grant --user' | 'llmguard budget grant --user='* | 'llmguard budget grant -u'* | 'llmguard budget grant --self') ;;
    'llmguard budget pause --user' | 'llmguard budget pause --user='* | 'llmguard budget pause -u'*) ;;
    'llmguard budget resume --user' | 'llmguard budget resume --user='* | 'llmguard budget resume -u'*) ;;
    'llmguard budget reset --user' | 'llmguard budget reset --user='* | 'llmguard budget reset -u'* | 'llmguard budget reset --due' | 'llmguard budget reset --all') ;;
    'llmguard user set-tier --user' | 'llmguard user set-tier --user='* | 'llmguard user set-tier -u'*) ;;
    'llmguard user remove --user' | 'llmguard user remove --user='* | 'llmguard user remove -u'*) ;;
    *) return 1 ;;
  esac
}

# Sets 'kind' to how operand number $1 is completed, and 'foreign' when it begins another command line.
_llmguard_operand() {
  case "$at $1" in
    'llmguard run 1') kind='program'; foreign=1 ;;
    'llmguard submit 1') kind='program'; foreign=1 ;;
    'llmguard serve key add 1') kind='names:users' ;;
    'llmguard serve key remove '*) kind='names:keys' ;;
    'llmguard usage show 1') kind='names:runs' ;;
    'llmguard budget show 1') kind='names:users' ;;
    'llmguard budget set 1') kind='names:users' ;;
    'llmguard budget set '*) kind='names:budgets' ;;
    'llmguard budget grant 1') kind='names:users' ;;
    'llmguard budget grant 2') kind='names:budgets' ;;
    'llmguard budget lower '*) kind='names:budgets' ;;
    'llmguard budget cap '*) kind='none' ;;
    'llmguard budget pause 1') kind='names:users' ;;
    'llmguard budget resume 1') kind='names:users' ;;
    'llmguard budget reset 1') kind='names:users' ;;
    'llmguard user set-tier 1') kind='names:users' ;;
    'llmguard user set-tier 2') kind='names:tiers' ;;
    'llmguard user remove 1') kind='names:users' ;;
    'llmguard prefer 1') kind=words:$'model\nlength\ndelay\n-' ;;
    'llmguard queue status 1') kind='names:requests' ;;
    'llmguard queue result 1') kind='names:requests' ;;
    'llmguard queue wait '*) kind='names:requests' ;;
    'llmguard queue cancel 1') kind='names:requests' ;;
    'llmguard estimate 1') kind='program'; foreign=1 ;;
    'llmguard forecast 1') kind='program' ;;
    'llmguard cache show 1') kind='names:cache-entries' ;;
    'llmguard cache explain '*) kind='none' ;;
    'llmguard cache reject 1') kind='names:cache-entries' ;;
    'llmguard cache clear '*) kind='names:cache-entries' ;;
    'llmguard cache evaluate 1') kind='file' ;;
    'llmguard ledger verify 1') kind='file' ;;
    'llmguard ledger backup 1') kind='file' ;;
    'llmguard ledger restore 1') kind='file' ;;
    'llmguard config check 1') kind='file' ;;
    'llmguard price show 1') kind='names:models' ;;
    'llmguard price import 1') kind='file' ;;
    'llmguard doctor '*) kind='program' ;;
    'llmguard help '*) kind='names:commands' ;;
    *) kind='none' ;;
  esac
}

# Sets 'words' to the commands below 'at', and 'options' to what may be written there.
_llmguard_known() {
  case "$at" in
    'llmguard')
      words=$'run\nsubmit\nserve\nusage\nbudget\nuser\nprefer\nqueue\nestimate\nforecast\nsimulate\ncache\nledger\nconfig\nprice\ndoctor\ndemo\nhelp\ngenerate'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard run')
      words=''
      options=$'--user\n-u\n--op\n-o\n--model\n-m\n--max-tokens\n-n\n--estimate\n--prompt-from\n--cache\n--no-cache\n--no-degrade\n--fail-open\n--no-fail-open\n--priority\n-p\n--wait\n--no-gateway\n--isolate\n--unix-sockets\n--strict\n--run-budget\n--max-calls\n--max-duration\n--fail-on-refusal\n--no-fail-on-refusal\n--retries\n--dry-run\n--json\n--receipt\n--require-fit\n--detach\n--summary\n--report\n--quiet\n-q\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard submit')
      words=''
      options=$'--user\n-u\n--op\n-o\n--model\n-m\n--max-tokens\n-n\n--estimate\n--prompt-from\n--cache\n--no-cache\n--no-degrade\n--fail-open\n--no-fail-open\n--priority\n-p\n--wait\n--no-gateway\n--isolate\n--unix-sockets\n--strict\n--run-budget\n--max-calls\n--max-duration\n--fail-on-refusal\n--no-fail-on-refusal\n--retries\n--receipt\n--require-fit\n--summary\n--report\n--quiet\n-q\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard serve')
      words=$'key'
      options=$'--listen\n--allow-other-machines\n--name\n--print-env\n--json\n--user\n-u\n--op\n-o\n--ready-fd\n--grace\n--cache\n--no-degrade\n--fail-open\n--no-fail-open\n--wait\n--strict\n--retries\n--verbose\n-v\n--quiet\n-q\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard serve key')
      words=$'add\nlist\nremove'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard serve key add')
      words=''
      options=$'--user\n-u\n--op\n-o\n--metrics\n--print-env\n--listen\n--name\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard serve key list')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard serve key remove')
      words=''
      options=$'--user\n-u\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage')
      words=$'show\nreport\nlist\nexport\nmetrics\ncheck\nserve\nwatch\nadvise'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage show')
      words=''
      options=$'--user\n-u\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage report')
      words=''
      options=$'--by\n--group\n--unit\n--top\n--compare\n--since\n--until\n--user\n-u\n--operation\n--format\n-f\n--json\n--timezone\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage list')
      words=''
      options=$'--since\n--until\n--user\n-u\n--operation\n--model\n-m\n--run\n--phase\n--refused\n--limit\n-n\n--before\n--follow\n--json\n--timezone\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage export')
      words=''
      options=$'--format\n-f\n--json\n--output\n--since\n--until\n--user\n-u\n--operation\n--model\n-m\n--run\n--phase\n--refused\n--timezone\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage metrics')
      words=''
      options=$'--since\n--until\n--format\n-f\n--json\n--output\n--timezone\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage check')
      words=''
      options=$'--max\n--since\n--until\n--user\n-u\n--operation\n--run\n--json\n--timezone\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage serve')
      words=''
      options=$'--port\n--since\n--user\n-u\n--timezone\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage watch')
      words=''
      options=$'--user\n-u\n--timezone\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard usage advise')
      words=''
      options=$'--since\n--user\n-u\n--json\n--timezone\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget')
      words=$'show\nlist\nset\ngrant\nlower\ncap\npause\nresume\nreset'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget show')
      words=''
      options=$'--user\n-u\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget list')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget set')
      words=''
      options=$'--user\n-u\n--clear\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget grant')
      words=''
      options=$'--user\n-u\n--self\n--take-back\n--reason\n--expires\n--op\n-o\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget lower')
      words=''
      options=$'--user\n-u\n--clear\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget cap')
      words=''
      options=$'--user\n-u\n--clear\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget pause')
      words=''
      options=$'--user\n-u\n--reason\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget resume')
      words=''
      options=$'--user\n-u\n--reason\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard budget reset')
      words=''
      options=$'--due\n--user\n-u\n--all\n--undo\n--reason\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard user')
      words=$'list\nset-tier\nremove'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard user list')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard user set-tier')
      words=''
      options=$'--user\n-u\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard user remove')
      words=''
      options=$'--user\n-u\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard prefer')
      words=''
      options=$'--user\n-u\n--clear\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard queue')
      words=$'list\nstatus\nresult\nwait\ncancel\nprune'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard queue list')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard queue status')
      words=''
      options=$'--json\n--watch\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard queue result')
      words=''
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard queue wait')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard queue cancel')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard queue prune')
      words=''
      options=$'--all\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard estimate')
      words=''
      options=$'--user\n-u\n--op\n-o\n--model\n-m\n--max-tokens\n-n\n--prompt-from\n--file\n--no-degrade\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard forecast')
      words=''
      options=$'--user\n-u\n--operation\n--since\n--check\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard simulate')
      words=''
      options=$'--policy\n--system\n--since\n--trace\n--baseline\n--model\n-m\n--assume-cached\n--format\n-f\n--json\n--quiet\n-q\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache')
      words=$'stats\nlist\nshow\nexplain\nreject\nclear\nprune\nexport\nevaluate\npath'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache stats')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache list')
      words=''
      options=$'--limit\n-n\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache show')
      words=''
      options=$'--answer\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache explain')
      words=''
      options=$'--last\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache reject')
      words=''
      options=$'--undo\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache clear')
      words=''
      options=$'--user\n-u\n--verdicts\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache prune')
      words=''
      options=$'--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache export')
      words=''
      options=$'--labels\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache evaluate')
      words=''
      options=$'--json\n--threshold\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard cache path')
      words=''
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard ledger')
      words=$'audit\nverify\nbackup\nrestore\npath\ncompact\nrepair-clock'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard ledger audit')
      words=''
      options=$'--since\n--until\n--limit\n-n\n--json\n--timezone\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard ledger verify')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard ledger backup')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard ledger restore')
      words=''
      options=$'--while-in-use\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard ledger path')
      words=''
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard ledger compact')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard ledger repair-clock')
      words=''
      options=$'--reason\n--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard config')
      words=$'init\ncheck\nshow'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard config init')
      words=''
      options=$'--stdout\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard config check')
      words=''
      options=$'--system\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard config show')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard price')
      words=$'list\nshow\nimport'
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard price list')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard price show')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard price import')
      words=''
      options=$'--dry-run\n--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard doctor')
      words=''
      options=$'--json\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard demo')
      words=''
      options=$'--keep\n--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard help')
      words=''
      options=$'--color\n--config\n--header\n--version\n--help\n-h' ;;
    'llmguard generate')
      words=''
      options=$'--output-dir\n--color\n--config\n--header\n--version\n--help\n-h' ;;
  esac
}

# Offers the lines of standard input that begin with $value, as the shell reads them back. Inside of quotes most
# characters stand for themselves; a line with one that cannot stand there is not offered.
_llmguard_offer() {
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
_llmguard_left() {
  local word
  while IFS= read -r word; do
    [[ ,$begun == *",$word,"* ]] || printf '%s\n' "$word"
  done <<< "$1"
}

# Offers what $kind says.
_llmguard_complete() {
  local begun='' line=("${typed[@]:1:last-1}")
  # Words as they are meant, for the program: without what the shell would take away.
  line=("${line[@]//[\\\'\"]/}")
  if [[ $kind == list:* && $value == *,* ]]; then
    begun=${value%,*},
    before+=$begun value=${value##*,}
  fi
  case $kind in
    file) compopt -o filenames 2>/dev/null; quote='file'; _llmguard_offer < <(compgen -f -- "$value") ;;
    folder) compopt -o filenames 2>/dev/null; quote='file'; _llmguard_offer < <(compgen -d -- "$value") ;;
    program) _llmguard_offer < <(compgen -c -- "$value" | sort -u) ;;
    words:*) _llmguard_offer <<< "${kind#words:}" ;;
    list:*) _llmguard_offer < <(_llmguard_left "${kind#list:}") ;;
    names:*) _llmguard_offer < <(command llmguard complete "${kind#names:}" -- "${line[@]}" 2>/dev/null) ;;
  esac
}

_llmguard() {
  local at=llmguard line=${COMP_LINE:0:COMP_POINT} typed=() word gap index
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
      if _llmguard_leads "$option" "$word"; then kind='file' option=''; else pending=''; fi
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      if _llmguard_value "$word"; then pending=1 option=$word; fi
      if _llmguard_replaces "$word"; then replaced=1; fi
    elif ! _llmguard_enter "$word"; then
      operands=$(( operands + 1 ))
      _llmguard_operand "$(( operands + replaced ))"
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
    _llmguard_value "${before%=}" || return 0
    value=${value#*=}
  elif [[ -z $ended && $value == -* ]]; then
    _llmguard_known
    kind=words:$options
  else
    _llmguard_known
    kind=words:$words
    [[ -n $words ]] || _llmguard_operand "$(( operands + replaced + 1 ))"
  fi
  word=$before$value
  [[ $COMP_WORDBREAKS == *=* && $word == *=* ]] && kept=${word%"${word##*=}"}
  [[ $COMP_WORDBREAKS == *:* && $word == *:* && -z $quote ]] && {
    gap=${word%"${word##*:}"}
    (( ${#gap} > ${#kept} )) && kept=$gap
  }
  _llmguard_complete
}

complete -F _llmguard llmguard
