" SPDX-License-Identifier: Apache-2.0
" Writes for each line of a scenario file which pieces of it belong to which syntax group.
" Usage: vim -es -u NONE -S groups.vim    with VOLLEY_SYNTAX, VOLLEY_FILE and VOLLEY_OUT in the environment
set nocompatible encoding=utf-8
execute 'edit' $VOLLEY_FILE
syntax on
syntax clear
unlet! b:current_syntax
execute 'source' $VOLLEY_SYNTAX
let s:out = []
for s:number in range(1, line('$'))
  let s:text = getline(s:number)
  let s:pieces = []
  let s:column = 1
  while s:column <= strlen(s:text)
    let s:group = synIDattr(synID(s:number, s:column, 1), 'name')
    let s:end = s:column
    while s:end < strlen(s:text) && synIDattr(synID(s:number, s:end + 1, 1), 'name') ==# s:group
      let s:end += 1
    endwhile
    let s:piece = strpart(s:text, s:column - 1, s:end - s:column + 1)
    if s:group !=# ''
      call add(s:pieces, substitute(s:group, '^volley', '', '') . '[' . s:piece . ']')
    endif
    let s:column = s:end + 1
  endwhile
  call add(s:out, s:number . ': ' . join(s:pieces, ' '))
endfor
call writefile(s:out, $VOLLEY_OUT)
qall!
