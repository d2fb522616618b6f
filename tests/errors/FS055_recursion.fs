module recursion over toy_world

state young: bool = false

define even(p: Page) = odd(p)
define odd(p: Page) = even(p)  ### FS055 `even` is defined by itself

update renew
	changes young
	do renew  ### FS055 `renew` is used by itself
