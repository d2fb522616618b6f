# examples.fs - the examples of the thread, at their real sizes.
# Each scenario cites its message and runs against every scheme that it names.
scenarios examples over folio with page, per_vma, per_mm, nr_pages_mapped, total, linux_6_18,
	linux_6_12, double_map, double_map_file, head_vmas, full_partial, three_counts, creator,
	one_ref

# E3.  Wilcox, 2023-01-24 18:13: splitting the PMD is no new mapping of the folio.
scenario pmd_split
	world NR = 512, anon, pmd_sized, Vma a in A
	open_vma(a, 0, 511)
	map_pmd(a)
	expect per_vma.mapcount == 1, per_mm.mapcount == 1, total.total == 1
	expect nr_pages_mapped.entire == 1, nr_pages_mapped.stat_mapped == 512
	split_pmd(a)
	expect per_vma.mapcount == 1, per_mm.mapcount == 1, total.total == 512
	expect nr_pages_mapped.entire == 0, nr_pages_mapped.stat_mapped == 512
	expect head_vmas.mapcount == 1, three_counts.total == 512, three_counts.compound == 0
	expect double_map.compound == 0, not double_map.double_map, double_map.mapcount[0] == 1

# E4.  Wilcox, 2023-01-24 18:13, his concern: map three pages, unmap two.
scenario unmap_two_of_three
	world NR = 16, not anon, not pmd_sized, Vma a in A
	open_vma(a, 0, 15)
	map_ptes(a, 0, 2)
	unmap_ptes(a, 0, 1)
	expect mapped, per_vma.mapcount == 1, per_mm.mapcount == 1, total.total == 1
	expect nr_pages_mapped.nr_mapped == 1
	expect head_vmas.mapcount == 0, not head_vmas.folio_mapped
	expect full_partial.full == 0, full_partial.partial == 1

# E7.  Yin Fengwei, 2023-03-29: two pages were copied on write, then the VMA is split
# between them.
scenario split_between_copied_pages
	world NR = 512, anon, pmd_sized, Vma a, b in A
	open_vma(a, 0, 511)
	map_pmd(a)
	call split_huge_pmd(a)
	unmap_ptes(a, 255, 256)
	expect per_vma.mapcount == 1, total.total == 510
	split_vma(a, b, 256)
	expect per_vma.mapcount == 2, per_mm.mapcount == 1, total.total == 510
	expect head_vmas.mapcount == 0, full_partial.partial == 2
	expect nr_pages_mapped.page_mapcount(255) == 0, nr_pages_mapped.page_mapcount(256) == 0
	expect nr_pages_mapped.page_mapcount(254) == 1, nr_pages_mapped.deferred

# E8, first run.  Wilcox, 2023-07-04 02:25: page 1 of an order-4 folio in two tasks.
scenario one_page_in_two_tasks
	world NR = 16, anon, not pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 15)
	call page_fault(a, 1)
	call fork(A, B)
	call madvise_dontneed(a, 0, 0)
	call madvise_dontneed(a, 2, 15)
	call madvise_dontneed(b, 0, 0)
	call madvise_dontneed(b, 2, 15)
	expect shared, total.total == 2, total.pages_mapped == 1
	expect not total.maybe_mapped_shared(A), per_mm.maybe_mapped_shared(A)
	expect per_mm.mapcount == 2, per_vma.mapcount == 2

# E8, second run: pages 0 and 1 in one task.
scenario two_pages_in_one_task
	world NR = 16, anon, not pmd_sized, Vma a in A
	open_vma(a, 0, 15)
	call page_fault(a, 1)
	call madvise_dontneed(a, 2, 15)
	expect not shared, total.total == 2, total.pages_mapped == 2
	expect not total.maybe_mapped_shared(A), not per_mm.maybe_mapped_shared(A)
	expect per_mm.mapcount == 1, per_vma.mapcount == 1

# E10.  Yang Shi, 2023-02-06 22:55: two VMAs of one process.
scenario two_vmas_of_one_process
	world NR = 4, not anon, not pmd_sized, Vma a, b in A
	open_vma(a, 0, 3)
	open_vma(b, 0, 3)
	call fault_around(a, 0, 3)
	call fault_around(b, 0, 3)
	expect not shared, per_vma.mapcount == 2, per_mm.mapcount == 1, total.total == 8
	expect per_vma.maybe_mapped_shared(A), not per_mm.maybe_mapped_shared(A)
	expect per_vma.nr_mapped == 8, double_map_file.nr_mapped == 4

