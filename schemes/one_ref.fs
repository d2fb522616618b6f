# one_ref.fs - a 64-bit mapcount; all mappings together hold one reference.
# Matthew Wilcox, linux-mm, 2023-07-02 12:26: the first mapping keeps the reference of the
# caller, every later one drops it.  As it is in his mail; with what David Hildenbrand
# finds lacking (2023-07-03 20:54) it is one_ref_held.fs.
scheme one_ref over refs

# _mapcount64 of a large folio: PTEs, and PMD entries as one each.
state mapcount: nat = 0

invariant counts_entries
	mapcount == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])

gives mapping_refs = if mapcount > 0 then 1 else 0

# The last mapping takes the reference with it: nothing is left for the flush.
gives unflushed_refs = 0

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

answer maybe_mapped_shared(m) = mapcount > NR
	expect unsafe

answer extra_references = refcount != (if mapcount > 0 then 1 else 0) + cache_refs
	expect exact

# Places that ask page_count() == 1 "have to be taught": here they are not.
answer may_reuse(v, p) = refcount == 1
	expect unsafe

answer may_reuse_pmd(v) = refcount == 1
	expect unsafe

expect no_shared_writable fails

# The mapcount is dropped before the TLB is flushed, and the folio goes with it.
expect unflushed_is_not_freed fails

# A pin is seen without any sum of mappings: what the scheme is for.
claim anon_references_are_few
	(anon and pins == 0) implies refcount <= 1
	expect holds

claim one_reference_is_one_mapping
	(anon and mapcount > 0 and pins == 0) implies mapcount == 1
	expect fails

# What the answers say: more entries than pages; one reference.
claim more_entries_read_as_shared
	all m in Mm:
		answer(maybe_mapped_shared, m) iff
			(count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v]) > NR
	expect holds

claim free_is_reused
	all v in Vma, p in Page:
		(anon and pte[v, p]) implies (answer(may_reuse, v, p) iff pins == 0)
	expect holds

claim free_pmd_is_reused
	all v in Vma: (anon and pmd[v]) implies (answer(may_reuse_pmd, v) iff pins == 0)
	expect holds

# Hildenbrand, 2023-07-03 20:54: the mapcount is dropped, the TLB not yet flushed.
scenario between_zap_and_flush
	world NR = 16, anon, not pmd_sized, Vma a in A
	open_vma(a, 0, 15)
	call write(a, 0)
	expect refcount == 1
	call madvise_dontneed(a, 0, 15)
	expect unflushed, refcount == 0
	tlb_flush()
	expect refcount == 0
