# full_partial.fs - two counts: VMAs that map the whole folio, and VMAs that map a part.
# Zi Yan, linux-mm, 2023-02-07 16:23; what for: 2023-02-08 19:36, a fast path for folios
# that are handled whole.  What a partial count counts he does not say, and is asked
# (Wilcox, 16:51).  Here VMAs: it is the one unit that both counts can share, so that
# "no partial mapping" means that every VMA has all of the folio or nothing.  No update
# was proposed; here each asks the page tables of the VMA.
scheme full_partial over folio

state full: nat = 0
state partial: nat = 0

define maps_all(v: Vma) = all p in Page: maps_page(v, p)

invariant counts_full
	full == count v in Vma: maps_all(v)

invariant counts_partial
	partial == count v in Vma: maps(v) and not maps_all(v)

# How the counts change when what a VMA maps changes.
on map_ptes(v, first, last)
	changes full, partial
	full := full + 1 when maps_all'(v)
	partial := partial + (if maps_all'(v) then 0 else 1) - (if maps(v) then 1 else 0)

on unmap_ptes(v, first, last)
	changes full, partial
	full := full - 1 when maps_all(v)
	partial := partial + (if maps'(v) then 1 else 0) - (if maps_all(v) then 0 else 1)

on map_pmd, dup_pmd
	changes full
	full := full + 1

on unmap_pmd
	changes full
	full := full - 1

on dup_ptes(src, dst, first, last)
	changes full, partial
	full := full + 1 when maps_all'(dst)
	partial := partial + (if maps_all'(dst) then 0 else 1) - (if maps(dst) then 1 else 0)

# A VMA that mapped all of it maps a part.  No half can map it all.
on split_vma(old, new, at)
	changes full, partial
	full := full - 1 when maps_all(old)
	partial := partial + (if maps'(old) then 1 else 0) + (if maps'(new) then 1
		else 0) - (if maps(old) and not maps_all(old) then 1
		else 0)

on merge_vma(left, right)
	changes full, partial
	full := full + 1 when maps_all'(left)
	partial := partial + (if maps'(left) and not maps_all'(left) then 1
		else 0) - (if maps(left) then 1
		else 0) - (if maps(right) then 1
		else 0)

on move_ptes(old, new, first, last)
	changes full, partial
	full := full + (if maps_all'(new) then 1 else 0) - (if maps_all(old) then 1 else 0)
	partial := partial + (if maps'(old) then 1 else 0) + (if maps_all'(new) then 0
		else 1) - (if maps_all(old) then 0
		else 1) - (if maps(new) then 1
		else 0)

on split_pmd, move_pmd, open_vma, close_vma
	changes nothing

answer folio_mapped = full + partial > 0
	expect exact

answer maybe_mapped_shared(m) = full + partial > 1
	expect safe

answer fully_mapped_alone(v) = full + partial == 1
	expect safe

# The fast path: without a partial mapping no page need be looked at.
claim no_partial_is_one_count
	partial == 0 implies all p in Page: full == count v in Vma: maps_page(v, p)
	expect holds

claim no_partial_needs_no_split
	(partial == 0 and (some p in Page: page_mapped(p))) implies all p in Page: page_mapped(p)
	expect holds

# The other way round: a partial mapping beside a full one leaves no page unmapped.
claim partial_means_a_page_unmapped
	partial > 0 implies some p in Page: not page_mapped(p)
	expect fails

# And two partial mappings may be all of it.
claim partial_alone_means_a_page_unmapped
	(partial > 0 and full == 0) implies some p in Page: not page_mapped(p)
	expect fails

# Whoever has it whole and finds no other count is alone.
claim one_means_one_process
	full + partial == 1 implies not shared
	expect holds

# The one VMA that maps it, and whole, is told so.
claim alone_reads_as_alone
	all v in Vma:
		((all p in Page: pte[v, p]) and alone(v)) implies answer(fully_mapped_alone, v)
	expect holds

# A folio that one VMA maps is not taken for shared.
claim one_vma_reads_as_exclusive
	all m in Mm: (count v in Vma: maps(v)) == 1 implies not answer(maybe_mapped_shared, m)
	expect holds
