module unknown_sort over toy_world

state young: [Vmma] bool = false  ### FS041 no sort or type is called `Vmma`

define all_young = all v in Vmas: maps(v)  ### FS041 no sort is called `Vmas`
