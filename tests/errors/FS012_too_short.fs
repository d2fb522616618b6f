module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

state no_value: nat  ### FS012 a state has a first value

define half = if NR == 1 then 2  ### FS012 an `if` in a value needs `then` and `else`

op open_vma(v: Vma)
	changes  ### FS012 nothing stands after `changes`
	live[v] := true

op close_vma(v: Vma)
	changes live[v]
	live[v] :=  ### FS012 a value is missing after `:=`, where the block ends

call no_end(v: Vma)
	if live[v] then  ### FS012 this `if` has no `end`
		open_vma(v)

call no_loop_end(v: Vma)
	for each p in Page do  ### FS012 this `for` has no `end`
		open_vma(v)

define  ### FS012 the block ends too early, after `define`
