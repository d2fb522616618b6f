module world_stretch over toy_world

sort Table
const table: [Page] Table
const limit: [Page] int
const twin: [Page] Page
const both: [Vma, Page] Table

scenario names
	world NR = 2, anon, Vma a in A, Vma b .. c in A  ### FS122 `b .. c` is no stretch of names
	world Table t3 .. t1  ### FS122 `t3 .. t1` is no stretch of names
	world table = t1, limit = 0, twin = 0, both = t1
	map(a, 0)

scenario backwards
	world NR = 2, anon, Vma a in A, Table t0 .. t1, limit = 0, both = t0, twin = 0
	world table[1 .. 0] = t0  ### FS122 from 1 to 0 there is nothing
	map(a, 0)

scenario lengths
	world NR = 4, anon, Vma a, b in A, Table t0 .. t3, limit = 0, twin = 0
	world table[*] = t0 .. t2  ### FS122 3 values for 4 places
	world both[a, 0 .. 1] = t0 .. t3  ### FS122 4 values for 2 places
	world both[*, 2 .. 3] = t0 .. t1  ### FS122 this stretch of values belongs to one of the index
	map(a, 0)

scenario no_index
	world NR = 2, anon, Vma a in A, Table t0 .. t1, limit = 0, twin = 0, both = t0
	world table = t0 .. t1  ### FS122 this stretch of values belongs to one of the index
	map(a, 0)

scenario no_elements
	world NR = 2, anon, Vma a in A, Table t0 .. t1, both = t0, twin = 0
	world limit[*] = 0 .. 1  ### FS122 of a number there is no stretch
	world table[*] = 0 .. 1  ### FS122 this is no stretch of names
	map(a, 0)

scenario not_there
	world NR = 2, anon, Vma a in A, Table t0 .. t1, both = t0, twin = 0, limit = 0
	world table[*] = t1 .. t2  ### FS040 nothing is called `t2`
	map(a, 0)

scenario beyond
	world NR = 2, anon, Vma a in A, Table t0 .. t1, both = t0, twin = 0, limit = 0
	world table[0 .. 2] = t0  ### FS121 Page has no element 2
	map(a, 0)

scenario twice
	world NR = 2, anon, Vma a in A, Table t0 .. t1, both = t0, twin = 0, limit = 0
	world table[*] = t0, table[0 .. 1] = t1  ### FS112 `table` is given twice
	map(a, 0)

scenario many
	world NR = 2, anon, Vma a in A, Table t0 .. t1024  ### FS074 1025 elements are too many; the limit is 1024
	world table = t0, both = t0, twin[*] = 0 .. 1, limit = 0
	map(a, 0)

scenario many_in_sum
	world NR = 2, anon, Vma a in A, Table t0 .. t1000, u0 .. u99  ### FS074 1101 elements are too many
	world table = t0, both = t0, twin = 0, limit = 0
	map(a, 0)

scenario sort_left_out
	world NR = 2, anon, Table u, table = u, both = u, twin = 0, limit = 0
	world Vma a in A, t0 .. t1  ### FS011 `t0 .. t1` does not say what `t0 .. t1` is
	map(a, 0)

scenario divided
	world NR = 2, anon, Vma a in A, Table t0, both = t0, twin = 0, limit = 0
	world table[/] = t0  ### FS011 `/` is no index
	map(a, 0)
