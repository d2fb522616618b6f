module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

op open_vma(v: Vma)
	require not live[v]  ### FS036 `require` is no word of the language
	changes live[v]
	live[v] := true

op close_vma(v: Vma)
	chnages live[v]  ### FS036 no clause starts with `chnages`
	live[v] := false

op touch(v: Vma)
	changes live[v]
	live[v] := true if NR == 1  ### FS036 `if` is no part of an update

op ask(v: Vma)
	truth live[v]  ### FS036 `truth` is no clause of `op` here
	changes nothing

claim twice
	NR >= 1
	expect holds
	expect fails  ### FS036 there is a second `expect`

scenario late_world
	open_vma(a)
	world NR = 1  ### FS036 `world` stands before the steps

define everywhere = forall v in Vma: live[v]  ### FS036 `forall` is no word of the language
