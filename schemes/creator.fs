# creator.fs - all entries, and those of the process that created the folio.
# David Hildenbrand, linux-mm, 2023-07-02 11:45; the COW rule: 2023-07-03 21:09, "not
# matured yet".  His first count, the total, is kept beside it.  How the creator's count
# is held still while several page tables change is not modelled: a step is atomic.
scheme creator over refs

assume anon

state total: nat = 0
# Who mapped the folio first.
state creator: Mm? = none
# Its PTEs, and its PMD entries as one each.
state creators: nat = 0

define entries(m: Mm) = (count v in Vma, p in Page: owner[v] == m and pte[v, p]) + (count v in Vma:
	owner[v] == m and pmd[v])

invariant counts_entries
	total == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])

invariant counts_creators
	all m in Mm: creator == m implies creators == entries(m)

invariant born_has_a_creator
	born implies creator != none

invariant nobody_counts_nothing
	creator == none implies creators == 0

# What a write relies on; each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

invariant huge_pages_are_exclusive_whole
	huge_is_exclusive_whole

on map_ptes(v, first, last)
	changes total, creator, creators
	let n = count p in first .. last: true
	total := total + n
	creator := owner[v] when creator == none
	creators := creators + n when creator == none or creator == owner[v]

on unmap_ptes(v, first, last)
	changes total, creators
	let n = count p in first .. last: true
	total := total - n
	creators := creators - n when creator == owner[v]

on map_pmd(v)
	changes total, creator, creators
	total := total + 1
	creator := owner[v] when creator == none
	creators := creators + 1 when creator == none or creator == owner[v]

on unmap_pmd(v)
	changes total, creators
	total := total - 1
	creators := creators - 1 when creator == owner[v]

on split_pmd(v)
	changes total, creators
	total := total + NR - 1
	creators := creators + NR - 1 when creator == owner[v]

# A child is not the creator, but its pages may come back: to a parent that is.
on dup_ptes(src, dst, first, last)
	changes total, creators
	let n = count p in first .. last: true
	total := total + n
	creators := creators + n when creator == owner[dst]

on dup_pmd(src, dst)
	changes total, creators
	total := total + 1
	creators := creators + 1 when creator == owner[dst]

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = total > 0
	expect exact

# Others map it if the creator has not all there is.  Zi Yan, 2023-07-02 19:51.
answer maybe_mapped_shared(m) = creators < total
	expect safe

# Copy if the creator is another, or has not all references; else reuse.
answer may_reuse(v, p) = creator == owner[v] and refcount == creators
	expect safe

answer may_reuse_pmd(v) = creator == owner[v] and refcount == creators
	expect safe

answer extra_references = refcount != total + cache_refs
	expect safe

# The simple fork() and exec(): the child is gone, and the parent need not scan its page
# tables.
claim creator_alone_reuses
	all v in Vma, p in Page:
		(creator == owner[v] and pte[v, p] and quiet and
			(all w in Vma: maps(w) implies owner[w] == owner[v])) implies
			answer(may_reuse, v, p)
	expect holds

# Less than the total: several processes.  Zi Yan, 2023-07-02 19:51.
claim less_means_shared
	creators < total implies shared
	expect fails

claim less_means_another
	(creators < total and creators > 0) implies shared
	expect holds

# The child that is left alone copies for ever.
claim last_process_reuses
	all v in Vma, p in Page:
		(pte[v, p] and quiet and
			(all w in Vma: maps(w) implies owner[w] == owner[v])) implies
			answer(may_reuse, v, p)
	expect fails

# Without a pin, and with the TLB flushed, nobody seems to hold it.
claim free_reads_as_free
	quiet implies not answer(extra_references)
	expect holds

# The creator's PMD entry is the only mapping: it is reused.
claim creators_lone_pmd_is_reused
	all v in Vma:
		(creator == owner[v] and pmd[v] and alone(v) and quiet) implies
			answer(may_reuse_pmd, v)
	expect holds

# Nobody else maps what the creator has all of.
claim creator_alone_reads_as_exclusive
	all m in Mm:
		(creator == m and uses(m) and not shared) implies not answer(maybe_mapped_shared, m)
	expect holds
