# total.fs - one count of all page table entries that map the folio, a PMD entry as one.
# Zi Yan, linux-mm, 2023-07-01 01:17, 2023-07-02 19:51.
# Beside it the count that Yin Fengwei compares with (2023-07-03 01:09), and which
# cannot be kept up without a count per page (Zi Yan, 13:24): here it asks the tables.
scheme total over refs

state total: nat = 0
# _nr_pages_mapped: pages mapped by at least one PTE.
state pages_mapped: nat = 0

define pte_mapped(p: Page) = some v in Vma: pte[v, p]

invariant counts_entries
	total == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])

invariant counts_pages
	pages_mapped == count p in Page: pte_mapped(p)

on map_ptes(v, first, last)
	changes total, pages_mapped
	total := total + (count p in first .. last: true)
	pages_mapped := pages_mapped + (count p in first .. last: not pte_mapped(p))

on unmap_ptes(v, first, last)
	changes total, pages_mapped
	total := total - (count p in first .. last: true)
	pages_mapped := pages_mapped - (count p in first .. last: not pte_mapped'(p))

on map_pmd(v)
	changes total
	total := total + 1

on unmap_pmd(v)
	changes total
	total := total - 1

# NR PTEs more, one PMD entry less.
on split_pmd(v)
	changes total, pages_mapped
	total := total + NR - 1
	pages_mapped := NR

on dup_ptes(src, dst, first, last)
	changes total
	total := total + (count p in first .. last: true)

on dup_pmd(src, dst)
	changes total
	total := total + 1

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = total > 0
	expect exact

# A rough estimate, he says; and it errs both ways.  Hildenbrand, 2023-07-03 21:09.
answer maybe_mapped_shared(m) = total > NR
	expect unsafe

answer fully_mapped_alone(v) = total == NR
	expect safe

# Extra pins: the total against the reference count.  Zi Yan, 2023-07-01 01:17.
answer extra_references = refcount != total + cache_refs
	expect safe

# Not enough to decide on a copy, says Wilcox, 2023-07-04 02:25; and so it is.
answer may_reuse(v, p) = total <= NR
	expect unsafe

answer may_reuse_pmd(v) = total <= NR
	expect unsafe

expect no_shared_writable fails

# What it says: there are more entries than pages.  Zi Yan, 2023-07-02 19:51.
claim more_entries_read_as_shared
	all m in Mm:
		answer(maybe_mapped_shared, m) iff
			(count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v]) > NR
	expect holds

# Pigeonhole: more entries than one VMA can have.
claim more_than_nr_means_two_vmas
	total > NR implies some v, w in Vma: v != w and maps(v) and maps(w)
	expect holds

# But one process may map a file twice.
claim more_than_nr_means_shared
	total > NR implies shared
	expect fails

# An anon page is mapped once per process, so for anon folios the estimate is right.
claim anon_more_than_nr_means_shared
	(anon and total > NR) implies shared
	expect holds

# A PMD entry counts one, so sharers by PMD go unnoticed.  Hildenbrand, 2023-07-03 21:09.
claim shared_by_pmds_is_seen
	((all v in Vma: maps(v) implies pmd[v]) and shared) implies total > NR
	expect fails

# Two tasks with page 1, or one task with pages 0 and 1: the same total.
# Wilcox, 2023-07-04 02:25.
claim shared_is_seen
	shared implies total > NR
	expect fails

# Yin Fengwei, 2023-07-03 01:09: some page is mapped twice.
claim more_than_pages_means_two_vmas
	((all v in Vma: not pmd[v]) and total > pages_mapped) implies
		some v, w in Vma: v != w and maps(v) and maps(w)
	expect holds

# It takes for granted that there is no PMD entry.  Zi Yan, 2023-07-03 13:24.
claim more_than_pages_means_shared
	total > pages_mapped implies shared
	expect fails

# Two tasks that map different pages: Wilcox's second case.
claim disjoint_sharing_is_seen
	((all v in Vma: not pmd[v]) and shared) implies total > pages_mapped
	expect fails

# Without a pin, and with the TLB flushed, nobody seems to hold it.
claim free_reads_as_free
	quiet implies not answer(extra_references)
	expect holds

# The one VMA that maps it, and whole, is told so.
claim alone_reads_as_alone
	all v in Vma:
		((all p in Page: pte[v, p]) and alone(v)) implies answer(fully_mapped_alone, v)
	expect holds

# What the rule for copies says, of a page and of a PMD entry: no more entries than pages.
claim no_more_entries_than_pages_reuse
	all w in Vma, q in Page:
		answer(may_reuse, w, q) iff
			(count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v]) <= NR
	expect holds

claim no_more_entries_than_pages_reuse_pmd
	all w in Vma:
		answer(may_reuse_pmd, w) iff
			(count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v]) <= NR
	expect holds
