# Planted bug: swap is taken for put.  The count may grow for ever, so
# only the box for one thing can be exhausted.
scheme box_forgets_swap over box

### holds
state n: nat = 0

### refuted 2
invariant counts
	n == count t in Thing: inside[t]

on put, swap
	changes n
	n := n + 1

on take(t)
	changes n
	n := n - 1

on empty
	changes n
	n := 0

### unsafe holds
### slow refuted 3
answer is_used = n > 0
	expect safe

### unsafe refuted 2
answer how_many = n
	expect unsafe
