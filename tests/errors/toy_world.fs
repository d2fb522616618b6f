# A small world that inputs stand over: PTEs of one folio.
module toy_world

sort Mm
sort Vma
const NR: nat where NR >= 1
const anon: bool
const owner: [Vma] Mm
range Page = 0 .. NR - 1

state pte: [Vma, Page] bool = false
# The process that mapped last.
state latest: Mm? = none

define maps(v: Vma) = some p in Page: pte[v, p]
define mapped = some v in Vma: maps(v)

op map(v: Vma, p: Page)
	requires not pte[v, p]
	changes pte[v, p], latest
	pte[v, p] := true
	latest := owner[v]

op unmap(v: Vma, p: Page)
	requires pte[v, p]
	changes pte[v, p]
	pte[v, p] := false

question is_mapped
	truth mapped
	unsafe truth and not answer "a mapped folio is freed"

question page_count(p: Page): nat
	sees latest
	truth count v in Vma: pte[v, p]
	unsafe answer != truth "a wrong number is reported"

claim mapped_by_latest
	mapped implies some v in Vma: maps(v) and owner[v] == latest

call unmap_all(v: Vma)
	for each p in Page where pte[v, p] do
		unmap(v, p)
	end
