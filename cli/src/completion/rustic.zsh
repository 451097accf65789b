#compdef rustic rustic-ai
# Completes rustic in zsh. To use it, after compinit: source <(rustic completion zsh)
_rustic() {
  local value description
  local -a found
  while IFS=$'\t' read -r value description; do
    case $value in
      :files | :folders)
        [[ $PREFIX == --*=* ]] && compset -P '*='
        if [[ $value == :files ]]; then _files; else _files -/; fi
        return
        ;;
      *) found+=("${value//:/\\:}:$description") ;;
    esac
  done < <("${words[1]}" __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)
  _describe -t values rustic found
}
if [[ ${funcstack[1]} == _rustic ]]; then
  _rustic "$@"
else
  compdef _rustic rustic rustic-ai
fi
