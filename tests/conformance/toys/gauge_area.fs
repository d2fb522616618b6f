# Ticks below the needle, counted; and whether it ever stood higher than the mark.
scheme gauge_area over gauge

state below: nat = 0
state higher: bool = false

### proved
invariant counts_below
	below == count t in Tick: t < needle

on raise(to)
	changes below, higher
	below := below + (count t in needle .. to: t < to)
	higher := true when some t in Tick: mark == t and t < to

on drop(to)
	changes below
	below := count t in Tick: t < to

on set_mark
	changes nothing

on lift_mark
	changes higher
	higher := false

### proved
claim never_all
	below < N
	expect holds

### proved
claim lowest_is_zero
	needle == 0 iff below == 0
	expect holds

### proved
claim highest_is_rest
	needle == N - 1 implies below == N - 1
	expect holds

### proved
claim above_is_noticed
	(some t in Tick: mark == t and t < needle) implies higher
	expect holds

### refuted 3
claim over_is_above
	higher implies some t in Tick: mark == t and t < needle
	expect fails

### refuted 1
claim never_raised
	below == 0
	expect fails
