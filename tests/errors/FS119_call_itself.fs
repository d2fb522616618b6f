module call_itself over toy_world

call forever(v: Vma)  ### FS119 the call `forever` performs itself
	if maps(v) then
		call forever(v)
	end
