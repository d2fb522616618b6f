# per_vma.fs - count the VMAs that map any part of the folio.
# Matthew Wilcox, linux-mm, 2023-02-06 20:34; step by step 2023-02-08 19:54.
scheme per_vma over folio

state mapcount: nat = 0
# What the folio adds to NR_FILE_MAPPED in his sketch.
state stat_mapped: nat = 0

# The definition: how many VMAs have one or more pages of this folio mapped.
invariant counts_mapping_vmas
	mapcount == count v in Vma: maps(v)

# It adds the pages of each call, so a page that two VMAs map is in it twice.
invariant statistic_adds_up
	stat_mapped == count v in Vma, p in Page: maps_page(v, p)

# First page of the folio in this VMA?  The walk runs before set_ptes().
on map_ptes(v, first, last)
	changes mapcount, stat_mapped
	mapcount := mapcount + 1 when not maps(v)
	stat_mapped := stat_mapped + (count p in first .. last: true)

# Last page of the folio in this VMA?  The PTEs are cleared already.
on unmap_ptes(v, first, last)
	changes mapcount, stat_mapped
	mapcount := mapcount - 1 when not maps'(v)
	stat_mapped := stat_mapped - (count p in first .. last: true)

# The whole folio: no walk.
on map_pmd(v)
	changes mapcount, stat_mapped
	mapcount := mapcount + 1
	stat_mapped := stat_mapped + NR

on unmap_pmd(v)
	changes mapcount, stat_mapped
	mapcount := mapcount - 1
	stat_mapped := stat_mapped - NR

# First page of the folio in the child's VMA?
on dup_ptes(src, dst, first, last)
	changes mapcount, stat_mapped
	mapcount := mapcount + 1 when not maps(dst)
	stat_mapped := stat_mapped + (count p in first .. last: true)

on dup_pmd(src, dst)
	changes mapcount, stat_mapped
	mapcount := mapcount + 1
	stat_mapped := stat_mapped + NR

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

# One process, one mprotect() in the middle: count 2, not shared.
answer maybe_mapped_shared(m) = mapcount > 1
	expect safe

# Pages of a folio that two VMAs map are counted twice: the statistic means something else
# then.  Yin Fengwei, 2023-03-29 14:02; Zi Yan, 2023-07-01 01:17.
answer nr_mapped = stat_mapped
	expect unsafe

answer fully_mapped_alone(v) = mapcount == 1
	expect safe

# A folio that one VMA maps is not taken for shared.  Wilcox, 2023-02-06 20:34.
claim one_vma_reads_as_exclusive
	all m in Mm: (count v in Vma: maps(v)) == 1 implies not answer(maybe_mapped_shared, m)
	expect holds

# A count of one leaves nobody else.  Wilcox, 2023-02-06 20:34.
claim one_means_one_process
	mapcount == 1 implies not shared
	expect holds

# Two VMAs of one process: Yang Shi, 2023-02-06 22:55.
claim two_means_two_processes
	mapcount == 2 implies shared
	expect fails

# What Wilcox answers at 23:09: wrong only where a process maps it by two VMAs.
claim exact_with_one_vma_each
	(all v, w in Vma: (maps(v) and maps(w) and owner[v] == owner[w]) implies v == w) implies
		(mapcount > 1 iff shared)
	expect holds

# The count says nothing about a page: Jason Gunthorpe, 2021-12-16 17:01.
claim two_means_a_page_mapped_twice
	mapcount == 2 implies some p in Page: (count v in Vma: maps_page(v, p)) > 1
	expect fails

# The one VMA that maps it, and whole, is told so.
claim alone_reads_as_alone
	all v in Vma:
		((all p in Page: pte[v, p]) and alone(v)) implies answer(fully_mapped_alone, v)
	expect holds
