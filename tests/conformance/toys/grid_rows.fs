# How many rows are used: point updates under a quantifier.
scheme grid_rows over grid

state rows: nat = 0

### proved
invariant counts_rows
	rows == count r in Row: used(r)

on fill(r, first, last)
	changes rows
	rows := rows + 1 when not used(r)

on clear(r, first, last)
	changes rows
	rows := rows - 1 when not used'(r)

on cut(r, s, at)
	changes rows
	rows := rows + 1 when used'(r)

### proved
answer any_used = rows > 0
	expect exact

### refuted 2
claim one_row
	rows <= 1
	expect fails
