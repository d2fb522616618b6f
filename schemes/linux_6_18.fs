# linux_6_18.fs - MM owner tracking: two owners with their counts, one sticky flag.
# David Hildenbrand, 2025-03-03 (6af8cb80d3a9; v6.15), as it stands in v6.18.
# Logical values: all counts are stored with a bias of -1, the flag and the lock in the
# top bits of the id words.  The small page is page.fs.  NR_ANON_MAPPED and the queue of
# folios to split follow mapcount and entire as in nr_pages_mapped.fs, which has them.
scheme linux_6_18 over refs

assume anon

# _large_mapcount: PTEs, and PMD entries as one each.
state large_mapcount: nat = 0
# _entire_mapcount
state entire: nat = 0
# _mapcount of each page: PTEs only.  CONFIG_PAGE_MAPCOUNT=y.
state mapcount: [Page] nat = 0
# _nr_pages_mapped without the ENTIRELY_MAPPED bit, which is `entire > 0`.
state nr_pages_mapped: nat = 0
# _mm_id[2] and _mm_id_mapcount[2]
state id0: Mm? = none
state count0: nat = 0
state id1: Mm? = none
state count1: nat = 0
# FOLIO_MM_IDS_SHARED_BITNUM
state maybe_shared: bool = false

# How often the page tables of a process map the folio, a PMD entry counted once.
define entries(m: Mm) = (count v in Vma, p in Page: owner[v] == m and pte[v, p]) + (count v in Vma:
	owner[v] == m and pmd[v])

invariant counts_entries
	large_mapcount == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])

invariant counts_pmds
	entire == count v in Vma: pmd[v]

invariant counts_ptes
	all p in Page: mapcount[p] == count v in Vma: pte[v, p]

invariant counts_pages
	nr_pages_mapped == count p in Page: mapcount[p] > 0

# A slot that is free counts nothing, one that is taken no more than is there.
invariant slot0_is_free
	id0 == none implies count0 == 0

invariant slot1_is_free
	id1 == none implies count1 == 0

invariant slot0_is_taken
	all m in Mm: id0 == m implies (count0 >= 1 and count0 <= entries(m))

invariant slot1_is_taken
	all m in Mm: id1 == m implies (count1 >= 1 and count1 <= entries(m))

invariant slots_differ
	id0 == none or id0 != id1

# The flag is clear only while one slot has all there is.
invariant exclusive_slot
	maybe_shared or count0 == large_mapcount or count1 == large_mapcount

# It is set only while none has: whoever sees that a slot has all that is left clears it.
invariant no_exclusive_slot
	maybe_shared implies (count0 < large_mapcount and count1 < large_mapcount)

# What a write relies on; each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

invariant huge_pages_are_exclusive_whole
	huge_is_exclusive_whole

# folio_add_return_large_mapcount(): the process's own slot, or a free one, or none.
update add(m: Mm, n: nat)
	changes large_mapcount, id0, count0, id1, count1, maybe_shared
	let in0 = id0 == m
	let in1 = id1 == m
	let take0 = not in0 and not in1 and id0 == none
	let take1 = not in0 and not in1 and id0 != none and id1 == none
	large_mapcount := large_mapcount + n
	id0 := m when take0
	count0 := if in0 then count0 + n else if take0 then n else count0
	id1 := m when take1
	count1 := if in1 then count1 + n else if take1 then n else count1
	maybe_shared := true when (take0 and large_mapcount > 0) or take1

# folio_sub_return_large_mapcount(): a slot whose count is used up is free again; the
# flag is cleared where one slot has all that is left.
update sub(m: Mm, n: nat)
	changes large_mapcount, id0, count0, id1, count1, maybe_shared
	let left = large_mapcount - n
	let left0 = if id0 == m then max(count0 - n, 0) else count0
	let left1 = if id1 == m then max(count1 - n, 0) else count1
	let still_in = (id0 == m and left0 > 0) or (id1 == m and left1 > 0)
	large_mapcount := left
	id0 := none when id0 == m and left0 == 0
	count0 := left0
	id1 := none when id1 == m and left1 == 0
	count1 := left1
	maybe_shared := false when not still_in and (left0 == left or left1 == left)

on map_ptes(v, first, last)
	changes mapcount[*], nr_pages_mapped
	do add(owner[v], count p in first .. last: true)
	mapcount[p] := mapcount[p] + 1 for p in first .. last
	nr_pages_mapped := nr_pages_mapped + (count p in first .. last: mapcount[p] == 0)