# E10.  Wilcox, 2023-02-06 23:09: so it is for a small page.
scenario small_page_in_two_vmas
	world NR = 1, not anon, not pmd_sized, Vma a, b in A
	open_vma(a, 0, 0)
	open_vma(b, 0, 0)
	call page_fault(a, 0)
	call page_fault(b, 0)
	expect not shared, page.mapcount == 2, page.stat_mapped == 1, per_vma.mapcount == 2

# E11.  Wilcox, 2023-02-08 19:54, step by step.
scenario life_of_a_file_folio
	world NR = 16, not anon, not pmd_sized, Vma a, b in A
	open_vma(a, 0, 15)
	expect per_vma.mapcount == 0
	call page_fault(a, 3)
	expect per_vma.mapcount == 1
	call page_fault(a, 7)
	expect per_vma.mapcount == 1
	call munmap(a, 7, 15)
	expect per_vma.mapcount == 1, total.total == 1
	call truncate(0)
	expect per_vma.mapcount == 0, not mapped

# E13.  Wilcox, 2021-12-16 13:56: mprotect() of the first page of a huge page.
scenario mprotect_first_page
	world NR = 512, anon, pmd_sized, Vma a, b in A
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	call mprotect(a, 0, 0)
	expect per_vma.mapcount == 2, per_mm.mapcount == 1, total.total == 512
	expect nr_pages_mapped.page_mapcount(0) == 1, nr_pages_mapped.page_mapcount(1) == 1
	expect head_vmas.mapcount == 1, full_partial.full == 0, full_partial.partial == 2

# E13, in the middle: three VMAs.
scenario mprotect_in_the_middle
	world NR = 512, anon, pmd_sized, Vma a, b, c in A
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	call mprotect(a, 100, 100)
	expect per_vma.mapcount == 3, per_mm.mapcount == 1, total.total == 512

# E14.  Wilcox, 2021-12-16 13:56: drop the first 512K, the last 512K, the middle 1M.
scenario dontneed_in_three
	world NR = 512, anon, pmd_sized, Vma a in A
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	call madvise_dontneed(a, 0, 127)
	expect per_vma.mapcount == 1, total.total == 384, nr_pages_mapped.deferred
	expect head_vmas.mapcount == 0, double_map.deferred
	call madvise_dontneed(a, 384, 511)
	expect per_vma.mapcount == 1, total.total == 256, nr_pages_mapped.stat_mapped == 256
	call madvise_dontneed(a, 128, 383)
	expect per_vma.mapcount == 0, total.total == 0, not mapped
	expect head_vmas.mapcount == -2

# E15.  Wilcox, 2021-12-16 15:54: 1 or 2?  Every page is mapped once, by three VMAs.
scenario mremap_in_the_middle
	world NR = 512, anon, pmd_sized, Vma a, b, c, d in A
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	call mremap(a, b, 32, 63)
	expect per_vma.mapcount == 3, per_mm.mapcount == 1, total.total == 512
	expect nr_pages_mapped.page_mapcount(0) == 1, nr_pages_mapped.page_mapcount(32) == 1
	expect all p in Page: (count v in Vma: maps_page(v, p)) == 1

# E15 with a file: the PMD entry is dropped, and nothing has moved when the pages are
# faulted again.
scenario mremap_of_a_file
	world NR = 512, not anon, pmd_sized, Vma a, b, c, d in A
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	expect double_map_file.compound == 1, double_map_file.mapcount[511] == 1
	call mremap(a, b, 32, 63)
	expect not mapped, per_vma.mapcount == 0
	call fault_around(b, 32, 63)
	call fault_around(a, 0, 15)
	expect per_vma.mapcount == 2, total.total == 48, double_map_file.double_map

# E16.  Kirill Shutemov, 2021-12-16 18:56: the rest of the folio may be anywhere, so that
# nothing is left of it in this VMA says little.
scenario rest_is_elsewhere
	world NR = 512, anon, pmd_sized, Vma a, b, c in A
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	call mremap(a, b, 256, 511)
	expect per_vma.mapcount == 2, head_vmas.mapcount == 1
	call madvise_dontneed(a, 0, 255)
	expect not maps(a), mapped, per_vma.mapcount == 1, total.total == 256
	expect head_vmas.mapcount == 0, not head_vmas.folio_mapped

