# Planted bug: storing any thing of a crate closes it, others being out or not.
scheme crates_forget_last over crates

### refuted 4
state n: nat = 0

### refuted 3
invariant counts_open
	n == count c in Crate: open(c)

on fetch(t)
	changes n
	n := n + 1 when not open(home[t])

on store(t)
	changes n
	n := n - 1

on clear(c)
	changes n
	n := n - 1

### unsafe refuted 3
### slow proved
answer crates_open = n
	expect unsafe

### unsafe refuted 4
### slow holds
answer others_open(c) = n > 1
	expect unsafe

# It takes two things of one crate.
### proved
claim fragile_is_right
	fragile implies n == count c in Crate: open(c)
	expect holds
