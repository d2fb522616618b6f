# Counting things where crates are asked for: right only for fragile ones.
scheme crates_things over crates

state n: nat = 0

### proved
invariant counts_things
	n == count t in Thing: out[t]

on fetch(t)
	changes n
	n := n + 1

on store(t)
	changes n
	n := n - 1

on clear(c)
	changes n
	n := n - (count t in Thing: home[t] == c and out[t])

### unsafe proved
### slow refuted 2
answer crates_open = n
	expect safe

### unsafe proved
### slow refuted 2
answer others_open(c) = n > 1
	expect safe
