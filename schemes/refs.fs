# refs.fs - the reference count: mappings, pins, and what is known beside them.
module refs over cow

sort Pin named x, y
# FOLL_PIN of a page: pin_user_pages().
state pinned: [Pin] Page? = none
# Mappings are gone, and the TLB is not flushed yet: their references go with the flush.
# Hildenbrand, 2023-07-03 20:54.
state unflushed: bool = false

# What mappings add to the reference count, unless the scheme says otherwise: one each,
needs mapping_refs: nat = (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])
# and keep until the TLB is flushed: how many they are then is of no interest, one or more.
needs unflushed_refs: nat = if unflushed then 1 else 0

define pins = count x in Pin: pinned[x] != none
# One for each page of a file folio, which stays in the page cache.
define cache_refs = if anon then 0 else NR
define refcount = mapping_refs + unflushed_refs + pins + cache_refs
# All references are those of mappings and of the page cache.
define quiet = pins == 0 and not unflushed
define is_pinned(p: Page) = some x in Pin: pinned[x] == p

# Only a page that nobody shares is pinned; so a write never copies it away.
invariant pinned_is_exclusive
	all p in Page: (anon and is_pinned(p)) implies exclusive[p]

on unmap_ptes(v, first, last)
	changes unflushed
	unflushed := true

on unmap_pmd(v)
	changes unflushed
	unflushed := true

# folio_try_dup_anon_rmap_ptes() refuses while anything of the folio is pinned: the child
# gets copies of the exclusive pages at once.
on dup_ptes(src, dst, first, last)
	requires pins == 0 or all p in first .. last: not exclusive[p]
	changes nothing

on dup_pmd(src, dst)
	requires pins == 0 or all p in Page: not exclusive[p]
	changes nothing

op tlb_flush
	mirrors tlb_finish_mmu
	requires unflushed
	changes unflushed
	unflushed := false

op pin(x: Pin, v: Vma, p: Page)
	mirrors try_grab_folio
	requires pinned[x] == none and maps_page(v, p)
	requires anon implies exclusive[p]
	changes pinned[x]
	pinned[x] := p

op unpin(x: Pin)
	mirrors gup_put_folio
	requires pinned[x] != none
	changes pinned[x]
	pinned[x] := none

# Q4.  Migration, split, compaction, khugepaged: does anybody hold what I do not know of?
question extra_references
	sees refcount, cache_refs
	truth pins > 0
	unsafe truth and not answer      "a pinned folio is moved"
	slow   answer and not truth      "the operation fails for nothing"

# Checked in every scheme: a stale TLB entry must not point at freed memory.
claim unflushed_is_not_freed
	unflushed implies refcount > 0

# fork() while something of the folio is pinned: of exclusive pages the child gets copies
# at once, so they are not shared.
call fork_pinned(parent: Mm, child: Mm)
	mirrors copy_present_page
	for each v in Vma where live[v] and owner[v] == parent do
		if pmd[v] then
			call split_huge_pmd(v)
		end
		pick w in Vma where not live[w] and owner[w] == child
		pick first in Page where covers[v, first]
		pick last in Page
			where covers[v, last] and not (some q in Page: last < q and covers[v, q])
		open_vma(w, first, last)
		if anon then
			for batch a .. b of p in Page where pte[v, p] and not exclusive[p] do
				dup_ptes(v, w, a, b)
			end
		end
	end
