# What the inputs for schemes stand over.
module small_world

sort Vma
state live: [Vma] bool = false

op open_vma(v: Vma)
	requires not live[v]
	changes live[v]
	live[v] := true

op close_vma(v: Vma)
	requires live[v]
	changes live[v]
	live[v] := false

question any_live
	truth some v in Vma: live[v]
	unsafe truth and not answer      "a live VMA is overlooked"
