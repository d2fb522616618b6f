# Planted bug: cutting a row in two is not counted.
scheme grid_forgets_cut over grid

### refuted 4
state rows: nat = 0

### refuted 2
invariant counts_rows
	rows == count r in Row: used(r)

on fill(r, first, last)
	changes rows
	rows := rows + 1 when not used(r)

on clear(r, first, last)
	changes rows
	rows := rows - 1 when not used'(r)

on cut
	changes nothing

### unsafe refuted 3
### slow holds
answer any_used = rows > 0
	expect unsafe
