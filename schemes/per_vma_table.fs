# per_vma_table.fs - count the pairs of a VMA and a page table that map any part.
# Matthew Wilcox, linux-mm, 2023-01-24 18:13; what a page table is: 2023-02-02 15:31;
# withdrawn 2023-02-06 20:34.  When a part is unmapped he cannot know whether the rest is
# gone (his own concern): here each update walks the table, and beside it stands the
# count of one who does not.
scheme per_vma_table over tables

state mapcount: nat = 0
# The same without a walk: all PTEs of a pair come and go at once.
state unwalked: int = 0
# A walk may have told him something else, once at least.
state drifted: bool = false

# The definition; a huge entry is one reference from one table.
invariant counts_pairs
	mapcount == (count v in Vma, t in Table: in_table(v, t)) + (count v in Vma: pmd[v])

# Which steps need the walk: the others leave the two alike.
invariant right_until_drift
	not drifted implies unwalked == mapcount

# One page comes and goes whole.
invariant small_pages_do_not_drift
	NR == 1 implies not drifted

on map_ptes(v, first, last)
	changes mapcount, unwalked, drifted
	mapcount := mapcount + 1 when not in_table(v, table[v, first])
	unwalked := unwalked + 1
	drifted := true when in_table(v, table[v, first])

on unmap_ptes(v, first, last)
	changes mapcount, unwalked, drifted
	mapcount := mapcount - 1 when not in_table'(v, table[v, first])
	unwalked := unwalked - 1
	drifted := true when in_table'(v, table[v, first])

on map_pmd, dup_pmd
	changes mapcount, unwalked
	mapcount := mapcount + 1
	unwalked := unwalked + 1

on unmap_pmd
	changes mapcount, unwalked
	mapcount := mapcount - 1
	unwalked := unwalked - 1

# Where a PMD entry was there is one table now: no change.  A PUD entry becomes as many
# as there are tables: 511 more for 1 GiB.  Wilcox, 2023-02-02 15:31.
on split_pmd(v)
	changes mapcount, unwalked
	mapcount := mapcount - 1 + (count t in Table: in_table'(v, t))
	unwalked := unwalked - 1 + (count t in Table: in_table'(v, t))

on dup_ptes(src, dst, first, last)
	changes mapcount, unwalked, drifted
	mapcount := mapcount + 1 when not in_table(dst, table[dst, first])
	unwalked := unwalked + 1
	drifted := true when in_table(dst, table[dst, first])

# He does not speak of VMAs that are split; by the definition, a table that serves both
# halves counts for both.
on split_vma(old, new, at)
	changes mapcount, drifted
	mapcount := mapcount + count t in Table: in_table'(old, t) and in_table'(new, t)
	drifted := true

on merge_vma(left, right)
	changes mapcount, drifted
	mapcount := mapcount - count t in Table: in_table(left, t) and in_table(right, t)
	drifted := true

on move_ptes(old, new, first, last)
	changes mapcount, drifted
	let left_behind = if in_table'(old, table[old, first]) then 1 else 0
	let found = if in_table(new, table[new, first]) then 1 else 0
	mapcount := mapcount + left_behind - found
	drifted := true when left_behind != found

on move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = mapcount > 0
	expect exact

answer maybe_mapped_shared(m) = mapcount > 1
	expect safe

# A count of one: definitely only us.  Wilcox, 2023-02-06 20:34.
claim one_means_one_vma
	all v, w in Vma: (mapcount == 1 and maps(v) and maps(w)) implies v == w
	expect holds

# And it is answered so.
claim one_reads_as_exclusive
	all m in Mm: mapcount <= 1 implies not answer(maybe_mapped_shared, m)
	expect holds

# More than two: definitely somebody else, if we are one VMA,
claim three_means_another_vma
	(within_pmd and mapcount > 2) implies some v, w in Vma: v != w and maps(v) and maps(w)
	expect holds

# but not if we are one process: one mprotect() in the middle makes three VMAs.
claim three_means_another_process
	(within_pmd and mapcount > 2) implies shared
	expect fails

# And two: maybe twice by us, maybe once by us and once by somebody else.
claim two_means_another_vma
	mapcount == 2 implies some v, w in Vma: v != w and maps(v) and maps(w)
	expect fails

# His footnote: with folios larger than PMD size it is more complex.
claim large_three_means_another_vma
	mapcount > 2 implies some v, w in Vma: v != w and maps(v) and maps(w)
	expect fails

# Only folios that are not aligned are counted twice in one VMA.  Peter Xu, 2023-02-07
# 22:39.
claim aligned_two_means_another_vma
	((all v in Vma, p, q in Page: table[v, p] == table[v, q]) and mapcount > 1) implies
		some v, w in Vma: v != w and maps(v) and maps(w)
	expect holds

# Map three pages, unmap two.  His concern, 2023-01-24 18:13; that it is common:
# Hildenbrand and Yang Shi, 18:35.
claim walk_is_not_needed
	unwalked == mapcount
	expect fails
