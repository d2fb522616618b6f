# examples_cow.fs - the examples of the thread that ask: copy or reuse?
scenarios examples_cow over refs with page, per_vma_refs, per_mm, nr_pages_mapped, total,
	linux_6_18, linux_6_12, double_map, three_counts, creator, one_ref, one_ref_held

# E8, first run.  Wilcox, 2023-07-04 02:25: page 1 of an order-4 folio in two tasks.  Whoever
# may not write must copy.
scenario shared_page_is_copied
	world NR = 16, anon, not pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 15)
	call write(a, 1)
	call fork(A, B)
	call madvise_dontneed(a, 0, 0)
	call madvise_dontneed(a, 2, 15)
	call madvise_dontneed(b, 0, 0)
	call madvise_dontneed(b, 2, 15)
	tlb_flush()
	expect total.total == 2, nr_pages_mapped.page_mapcount(1) == 2, three_counts.total == 2
	expect not linux_6_18.may_reuse(a, 1), not per_mm.may_reuse(a, 1)
	expect not nr_pages_mapped.may_reuse(a, 1), not creator.may_reuse(a, 1)
	expect not three_counts.may_reuse(a, 1), not one_ref_held.may_reuse(a, 1)
	expect total.may_reuse(a, 1), one_ref.may_reuse(a, 1)

# The same run under an answer that is wrong: the child sees what the parent writes.
scenario shared_page_is_written
	world NR = 16, anon, not pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 15)
	call write(a, 1)
	call fork(A, B)
	call madvise_dontneed(a, 0, 0)
	call madvise_dontneed(a, 2, 15)
	call madvise_dontneed(b, 0, 0)
	call madvise_dontneed(b, 2, 15)
	expect total.total == 2
	call write(a, 1)
	expect writable[a, 1] and maps_page(b, 1)

# E8, second run: pages 0 and 1 in one task, whose child is gone.  Reuse.
scenario private_pages_are_reused
	world NR = 16, anon, not pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 15)
	call write(a, 1)
	call fork(A, B)
	call exit(B)
	call madvise_dontneed(a, 2, 15)
	tlb_flush()
	expect total.total == 2, not exclusive[1], not writable[a, 1]
	expect linux_6_18.may_reuse(a, 1), per_mm.may_reuse(a, 1), per_vma_refs.may_reuse(a, 1)
	expect nr_pages_mapped.may_reuse(a, 1), double_map.may_reuse(a, 1), creator.may_reuse(a, 1)
	expect total.may_reuse(a, 1), not three_counts.may_reuse(a, 1)
	expect not one_ref_held.may_reuse(a, 1), not linux_6_12.may_reuse(a, 1)

# A single page that is left is copied, so that the large folio can go: T <= 1.
scenario last_page_is_copied
	world NR = 16, anon, not pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 15)
	call write(a, 0)
	call fork(A, B)
	call exit(B)
	call madvise_dontneed(a, 1, 15)
	tlb_flush()
	expect linux_6_18.large_mapcount == 1, not linux_6_18.may_reuse(a, 0)
	call write(a, 0)
	expect not mapped

# E12.  Kirill Shutemov, 2021-12-16 09:37: a PMD entry, split by mprotect(), then a write.  The
# page is marked exclusive today, so nobody is asked; after a fork whose child is gone,
# 512 references do not say whose they are.
scenario mprotect_then_write
	world NR = 512, anon, pmd_sized, Vma a, c in A, Vma b, d in B
	open_vma(a, 0, 511)
	call write(a, 0)
	call mprotect_read(a, 0, 0)
	expect total.total == 512, nr_pages_mapped.page_mapcount(0) == 1, exclusive[0]
	expect not writable[a, 0], per_vma_refs.mapcount == 2
	call write(a, 0)
	expect writable[a, 0], maps_page(a, 0)
	call fork(A, B)
	call exit(B)
	tlb_flush()
	expect not exclusive[0], total.total == 512
	expect nr_pages_mapped.may_reuse(a, 0), linux_6_18.may_reuse(a, 0), creator.may_reuse(a, 0)
	expect not three_counts.may_reuse(a, 0), not per_vma_refs.may_reuse(a, 0)

# E20, and what it is for.  Hildenbrand, 2025-03-03, patches 12 and 13 of 20: the tracked
# process that is left reuses.
scenario tracked_last_reuses
	world NR = 512, anon, pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 511)
	call write(a, 0)
	call split_huge_pmd(a)
	call fork(A, B)
	call exit(A)
	tlb_flush()
	expect linux_6_18.may_reuse(b, 100), linux_6_18.count1 == 512
	call write(b, 100)
	expect maps_page(b, 100), writable[b, 100]

# E21: the process without a slot copies, though it is alone.
scenario untracked_last_copies
	world NR = 512, anon, pmd_sized, Vma a in A, Vma b in B, Vma c in C
	open_vma(a, 0, 511)
	call write(a, 0)
	call split_huge_pmd(a)
	call fork(A, B)
	call fork(A, C)
	call exit(A)
	call exit(B)
	tlb_flush()
	expect not shared, not linux_6_18.may_reuse(c, 100)
	call write(c, 100)
	expect not maps_page(c, 100)

# The child keeps only page 7: the parent copies page 100, too, for the answer is the
# folio's.  A count per page would tell.
scenario child_keeps_one_page
	world NR = 512, anon, pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 511)
	call write(a, 0)
	call split_huge_pmd(a)
	call fork(A, B)
	call madvise_dontneed(b, 0, 6)
	call madvise_dontneed(b, 8, 511)
	tlb_flush()
	expect not linux_6_18.may_reuse(a, 100), not linux_6_18.may_reuse(a, 7)
	expect nr_pages_mapped.may_reuse(a, 100), not nr_pages_mapped.may_reuse(a, 7)

# PMD entries in both, the child is gone: one reference, and the PMD entry is reused.
scenario pmd_write_after_exit
	world NR = 512, anon, pmd_sized, Vma a in A, Vma b in B
	open_vma(a, 0, 511)
	call write(a, 0)
	call fork(A, B)
	expect not linux_6_18.may_reuse_pmd(a), not linux_6_12.may_reuse_pmd(a)
	call exit(B)
	tlb_flush()
	expect linux_6_18.may_reuse_pmd(a), linux_6_12.may_reuse_pmd(a),
		three_counts.may_reuse_pmd(a)
	call write(a, 5)
	expect linux_6_18.large_mapcount == 1, linux_6_12.entire == 1
	expect pmd[a], writable[a, 511]

# A pinned page is not shared by fork(): the child gets a copy of it, and the parent writes
# on in place.  What goes wrong otherwise: Jason Gunthorpe, 2021-12-16 15:19.
scenario fork_of_a_pinned_folio
	world NR = 512, anon, pmd_sized, Vma a in A, Vma b in B, Pin x
	open_vma(a, 0, 511)
	call write(a, 0)
	pin(x, a, 3)
	expect linux_6_18.extra_references, one_ref.extra_references, per_vma_refs.extra_references
	call fork_pinned(A, B)
	expect not maps(b), exclusive[3], writable[a, 3], total.total == 512
	unpin(x)
	expect not linux_6_18.extra_references, not one_ref.extra_references
