# How many cells are set, in all: ranges are added and moved.
scheme grid_cells over grid

state cells: nat = 0

### proved
invariant counts_cells
	cells == count r in Row, c in Col: cell[r, c]

on fill(r, first, last)
	changes cells
	cells := cells + (count c in first .. last: true)

on clear(r, first, last)
	changes cells
	cells := cells - (count c in first .. last: true)

on cut
	changes nothing

### proved
answer any_used = cells > 0
	expect exact

### proved
claim pigeonhole
	cells > N implies (some r, s in Row: r != s and used(r) and used(s))
	expect holds

### refuted 2
claim two_rows_are_many
	(some r, s in Row: r != s and used(r) and used(s)) implies cells > N
	expect fails
