# What a camera remembers: the last colour but red, and how often it turned green.
scheme lights_seen over lights

state last: Color? = none
state rounds: nat = 0

### refuted 2
invariant last_is_now
	last == none or car == red or last == car

on next
	changes last, rounds
	last := car when car != red
	rounds := rounds + 1 when car == red

on press, let_walk, stop_walk
	changes nothing

### refuted 1
claim never_green
	car != green
	expect fails

### refuted 2
claim never_yellow
	car != yellow
	expect fails

### refuted 5
claim not_walked_after_a_round
	rounds == 1 implies not walk
	expect fails

### refuted 7
claim at_most_two_rounds
	rounds <= 2
	expect fails

### proved
claim green_was_counted
	car != red implies rounds > 0
	expect holds
