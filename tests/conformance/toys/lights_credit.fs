# A number without end and no elements: there is no scope that could be exhausted.
scheme lights_credit over lights

# It takes an invariant to see that no car leaves that has not come.
### unknown
state credit: nat = 0

on next
	changes credit
	credit := if car == red then credit + 2 else if car == yellow then credit - 1 else credit

on press, let_walk, stop_walk
	changes nothing

### proved
claim green_has_two
	car == green implies credit > 1
	expect holds

### refuted 4
claim never_three
	credit != 3
	expect fails
