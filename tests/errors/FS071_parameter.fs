module parameter over toy_world

op spend(v: Vma, n: nat)  ### FS071 the parameter `n` must be an element of a sort
	changes nothing

op take(m: Mm?)  ### FS071 the parameter `m` must be an element of a sort
	changes nothing

op look(v)  ### FS071 the parameter `v` has no type
	changes nothing

question more_than(n: nat)  ### FS071 the parameter `n` must be an element of a sort
	truth (count v in Vma: maps(v)) > n
	unsafe truth and not answer "a mapping is overlooked"

define enough(n: nat) = (count v in Vma: maps(v)) > n
