# Planted bug: the tick that the needle leaves is not counted.
scheme gauge_off_by_one over gauge

state below: nat = 0

### refuted 1
invariant counts_below
	below == count t in Tick: t < needle

on raise(to)
	changes below
	below := below + (count t in needle .. to: needle < t and t < to)

on drop(to)
	changes below
	below := count t in Tick: t < to

on set_mark, lift_mark
	changes nothing
