module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define hex = NR == 0x200  ### FS024 `0x200` is not a number of the language

define fraction = NR == 1.5  ### FS024 `1.5` is not a number of the language

define suffix = NR == 10UL  ### FS024 `10UL` is not a number of the language
