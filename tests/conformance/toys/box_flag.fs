# A flag that stays set: safe, never exact.
scheme box_flag over box

state used: bool = false

### proved
invariant used_when_needed
	some_inside implies used

on put(t)
	changes used
	used := true

on take, swap
	changes nothing

on empty
	changes used
	used := false

### unsafe proved
### slow refuted 2
answer is_used = used
	expect safe

### refuted 2
claim used_is_right
	used implies some_inside
	expect fails
