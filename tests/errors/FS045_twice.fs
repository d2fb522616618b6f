module twice over toy_world

state young: bool = false
state young: bool = true  ### FS045 `young` is declared twice: already in this file
state anon: bool = false  ### FS045 `anon` is declared twice: already in toy_world
sort Vma  ### FS045 `Vma` is declared twice
enum State = new, old, new  ### FS045 `new` stands twice in one list

op map(v: Vma)  ### FS045 `map` is declared twice
	changes nothing

op swap(v: Vma, v: Vma)  ### FS045 `v` stands twice in one list
	changes nothing

invariant same
	true

claim same  ### FS045 `same` is declared twice
	true
	expect holds
