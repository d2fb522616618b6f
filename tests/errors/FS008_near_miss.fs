module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

invarient small  ### FS008 no block starts with `invarient`
	all v in Vma: live[v]

enumeration Colour = red, green  ### FS008 no block starts with `enumeration`

> claim quoted  ### FS008 this line is quoted

opp open_vma(v: Vma)  ### FS008 no block starts with `opp`
	requires not live[v]
	changes live[v]
	live[v] := true
