# folio.fs - what the page tables say about one folio.
#
# Ground truth, no counters.  One folio of NR pages; its pages keep their order and
# have no other arithmetic.  A Vma slot belongs to one process for ever, and a place in
# the address space is part of the slot: mremap() moves PTEs to another slot.  Each
# operation is one atomic step at the level of the rmap functions or of VMA surgery.
# Left out: swap, migration, KSM, hugetlb, mlock; of a private file mapping, the anon
# pages that writes put in it belong to other folios (cow.fs, call write_private).
module folio

sort Mm named A, B, C, D
sort Vma named a, b, c, d, e, f
# Pages in the folio.
const NR: nat where NR >= 1
# An anonymous folio; otherwise one of a file or of shmem.
const anon: bool
# As large as what one PMD entry maps.
const pmd_sized: bool where pmd_sized implies NR >= 2
# vma->vm_mm
const owner: [Vma] Mm
range Page = 0 .. NR - 1

state live: [Vma] bool = false
# The VMA spans this page of the folio.
state covers: [Vma, Page] bool = false
# A present PTE of this VMA points at this page.
state pte: [Vma, Page] bool = false
# A PMD entry of this VMA maps the whole folio.
state pmd: [Vma] bool = false
# The folio has been mapped.  An anon folio is mapped afresh once, whole; all later
# mappings of it come from fork, mremap or a PMD split.
state born: bool = false

define maps_page(v: Vma, p: Page) = pmd[v] or pte[v, p]
define maps(v: Vma) = some p in Page: maps_page(v, p)
define mapped = some v in Vma: maps(v)
define page_mapped(p: Page) = some v in Vma: maps_page(v, p)
define uses(m: Mm) = some v in Vma: owner[v] == m and maps(v)
# No other VMA maps any of it.
define alone(v: Vma) = all w in Vma: maps(w) implies w == v
# Two processes map the folio, the same page of it or not.
define shared = some v, w in Vma: maps(v) and maps(w) and owner[v] != owner[w]

# A mapping lies inside its VMA.
invariant mapped_where_covered
	all v in Vma, p in Page: maps_page(v, p) implies (live[v] and covers[v, p])

# A slot that is not in use spans nothing.
invariant covers_where_live
	all v in Vma, p in Page: covers[v, p] implies live[v]

# VMAs that span no page of the folio are of no interest, and have no slot.
invariant live_where_covers
	all v in Vma: live[v] implies some p in Page: covers[v, p]

# A VMA is one stretch of addresses, linear in the folio.
invariant covers_one_stretch
	all v in Vma, p, q, r in Page:
		(covers[v, p] and covers[v, r] and p <= q and q <= r) implies covers[v, q]

# Only a folio of PMD size has a PMD entry.
invariant pmd_only_if_sized
	all v in Vma: pmd[v] implies pmd_sized

# One place in the address space holds a PMD entry or PTEs, never both.
invariant pmd_or_ptes
	all v in Vma, p in Page: not (pmd[v] and pte[v, p])

invariant unborn_is_unmapped
	not born implies not mapped

# An anon page is mapped at most once in a process.  Hildenbrand, 2021-12-16 16:45.
invariant anon_once_per_process
	all v, w in Vma, p in Page:
		(anon and owner[v] == owner[w] and maps_page(v, p) and maps_page(w, p)) implies
			v == w

op open_vma(v: Vma, first: Page, last: Page)
	mirrors mmap_region
	requires not live[v] and first <= last
	changes live[v], covers[v, *]
	live[v] := true
	covers[v, p] := true for p in first .. last

# Only when nothing of the folio is mapped here any more.
op close_vma(v: Vma)
	mirrors remove_vma
	requires live[v] and not maps(v)
	changes live[v], covers[v, *]
	live[v] := false
	covers[v, p] := false for p in Page

# An anon folio arrives whole, in one VMA; file pages as faults and fault-around please.
op map_ptes(v: Vma, first: Page, last: Page)
	mirrors folio_add_new_anon_rmap, folio_add_file_rmap_ptes
	requires live[v] and first <= last and not pmd[v]
	requires all p in first .. last: covers[v, p] and not pte[v, p]
	requires anon implies (not born and (all p in Page: first <= p and p <= last))
	changes pte[v, *], born
	pte[v, p] := true for p in first .. last
	born := true

