module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

op inc(v: Vma)
	changes live[v]
	count_of_v++  ### FS019 `++` is no update

op dec(v: Vma)
	changes live[v]
	count_of_v -= 2  ### FS019 `-=` is no update
