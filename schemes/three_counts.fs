# three_counts.fs - all entries, PMD entries, and what maps the first page.
# David Hildenbrand, linux-mm, 2023-07-02 11:45; 512 or 3: 2023-07-03 20:46.
scheme three_counts over refs

# (1) Total: PTEs, and PMD entries as one each.  64 bits for large folios.
state total: nat = 0
# (2) Compound: PMD entries.
state compound: nat = 0
# (3) Of the first page: PTEs and PMD entries.
state first_page: nat = 0

invariant counts_entries
	total == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])

invariant counts_pmds
	compound == count v in Vma: pmd[v]

invariant counts_first_page
	first_page == count v in Vma: maps_page(v, 0)

# What a write relies on; each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

invariant huge_pages_are_exclusive_whole
	huge_is_exclusive_whole

on map_ptes(v, first, last)
	changes total, first_page
	total := total + (count p in first .. last: true)
	first_page := first_page + 1 when first == 0

on unmap_ptes(v, first, last)
	changes total, first_page
	total := total - (count p in first .. last: true)
	first_page := first_page - 1 when first == 0

on map_pmd, dup_pmd
	changes total, compound, first_page
	total := total + 1
	compound := compound + 1
	first_page := first_page + 1

on unmap_pmd
	changes total, compound, first_page
	total := total - 1
	compound := compound - 1
	first_page := first_page - 1

on split_pmd
	changes total, compound
	total := total + NR - 1
	compound := compound - 1

on dup_ptes(src, dst, first, last)
	changes total, first_page
	total := total + (count p in first .. last: true)
	first_page := first_page + 1 when first == 0

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = total > 0
	expect exact

# folio_estimated_sharers(): the first page stands for all.
answer maybe_mapped_shared(m) = first_page > 1
	expect unsafe

# After all NR PTEs of a VMA were looked at.
answer fully_mapped_alone(v) = total == NR
	expect safe

# Also mapped by PTEs?  (1) - (2); his mail has them the other way round.
answer pte_mapped_too = total - compound > 0
	expect exact

# Migration and splitting compare (1) with the reference count.
answer extra_references = refcount != total + cache_refs
	expect safe

# Today without PageAnonExclusive: page_count() != 1, copy.  2023-07-03 21:09.
answer may_reuse(v, p) = refcount == 1
	expect safe

answer may_reuse_pmd(v) = refcount == 1
	expect safe

# One process that maps it by more than one PTE copies: 512 PTEs are 512 references.
# Kirill Shutemov, 2021-12-16 09:37.
claim alone_reuses
	all v in Vma, p in Page:
		(pte[v, p] and anon and quiet and
			(all w in Vma: maps(w) implies owner[w] == owner[v])) implies
			answer(may_reuse, v, p)
	expect fails

# mapcount <= refcount, while nothing else is known of either.
claim total_below_refcount
	total <= refcount
	expect holds

# What the estimate is: how many map the first page.
claim estimate_is_the_first_page
	all m in Mm: answer(maybe_mapped_shared, m) iff (count v in Vma: maps_page(v, 0)) > 1
	expect holds

# Two processes that share another page go unnoticed.
claim estimate_sees_every_page
	(some p in Page: (count v in Vma: maps_page(v, p)) > 1) implies first_page > 1
	expect fails

# For PMD entries alone the estimate is right: 2023-07-03 21:09.
claim estimate_sees_pmds
	((all v in Vma: maps(v) implies pmd[v]) and shared) implies first_page > 1
	expect holds

# Without a pin, and with the TLB flushed, nobody seems to hold it.
claim free_reads_as_free
	quiet implies not answer(extra_references)
	expect holds

# The one VMA that maps it, and whole, is told so.
claim alone_reads_as_alone
	all v in Vma:
		((all p in Page: pte[v, p]) and alone(v)) implies answer(fully_mapped_alone, v)
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
	expect refcount == 16
	call madvise_dontneed(a, 0, 15)
	expect unflushed, refcount == 1
	tlb_flush()
	expect refcount == 0