op unmap_ptes(v: Vma, first: Page, last: Page)
	mirrors folio_remove_rmap_ptes
	requires first <= last
	requires all p in first .. last: pte[v, p]
	changes pte[v, *]
	pte[v, p] := false for p in first .. last

op map_pmd(v: Vma)
	mirrors folio_add_new_anon_rmap, folio_add_file_rmap_pmd
	requires pmd_sized and live[v] and not maps(v)
	requires all p in Page: covers[v, p]
	requires anon implies not born
	changes pmd[v], born
	pmd[v] := true
	born := true

# Also what splitting the PMD of a file folio does: the PTEs come back with new faults.
op unmap_pmd(v: Vma)
	mirrors folio_remove_rmap_pmd
	requires pmd[v]
	changes pmd[v]
	pmd[v] := false

# The PMD entry of an anon folio becomes NR PTEs in place.
op split_pmd(v: Vma)
	mirrors __split_huge_pmd_locked
	requires anon and pmd[v]
	changes pmd[v], pte[v, *]
	pmd[v] := false
	pte[v, p] := true for p in Page

# Fork copies the page tables of anon mappings only, one batch of PTEs at a time.
op dup_ptes(src: Vma, dst: Vma, first: Page, last: Page)
	mirrors folio_try_dup_anon_rmap_ptes
	requires anon and live[dst] and first <= last and owner[src] != owner[dst]
	requires all p in first .. last: pte[src, p] and covers[dst, p]
	requires all w in Vma, p in first .. last:
		owner[w] == owner[dst] implies not maps_page(w, p)
	changes pte[dst, *]
	pte[dst, p] := true for p in first .. last

op dup_pmd(src: Vma, dst: Vma)
	mirrors folio_try_dup_anon_rmap_pmd
	requires anon and live[dst] and pmd[src] and owner[src] != owner[dst]
	requires all p in Page: covers[dst, p]
	requires all w in Vma: owner[w] == owner[dst] implies not maps(w)
	changes pmd[dst]
	pmd[dst] := true

# Pages from `at` on belong to the new VMA; the PTEs stay where they are, so no rmap
# function runs today.  A PMD entry that crosses the boundary was split before.
op split_vma(old: Vma, new: Vma, at: Page)
	mirrors __split_vma
	requires live[old] and not live[new] and owner[old] == owner[new]
	requires covers[old, at] and not pmd[old]
	requires some p in Page: p < at and covers[old, p]
	changes live[new], covers[old, *], covers[new, *], pte[old, *], pte[new, *]
	live[new] := true
	covers[new, p] := covers[old, p] for p in at .. NR - 1
	covers[old, p] := false for p in at .. NR - 1
	pte[new, p] := pte[old, p] for p in at .. NR - 1
	pte[old, p] := false for p in at .. NR - 1

# Two neighbours become one: no page of the folio lies between them.  The address of a
# slot is not modelled; before this, mremap() may have brought the two together.
op merge_vma(left: Vma, right: Vma)
	mirrors vma_merge
	requires left != right and live[left] and live[right] and owner[left] == owner[right]
	requires not pmd[left] and not pmd[right]
	requires all p, q in Page: (covers[left, p] and covers[right, q]) implies p < q
	requires all q in Page:
		(some p in Page: covers[left, p] and q <= p) or
			(some p in Page: covers[right, p] and p <= q)
	changes live[right], covers[left, *], covers[right, *], pte[left, *], pte[right, *]
	live[right] := false
	covers[left, p] := covers[left, p] or covers[right, p] for p in Page
	covers[right, p] := false for p in Page
	pte[left, p] := pte[left, p] or pte[right, p] for p in Page
	pte[right, p] := false for p in Page

# mremap(): the same pages at another place.  No rmap function runs.
op move_ptes(old: Vma, new: Vma, first: Page, last: Page)
	mirrors move_ptes
	requires old != new and live[new] and owner[old] == owner[new] and first <= last
	requires not pmd[new]
	requires all p in first .. last: pte[old, p] and covers[new, p] and not pte[new, p]
	changes pte[old, *], pte[new, *]
	pte[new, p] := true for p in first .. last
	pte[old, p] := false for p in first .. last

