module world_value over toy_world

const limit: int

scenario computed
	world NR = 2, anon, limit = 0 - 1, Vma a in A, Mm B
	world Vma b, owner[b] = if anon then A else B  ### FS118 a world is made of plain values
	map(a, 0)

scenario negative
	world NR = 0 - 2, anon, limit = 1, Vma a in A  ### FS118 `NR` is never negative
	map(a, 0)
