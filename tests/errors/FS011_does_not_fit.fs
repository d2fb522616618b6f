module small

sort Vma
const NR: nat where NR >= 1
range Page = 0 .. NR - 1
state pte: [Vma, Page] bool = false
state live: [Vma] bool = false

define no_operator = NR 2  ### FS011 an operator is missing between `NR` and `2`

define no_value = NR + * 2  ### FS011 a value is missing between `+` and `*`

define no_in = all v Vma: live[v]  ### FS011 `in` is missing after `v`

define no_colon = all v in Vma live[v]  ### FS011 `:` is missing after `Vma`

define called(v: Vma) = live[v](v)  ### FS011 only a name can be called

state no_type = 0  ### FS011 `:` and a type are missing after `no_type`

state index_last: bool[Vma] = false  ### FS011 the index stands before the type

define star(v: Vma) = live[*]  ### FS011 `*` stands only in `changes`

define inner_not = NR == not 2  ### FS011 `not` does not fit after `==`

range Half = 0 to 7  ### FS011 a range has two ends

claim NR == 1  ### FS011 the claim has no name

op open_vma(v Vma)  ### FS011 `:` or `,` is missing after `v`
	changes live[v]
	live[v] := true

call no_arguments(v: Vma)
	open_vma  ### FS011 `open_vma` is no step without parentheses
