# Cells set in rows, over a range of columns.
module grid

sort Row named r, s, t
const N: nat where N >= 1
range Col = 0 .. N - 1

state cell: [Row, Col] bool = false

define used(r: Row) = some c in Col: cell[r, c]

op fill(r: Row, first: Col, last: Col)
	requires first <= last
	requires all c in first .. last: not cell[r, c]
	changes cell[r, *]
	cell[r, c] := true for c in first .. last

op clear(r: Row, first: Col, last: Col)
	requires first <= last
	requires all c in first .. last: cell[r, c]
	changes cell[r, *]
	cell[r, c] := false for c in first .. last

# What lies from `at` on goes to another, empty row.
op cut(r: Row, s: Row, at: Col)
	requires r != s and cell[r, at] and not used(s)
	changes cell[r, *], cell[s, *]
	cell[s, c] := cell[r, c] for c in at .. N - 1
	cell[r, c] := false for c in at .. N - 1

question any_used
	truth some r in Row: used(r)
	unsafe truth and not answer "lost"
	slow answer and not truth "kept"
