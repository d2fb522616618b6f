# nr_pages_mapped.fs - per-page counts of PTEs, one count of PMDs, and how many pages
# are mapped by PTEs.  Hugh Dickins, 2022 (be5ef2d9b006, 4b51634cd16a; v6.2).
# Logical values: _mapcount and _entire_mapcount are stored with a bias of -1, and the
# ENTIRELY_MAPPED bit of _nr_pages_mapped is `entire > 0`.
scheme nr_pages_mapped over refs

state mapcount: [Page] nat = 0
state entire: nat = 0
state nr_pages_mapped: nat = 0
# What the folio adds to NR_ANON_MAPPED or NR_FILE_MAPPED.
state stat_mapped: nat = 0
# The folio was queued by deferred_split_folio().
state deferred: bool = false

# PTE mappings only, anon and file alike.
invariant counts_ptes
	all p in Page: mapcount[p] == count v in Vma: pte[v, p]

invariant counts_pmds
	entire == count v in Vma: pmd[v]

invariant counts_pages
	nr_pages_mapped == count p in Page: mapcount[p] > 0

invariant statistic_follows
	stat_mapped == if entire > 0 then NR else nr_pages_mapped

# What a write relies on; each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

invariant huge_pages_are_exclusive_whole
	huge_is_exclusive_whole

# Until a page was lost, an anon folio is mapped whole or not at all.
invariant whole_until_deferred
	(anon and not deferred and entire == 0) implies
		(nr_pages_mapped == 0 or nr_pages_mapped == NR)

# Only an anon folio is queued, and only after it was mapped.
invariant queued_was_mapped
	deferred implies (anon and born)

# A page that it has lost does not come back.
invariant queued_lost_a_page
	deferred implies some p in Page: not page_mapped(p)

on map_ptes(v, first, last)
	changes mapcount[*], nr_pages_mapped, stat_mapped
	let added = count p in first .. last: mapcount[p] == 0
	mapcount[p] := mapcount[p] + 1 for p in first .. last
	nr_pages_mapped := nr_pages_mapped + added
	stat_mapped := stat_mapped + added when entire == 0

on unmap_ptes(v, first, last)
	changes mapcount[*], nr_pages_mapped, stat_mapped, deferred
	let removed = count p in first .. last: mapcount[p] == 1
	mapcount[p] := mapcount[p] - 1 for p in first .. last
	nr_pages_mapped := nr_pages_mapped - removed
	stat_mapped := stat_mapped - removed when entire == 0
	deferred := true when anon and entire == 0 and removed > 0 and removed < nr_pages_mapped

on map_pmd(v)
	changes entire, stat_mapped
	entire := entire + 1
	stat_mapped := NR when entire == 0

on unmap_pmd(v)
	changes entire, stat_mapped, deferred
	entire := entire - 1
	stat_mapped := nr_pages_mapped when entire == 1
	deferred := true when anon and entire == 1 and nr_pages_mapped > 0 and nr_pages_mapped < NR

# Map NR PTEs, then remove the PMD mapping.
on split_pmd(v)
	changes mapcount[*], nr_pages_mapped, entire
	mapcount[p] := mapcount[p] + 1 for p in Page
	nr_pages_mapped := NR
	entire := entire - 1

# The parent maps these pages: none of them is mapped for the first time.
on dup_ptes(src, dst, first, last)
	changes mapcount[*]
	mapcount[p] := mapcount[p] + 1 for p in first .. last

on dup_pmd(src, dst)
	changes entire
	entire := entire + 1

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = nr_pages_mapped > 0 or entire > 0
	expect exact

answer page_mapcount(p) = mapcount[p] + entire
	expect exact

# folio_estimated_sharers(), v6.3: the count of the first page stands for all.
answer maybe_mapped_shared(m) = mapcount[0] + entire > 1
	expect unsafe

# Once queued it stays so, also when the rest goes away.
answer partially_mapped = deferred
	expect safe

answer nr_mapped = stat_mapped
	expect exact

answer pte_mapped_too = nr_pages_mapped > 0
	expect exact

# An exact answer per page, which costs a count per page.  Shutemov, 2021-12-16 09:37.
answer may_reuse(v, p) = mapcount[p] + entire == 1
	expect exact

# do_huge_pmd_wp_page()
answer may_reuse_pmd(v) = refcount == 1
	expect safe

# What it says: the first page is mapped twice.
claim first_page_stands_for_all
	all m in Mm: answer(maybe_mapped_shared, m) iff (count v in Vma: maps_page(v, 0)) > 1
	expect holds

# A last unmap of a page is always noticed, so no partly mapped folio is missed.
claim partly_mapped_is_queued
	(anon and (some p in Page: page_mapped(p)) and (some p in Page: not page_mapped(p))) implies
		deferred
	expect holds

claim queued_is_partly_mapped
	deferred implies ((some p in Page: page_mapped(p)) and (some p in Page: not page_mapped(p)))
	expect fails

# One page is mapped whole or not at all.
claim one_page_is_never_queued
	NR == 1 implies not deferred
	expect holds

# Whether it was queued before the last unmap or by it, an unmapped folio is freed.
mutant unmap_pmd.deferred.off_by_one_3, unmap_pmd.deferred.off_by_one_5,
	unmap_pmd.deferred.drop_part_3
	survives "no state tells whether it was queued before it lost its last mapping"

# The only mapping is one PMD entry: it is reused.
claim lone_pmd_is_reused
	all v in Vma: (anon and pmd[v] and alone(v) and quiet) implies answer(may_reuse_pmd, v)
	expect holds
