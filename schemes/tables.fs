# tables.fs - which PTE table holds the entry of a page, in each VMA.
#
# A folio may straddle the edge of a table, and may be larger than one table covers; a
# call of the rmap functions serves one table.  Of a folio larger than a PMD entry maps,
# the one huge entry is a PUD entry, and `pmd` says so for both.  No kernel has such anon
# folios: Wilcox (2023-02-02 15:31) and Kravetz speak of them in theory.
module tables over folio

sort Table named T0, T1, T2, T3
# Where the address of the page in this VMA has its PTE.
const table: [Vma, Page] Table

# Not larger than what one PMD entry maps: in a VMA it meets two tables at most, and from
# some page on it is the second.
const within_pmd: bool
	where within_pmd implies
		(all v in Vma:
			some edge in Page:
				all p in Page:
					table[v, p] == (if p < edge then table[v, 0]
						else table[v, NR - 1]))

define in_table(v: Vma, t: Table) = some p in Page: table[v, p] == t and pte[v, p]

# The pages from `first` to `last` have their PTEs in one table.
define one_table(v: Vma, first: Page, last: Page) = all p in first .. last:
	table[v, p] == table[v, first]

on map_ptes(v, first, last)
	requires one_table(v, first, last)
	changes nothing

on unmap_ptes(v, first, last)
	requires one_table(v, first, last)
	changes nothing

# A PMD entry stands where one table would.
on map_pmd(v)
	requires within_pmd implies one_table(v, 0, NR - 1)
	changes nothing

on dup_ptes(src, dst, first, last)
	requires one_table(src, first, last) and one_table(dst, first, last)
	changes nothing

on dup_pmd(src, dst)
	requires within_pmd implies one_table(dst, 0, NR - 1)
	changes nothing

# The addresses stay, and with them the tables.
on split_vma(old, new, at)
	requires all p in at .. NR - 1: table[new, p] == table[old, p]
	changes nothing

on merge_vma(left, right)
	requires all p in Page: covers[right, p] implies table[left, p] == table[right, p]
	changes nothing

# move_ptes() works from one table to one table.
on move_ptes(old, new, first, last)
	requires one_table(old, first, last) and one_table(new, first, last)
	changes nothing

on move_pmd(old, new)
	requires within_pmd implies one_table(new, 0, NR - 1)
	changes nothing

invariant pmd_in_one_table
	all v in Vma, p, q in Page: (within_pmd and pmd[v]) implies table[v, p] == table[v, q]

# As fault_around(), table by table.
call fault_around_tables(v: Vma, first: Page, last: Page)
	mirrors filemap_map_pages
	for each t in Table do
		for batch a .. b of p in first .. last
			where table[v, p] == t and covers[v, p] and not maps_page(v, p) do
			map_ptes(v, a, b)
		end
	end

# As zap() of PTEs, table by table.
call zap_tables(v: Vma, first: Page, last: Page)
	mirrors zap_pte_range
	for each t in Table do
		for batch a .. b of p in first .. last where table[v, p] == t and pte[v, p] do
			unmap_ptes(v, a, b)
		end
	end
