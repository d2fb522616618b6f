# A count for each column.
scheme grid_columns over grid

state height: [Col] nat = 0

### proved
invariant counts_each
	all c in Col: height[c] == count r in Row: cell[r, c]

on fill(r, first, last)
	changes height[*]
	height[c] := height[c] + 1 for c in first .. last

on clear(r, first, last)
	changes height[*]
	height[c] := height[c] - 1 for c in first .. last

on cut
	changes nothing

### refuted 2
claim at_most_one
	all c in Col: height[c] <= 1
	expect fails
