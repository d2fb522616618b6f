# One optional slot that remembers a thing.
scheme slot over box

state kept: Thing? = none

on put(t)
	changes kept
	kept := t when kept == none

on take(t)
	changes kept
	kept := none when kept == t

on swap(t, u)
	changes kept
	kept := u when kept == t

on empty
	changes kept
	kept := none

### proved
invariant kept_is_inside
	all t in Thing: kept == t implies inside[t]

### unsafe refuted 3
### slow proved
answer is_used = kept != none
	expect unsafe

### refuted 3
claim kept_when_used
	some_inside implies kept != none
	expect fails
