module unknown_op over toy_world

op remap(v: Vma, p: Page)
	performs unmapp(v, p)  ### FS042 no operation is called `unmapp`
	changes nothing

on mapp(v, p)  ### FS042 no operation is called `mapp`
	changes nothing

on remap(v, p)  ### FS042 `remap` is an operation of unknown_op itself
	changes nothing

on unmap_all(v)  ### FS042 `unmap_all` is a call
	changes nothing

call twice(v: Vma)
	call unmap_al(v)  ### FS042 no call is called `unmap_al`
