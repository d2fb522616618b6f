# per_mm.fs - count the processes that map any part of the folio.
# Matthew Wilcox, linux-mm, 2021-12-16 15:54: what COW wants is the number of MMs.
# No update was proposed; here each asks the page tables of one process.
scheme per_mm over folio

state mapcount: nat = 0

# The definition: how many processes have one or more pages of this folio mapped.
invariant counts_processes
	mapcount == count m in Mm: uses(m)

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
