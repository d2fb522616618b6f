# Named updates, used for several operations; the counts are of different worth.
scheme shelf_two over shelf

state ups: nat = 0
state most: nat = 0

update more(by: nat)
	changes ups, most
	let next = ups + by
	ups := next
	most := max(most, next)

### proved
invariant counts_up
	ups == count t in Thing: up[t]

### proved
invariant most_is_more
	ups <= most

on lift(t, u)
	do more(if up[u] then 0 else 1)

on turn
	changes nothing

### refuted 1
claim nothing_up
	ups == 0
	expect fails

### refuted 2
claim never_changed
	most <= 1 implies (all t, u in Thing: (up[t] and dusty[u]) implies t == u)
	expect fails

### vacuous
claim about_what_never_is
	most < ups implies ups == 1
	expect holds
