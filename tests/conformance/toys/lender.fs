# Lends while it counts two; a thing that is put in anew may still be lent.
scheme lender over lending

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
answer may_lend(t) = n > 1
	expect exact

### refuted 4
expect lent_is_not_inside fails

### proved
claim weight_is_count
	moved == n + (count t in Thing: lent[t])
	expect holds
