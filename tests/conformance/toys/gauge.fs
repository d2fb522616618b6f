# A needle on a scale, and a mark that may lie anywhere on it.
module gauge

const N: nat where N >= 1
range Tick = 0 .. N - 1

state needle: Tick = 0
state mark: Tick? = none

op raise(to: Tick)
	requires needle < to
	changes needle
	needle := to

op drop(to: Tick)
	requires to < needle
	changes needle
	needle := to

op set_mark
	requires mark == none
	changes mark
	mark := needle

op lift_mark
	requires mark != none
	changes mark
	mark := none
