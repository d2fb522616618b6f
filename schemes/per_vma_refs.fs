# per_vma_refs.fs - count the VMAs that map any part; each holds one reference.
# Matthew Wilcox, linux-mm, 2023-02-06 20:34, with the change that Yin Fengwei finds it
# needs (2023-03-29 14:02): a reference count that follows the mapcount, or nobody can
# tell whether the folio is pinned.  The count itself is argued about in per_vma.fs.
scheme per_vma_refs over refs

state mapcount: nat = 0

# The definition: how many VMAs have one or more pages of this folio mapped.
invariant counts_mapping_vmas
	mapcount == count v in Vma: maps(v)

# First page of the folio in this VMA?  The walk runs before set_ptes().
on map_ptes(v, first, last)
	changes mapcount
	mapcount := mapcount + 1 when not maps(v)

# Last page of the folio in this VMA?  The PTEs are cleared already.
on unmap_ptes(v, first, last)
	changes mapcount
	mapcount := mapcount - 1 when not maps'(v)

# The whole folio: no walk.
on map_pmd(v)
	changes mapcount
	mapcount := mapcount + 1

on unmap_pmd(v)
	changes mapcount
	mapcount := mapcount - 1

# First page of the folio in the child's VMA?
on dup_ptes(src, dst, first, last)
	changes mapcount
	mapcount := mapcount + 1 when not maps(dst)

on dup_pmd(src, dst)
	changes mapcount
	mapcount := mapcount + 1

# One VMA became two, and both halves still map something.  Yin Fengwei, 2023-03-29.
on split_vma(old, new, at)
	changes mapcount
	mapcount := mapcount + 1 when maps'(old) and maps'(new)

on merge_vma(left, right)
	changes mapcount
	mapcount := mapcount - 1 when maps(left) and maps(right)

# mremap() leaves the old VMA empty or not, and finds the new one empty or not.
on move_ptes(old, new, first, last)
	changes mapcount
	mapcount := mapcount + (if maps'(old) then 1 else 0) - (if maps(new) then 1 else 0)

on split_pmd, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = mapcount > 0
	expect exact

# The reference count follows: one for each VMA.  Yin Fengwei, 2023-03-29 14:02.
gives mapping_refs = mapcount

# What a write relies on; each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

invariant huge_pages_are_exclusive_whole
	huge_is_exclusive_whole

answer may_reuse(v, p) = mapcount == 1
	expect safe

answer may_reuse_pmd(v) = mapcount == 1
	expect exact

answer extra_references = refcount != mapcount + cache_refs
	expect safe

claim mapcount_below_refcount
	mapcount <= refcount
	expect holds

# Were there one reference for each PTE, as there is today, a folio without pins would
# have more references than mappings.
claim a_reference_per_pte_would_do
	mapcount == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])
	expect fails

# Without a pin, and with the TLB flushed, nobody seems to hold it.
claim free_reads_as_free
	quiet implies not answer(extra_references)
	expect holds

# The only VMA that maps it reuses.
claim alone_reuses
	all v in Vma, p in Page: (anon and pte[v, p] and alone(v)) implies answer(may_reuse, v, p)
	expect holds

# The only mapping is one PMD entry: it is reused.
claim lone_pmd_is_reused
	all v in Vma: (anon and pmd[v] and alone(v)) implies answer(may_reuse_pmd, v)
	expect holds
