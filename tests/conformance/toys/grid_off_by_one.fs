# Planted bug: the last column of a range is forgotten.
scheme grid_off_by_one over grid

### refuted 2
state cells: nat = 0

### refuted 1
invariant counts_cells
	cells == count r in Row, c in Col: cell[r, c]

on fill(r, first, last)
	changes cells
	cells := cells + (count c in first .. last: c < last)

on clear(r, first, last)
	changes cells
	cells := cells - (count c in first .. last: true)

on cut
	changes nothing

### unsafe refuted 1
### slow holds
answer any_used = cells > 0
	expect unsafe
