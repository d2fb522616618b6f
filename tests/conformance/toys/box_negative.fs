# Planted bug: taking counts twice, and the count goes below zero.
scheme box_negative over box

### refuted 2
state n: nat = 0

on put(t)
	changes n
	n := n + 1

on take(t)
	changes n
	n := n - 2

on swap
	changes nothing

on empty
	changes n
	n := 0

### unsafe refuted 3
### slow holds
answer is_used = n > 0
	expect unsafe
