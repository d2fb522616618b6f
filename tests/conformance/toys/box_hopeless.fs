# Planted bug: two invariants that contradict each other, so that under both everything
# follows, and nothing seems ever to happen.
scheme box_hopeless over box

state n: nat = 0

### proved
invariant counts
	n == count t in Thing: inside[t]

### refuted 0
invariant never_empty
	n > 0

### refuted 1
invariant always_empty
	all t in Thing: n == 0

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

### unsafe proved
### slow refuted 0
answer is_used = true
	expect safe
