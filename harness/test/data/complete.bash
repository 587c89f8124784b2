# SPDX-License-Identifier: Apache-2.0
# Usage: bash --norc complete.bash DIRECTORY VOLLEY WORD...
# Prints, one a line and sorted, what bash offers in DIRECTORY for the last WORD. The words are parted as by readline.
cd "$1" || exit
source <("$2" completion bash)
COMP_WORDS=("${@:2}")
COMP_CWORD=$(( $# - 2 ))
_volley
(( ${#COMPREPLY[@]} == 0 )) || printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort -u
