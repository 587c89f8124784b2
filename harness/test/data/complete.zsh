# SPDX-License-Identifier: Apache-2.0
# Usage: zsh -f complete.zsh DIRECTORY VOLLEY LINE
# Prints, one a line and sorted, what an interactive zsh offers in DIRECTORY that has LINE and a tab typed to it.

if [[ $1 != inside ]]; then
  zmodload zsh/zpty
  export TERM=dumb scratch=$(mktemp -d)
  $2 completion zsh > $scratch/_volley
  : > $scratch/offered
  here=${0:A}
  cd $1
  zpty shell zsh -f -i
  trap 'rm -rf $scratch' EXIT
  zpty -w shell "source ${(q)here} inside"
  zpty -r -m shell seen '*--ready--*'
  zpty -w -n shell "$3"$'\t'
  zpty -r -m shell seen '*--ended--*'
  zpty -d shell
  LC_ALL=C sort -u $scratch/offered
  exit
fi

unset zle_bracketed_paste
fpath=($scratch $fpath)
autoload -U compinit
compinit -u -D
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
ended() { print -r -- --ended-- }
comppostfuncs=(ended)
compadd() {
  local -a offered
  [[ " ${@[1,(i)(-|--)]}" == *' '-[OAD]\ * ]] || builtin compadd -O offered "$@"
  (( $#offered )) && print -rl -- $IPREFIX${^offered} >> $scratch/offered
  builtin compadd "$@"
}
print -r -- --ready--
