# A right count of things in a box.
scheme box_count over box

state n: nat = 0

### proved
invariant counts
	n == count t in Thing: inside[t]

on put(t)
	changes n
	n := n + 1

on take(t)
	changes n
	n := n - 1

on swap
	changes nothing

on empty
	changes n
	n := 0

### proved
answer is_used = n > 0
	expect exact

### proved
answer how_many = n
	expect exact

### proved
claim one_is_one
	n == 1 implies (all t, u in Thing: (inside[t] and inside[u]) implies t == u)
	expect holds

### proved
claim two_are_two
	n >= 2 implies (some t, u in Thing: inside[t] and inside[u] and t != u)
	expect holds

### refuted 2
claim at_most_one
	n <= 1
	expect fails

### refuted 3
claim never_three
	n != 3
	expect fails
