# Planted bug: lends the last thing, and swears that the box is never emptied by lending.
scheme lender_careless over lending

state n: nat = 0
state by_lending: bool = false

gives weight = n

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

on lend(t)
	changes by_lending
	by_lending := true when n == 1

### unsafe refuted 1
### slow proved
answer may_lend(t) = n > 0
	expect unsafe

### refuted 2
claim never_emptied_by_lending
	not by_lending
	expect fails

### refuted 3
expect lent_is_not_inside fails
