# page.fs - the small page: one _mapcount per page, as it always was.
# page->_mapcount is stored with a bias of -1; here the logical value.
scheme page over refs

assume NR == 1

state mapcount: nat = 0
# What the page adds to NR_ANON_MAPPED or NR_FILE_MAPPED.
state stat_mapped: nat = 0

# One count per page table entry.
invariant counts_ptes
	mapcount == count v in Vma: maps(v)

# The statistic follows the first and the last mapping.
invariant statistic_follows
	stat_mapped == if mapcount > 0 then 1 else 0

# What a write relies on; each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

# __folio_add_rmap(): -1 to 0 is the first mapping.
on map_ptes(v, first, last)
	changes mapcount, stat_mapped
	mapcount := mapcount + 1
	stat_mapped := stat_mapped + 1 when mapcount == 0

# __folio_remove_rmap(): 0 to -1 is the last.
on unmap_ptes(v, first, last)
	changes mapcount, stat_mapped
	mapcount := mapcount - 1
	stat_mapped := stat_mapped - 1 when mapcount == 1

on dup_ptes(src, dst, first, last)
	changes mapcount
	mapcount := mapcount + 1

on map_pmd, unmap_pmd, split_pmd, dup_pmd, move_pmd
	changes nothing

on split_vma, merge_vma, move_ptes, open_vma, close_vma
	changes nothing

# One page is not of PMD size, and no VMA boundary lies inside it.
expect map_pmd never
expect unmap_pmd never
expect split_pmd never
expect dup_pmd never
expect move_pmd never
expect split_vma never
expect merge_vma never
expect wp_huge_reuse never

answer folio_mapped = mapcount > 0
	expect exact

answer page_mapcount(p) = mapcount
	expect exact

# A file page that one process maps by two VMAs reads as shared; nobody minds.
# Wilcox, 2023-02-06 23:09.
answer maybe_mapped_shared(m) = mapcount > 1
	expect safe

answer partially_mapped = false
	expect exact

answer nr_mapped = stat_mapped
	expect exact

# One page: the PTE that was looked at is all there is, or there is another.
answer fully_mapped_alone(v) = mapcount == 1
	expect safe

# Every PTE holds one reference.
answer extra_references = refcount != mapcount + cache_refs
	expect safe

# wp_can_reuse_anon_folio(): nobody else holds a reference, so nobody else maps it.
answer may_reuse(v, p) = refcount == 1
	expect safe

# An anon page is mapped once per process: then the count is exact.
# Hildenbrand, 2021-12-16 16:45.
claim anon_two_means_shared
	anon implies (mapcount > 1 iff shared)
	expect holds

# Whoever sees a count of one holds the only PTE.  Jason Gunthorpe, 2021-12-16 15:19.
claim one_means_only_mine
	all v, w in Vma: (mapcount == 1 and maps(v) and maps(w)) implies v == w
	expect holds

# And so it is answered.
claim one_reads_as_mine
	all m in Mm: (count v in Vma: maps(v)) == 1 implies not answer(maybe_mapped_shared, m)
	expect holds

# The same without `anon`: the file page above.
claim two_means_shared
	mapcount > 1 implies shared
	expect fails

# Without a pin, and with the TLB flushed, nobody seems to hold it.
claim free_reads_as_free
	quiet implies not answer(extra_references)
	expect holds

# The one VMA that maps it, and whole, is told so.
claim alone_reads_as_alone
	all v in Vma:
		((all p in Page: pte[v, p]) and alone(v)) implies answer(fully_mapped_alone, v)
	expect holds

# The only VMA that maps it reuses.
claim alone_reuses
	all v in Vma, p in Page:
		(anon and pte[v, p] and alone(v) and quiet) implies answer(may_reuse, v, p)
	expect holds
