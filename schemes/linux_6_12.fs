# linux_6_12.fs - PTEs of each page, PMD entries, pages mapped, and all entries.
# As it stands in v6.12: 05c5323b2a34 (v6.10) adds the total to what v6.2 counts, and
# eefb9b2725e3 (v6.10) guesses from it who shares.  Logical values.  Statistics and the
# queue of folios to split are those of nr_pages_mapped.fs.
scheme linux_6_12 over refs

# _large_mapcount: PTEs, and PMD entries as one each.
state large_mapcount: nat = 0
# _entire_mapcount
state entire: nat = 0
# _mapcount of each page: PTEs only.
state mapcount: [Page] nat = 0
# _nr_pages_mapped without the ENTIRELY_MAPPED bit, which is `entire > 0`.
state nr_pages_mapped: nat = 0

invariant counts_entries
	large_mapcount == (count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v])

invariant counts_pmds
	entire == count v in Vma: pmd[v]

invariant counts_ptes
	all p in Page: mapcount[p] == count v in Vma: pte[v, p]

invariant counts_pages
	nr_pages_mapped == count p in Page: mapcount[p] > 0

# What a write relies on; each is kept by the others and by the answer to Q5.
invariant exclusive_pages_have_one_mapper
	exclusive_has_one_mapper

invariant writable_pages_are_exclusive
	writable_is_exclusive

invariant huge_pages_are_exclusive_whole
	huge_is_exclusive_whole

on map_ptes(v, first, last)
	changes large_mapcount, mapcount[*], nr_pages_mapped
	large_mapcount := large_mapcount + (count p in first .. last: true)
	mapcount[p] := mapcount[p] + 1 for p in first .. last
	nr_pages_mapped := nr_pages_mapped + (count p in first .. last: mapcount[p] == 0)

on unmap_ptes(v, first, last)
	changes large_mapcount, mapcount[*], nr_pages_mapped
	large_mapcount := large_mapcount - (count p in first .. last: true)
	mapcount[p] := mapcount[p] - 1 for p in first .. last
	nr_pages_mapped := nr_pages_mapped - (count p in first .. last: mapcount[p] == 1)

on map_pmd, dup_pmd
	changes large_mapcount, entire
	large_mapcount := large_mapcount + 1
	entire := entire + 1

on unmap_pmd
	changes large_mapcount, entire
	large_mapcount := large_mapcount - 1
	entire := entire - 1

# NR PTE mappings more, then one PMD mapping less.
on split_pmd
	changes large_mapcount, mapcount[*], nr_pages_mapped, entire
	large_mapcount := large_mapcount + NR - 1
	mapcount[p] := mapcount[p] + 1 for p in Page
	nr_pages_mapped := NR
	entire := entire - 1

# The parent maps these pages: none of them is mapped for the first time.
on dup_ptes(src, dst, first, last)
	changes large_mapcount, mapcount[*]
	large_mapcount := large_mapcount + (count p in first .. last: true)
	mapcount[p] := mapcount[p] + 1 for p in first .. last

on split_vma, merge_vma, move_ptes, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = large_mapcount > 0
	expect exact

answer page_mapcount(p) = mapcount[p] + entire
	expect exact

# folio_likely_mapped_shared(): a PMD entry among others, or more entries than pages;
# else the first page stands for all.
answer maybe_mapped_shared(m) = large_mapcount > 1 and
	(entire > 0 or large_mapcount > NR or mapcount[0] > 1)
	expect unsafe

answer fully_mapped_alone(v) = large_mapcount == NR
	expect safe

answer nr_mapped = if entire > 0 then NR else nr_pages_mapped
	expect exact

answer pte_mapped_too = nr_pages_mapped > 0
	expect exact

answer extra_references = refcount != large_mapcount + cache_refs
	expect safe

# wp_can_reuse_anon_folio() until v6.14: a large folio is never reused.
answer may_reuse(v, p) = NR == 1 and refcount == 1
	expect safe

# do_huge_pmd_wp_page()
answer may_reuse_pmd(v) = refcount == 1
	expect safe

# The reference count follows the mapcount: raised before, dropped after.
claim mapcount_below_refcount
	large_mapcount <= refcount
	expect holds

# Two PMD entries are two processes for anon folios, and are seen: what the total alone
# misses.  Hildenbrand, 2023-07-03 21:09.
claim pmds_are_seen
	all m in Mm: (anon and (count v in Vma: pmd[v]) > 1) implies answer(maybe_mapped_shared, m)
	expect holds

# Page 1 of a folio in two tasks.  Wilcox, 2023-07-04 02:25.
claim one_shared_page_is_seen
	all m in Mm: (some p in Page: mapcount[p] > 1) implies answer(maybe_mapped_shared, m)
	expect fails

# The price: whoever writes to a large folio through a PTE copies.
claim large_folios_are_copied
	all v in Vma, p in Page: NR > 1 implies not answer(may_reuse, v, p)
	expect holds

# One process that has lost the others' pages copies for nothing: what v6.15 mends.
claim alone_reuses
	all v in Vma, p in Page:
		(pte[v, p] and anon and quiet and
			(all w in Vma: maps(w) implies owner[w] == owner[v])) implies
			answer(may_reuse, v, p)
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

# The only mapping is one PMD entry: it is reused.
claim lone_pmd_is_reused
	all v in Vma: (anon and pmd[v] and alone(v) and quiet) implies answer(may_reuse_pmd, v)
	expect holds

# What the guess says.
claim guess_is_what_it_says
	all m in Mm:
		answer(maybe_mapped_shared, m) iff
			((count v in Vma, p in Page: pte[v, p]) + (count v in Vma: pmd[v]) > 1 and
				((some v in Vma: pmd[v]) or
					(count v in Vma, p in Page: pte[v, p]) + (count v in Vma:
						pmd[v]) > NR or
					(count v in Vma: pte[v, 0]) > 1))
	expect holds

# A small page that nobody shares is reused.
claim small_page_is_reused
	all v in Vma, p in Page:
		(NR == 1 and anon and pte[v, p] and alone(v) and quiet) implies
			answer(may_reuse, v, p)
	expect holds
