# double_map.fs - PTEs per page, PMD entries, and one flag that moves all page counts up.
# Kirill Shutemov, 2016 (53f9263baba6; v4.5 to v6.1), quoted 2021-12-15 21:55.  Anon
# folios; those of files are double_map_file.fs.  Logical values.
scheme double_map over refs

assume anon

# compound_mapcount: PMD entries.
state compound: nat = 0
# _mapcount of each page: PTEs, and one more while the flag is set.
state mapcount: [Page] nat = 0
# PG_double_map
state double_map: bool = false
# What the folio adds to NR_ANON_MAPPED, and to NR_ANON_THPS: NR or nothing.
state stat_mapped: nat = 0
state stat_thp: bool = false
# The folio was queued by deferred_split_huge_page().
state deferred: bool = false

define offset = if double_map then 1 else 0

invariant counts_pmds
	compound == count v in Vma: pmd[v]

invariant counts_ptes
	all p in Page: mapcount[p] == (count v in Vma: pte[v, p]) + offset

# The flag is there for PMD entries and PTEs at the same time, and only for these.
invariant flag_needs_pmds
	double_map implies compound > 0

invariant flag_where_both
	all p in Page: (compound > 0 and mapcount[p] > 0) implies double_map

invariant statistic_follows
	stat_mapped == count p in Page: mapcount[p] + compound > 0

invariant thp_statistic_follows
	stat_thp iff compound > 0

# Until a page was lost, the folio is mapped whole or not at all.
invariant whole_until_deferred
	(not deferred and compound == 0) implies (stat_mapped == 0 or stat_mapped == NR)

invariant queued_was_mapped
	deferred implies born

# A page that it has lost does not come back.
invariant queued_lost_a_page
	deferred implies some p in Page: not page_mapped(p)

# What a write relies on.  Each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

invariant huge_pages_are_exclusive_whole
	huge_is_exclusive_whole

on map_ptes(v, first, last)
	changes mapcount[*], stat_mapped
	mapcount[p] := mapcount[p] + 1 for p in first .. last
	stat_mapped := stat_mapped + (count p in first .. last: mapcount[p] == 0)

# Where a page loses its last PTE a large folio is queued, whatever is left.
on unmap_ptes(v, first, last)
	changes mapcount[*], stat_mapped, deferred
	let removed = count p in first .. last: mapcount[p] == 1
	mapcount[p] := mapcount[p] - 1 for p in first .. last
	stat_mapped := stat_mapped - removed
	deferred := true when removed > 0 and NR > 1

on map_pmd(v)
	changes compound, stat_mapped, stat_thp
	compound := compound + 1
	stat_mapped := NR when compound == 0
	stat_thp := true

# The last PMD entry takes the flag and what it stood for with it.
on unmap_pmd(v)
	changes compound, mapcount[*], double_map, stat_mapped, stat_thp, deferred
	let is_last = compound == 1
	let removed = count p in Page: mapcount[p] == offset
	compound := compound - 1
	mapcount[p] := mapcount[p] - 1 for p in Page when is_last and double_map
	double_map := false when is_last
	stat_mapped := stat_mapped - removed when is_last
	stat_thp := false when is_last
	deferred := true when is_last and double_map and removed > 0 and removed < NR

# NR PTEs more.  With another PMD entry left the flag is set before this one goes; with
# none left it is cleared.
on split_pmd(v)
	changes compound, mapcount[*], double_map, stat_thp
	let is_last = compound == 1
	compound := compound - 1
	mapcount[p] := mapcount[p] + 1 - offset + (if is_last then 0 else 1) for p in Page
	double_map := not is_last
	stat_thp := false when is_last

on dup_ptes(src, dst, first, last)
	changes mapcount[*]
	mapcount[p] := mapcount[p] + 1 for p in first .. last

on dup_pmd(src, dst)
	changes compound
	compound := compound + 1

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

# page_mapped() of 2016 scans all pages.
answer folio_mapped = compound > 0 or (some p in Page: mapcount[p] > 0)
	expect exact

answer page_mapcount(p) = mapcount[p] + compound - offset
	expect exact

# madvise(): page_mapcount() of the first page.
answer maybe_mapped_shared(m) = mapcount[0] + compound - offset > 1
	expect unsafe

answer partially_mapped = deferred
	expect safe

answer nr_mapped = stat_mapped
	expect exact

answer pte_mapped_too = double_map
	expect safe

# page_trans_huge_mapcount(): no page of the folio is mapped twice.
answer may_reuse(v, p) = all q in Page: mapcount[q] + compound - offset <= 1
	expect safe

answer may_reuse_pmd(v) = all q in Page: mapcount[q] + compound - offset <= 1
	expect exact

# The log of the commit: the last mapping of a page does not go unnoticed.
claim partly_mapped_is_queued
	((some p in Page: page_mapped(p)) and (some p in Page: not page_mapped(p))) implies deferred
	expect holds

# One page is mapped whole or not at all.
claim one_page_is_never_queued
	NR == 1 implies not deferred
	expect holds

# Nothing is left then but what is freed.
mutant unmap_pmd.deferred.off_by_one_4, unmap_pmd.deferred.drop_part_1
	survives "no state tells whether it was queued before it lost its last mapping"

# A count that is moved up reads one more than there are PTEs.
claim flag_moves_counts_up
	all p in Page: double_map implies mapcount[p] == 1 + count v in Vma: pte[v, p]
	expect holds

# One process per page at most: each reuses its own.  Hildenbrand, 2021-12-16 16:45.
claim ones_are_private
	all v, w in Vma, p in Page:
		((all q in Page: mapcount[q] + compound - offset <= 1) and maps_page(v, p) and
			maps_page(w, p)) implies
			v == w
	expect holds

# What it says: the first page is mapped twice.
claim first_page_stands_for_all
	all m in Mm: answer(maybe_mapped_shared, m) iff (count v in Vma: maps_page(v, 0)) > 1
	expect holds

# In the VMA that asks a PTE maps the page: with a PMD entry, too, it is mapped twice.
mutant may_reuse.drop_part_1
	survives "the flag is there with PMD entries only, and then the answer is no either way"

# No page is mapped twice: each process reuses its own.
claim single_pages_are_reused
	all v in Vma, p in Page:
		(pte[v, p] and (all q in Page: (count w in Vma: maps_page(w, q)) <= 1)) implies
			answer(may_reuse, v, p)
	expect holds