# E19.  Hildenbrand, 2023-07-03 21:09: two PMD entries are far fewer than NR.
scenario pmd_in_two_processes
	world NR = 512, anon, pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	call fork(A, B)
	expect shared, total.total == 2, not total.maybe_mapped_shared(A)
	expect per_mm.mapcount == 2, per_vma.mapcount == 2, nr_pages_mapped.entire == 2
	expect linux_6_12.maybe_mapped_shared(A), three_counts.maybe_mapped_shared(A)

# E20.  Hildenbrand, 2025-03-03, patch 12 of 20, first example: two map it, one leaves.
scenario one_of_two_leaves
	world NR = 512, anon, pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	expect linux_6_18.id0 == A, linux_6_18.id1 == none, not linux_6_18.maybe_mapped_shared(A)
	call split_huge_pmd(a)
	expect linux_6_18.large_mapcount == 512, linux_6_18.count0 == 512
	call fork(A, B)
	expect shared, linux_6_18.large_mapcount == 1024, linux_6_18.id1 == B
	expect linux_6_18.maybe_mapped_shared(A), linux_6_18.page_mapcount(100) == 2
	call exit(A)
	expect not shared, linux_6_18.large_mapcount == 512, linux_6_18.id0 == none
	expect not linux_6_18.maybe_mapped_shared(B)

# E21.  The same patch, second example: of three, the two that have a slot leave.
scenario owners_of_three_leave
	world NR = 512, anon, pmd_sized, Vma a in A, Vma b in B, Vma c in C
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	call split_huge_pmd(a)
	call fork(A, B)
	call fork(A, C)
	expect shared, linux_6_18.id0 == A, linux_6_18.id1 == B, linux_6_18.large_mapcount == 1536
	call exit(A)
	call exit(B)
	expect not shared, linux_6_18.large_mapcount == 512
	expect linux_6_18.id0 == none, linux_6_18.id1 == none, linux_6_18.maybe_mapped_shared(C)

# E22.  Hildenbrand, 2026-04-12, patch 13 of 13: two PMD entries and one PTE.  What per_vma
# keeps as its statistic is the number of mapped pages that he sums up.
scenario two_pmds_and_one_pte
	world NR = 512, not anon, pmd_sized, Vma a in A, Vma b in B, Vma c in C
	open_vma(a, 0, 511)
	open_vma(b, 0, 511)
	open_vma(c, 0, 0)
	call page_fault(a, 0)
	call page_fault(b, 0)
	call page_fault(c, 0)
	expect three_counts.total == 3, total.total == 3, per_vma.stat_mapped == 1025
	expect (per_vma.stat_mapped + NR / 2) / NR == 2
	expect three_counts.pte_mapped_too, three_counts.first_page == 3

# A page that was never touched by fork(): MADV_DONTFORK of a part.  Hildenbrand, 2023-01-24
# 18:37, on what PageAnonExclusive per page is for.
scenario fork_without_a_part
	world NR = 512, anon, pmd_sized, Vma a, c in A, Vma b in B
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	call split_after(a, 255)
	expect per_vma.mapcount == 2, total.total == 512
	call fork_without(A, B, c)
	expect per_vma.mapcount == 3, total.total == 768, per_mm.mapcount == 2
	expect nr_pages_mapped.page_mapcount(0) == 2, nr_pages_mapped.page_mapcount(256) == 1
	expect linux_6_18.count0 == 512, linux_6_18.count1 == 256,
		double_map.page_mapcount(256) == 1

# PTEs of a file give way to a PMD entry; those of an anon folio go to a new one.
scenario collapse_a_file
	world NR = 512, not anon, pmd_sized, Vma a in A
	open_vma(a, 0, 511)
	call fault_around(a, 16, 31)
	call uffd_continue(a, 100)
	expect total.total == 17, per_vma.mapcount == 1, double_map_file.double_map
	call collapse(a)
	expect pmd[a], total.total == 1, per_vma.mapcount == 1, not double_map_file.double_map

scenario collapse_anon
	world NR = 512, anon, pmd_sized, Vma a in A
	open_vma(a, 0, 511)
	call page_fault(a, 0)
	call madvise_dontneed(a, 0, 0)
	expect total.total == 511, nr_pages_mapped.deferred
	call collapse(a)
	expect not mapped, total.total == 0, per_vma.mapcount == 0
