# Things in a box.
module box

sort Thing named x, y, z

state inside: [Thing] bool = false

define some_inside = some t in Thing: inside[t]

op put(t: Thing)
	requires not inside[t]
	changes inside[t]
	inside[t] := true

op take(t: Thing)
	requires inside[t]
	changes inside[t]
	inside[t] := false

# One for the other.
op swap(t: Thing, u: Thing)
	requires inside[t] and not inside[u]
	changes inside[t], inside[u]
	inside[t] := false
	inside[u] := true

op empty
	requires some_inside
	changes inside[*]
	inside[t] := false for t in Thing

question is_used
	truth some_inside
	unsafe truth and not answer "thrown away with something in it"
	slow answer and not truth "kept for nothing"

question how_many: nat
	truth count t in Thing: inside[t]
	unsafe answer != truth "wrong number"