# mremap() of a whole aligned PMD entry.  No rmap function runs.
op move_pmd(old: Vma, new: Vma)
	mirrors move_huge_pmd
	requires old != new and pmd[old] and live[new] and owner[old] == owner[new]
	requires not maps(new)
	requires all p in Page: covers[new, p]
	changes pmd[old], pmd[new]
	pmd[old] := false
	pmd[new] := true

# Q1.  Reclaim, truncate, migration, memory failure.
question folio_mapped
	truth mapped
	unsafe truth and not answer      "a mapped folio is freed"
	slow   answer and not truth      "an unmapped folio is kept"

# Q2.  /proc/kpagecount, smaps.
question page_mapcount(p: Page): nat
	truth count v in Vma: maps_page(v, p)
	unsafe answer < truth            "a mapping is not reported"
	slow   answer > truth            "a mapping is reported that is not there"

# Q3.  madvise, NUMA hinting, khugepaged: a hint, asked by someone who maps it.
question maybe_mapped_shared(m: Mm)
	asked when uses(m)
	truth some v in Vma: owner[v] != m and maps(v)
	unsafe truth and not answer      "another process's folio is disturbed"
	slow   answer and not truth      "an optimisation is skipped"

# Q3b.  The same, of a whole folio whose PTEs have just been looked at, in one VMA.
question fully_mapped_alone(v: Vma)
	asked when all p in Page: pte[v, p]
	truth all w in Vma: maps(w) implies owner[w] == owner[v]
	unsafe answer and not truth      "another process's folio is disturbed"
	slow   truth and not answer      "an optimisation is skipped"

# Q6.  Should the folio be queued for a split?
question partially_mapped
	asked when anon
	truth (some p in Page: page_mapped(p)) and (some p in Page: not page_mapped(p))
	unsafe truth and not answer      "memory stays allocated until reclaim finds it"
	slow   answer and not truth      "a folio is queued for nothing"

# Q7.  What the folio adds to NR_ANON_MAPPED or NR_FILE_MAPPED.
question nr_mapped: nat
	truth count p in Page: page_mapped(p)
	unsafe answer != truth           "the statistic drifts"

# Q8.  A PMD entry maps the folio: do PTEs map it, too?  Statistics, swapping out.
question pte_mapped_too
	asked when some v in Vma: pmd[v]
	truth some v in Vma, p in Page: pte[v, p]
	unsafe truth and not answer      "PTEs are left out of account"
	slow   answer and not truth      "PTEs are looked for in vain"

# An anon PMD entry becomes PTEs; one of a file is dropped, and faults bring PTEs.
call split_huge_pmd(v: Vma)
	mirrors __split_huge_pmd
	if anon then
		split_pmd(v)
	else
		unmap_pmd(v)
	end

# By a PMD entry where that fits; an anon folio whole; of a file, one page.  A page that
# an anon folio has lost is faulted in from elsewhere, so nothing happens here.
call page_fault(v: Vma, p: Page)
	mirrors handle_mm_fault
	if not maps_page(v, p) and not (anon and born) then
		if pmd_sized and not maps(v) and (all q in Page: covers[v, q]) then
			map_pmd(v)
		else
			if anon then
				map_ptes(v, 0, NR - 1)
			else
				map_ptes(v, p, p)
			end
		end
	end

# What of a file lies in the page cache is mapped around a fault.
call fault_around(v: Vma, first: Page, last: Page)
	mirrors filemap_map_pages
	for batch a .. b of p in first .. last where covers[v, p] and not maps_page(v, p) do
		map_ptes(v, a, b)
	end

call zap(v: Vma, first: Page, last: Page)
	mirrors zap_page_range_single
	if pmd[v] then
		if all p in Page: first <= p and p <= last then
			unmap_pmd(v)
		else
			call split_huge_pmd(v)
		end
	end
	for batch a .. b of p in first .. last where pte[v, p] do
		unmap_ptes(v, a, b)
	end