on unmap_ptes(v, first, last)
	changes mapcount[*], nr_pages_mapped
	do sub(owner[v], count p in first .. last: true)
	mapcount[p] := mapcount[p] - 1 for p in first .. last
	nr_pages_mapped := nr_pages_mapped - (count p in first .. last: mapcount[p] == 1)

on map_pmd(v)
	changes entire
	do add(owner[v], 1)
	entire := entire + 1

on unmap_pmd(v)
	changes entire
	do sub(owner[v], 1)
	entire := entire - 1

# NR PTE mappings more, then one PMD mapping less.
on split_pmd(v)
	changes mapcount[*], nr_pages_mapped, entire
	do add(owner[v], NR - 1)
	mapcount[p] := mapcount[p] + 1 for p in Page
	nr_pages_mapped := NR
	entire := entire - 1

# The parent maps these pages: none of them is mapped for the first time.
on dup_ptes(src, dst, first, last)
	changes mapcount[*]
	do add(owner[dst], count p in first .. last: true)
	mapcount[p] := mapcount[p] + 1 for p in first .. last

on dup_pmd(src, dst)
	changes entire
	do add(owner[dst], 1)
	entire := entire + 1

# Slots belong to processes: what moves within one is of no interest.
on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = large_mapcount > 0
	expect exact

answer page_mapcount(p) = mapcount[p] + entire
	expect exact

# folio_maybe_mapped_shared(): "exclusive" is never wrong.  A third process has no slot;
# when both owners leave, the flag stays.
answer maybe_mapped_shared(m) = large_mapcount > 1 and maybe_shared
	expect safe

# madvise(), after all NR PTEs of a VMA were looked at.
answer fully_mapped_alone(v) = large_mapcount == NR
	expect exact

answer nr_mapped = if entire > 0 then NR else nr_pages_mapped
	expect exact

answer pte_mapped_too = large_mapcount > entire
	expect exact

answer extra_references = refcount != large_mapcount + cache_refs
	expect safe

# wp_can_reuse_anon_folio(), 1da190f4d0a6: more than one entry is left, one process has
# them all, and nobody else holds a reference.
answer may_reuse(v, p) = large_mapcount > 1 and not maybe_shared and refcount == large_mapcount
	expect safe

# do_huge_pmd_wp_page()
answer may_reuse_pmd(v) = refcount == 1
	expect safe

# References are taken before and dropped after the mappings that they are for.
claim mapcount_below_refcount
	large_mapcount <= refcount
	expect holds

# What the rule is for: the child is gone, and who has a slot with all that is left reuses.
claim owner_alone_reuses
	all v in Vma, p in Page:
		(pte[v, p] and quiet and large_mapcount > 1 and
			((id0 == owner[v] and count0 == large_mapcount) or
				(id1 == owner[v] and count1 == large_mapcount))) implies
			answer(may_reuse, v, p)
	expect holds

# A last entry is copied, so that the rest of a large folio is freed.
claim last_entry_is_copied
	all v in Vma, p in Page: large_mapcount <= 1 implies not answer(may_reuse, v, p)
	expect holds

# A reference that no mapping is for, a pin or the gather of a TLB flush: copied.
claim other_references_copy
	all v in Vma, p in Page: refcount > large_mapcount implies not answer(may_reuse, v, p)
	expect holds

# One entry is one process, whatever the flag says: mapcount <= 1 is asked first.
claim one_entry_reads_as_exclusive
	all m in Mm: large_mapcount == 1 implies not answer(maybe_mapped_shared, m)
	expect holds

# A process whose slot has all there is knows that it is alone.
claim full_slot_reads_as_exclusive
	all m in Mm:
		((id0 == m and count0 == large_mapcount) or
			(id1 == m and count1 == large_mapcount)) implies
			not answer(maybe_mapped_shared, m)
	expect holds

# The same without a process that asks.
claim exclusive_is_never_wrong
	not (large_mapcount > 1 and maybe_shared) implies not shared
	expect holds

claim maybe_shared_is_exact
	(large_mapcount > 1 and maybe_shared) implies shared
	expect fails

# The invariants say how much a slot counts, not whose it has to be.
mutant add.take1.drop_part_1
	survives "a third process takes over the second slot, and exclusive is still never wrong"

# Without a pin, and with the TLB flushed, nobody seems to hold it.
claim free_reads_as_free
	quiet implies not answer(extra_references)
	expect holds

# The only mapping is one PMD entry: it is reused.
claim lone_pmd_is_reused
	all v in Vma: (anon and pmd[v] and alone(v) and quiet) implies answer(may_reuse_pmd, v)
	expect holds
