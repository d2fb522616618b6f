"""The gallery: slips that somebody could make, each a line or two of a model changed."""

from __future__ import annotations

from typing import Final

from tests.refine.gallery.planting import Bug

MAP_WALK = "if not self._maps(vma, chain(before, behind)):"
ALL_PAGES = "return self._maps(vma, self.folio.pages)"
THREE = (("Mm", 3), ("Vma", 3), ("Pin", 1), ("NR", 2))
"""A third process finds both slots taken."""

BUGS: Final = (
    # ------------------------------------------------------------------ walks
    Bug("forgotten_walk", "per_vma", "walk", MAP_WALK, "if True:"),
    Bug("walk_skips_first", "per_vma", "walk", "range(first), range(last + 1",
        "range(1, first), range(last + 1"),
    Bug("walk_skips_last", "per_vma", "walk", "range(last + 1, self.folio.NR)\n",
        "range(last + 1, self.folio.NR - 1)\n"),
    Bug("walk_without_first_page", "per_vma", "walk", ALL_PAGES,
        "return self._maps(vma, range(1, self.folio.NR))"),
    Bug("walk_of_the_wrong_vma", "per_vma", "walk", "self._map(dst, first, last)",
        "self._map(src, first, last)"),
    Bug("walk_after_the_update", "per_mm", "walk", "    def map_ptes(self",
        "    def after_map_ptes(self"),
    Bug("walk_before_the_unmap", "per_vma", "walk", "    def unmap_ptes(self",
        "    def before_unmap_ptes(self"),
    Bug("walk_of_one_half", "per_vma", "walk",
        "    def split_vma(self, old: int, new: int, at: int) -> None:\n"
        "        if self._maps_any(old) and self._maps_any(new):",
        "    def split_vma(self, old: int, new: int, at: int) -> None:\n"
        "        if self._maps_any(new):"),
    Bug("walk_of_all_tables", "per_vma_table", "walk",
        "if self.folio.table(vma, page) == table and self.folio.pte(vma, page):",
        "if self.folio.pte(vma, page):"),
    Bug("walk_of_one_vma", "per_mm", "walk", "if self.folio.owner(vma) == mm:",
        "if vma == 0 and self.folio.owner(vma) == mm:"),
    Bug("walk_ignores_pmds", "per_mm", "walk", "                if self.folio.pmd(vma):\n"
        "                    return True\n", ""),
    # ------------------------------------------------------------------ ranges
    Bug("map_one_page_less", "nr_pages_mapped", "range",
        "        added = 0\n        for page in range(first, last + 1):",
        "        added = 0\n        for page in range(first, last):"),
    Bug("unmap_skips_first", "nr_pages_mapped", "range",
        "        removed = 0\n        for page in range(first, last + 1):",
        "        removed = 0\n        for page in range(first + 1, last + 1):"),
    Bug("dup_skips_last", "nr_pages_mapped", "range",
        'so none is mapped for the first time."""\n        for page in range(first, last + 1):',
        'so none is mapped for the first time."""\n        for page in range(first, last):'),
    Bug("split_skips_last_page", "double_map", "range",
        "        self._get(self.folio.NR - 1)\n        self._map_pages(0, self.folio.NR - 1)",
        "        self._get(self.folio.NR - 1)\n        self._map_pages(0, self.folio.NR - 2)"),
    Bug("statistic_one_less", "per_vma", "range", "self._stat += last - first + 1",
        "self._stat += last - first"),
    # ------------------------------------------------------- missing decrement
    Bug("partial_unmap_forgets", "total", "decrement", "self._total_mapcount.sub(last - first + 1)",
        "self._total_mapcount.dec()"),
    Bug("unmap_keeps_reference", "three_counts", "decrement",
        "            self._first_page_mapcount.dec()\n        self._gather(last - first + 1)",
        "            self._first_page_mapcount.dec()\n        self._gather(last - first)"),
    Bug("merge_keeps_count", "per_vma_refs", "decrement",
        "            self._mapcount.dec()\n            self._refcount.dec()\n\n"
        "    def before_move_ptes",
        "            self._refcount.dec()\n\n    def before_move_ptes"),
    Bug("last_unmap_keeps_reference", "one_ref", "decrement", "        if is_last:\n"
        "            self._refcount.dec()", "        if not is_last:\n            return"),
    Bug("unpin_forgets", "page", "decrement", "    def unmap_ptes(self",
        "    def unpin(self, pin: int) -> None:\n        self._pincount.dec()\n\n"
        "    def unmap_ptes(self"),
    # ------------------------------------------------------------------ biases
    Bug("mapcount_without_bias", "per_vma", "bias", "self._mapcount = Atomic(-1)",
        "self._mapcount = Atomic(0)"),
    Bug("creator_count_unbiased", "creator", "bias",
        "self._creator_mapcount.value = entries - 1", "self._creator_mapcount.value = entries"),
    Bug("slot_count_unbiased", "linux_6_18", "bias",
        "self._mm_id_mapcount[slot].value = diff - 1", "self._mm_id_mapcount[slot].value = diff"),
    Bug("mapped_asks_for_positive", "page", "bias", "return self._mapcount.value >= 0",
        "return self._mapcount.value > 0"),
    Bug("compared_with_biased", "creator", "bias",
        "    def may_reuse(self, vma: int, page: int) -> bool:\n        return (\n"
        "            self._is_creator(vma) and self._refcount.value == "
        "self._creator_mapcount.value + 1",
        "    def may_reuse(self, vma: int, page: int) -> bool:\n        return (\n"
        "            self._is_creator(vma) and self._refcount.value == "
        "self._creator_mapcount.value"),
    # ------------------------------------------------------------------- flags
    Bug("entirely_mapped_stays", "nr_pages_mapped", "flag",
        "            self._nr_pages_mapped.sub(ENTIRELY_MAPPED)\n", ""),
    Bug("wrong_mask", "nr_pages_mapped", "flag", "FOLIO_PAGES_MAPPED = ENTIRELY_MAPPED - 1",
        "FOLIO_PAGES_MAPPED = ENTIRELY_MAPPED - 2"),
    Bug("double_map_too_late", "double_map", "flag",
        "if self._compound_mapcount.value > 0 and not",
        "if self._compound_mapcount.value > 1 and not"),
    Bug("double_map_set_twice", "double_map", "flag",
        "self._compound_mapcount.value > 0 and not self._is_double_map()",
        "self._compound_mapcount.value > 0"),
    Bug("double_map_never_cleared", "double_map_file", "flag",
        "            self._flags.value &= ~PG_DOUBLE_MAP\n", "            pass\n"),
    Bug("lock_is_kept", "linux_6_18", "flag",
        "        self._mm_id[1].value &= ~FOLIO_MM_IDS_LOCK", "        pass"),
    Bug("shared_in_the_wrong_word", "linux_6_18", "flag",
        "return self._mm_id[0].value & FOLIO_MM_IDS_SHARED != 0",
        "return self._mm_id[1].value & FOLIO_MM_IDS_SHARED != 0"),
    # ------------------------------------------------------------------- slots
    Bug("slot_is_not_freed", "linux_6_18", "slot",
        "        self._set_id(slot, MM_ID_DUMMY)\n", ""),
    Bug("shared_never_cleared", "linux_6_18", "slot", "            self._clear_shared()\n",
        "            pass\n"),
    Bug("one_slot_only", "linux_6_18", "slot", "        for slot in range(2):",
        "        for slot in range(1):"),
    Bug("shared_cleared_too_early", "linux_6_18", "slot",
        "        if not still_in and (\n"
        "            self._mm_id_mapcount[0].value == left "
        "or self._mm_id_mapcount[1].value == left\n"
        "        ):\n", "        if not still_in:\n", scope=THREE),
    Bug("second_slot_is_quiet", "linux_6_18", "slot",
        "            self._take(1, mm_id, diff)\n            self._set_shared()\n",
        "            self._take(1, mm_id, diff)\n"),
    Bug("id_takes_the_flag_along", "linux_6_18", "slot",
        "        self._mm_id[slot].value = flags | mm_id",
        "        self._mm_id[slot].value = mm_id",
        scope=THREE),
    Bug("child_becomes_creator", "creator", "slot",
        "        self._get(entries)\n        self._total_mapcount.add(entries)",
        "        self._get(entries)\n        self._creator.value = self.folio.owner(vma) + 1\n"
        "        self._total_mapcount.add(entries)"),
    # ------------------------------------------------------------- first page
    Bug("first_page_by_the_last", "three_counts", "first page",
        "        self._get(last - first + 1)\n        self._total_mapcount.add(last - first + 1)\n"
        "        if first == 0:",
        "        self._get(last - first + 1)\n        self._total_mapcount.add(last - first + 1)\n"
        "        if last == self.folio.NR - 1:"),
    Bug("estimate_from_page_one", "nr_pages_mapped", "first page",
        "return self.page_mapcount(0) > 1", "return self.page_mapcount(1) > 1"),
    # ------------------------------------------------------------------ splits
    Bug("pmd_split_counted_twice", "total", "split",
        "        self._total_mapcount.add(self.folio.NR - 1)",
        "        self._total_mapcount.add(self.folio.NR)"),
    Bug("pmd_split_keeps_pmd", "three_counts", "split",
        "        self._total_mapcount.add(self.folio.NR - 1)\n"
        "        self._compound_mapcount.dec()",
        "        self._total_mapcount.add(self.folio.NR - 1)"),
    Bug("split_takes_no_references", "linux_6_12", "split",
        "    def split_pmd(self, vma: int) -> None:\n        self._get(self.folio.NR - 1)\n",
        "    def split_pmd(self, vma: int) -> None:\n"),
    # ------------------------------------------------------------------- wraps
    Bug("count_of_one_bit", "per_vma", "wrap", "self._mapcount = Atomic(-1)",
        "self._mapcount = Atomic(-1, bits=1)"),
    Bug("count_of_two_bits", "per_vma", "wrap", "self._mapcount = Atomic(-1)",
        "self._mapcount = Atomic(-1, bits=2)"),
    Bug("count_of_eight_bits", "total", "wrap", "self._total_mapcount = Atomic(-1)",
        "self._total_mapcount = Atomic(-1, bits=8)"),
    Bug("count_of_sixteen_bits", "total", "wrap", "self._total_mapcount = Atomic(-1)",
        "self._total_mapcount = Atomic(-1, bits=16)"),
    # ------------------------------------------------------------- large folios
    Bug("page_511", "nr_pages_mapped", "large",
        "        removed = 0\n        for page in range(first, last + 1):",
        "        removed = 0\n        for page in range(first, min(last, 510) + 1):"),
    Bug("more_than_255_at_once", "total", "large",
        "        self._get(last - first + 1)\n        self._total_mapcount.add(last - first + 1)\n"
        "        self._nr_pages_mapped",
        "        self._get(last - first + 1)\n"
        "        self._total_mapcount.add((last - first + 1) & 0xFF)\n"
        "        self._nr_pages_mapped"),
    # ------------------------------------------------------------------ faults
    Bug("raises_on_a_rare_path", "full_partial", "fault",
        "        if before == self.folio.NR:\n",
        "        if before == self.folio.NR and after == 0:\n            raise OverflowError\n"
        "        if before == self.folio.NR:\n"),
    Bug("reads_one_page_too_far", "per_vma", "fault", "range(last + 1, self.folio.NR)\n",
        "range(last + 1, self.folio.NR + 1)\n"),
    Bug("state_shared_between_folios", "page", "fault",
        '    scheme = "page"\n\n    def __init__(self, folio: Folio) -> None:\n'
        "        super().__init__(folio)\n        self._mapcount = Atomic(-1)",
        '    scheme = "page"\n    _mapcount = Atomic(-1)\n\n'
        "    def __init__(self, folio: Folio) -> None:\n        super().__init__(folio)"),
    Bug("state_in_a_default", "page", "fault",
        "    def map_ptes(self, vma: int, first: int, last: int) -> None:\n        self._get(1)\n"
        "        if self._mapcount.inc_and_test():",
        "    def map_ptes(self, vma: int, first: int, last: int, calls=[]) -> None:\n"
        "        self._get(1)\n"
        "        calls.append(vma)\n        if self._mapcount.inc_and_test() and len(calls) != 9:"),
)
