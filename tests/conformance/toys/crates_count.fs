# How many crates are open: a count of what other elements stand for.
scheme crates_count over crates

state n: nat = 0

### proved
invariant counts_open
	n == count c in Crate: open(c)

on fetch(t)
	changes n
	n := n + 1 when not open(home[t])

on store(t)
	changes n
	n := n - 1 when not open'(home[t])

on clear(c)
	changes n
	n := n - 1

### proved
answer crates_open = n
	expect exact

### proved
answer others_open(c) = n > 1
	expect exact

### proved
claim things_bound_it
	n <= count t in Thing: out[t]
	expect holds

### proved
claim fragile_things_are_crates
	fragile implies n == count t in Thing: out[t]
	expect holds

### refuted 2
claim things_are_crates
	n == count t in Thing: out[t]
	expect fails
