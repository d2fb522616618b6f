# A traffic light, a car that may wait, and a pedestrian: no elements, no numbers.
module lights

enum Color = red, yellow, green

state car: Color = red
state walk: bool = false
state waiting: bool = false

### proved
invariant never_both
	walk implies car == red

op press
	requires not walk
	changes waiting
	waiting := true

op next
	requires not walk
	changes car
	car := if car == red then green else if car == green then yellow else red

op let_walk
	requires waiting and car == red
	changes walk, waiting
	walk := true
	waiting := false

op stop_walk
	requires walk
	changes walk
	walk := false
