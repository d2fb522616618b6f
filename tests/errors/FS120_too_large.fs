module too_large over toy_world

define d0 = NR
define d1 = d0 * NR + d0 * NR + d0 * NR + d0 * NR + d0 * NR + NR
define d2 = d1 * NR + d1 * NR + d1 * NR + d1 * NR + d1 * NR + NR
define d3 = d2 * NR + d2 * NR + d2 * NR + d2 * NR + d2 * NR + NR
define d4 = d3 * NR + d3 * NR + d3 * NR + d3 * NR + d3 * NR + NR
define d5 = d4 * NR + d4 * NR + d4 * NR + d4 * NR + d4 * NR + NR
define d6 = d5 * NR + d5 * NR + d5 * NR + d5 * NR + d5 * NR + NR
define d7 = d6 * NR + d6 * NR + d6 * NR + d6 * NR + d6 * NR + NR
define d8 = d7 * NR + d7 * NR + d7 * NR + d7 * NR + d7 * NR + NR
define d9 = d8 * NR + d8 * NR + d8 * NR + d8 * NR + d8 * NR + NR
define d10 = d9 * NR + d9 * NR + d9 * NR + d9 * NR + d9 * NR + NR
define d11 = d10 * NR + d10 * NR + d10 * NR + d10 * NR + d10 * NR + NR
define d12 = d11 * NR + d11 * NR + d11 * NR + d11 * NR + d11 * NR + NR
define d13 = d12 * NR + d12 * NR + d12 * NR + d12 * NR + d12 * NR + NR
define d14 = d13 * NR + d13 * NR + d13 * NR + d13 * NR + d13 * NR + NR
define d15 = d14 * NR + d14 * NR + d14 * NR + d14 * NR + d14 * NR + NR
define d16 = d15 * NR + d15 * NR + d15 * NR + d15 * NR + d15 * NR + NR
define d17 = d16 * NR + d16 * NR + d16 * NR + d16 * NR + d16 * NR + NR
define d18 = d17 * NR + d17 * NR + d17 * NR + d17 * NR + d17 * NR + NR
define d19 = d18 * NR + d18 * NR + d18 * NR + d18 * NR + d18 * NR + NR
define d20 = d19 * NR + d19 * NR + d19 * NR + d19 * NR + d19 * NR + NR
define d21 = d20 * NR + d20 * NR + d20 * NR + d20 * NR + d20 * NR + NR
define d22 = d21 * NR + d21 * NR + d21 * NR + d21 * NR + d21 * NR + NR
define d23 = d22 * NR + d22 * NR + d22 * NR + d22 * NR + d22 * NR + NR
define d24 = d23 * NR + d23 * NR + d23 * NR + d23 * NR + d23 * NR + NR
define d25 = d24 * NR + d24 * NR + d24 * NR + d24 * NR + d24 * NR + NR  ### FS120 what this stands for is too large
