module wrong_type over toy_world

state young: [Vma] bool = false
state number: nat = true  ### FS060 a number is needed here, this is true or false

invariant wrong
	all v in Vma: young[v] == owner[v]  ### FS060 true or false and an element of Mm do not go together

op touch(v: Vma, m: Mm)
	requires young[m]  ### FS060 an element of Vma is needed here, this is an element of Mm
	requires not number  ### FS060 true or false is needed here, this is a number
	changes young[v]
	young[v] := 1  ### FS060 true or false is needed here
