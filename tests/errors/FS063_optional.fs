module may_be_none over toy_world

state first: Mm = none  ### FS063 an element of Mm is never none
define uses(m: Mm) = some v in Vma: owner[v] == m and maps(v)

invariant wrong
	all v in Vma: uses(latest) or  ### FS063 this may be none
		owner[v] != none  ### FS063 an element of Mm is never none

invariant right
	all v in Vma: latest == none or owner[v] != latest or owner[v] == latest
