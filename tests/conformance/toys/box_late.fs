# What holds and is not inductive: the second flag follows the first a step late, and no
# invariant ties the flags to the box.
scheme box_late over box

state first: bool = false
state second: bool = false

on put(t)
	changes first, second
	first := true
	second := first

on take, swap, empty
	changes nothing

### not_inductive
invariant second_after_first
	(count t in Thing: inside[t]) >= 2 implies second

### holds
claim without_second_at_most_one
	not second implies (all t, u in Thing: (inside[t] and inside[u]) implies t == u)
	expect holds
