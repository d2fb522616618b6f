# double_map_file.fs - each page counts PTEs and PMD entries together; a flag for both.
# Kirill Shutemov, 2016 (v4.8 to v6.1): folios of files and shmem.  A PMD entry costs NR
# updates, which the scheme for anon folios, double_map.fs, avoids.  Logical values.
scheme double_map_file over folio

assume not anon

# compound_mapcount: PMD entries.
state compound: nat = 0
# _mapcount of each page: all that maps it.
state mapcount: [Page] nat = 0
# PG_double_map: possibly mapped by PTEs, too.
state double_map: bool = false
# What the folio adds to NR_FILE_MAPPED.
state stat_mapped: nat = 0

invariant counts_pmds
	compound == count v in Vma: pmd[v]

invariant counts_mappings
	all p in Page: mapcount[p] == count v in Vma: maps_page(v, p)

invariant statistic_follows
	stat_mapped == count p in Page: mapcount[p] > 0

invariant flag_where_ptes
	all v in Vma, p in Page: pte[v, p] implies double_map

invariant unborn_is_clear
	double_map implies born

on map_ptes(v, first, last)
	changes mapcount[*], double_map, stat_mapped
	mapcount[p] := mapcount[p] + 1 for p in first .. last
	double_map := true
	stat_mapped := stat_mapped + (count p in first .. last: mapcount[p] == 0)

on unmap_ptes(v, first, last)
	changes mapcount[*], stat_mapped
	mapcount[p] := mapcount[p] - 1 for p in first .. last
	stat_mapped := stat_mapped - (count p in first .. last: mapcount[p] == 1)

# The flag goes when the PMD entry is the first mapping of every page.
on map_pmd(v)
	changes compound, mapcount[*], double_map, stat_mapped
	let added = count p in Page: mapcount[p] == 0
	compound := compound + 1
	mapcount[p] := mapcount[p] + 1 for p in Page
	double_map := false when added == NR
	stat_mapped := stat_mapped + added

on unmap_pmd(v)
	changes compound, mapcount[*], stat_mapped
	compound := compound - 1
	mapcount[p] := mapcount[p] - 1 for p in Page
	stat_mapped := stat_mapped - (count p in Page: mapcount[p] == 1)

# Only anon page tables are copied, and only an anon PMD entry becomes PTEs.
on split_pmd, dup_ptes, dup_pmd
	changes nothing

expect split_pmd never
expect dup_ptes never
expect dup_pmd never

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = compound > 0 or (some p in Page: mapcount[p] > 0)
	expect exact

answer page_mapcount(p) = mapcount[p]
	expect exact

# madvise(): page_mapcount() of the first page.
answer maybe_mapped_shared(m) = mapcount[0] > 1
	expect unsafe

answer nr_mapped = stat_mapped
	expect exact

# Set by the first PTE, and cleared late.
answer pte_mapped_too = double_map
	expect safe

# What it says: the first page is mapped twice.
claim first_page_stands_for_all
	all m in Mm: answer(maybe_mapped_shared, m) iff (count v in Vma: maps_page(v, 0)) > 1
	expect holds

# While only PMD entries map it, and did so before all others, the flag is clear.
claim flag_is_seldom_wrong
	double_map implies some v in Vma, p in Page: pte[v, p]
	expect fails

# examples:collapse_a_file notices.
mutant map_pmd.double_map.drop, map_pmd.double_map.negate
	survives "no state tells whether there was a PTE since the flag was last cleared"
