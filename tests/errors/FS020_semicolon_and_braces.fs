module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

op open_vma(v: Vma)
	changes live[v];  ### FS020 no `;` is needed
	live[v] := true

op close_vma(v: Vma) {  ### FS020 there are no braces
	changes live[v]
	live[v] := false
}  ### FS020 there are no braces
