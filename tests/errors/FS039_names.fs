module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define other.mapped = true  ### FS039 `other.mapped`: a declared name has no dot in it

define very_very_very_very_very_very_very_very_very_very_very_very_very_long = true  ### FS039 the name is longer than 64 characters
