# per_mm.fs - count the processes that map any part of the folio.
# Matthew Wilcox, linux-mm, 2021-12-16 15:54: what COW wants is the number of MMs.
# No update was proposed; here each asks the page tables of one process.
scheme per_mm over refs

state mapcount: nat = 0

# The definition: how many processes have one or more pages of this folio mapped.
invariant counts_processes
	mapcount == count m in Mm: uses(m)

# What a write relies on; each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

invariant huge_pages_are_exclusive_whole
	huge_is_exclusive_whole

# First page of the folio in this process?
on map_ptes(v, first, last)
	changes mapcount
	mapcount := mapcount + 1 when not uses(owner[v])

# Last page of the folio in this process?
on unmap_ptes(v, first, last)
	changes mapcount
	mapcount := mapcount - 1 when not uses'(owner[v])

on map_pmd(v)
	changes mapcount
	mapcount := mapcount + 1 when not uses(owner[v])

on unmap_pmd(v)
	changes mapcount
	mapcount := mapcount - 1 when not uses'(owner[v])

on dup_ptes(src, dst, first, last)
	changes mapcount
	mapcount := mapcount + 1 when not uses(owner[dst])

on dup_pmd(src, dst)
	changes mapcount
	mapcount := mapcount + 1 when not uses(owner[dst])

# mprotect() and mremap() move pages inside one process.
on split_pmd, split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = mapcount > 0
	expect exact

answer maybe_mapped_shared(m) = mapcount > 1
	expect exact

answer fully_mapped_alone(v) = mapcount == 1
	expect exact

# One process: nobody else can map the page.  Two may map different pages.
answer may_reuse(v, p) = mapcount == 1
	expect safe

answer may_reuse_pmd(v) = mapcount == 1
	expect exact

# The number of processes says nothing about references: one that maps two pages holds
# two.
answer extra_references = refcount != mapcount + cache_refs
	expect safe

claim one_means_one_process
	mapcount == 1 implies not shared
	expect holds

# Two processes may map different pages; COW must ask about one page.
# Jason Gunthorpe, 2021-12-16 17:01.
claim two_means_a_page_mapped_twice
	mapcount == 2 implies some p in Page: (count v in Vma: maps_page(v, p)) > 1
	expect fails

# The number of VMAs is a bound for it.  Jason Gunthorpe, 2021-12-16 17:01.
claim vmas_bound_it
	mapcount <= count v in Vma: maps(v)
	expect holds

# The one VMA that maps it, and whole, is told so.
claim alone_reads_as_alone
	all v in Vma:
		((all p in Page: pte[v, p]) and alone(v)) implies answer(fully_mapped_alone, v)
	expect holds

# The only VMA that maps it reuses.
claim alone_reuses
	all v in Vma, p in Page: (anon and pte[v, p] and alone(v)) implies answer(may_reuse, v, p)
	expect holds

# Two pages of one process are two references, and one process.
claim free_reads_as_free
	quiet implies not answer(extra_references)
	expect fails

# A single entry is one process and one reference.
claim lone_entry_reads_as_free
	(quiet and (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v]) == 1) implies
		not answer(extra_references)
	expect holds
