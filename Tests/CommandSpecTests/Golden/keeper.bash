# bash completion for keeper, written by 'keeper generate'.

# Sets 'at' to the command below it that has the name $1; fails when there is none.
_keeper_enter() {
  case "$at $1" in
    'keeper run' | 'keeper budget' | 'keeper budget set' | 'keeper budget show' | 'keeper import') at+=" $1" ;;
    *) return 1 ;;
  esac
}

# Sets 'kind' to how the value of option $1 is completed; fails when it takes none.
_keeper_value() {
  case "$at $1" in
    'keeper run --user' | 'keeper run -u') kind='names:users' ;;
    'keeper run --max-tokens' | 'keeper run -n') kind='none' ;;
    'keeper run --tag') kind='none' ;;
    'keeper run --mode') kind=words:$'fast\ncareful' ;;
    'keeper run --log') kind=words:$'text\nxml' ;;
    'keeper budget set --reason') kind='none' ;;
    'keeper budget set --user' | 'keeper budget set -u') kind='names:users' ;;
    *' --color') kind=words:$'auto\nalways\nnever' ;;
    *' --config') kind='file' ;;
    *) return 1 ;;
  esac
}

# Whether value $2 of option $1 takes the next word, a file, as well.
_keeper_leads() {
  case "$at $1 $2" in
    'keeper run --log text' | 'keeper run --log xml') ;;
    *) return 1 ;;
  esac
}

# Whether option $1 takes the place of the first operand.
_keeper_replaces() {
  case "$at $1" in
    'keeper budget set --user' | 'keeper budget set --user='* | 'keeper budget set -u'* | 'keeper budget set --quiet' | 'keeper budget set -q') ;;
    *) return 1 ;;
  esac
}

# Sets 'kind' to how operand number $1 is completed, and 'foreign' when it begins another command line.
_keeper_operand() {
  case "$at $1" in
    'keeper run 1') kind='program'; foreign=1 ;;
    'keeper budget set 1') kind='names:users' ;;
    'keeper budget set 2') kind=words:$'unlimited\n200k tokens/day' ;;
    'keeper budget show 1') kind='none' ;;
    'keeper import '*) kind='file' ;;
    *) kind='none' ;;
  esac
}

# Sets 'words' to the commands below 'at', and 'options' to what may be written there.
_keeper_known() {
  case "$at" in
    'keeper')
      words=$'run\nbudget\nimport'
      options=$'--color\n--config\n--help\n-h' ;;
    'keeper run')
      words=''
      options=$'--user\n-u\n--max-tokens\n-n\n--tag\n--mode\n--fail-open\n--no-fail-open\n--dry-run\n-d\n--quiet\n-q\n--log\n--color\n--config\n--help\n-h' ;;
    'keeper budget')
      words=$'set\nshow'
      options=$'--color\n--config\n--help\n-h' ;;
    'keeper budget set')
      words=''
      options=$'--reason\n--user\n-u\n--quiet\n-q\n--color\n--config\n--help\n-h' ;;
    'keeper budget show')
      words=''
      options=$'--color\n--config\n--help\n-h' ;;
    'keeper import')
      words=''
      options=$'--color\n--config\n--help\n-h' ;;
  esac
}

# Offers the lines of standard input that begin with $value, as the shell reads them back. Inside of quotes most
# characters stand for themselves; a line with one that cannot stand there is not offered.
_keeper_offer() {
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
_keeper_left() {
  local word
  while IFS= read -r word; do
    [[ ,$begun == *",$word,"* ]] || printf '%s\n' "$word"
  done <<< "$1"
}

# Offers what $kind says.
_keeper_complete() {
  local begun='' line=("${typed[@]:1:last-1}")
  # Words as they are meant, for the program: without what the shell would take away.
  line=("${line[@]//[\\\'\"]/}")
  if [[ $kind == list:* && $value == *,* ]]; then
    begun=${value%,*},
    before+=$begun value=${value##*,}
  fi
  case $kind in
    file) compopt -o filenames 2>/dev/null; quote='file'; _keeper_offer < <(compgen -f -- "$value") ;;
    folder) compopt -o filenames 2>/dev/null; quote='file'; _keeper_offer < <(compgen -d -- "$value") ;;
    program) _keeper_offer < <(compgen -c -- "$value" | sort -u) ;;
    words:*) _keeper_offer <<< "${kind#words:}" ;;
    list:*) _keeper_offer < <(_keeper_left "${kind#list:}") ;;
    names:*) _keeper_offer < <(command keeper complete "${kind#names:}" -- "${line[@]}" 2>/dev/null) ;;
  esac
}

_keeper() {
  local at=keeper line=${COMP_LINE:0:COMP_POINT} typed=() word gap index
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
      if _keeper_leads "$option" "$word"; then kind='file' option=''; else pending=''; fi
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      if _keeper_value "$word"; then pending=1 option=$word; fi
      if _keeper_replaces "$word"; then replaced=1; fi
    elif ! _keeper_enter "$word"; then
      operands=$(( operands + 1 ))
      _keeper_operand "$(( operands + replaced ))"
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
    _keeper_value "${before%=}" || return 0
    value=${value#*=}
  elif [[ -z $ended && $value == -* ]]; then
    _keeper_known
    kind=words:$options
  else
    _keeper_known
    kind=words:$words
    [[ -n $words ]] || _keeper_operand "$(( operands + replaced + 1 ))"
  fi
  word=$before$value
  [[ $COMP_WORDBREAKS == *=* && $word == *=* ]] && kept=${word%"${word##*=}"}
  [[ $COMP_WORDBREAKS == *:* && $word == *:* && -z $quote ]] && {
    gap=${word%"${word##*:}"}
    (( ${#gap} > ${#kept} )) && kept=$gap
  }
  _keeper_complete
}

complete -F _keeper keeper
