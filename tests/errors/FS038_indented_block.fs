module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

state total: nat = 0
	state peak: nat = 0  ### FS038 `state` starts a block, and is indented