call madvise_dontneed(v: Vma, first: Page, last: Page)
	mirrors madvise_dontneed_free
	call zap(v, first, last)

# What lies behind `last` becomes a VMA of its own.
call split_after(v: Vma, last: Page)
	if some p in Page: covers[v, p] and last < p then
		if pmd[v] then
			call split_huge_pmd(v)
		end
		pick at in Page where covers[v, at] and last < at
		pick tail in Vma where not live[tail] and owner[tail] == owner[v]
		split_vma(v, tail, at)
	end

# The VMA keeps what lies before `first`.
call mprotect(v: Vma, first: Page, last: Page)
	mirrors mprotect_fixup
	call split_after(v, last)
	if some p in Page: covers[v, p] and p < first then
		if pmd[v] then
			call split_huge_pmd(v)
		end
		pick mid in Vma where not live[mid] and owner[mid] == owner[v]
		split_vma(v, mid, first)
	end

call unmap_vma(v: Vma)
	mirrors unmap_region
	call zap(v, 0, NR - 1)
	close_vma(v)

call munmap(v: Vma, first: Page, last: Page)
	mirrors do_vmi_munmap
	call split_after(v, last)
	if some p in Page: covers[v, p] and p < first then
		if pmd[v] then
			call split_huge_pmd(v)
		end
		pick mid in Vma where not live[mid] and owner[mid] == owner[v]
		split_vma(v, mid, first)
		call unmap_vma(mid)
	else
		call unmap_vma(v)
	end

# The pages go to the slot `new`, which is free before.
call mremap(old: Vma, new: Vma, first: Page, last: Page)
	mirrors move_vma
	open_vma(new, first, last)
	if pmd[old] then
		if all p in Page: first <= p and p <= last then
			move_pmd(old, new)
		else
			call split_huge_pmd(old)
		end
	end
	for batch a .. b of p in first .. last where pte[old, p] do
		move_ptes(old, new, a, b)
	end
	call munmap(old, first, last)

# UFFDIO_CONTINUE of one page that lies in the page cache.
call uffd_continue(v: Vma, p: Page)
	mirrors mfill_atomic_install_pte
	if not anon and not maps_page(v, p) then
		map_ptes(v, p, p)
	end

# MADV_COLLAPSE.  Of a file, PTEs give way to a PMD entry; an anon folio is copied into
# a new one, and what the VMA mapped of it is gone.
call collapse(v: Vma)
	mirrors madvise_collapse
	if pmd_sized and not pmd[v] and (all p in Page: covers[v, p]) then
		call zap(v, 0, NR - 1)
		if not anon then
			map_pmd(v)
		end
	end

# A VMA of the child; page tables only of an anon folio.
call copy_vma(v: Vma, child: Mm)
	mirrors copy_page_range
	pick w in Vma where not live[w] and owner[w] == child
	pick first in Page where covers[v, first]
	pick last in Page where covers[v, last] and not (some q in Page: last < q and covers[v, q])
	open_vma(w, first, last)
	if anon and pmd[v] then
		dup_pmd(v, w)
	end
	if anon then
		for batch a .. b of p in Page where pte[v, p] do
			dup_ptes(v, w, a, b)
		end
	end

call fork(parent: Mm, child: Mm)
	mirrors dup_mmap
	for each v in Vma where live[v] and owner[v] == parent do
		call copy_vma(v, child)
	end

# fork() where MADV_DONTFORK was said of one VMA.
call fork_without(parent: Mm, child: Mm, kept: Vma)
	mirrors dup_mmap
	for each v in Vma where live[v] and owner[v] == parent and v != kept do
		call copy_vma(v, child)
	end

call exit(m: Mm)
	mirrors exit_mmap
	for each v in Vma where live[v] and owner[v] == m do
		call unmap_vma(v)
	end

# The file ends before page `first`; the VMAs stay.  What lies before `first` is unmapped,
# too: a folio that is cut is split, and unmap_folio() comes first.  A folio that somebody
# pins is not split, and keeps it; that is not modelled.
call truncate(first: Page)
	mirrors unmap_mapping_range, unmap_folio
	for each v in Vma where maps(v) do
		call zap(v, 0, NR - 1)
	end
