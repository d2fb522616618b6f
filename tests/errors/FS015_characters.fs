module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define at_least = NR ≥ 1  ### FS015 `≥` is no operator here

define money = NR $ 1  ### FS015 the character `$` has no meaning here

define dotted = NR . 1  ### FS015 a single dot means nothing
