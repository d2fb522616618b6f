module no_order over toy_world

invariant wrong
	all v, w in Vma: v < w or  ### FS066 an element of Vma has no order
		max(v, w) == v  ### FS066 an element of Vma has no order
