module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define huge = NR == 1000000001  ### FS025 the number is larger than 1,000,000,000
