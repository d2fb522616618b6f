module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

state yes: bool = True  ### FS026 `True` is no word of the language

state nobody: Vma? = NULL  ### FS026 `NULL` is no word of the language
