/** The completion script of each shell. All they know is how to ask `tutti __complete`, so they never grow old. */

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const bash = `# Completion of tutti for bash. In ~/.bashrc: source <(tutti completion bash)
_tutti() {
  local line paths=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files | :folders) paths=\${line#:} ;;
      ?*) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(command tutti __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # Where nothing fits, bash offers files; only some places take one. The bash of macOS has no compopt and always offers.
  case $paths in
    files) compopt -o default 2>/dev/null ;;
    folders) compopt -o dirnames 2>/dev/null ;;
    *) compopt +o default 2>/dev/null ;;
  esac
  return 0
}
complete -o default -F _tutti tutti
`;

const zsh = `#compdef tutti
# Completion of tutti for zsh. In ~/.zshrc, after compinit: source <(tutti completion zsh)
_tutti() {
  local line paths=
  local -i width=0 at
  local -a values about shown
  while IFS= read -r line; do
    case $line in
      :files|:folders) paths=\${line#:} ;;
      ?*) values+=("\${line%%$'\\t'*}"); about+=("\${line#*$'\\t'}") ;;
    esac
  done < <(command tutti __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  for line in $values; do (( $#line > width )) && width=$#line; done
  for (( at = 1; at <= $#values; at++ )); do
    [[ $about[at] == $values[at] ]] && shown+=($values[at]) || shown+=("\${(r:width:)values[at]}  $about[at]")
  done
  if (( $#values )); then
    compadd -V tutti -l -d shown -a values
  elif [[ $paths == files ]]; then
    _files
  elif [[ $paths == folders ]]; then
    _files -/
  fi
}
if [[ $funcstack[1] == _tutti ]]; then
  _tutti "$@"
else
  compdef _tutti tutti
fi
`;

const fish = `# Completion of tutti for fish: tutti completion fish > ~/.config/fish/completions/tutti.fish
function __tutti_complete
    set -l current (commandline -ct)
    set -q current[1]; or set current ''
    set -l words (commandline -opc) $current[1]
    for line in (command tutti __complete $words[2..-1] 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path $current[1]
            case ':folders'
                __fish_complete_directories $current[1]
            case '*'
                printf '%s\\n' $line
        end
    end
end
complete -c tutti -f -k -a '(__tutti_complete)'
`;

export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
