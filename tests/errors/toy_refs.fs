# A layer above toy_world: it needs a value and asks a question.
module toy_refs over toy_world

needs mapping_refs: nat = count v in Vma, p in Page: pte[v, p]

state held: bool = false

op hold
	requires not held and answer(is_mapped)
	changes held
	held := true
