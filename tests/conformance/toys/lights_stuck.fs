# Planted bug: pressing the button makes the count negative, so nobody ever walks.  Where
# the count is left out of sight, walking looks possible.
scheme lights_stuck over lights

### refuted 1
state n: nat = 0

### proved
invariant never_counted
	n == 0

### proved
invariant nobody_waits
	not waiting

### never vacuous
on press
	changes n
	n := n - 1

on next, let_walk, stop_walk
	changes nothing

### never proved
expect let_walk never

### never holds
expect stop_walk never

### proved
claim nobody_walks
	not walk
	expect holds
