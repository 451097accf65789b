# Completes rustic in bash. To use it: source <(rustic completion bash)
_rustic() {
  local line=${COMP_LINE:0:COMP_POINT} words current rest mark value
  line=${line#*"$1"}
  read -ra words <<<"$line"
  case $line in *[[:space:]]) words+=('') ;; esac
  current=${words[${#words[@]} - 1]}
  # Readline counts these as the end of a word, and replaces only what comes after.
  rest=$current
  for mark in = : @; do
    case $COMP_WORDBREAKS in *"$mark"*) rest=${rest##*"$mark"} ;; esac
  done
  COMPREPLY=()
  while IFS=$'\t' read -r value _; do
    case $value in
      :files | :folders)
        compopt -o filenames 2>/dev/null
        while IFS= read -r value; do
          COMPREPLY+=("$value")
        done < <(if [ "$value" = :files ]; then compgen -f -- "$rest"; else compgen -d -- "$rest"; fi)
        ;;
      *) COMPREPLY+=("${value:${#current} - ${#rest}}") ;;
    esac
  done < <("$1" __complete "${words[@]}" 2>/dev/null)
}
complete -F _rustic rustic rustic-ai
