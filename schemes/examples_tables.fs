# examples_tables.fs - the examples of the thread that speak of page tables.
scenarios examples_tables over tables with per_vma_table

# E1.  Wilcox, 2023-01-24 18:13: every page once, by one VMA and one table.
scenario one_table
	world NR = 64, not anon, not pmd_sized, within_pmd, Vma a in A, Table T0
	open_vma(a, 0, 63)
	map_ptes(a, 0, 63)
	expect per_vma_table.mapcount == 1

# E2.  The same mail: across the edge of a table, a fault on one side, then on the other.
# E5.  2023-02-02 15:31: at 1.9 to 2.1 MB the count is two.
scenario across_an_edge
	world NR = 64, not anon, not pmd_sized, within_pmd, Vma a in A, Table T0, T1,
		table[a, 0 .. 31] = T0, table[a, 32 .. 63] = T1
	open_vma(a, 0, 63)
	call fault_around_tables(a, 0, 31)
	expect per_vma_table.mapcount == 1
	call fault_around_tables(a, 32, 63)
	expect per_vma_table.mapcount == 2, per_vma_table.maybe_mapped_shared(A), not shared

# E5.  And at 2.1 to 2.3 MB it is one.
scenario beside_an_edge
	world NR = 64, not anon, not pmd_sized, within_pmd, Vma a in A, Table T0, T1,
		table[a, *] = T1
	open_vma(a, 0, 63)
	call fault_around_tables(a, 0, 63)
	expect per_vma_table.mapcount == 1

# E3.  2023-01-24 18:13: one, and still one when the PMD entry is split.
scenario aligned_pmd_split
	world NR = 512, anon, pmd_sized, within_pmd, Vma a in A, Table T0
	open_vma(a, 0, 511)
	map_pmd(a)
	expect per_vma_table.mapcount == 1
	split_pmd(a)
	expect per_vma_table.mapcount == 1, per_vma_table.unwalked == 1

# E4.  His concern: three pages are mapped, two unmapped.  Without a walk the count is gone.
scenario unmap_two_of_three_in_a_table
	world NR = 16, not anon, not pmd_sized, within_pmd, Vma a in A, Table T0
	open_vma(a, 0, 15)
	map_ptes(a, 0, 2)
	unmap_ptes(a, 0, 1)
	expect mapped, per_vma_table.mapcount == 1, per_vma_table.unwalked == 0

# E6.  2023-02-02 15:31: a folio of 1 GiB, aligned, whose PUD entry becomes PTEs in 512
# tables.  One page here stands for the 512 of a table: no count depends on them.
scenario pud_split
	world NR = 512, anon, pmd_sized, not within_pmd, Vma a in A, Table T0 .. T511,
		table[a, *] = T0 .. T511
	open_vma(a, 0, 511)
	map_pmd(a)
	expect per_vma_table.mapcount == 1
	split_pmd(a)
	expect per_vma_table.mapcount == 512

# 2023-02-06 20:34: more than two is somebody else; and three VMAs of one process?
scenario three_vmas_of_one_process
	world NR = 64, not anon, not pmd_sized, within_pmd, Vma a, b, c in A, Table T0
	open_vma(a, 0, 63)
	call fault_around_tables(a, 0, 63)
	call mprotect(a, 16, 31)
	expect per_vma_table.mapcount == 3, per_vma_table.maybe_mapped_shared(A), not shared
