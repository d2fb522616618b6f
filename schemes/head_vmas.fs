# head_vmas.fs - one count in the head page, one more or less with each call of rmap.
# Matthew Wilcox, linux-mm, 2021-12-15 21:55: the number of VMAs that contain a reference
# to any page of the folio; one fault maps all pages that fit, so it is counted once.
# Nothing looks at other PTEs, so the count is right only while folios are mapped and
# unmapped whole.  With the walk that he adds at 2021-12-16 13:56 it is per_vma.fs.
scheme head_vmas over cow

# A count that may go below zero when it has drifted.
state mapcount: int = 0
# There were PTEs: from then on a part may come or go.
state parted: bool = false

define vmas = count v in Vma: maps(v)

# A small page is mapped and unmapped whole, and there it is right.
invariant right_for_small_pages
	NR == 1 implies mapcount == vmas

# Neither does what only PMD entries have mapped drift.
invariant pmds_are_counted
	not parted implies mapcount == count v in Vma: pmd[v]

invariant ptes_part_it
	(some v in Vma, p in Page: pte[v, p]) implies parted

invariant unborn_is_whole
	not born implies not parted

on map_ptes
	changes mapcount, parted
	mapcount := mapcount + 1
	parted := true

on map_pmd, dup_ptes, dup_pmd
	changes mapcount
	mapcount := mapcount + 1

on unmap_ptes, unmap_pmd
	changes mapcount
	mapcount := mapcount - 1

# Splitting a PMD entry does not change the count, he says; VMAs are not spoken of.
on split_pmd
	changes parted
	parted := true

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = mapcount > 0
	expect unsafe

answer maybe_mapped_shared(m) = mapcount > 1
	expect unsafe

answer may_reuse(v, p) = mapcount == 1
	expect unsafe

# Its author's definition.  MADV_DONTNEED keeps the VMA, and who would decrement?
# Kirill Shutemov, 2021-12-16 09:37.
claim counts_vmas
	mapcount == vmas
	expect fails

# Each part of a folio that is dropped takes one away.  Wilcox, 2021-12-16 13:56.
claim never_negative
	mapcount >= 0
	expect fails

# A write to a page that another process still maps.  Shutemov, 2021-12-16 09:37: COW
# needs an exact answer.
expect no_shared_writable fails

# mprotect() of a part makes two VMAs, and the count stays one: for COW that is luck.
# Wilcox, 2021-12-16 13:56, would have it two.
claim two_vmas_count_two
	vmas == 2 implies mapcount == 2
	expect fails

# What the answers say; the count itself has drifted.
claim positive_reads_as_mapped
	answer(folio_mapped) iff mapcount >= 1
	expect holds

claim two_reads_as_shared
	all m in Mm: answer(maybe_mapped_shared, m) iff mapcount >= 2
	expect holds

claim one_is_reused
	all v in Vma, p in Page: answer(may_reuse, v, p) iff (mapcount >= 1 and mapcount <= 1)
	expect holds
