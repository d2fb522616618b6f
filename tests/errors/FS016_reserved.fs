module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

state default: nat = 0  ### FS016 `default` is a word of the language

state nat: int = 0  ### FS016 `nat` is built in

define mapped(state: Vma) = live[state]  ### FS016 `state` is a word of the language
