# Two places on a shelf; what is moved may be the same thing twice.
module shelf

sort Thing named x, y, z

state up: [Thing] bool = false
# Planted bug: nobody says that turn() takes two different things.
### clash refuted 1
state dusty: [Thing] bool = false

op turn(t: Thing, u: Thing)
	changes dusty[t], dusty[u]
	dusty[t] := true
	dusty[u] := false

op lift(t: Thing, u: Thing)
	requires t != u and not up[t]
	changes up[t], up[u]
	up[t] := true
	up[u] := false
