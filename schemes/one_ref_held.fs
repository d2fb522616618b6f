# one_ref_held.fs - one reference of all mappings, and one until the TLB is flushed.
# Matthew Wilcox, linux-mm, 2023-07-02 12:26, with what David Hildenbrand asks for at
# 2023-07-03 20:54: whoever asks for a reference count of one asks for a mapcount of one,
# too, and what is not flushed yet holds an extra reference.
scheme one_ref_held over refs

# _mapcount64 of a large folio: PTEs, and PMD entries as one each.
state mapcount: nat = 0

invariant counts_entries
	mapcount == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])

gives mapping_refs = if mapcount > 0 then 1 else 0

gives unflushed_refs = if unflushed then 1 else 0

# What a write relies on; each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

invariant huge_pages_are_exclusive_whole
	huge_is_exclusive_whole

on map_ptes(v, first, last)
	changes mapcount
	mapcount := mapcount + (count p in first .. last: true)

on unmap_ptes(v, first, last)
	changes mapcount
	mapcount := mapcount - (count p in first .. last: true)

on map_pmd, dup_pmd
	changes mapcount
	mapcount := mapcount + 1

on unmap_pmd
	changes mapcount
	mapcount := mapcount - 1

on split_pmd
	changes mapcount
	mapcount := mapcount + NR - 1

on dup_ptes(src, dst, first, last)
	changes mapcount
	mapcount := mapcount + (count p in first .. last: true)

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = mapcount > 0
	expect exact

answer extra_references = refcount != (if mapcount > 0 then 1 else 0) + cache_refs
	expect safe

answer may_reuse(v, p) = refcount == 1 and mapcount == 1
	expect safe

answer may_reuse_pmd(v) = refcount == 1 and mapcount == 1
	expect safe

# A 32-bit reference count is enough: pins apart it never exceeds two.
claim anon_references_are_few
	(anon and pins == 0) implies refcount <= 2
	expect holds

# One process that maps it by more than one PTE copies: 512 PTEs are a count of 512.
# Kirill Shutemov, 2021-12-16 09:37.
claim alone_reuses
	all v in Vma, p in Page:
		(pte[v, p] and anon and quiet and
			(all w in Vma: maps(w) implies owner[w] == owner[v])) implies
			answer(may_reuse, v, p)
	expect fails

# Without a pin, and with the TLB flushed, nobody seems to hold it.
claim free_reads_as_free
	quiet implies not answer(extra_references)
	expect holds

# A single PTE is all there is, and it is reused.
claim lone_pte_is_reused
	all v in Vma, p in Page:
		(anon and pte[v, p] and alone(v) and (all q in Page: pte[v, q] implies q == p) and
			quiet) implies
			answer(may_reuse, v, p)
	expect holds

# The only mapping is one PMD entry: it is reused.
claim lone_pmd_is_reused
	all v in Vma: (anon and pmd[v] and alone(v) and quiet) implies answer(may_reuse_pmd, v)
	expect holds

# Hildenbrand, 2023-07-03 20:54: the mapcount is dropped, the TLB not yet flushed.
scenario between_zap_and_flush
	world NR = 16, anon, not pmd_sized, Vma a in A
	open_vma(a, 0, 15)
	call write(a, 0)
	expect refcount == 1
	call madvise_dontneed(a, 0, 15)
	expect unflushed, refcount == 1
	tlb_flush()
	expect refcount == 0
