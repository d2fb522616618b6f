# Things of the box are lent out, if the one who keeps count allows it.
module lending over box

state lent: [Thing] bool = false

# What the box weighs: one each, unless somebody knows better.
needs weight: nat = count t in Thing: inside[t]

define moved = weight + (count t in Thing: lent[t])

question may_lend(t: Thing)
	asked when inside[t]
	sees moved
	truth some u in Thing: u != t and inside[u]
	unsafe answer and not truth "the box is empty"
	slow truth and not answer "nothing is lent"

op lend(t: Thing)
	performs take(t)
	requires not lent[t] and answer(may_lend, t)
	changes lent[t]
	lent[t] := true

op bring_back(t: Thing)
	performs put(t)
	requires lent[t]
	changes lent[t]
	lent[t] := false

# Checked in every scheme.
claim lent_is_not_inside
	all t in Thing: not (lent[t] and inside[t])
