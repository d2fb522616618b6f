module first_value over toy_world

state spare: nat = NR - 1  ### FS076 `spare` is never negative, but this may be
state spares: int = NR - 1
