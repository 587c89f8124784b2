" SPDX-License-Identifier: Apache-2.0
" Vim syntax of volley's scenario files. Copy it to ~/.vim/syntax/volley.vim, and put into ~/.vim/filetype.vim:
"   autocmd BufNewFile,BufRead *.volley setfiletype volley
if exists('b:current_syntax')
  finish
endif
syntax case match
setlocal iskeyword=@,48-57,_

syntax match volleyMessage /\<\u\w*\>/
syntax match volleyInteger /\<[ui]\d\{1,2}\%(le\)\?\>/
syntax match volleyNumber /\<\d\+\%(us\|ms\|s\|B\|kB\|KiB\|MB\|MiB\|GiB\)\?\>%\?/
syntax match volleyNumber /\<0[xX]\x\+\>/
syntax match volleyEndpoint /\<\d\{1,3}\%(\.\d\{1,3}\)\{3}:\d\+\>/
syntax match volleyEndpoint /\[[0-9A-Fa-f:.]*\%(%\w\+\)\?\]:\d\+\>/
syntax match volleyWord /\<\%(accept\|all\|always\|and\|any\|as\|bind\|buffer\|by\|bytes\|close\|closed\|connect\|cstring\|dns_name\|eof\|every\|exits\|expect\|fails\|file\|focus\|for\|from\|ignore\|in\|killed\|leb128\|let\|line\|link\|listen\|message\|not\|nothing\|of\|one\|or\|order\|parallel\|peek\|refused\|repeat\|reset\|rest\|scenario\|segments\|sending\|set\|shutdown\|signal\|skipping\|start\|target\|tcp\|to\|truncated\|udp\|unix\|unix_datagram\|until\|urgent\|use\|wait\|where\|with\|within\)\>/
syntax match volleyFunction /\<\%(base64\|count\|crc32\|endpoint\|hex\|hmac_sha1\|int\|internet_checksum\|len\|now\|packed\|random\|sha1\|sha256\|text\|xor\|zero\)\>/
syntax match volleyField /\<\l[a-z0-9_]*\ze:/
syntax match volleyBoolean /\<\%(true\|false\|on\|off\)\>/
syntax match volleyStep /\%(^\|{\)\s*\zs\%(accept\|always\|any\|bind\|close\|connect\|expect\|focus\|ignore\|let\|link\|listen\|one\|parallel\|repeat\|reset\|set\|shutdown\|signal\|start\|wait\)\>:\@!/
syntax match volleyProperty /^\s*\zs\%(fresh\|known\|level\|limit\|needs\|spec\|tag\|timeout\|total\|vary\)\>\%(\s*[:<>]\)\@!/
syntax match volleyTargetLine /^\s*\zs\%(env\|file\|ready\|run\|stop\|within\)\>\%(\s*[:(<>]\)\@!/
syntax match volleyDeclaration /^\s*\zs\%(let\|message\|scenario\|target\|use\)\>/
syntax match volleyPeer /\%(^\|{\)\s*\zs\l[a-z0-9_]*\%(\.\l[a-z0-9_]*\)\?\ze\s*[<>][<=]\@!/ nextgroup=volleyArrow skipwhite
syntax match volleyArrow /[<>]/ contained
syntax match volleyError /\%(\<fails\s\+\)\@<=\%(already_connected\|broken_pipe\|in_use\|invalid\|not_available\|not_connected\|permission\|refused\|reset\|timed_out\|too_long\|unreachable\)\>/
syntax match volleyRegex +\%(\~\s*\)\@<=/\%(\\.\|[^/\\]\)*/+
syntax match volleyEscape /\\\%([rnt0\\"$]\|x\x\x\)/ contained
syntax region volleyInsertion matchgroup=volleyEscape start=/\${/ end=/}/ end=/$/ contained contains=volleyFunction,volleyNumber,volleyText,volleyHex
syntax region volleyText start=/"/ skip=/\\./ end=/"/ end=/$/ contains=volleyEscape,volleyInsertion
syntax match volleyHex /\<x"[0-9A-Fa-f \t]*"/
syntax match volleyComment /#.*$/ contains=@Spell

highlight default link volleyArrow Operator
highlight default link volleyBoolean Boolean
highlight default link volleyComment Comment
highlight default link volleyDeclaration Structure
highlight default link volleyEndpoint Constant
highlight default link volleyError Exception
highlight default link volleyEscape SpecialChar
highlight default link volleyField Identifier
highlight default link volleyFunction Function
highlight default link volleyHex String
highlight default link volleyInteger Type
highlight default link volleyMessage Type
highlight default link volleyNumber Number
highlight default link volleyPeer Identifier
highlight default link volleyProperty PreProc
highlight default link volleyRegex String
highlight default link volleyStep Statement
highlight default link volleyTargetLine PreProc
highlight default link volleyText String
highlight default link volleyWord Keyword

let b:current_syntax = 'volley'
