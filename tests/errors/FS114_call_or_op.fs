module call_or_op over toy_world

call again(v: Vma)
	unmap_all(v)  ### FS114 `unmap_all` is a call
	call unmap(v, 0)  ### FS114 `unmap` is an operation
