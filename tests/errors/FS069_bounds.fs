module bounds over toy_world

const big: bool

range From1 = 1 .. NR - 1  ### FS069 `From1` must run from 0
range Open = 0 .. NR  ### FS069 `Open` must run from 0
range Flag = 0 .. big - 1  ### FS069 `Flag` must run from 0
range Slot = 0 .. 3
