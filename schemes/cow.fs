# cow.fs - who may write to a page of an anon folio, and what a write fault does.
#
# Who may write a file folio is no question of the mapcount: nothing is kept about it.
# A private file mapping is modelled as far as one folio goes: a write unmaps the page
# of the file folio, and the anon copy belongs to another folio (call write_private).
# Left out: fork() of a private file mapping that holds such copies copies PTEs of the
# file folio, too; in folio.fs it never does.
module cow over folio

# The PTE is writable; of a PMD entry, for each of its pages.
state writable: [Vma, Page] bool = false
# PageAnonExclusive.  A PMD entry has it on the first page, which stands for all.
state exclusive: [Page] bool = false

define only_mapper(v: Vma, p: Page) = all w in Vma: maps_page(w, p) implies w == v

# Three facts that a scheme has to prove, since they depend on its answers.
define exclusive_has_one_mapper = all v, w in Vma, p in Page:
	(exclusive[p] and maps_page(v, p) and maps_page(w, p)) implies v == w

define writable_is_exclusive = all v in Vma, p in Page: writable[v, p] implies exclusive[p]

define huge_is_exclusive_whole = all v in Vma, p, q in Page:
	(pmd[v] and exclusive[p]) implies exclusive[q]

invariant writable_where_mapped
	all v in Vma, p in Page: writable[v, p] implies (anon and maps_page(v, p))

invariant exclusive_if_anon
	all p in Page: exclusive[p] implies anon

# A new anon folio comes by a write.
on map_ptes(v, first, last)
	changes writable[v, *], exclusive[*]
	writable[v, p] := true for p in first .. last when anon
	exclusive[p] := true for p in first .. last when anon

on unmap_ptes(v, first, last)
	changes writable[v, *]
	writable[v, p] := false for p in first .. last

on map_pmd(v)
	changes writable[v, *], exclusive[*]
	writable[v, p] := true for p in Page when anon
	exclusive[p] := true for p in Page when anon

on unmap_pmd(v)
	changes writable[v, *]
	writable[v, p] := false for p in Page

# Both sides are write-protected, and nobody is exclusive any more.
on dup_ptes(src, dst, first, last)
	changes writable[src, *], exclusive[*]
	writable[src, p] := false for p in first .. last
	exclusive[p] := false for p in first .. last

on dup_pmd(src, dst)
	changes writable[src, *], exclusive[*]
	writable[src, p] := false for p in Page
	exclusive[p] := false for p in Page

# The entries keep their bits when VMAs are split and merged, and when they move.
on split_vma(old, new, at)
	changes writable[old, *], writable[new, *]
	writable[new, p] := writable[old, p] for p in at .. NR - 1
	writable[old, p] := false for p in at .. NR - 1

on merge_vma(left, right)
	changes writable[left, *], writable[right, *]
	writable[left, p] := writable[left, p] or writable[right, p] for p in Page
	writable[right, p] := false for p in Page

on move_ptes(old, new, first, last)
	changes writable[old, *], writable[new, *]
	writable[new, p] := writable[old, p] for p in first .. last
	writable[old, p] := false for p in first .. last

on move_pmd(old, new)
	changes writable[old, *], writable[new, *]
	writable[new, p] := writable[old, p] for p in Page
	writable[old, p] := false for p in Page

# mprotect(PROT_READ), and back: the entries stay write-protected until the next write.
op write_protect(v: Vma, first: Page, last: Page)
	mirrors change_pte_range, change_huge_pmd
	requires anon and first <= last
	requires all p in first .. last: maps_page(v, p)
	requires pmd[v] implies (all p in Page: first <= p and p <= last)
	changes writable[v, *]
	writable[v, p] := false for p in first .. last

# Q5.  A write hits a present, write-protected PTE of an anon page that is not marked
# exclusive.
question may_reuse(v: Vma, p: Page)
	asked when anon and pte[v, p] and not writable[v, p] and not exclusive[p]
	sees refcount, owner[v]
	default false
	truth only_mapper(v, p)
	unsafe answer and not truth      "writes leak into another process"
	slow   truth and not answer      "a page is copied for nothing"

# Q5 of a PMD entry.  The other answer is to split it and to ask about the page.
question may_reuse_pmd(v: Vma)
	asked when anon and pmd[v] and not writable[v, 0] and not exclusive[0]
	sees refcount, owner[v]
	default false
	truth all w in Vma: maps(w) implies w == v
	unsafe answer and not truth      "writes leak into another process"
	slow   truth and not answer      "a PMD entry is split for nothing"

op wp_reuse(v: Vma, p: Page)
	mirrors wp_page_reuse
	requires anon and pte[v, p] and not writable[v, p]
	requires exclusive[p] or answer(may_reuse, v, p)
	changes writable[v, p], exclusive[p]
	writable[v, p] := true
	exclusive[p] := true

op wp_copy(v: Vma, p: Page)
	mirrors wp_page_copy
	performs unmap_ptes(v, p, p)
	requires anon and not writable[v, p] and not exclusive[p]
	requires not answer(may_reuse, v, p)
	changes nothing

op wp_huge_reuse(v: Vma)
	mirrors do_huge_pmd_wp_page
	requires anon and pmd[v] and not writable[v, 0]
	requires exclusive[0] or answer(may_reuse_pmd, v)
	changes writable[v, *], exclusive[*]
	writable[v, p] := true for p in Page
	exclusive[p] := true for p in Page

# Checked in every scheme: what a wrong answer to Q5 leads to.
claim no_shared_writable
	all v, w in Vma, p in Page: (anon and writable[v, p] and maps_page(w, p)) implies v == w

# A write to a page that is there and write-protected.
call write_fault(v: Vma, p: Page)
	mirrors do_wp_page, do_huge_pmd_wp_page
	if anon and pmd[v] and not writable[v, p] then
		if exclusive[p] or answer(may_reuse_pmd, v) then
			wp_huge_reuse(v)
		else
			call split_huge_pmd(v)
		end
	end
	if anon and pte[v, p] and not writable[v, p] then
		if exclusive[p] or answer(may_reuse, v, p) then
			wp_reuse(v, p)
		else
			wp_copy(v, p)
		end
	end

call write(v: Vma, p: Page)
	mirrors handle_mm_fault
	call page_fault(v, p)
	call write_fault(v, p)

# A write to a private file mapping: an anon page of another folio takes the place.
call write_private(v: Vma, p: Page)
	mirrors wp_page_copy
	if not anon then
		call zap(v, p, p)
	end

# mprotect(PROT_READ) of a part, and whatever write-protects its entries.
call mprotect_read(v: Vma, first: Page, last: Page)
	mirrors mprotect_fixup
	let m = owner[v]
	call mprotect(v, first, last)
	pick w in Vma
		where live[w] and owner[w] == m and covers[w, first] and
			not (some q in Page: covers[w, q] and (q < first or last < q))
	if anon then
		for batch a .. b of p in first .. last where maps_page(w, p) do
			write_protect(w, a, b)
		end
	end
