# Things that belong to crates for good; a crate is open while one of its things is out.
module crates

sort Crate named A, B, C
sort Thing named x, y, z
const home: [Thing] Crate
# Fragile things come out one at a time.
const fragile: bool

state out: [Thing] bool = false

define open(c: Crate) = some t in Thing: home[t] == c and out[t]

### proved
invariant fragile_one_at_a_time
	all t, u in Thing: (fragile and home[t] == home[u] and out[t] and out[u]) implies t == u

op fetch(t: Thing)
	requires not out[t]
	requires fragile implies not open(home[t])
	changes out[t]
	out[t] := true

op store(t: Thing)
	requires out[t]
	changes out[t]
	out[t] := false

# A whole crate at once.
op clear(c: Crate)
	requires open(c)
	changes out[*]
	out[t] := false for t in Thing when home[t] == c

question crates_open: nat
	truth count c in Crate: open(c)
	unsafe answer < truth "an open crate is overlooked"
	slow answer > truth "a closed crate is looked at"

question others_open(c: Crate)
	asked when open(c)
	truth some d in Crate: d != c and open(d)
	unsafe truth and not answer "locked while in use"
	slow answer and not truth "left unlocked"
