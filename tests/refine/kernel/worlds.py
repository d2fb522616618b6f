"""World files that are wrong in one place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from spec.ir import System
from spec.load import load_text, packaged_path

WRONG: Final[Mapping[str, tuple[str, str]]] = {
    "fork copies file PTEs": (
        "\tif anon then\n\t\tfor batch a .. b of p in Page where pte[v, p] do\n"
        "\t\t\tdup_ptes(v, w, a, b)\n\t\tend\n\tend\n",
        "\tfor batch a .. b of p in Page where pte[v, p] do\n\t\tif anon then\n"
        "\t\t\tdup_ptes(v, w, a, b)\n\t\telse\n\t\t\tmap_ptes(w, a, b)\n"
        "\t\tend\n\tend\n"),
    "fork forgets PMD entries": (
        "\tif anon and pmd[v] then\n\t\tdup_pmd(v, w)\n\tend\n", ""),
    "munmap forgets the tail": (
        "\tmirrors do_vmi_munmap\n\tcall split_after(v, last)\n", "\tmirrors do_vmi_munmap\n"),
    "mprotect forgets the tail": (
        "\tmirrors mprotect_fixup\n\tcall split_after(v, last)\n", "\tmirrors mprotect_fixup\n"),
    "a file PMD becomes PTEs": (
        "\t\tunmap_pmd(v)\n\tend\n\n# By a PMD",
        "\t\tunmap_pmd(v)\n\t\tmap_ptes(v, 0, NR - 1)\n\tend\n\n# By a PMD"),
    "a zap of a part drops an anon PMD": (
        "\t\tif all p in Page: first <= p and p <= last then\n\t\t\tunmap_pmd(v)\n\t\telse\n"
        "\t\t\tcall split_huge_pmd(v)\n\t\tend\n", "\t\tunmap_pmd(v)\n"),
    "mremap splits whole PMD entries": (
        "\t\tif all p in Page: first <= p and p <= last then\n\t\t\tmove_pmd(old, new)\n\t\telse\n"
        "\t\t\tcall split_huge_pmd(old)\n\t\tend\n", "\t\tcall split_huge_pmd(old)\n"),
    "mremap leaves the old VMA": ("\t\tmove_ptes(old, new, a, b)\n\tend\n"
                                  "\tcall munmap(old, first, last)\n",
                                  "\t\tmove_ptes(old, new, a, b)\n\tend\n"),
    "madvise zaps one page": (
        "\tmirrors madvise_dontneed_free\n\tcall zap(v, first, last)\n",
        "\tmirrors madvise_dontneed_free\n\tcall zap(v, first, first)\n"),
    "truncate leaves PMD entries": (
        "\tfor each v in Vma where maps(v) do\n\t\tcall zap(v, 0",
        "\tfor each v in Vma where maps(v) and not pmd[v] do\n\t\tcall zap(v, 0"),
    "truncate keeps what lies before": (
        "\tfor each v in Vma where maps(v) do\n\t\tcall zap(v, 0",
        "\tfor each v in Vma where maps(v) do\n\t\tcall zap(v, first"),
    "collapse of a part of an anon folio does nothing": (
        "pmd_sized and not pmd[v] and (all p in Page: covers[v, p]) then",
        "pmd_sized and not pmd[v] and (all p in Page: covers[v, p]) and\n"
        "\t\t(not anon or (all p in Page: pte[v, p])) then"),
    "collapse leaves PTEs of a file": (
        "\t\tif not anon then\n\t\t\tmap_pmd(v)\n\t\tend\n\tend\n\n# A VMA",
        "\t\tif not anon then\n\t\t\tmap_ptes(v, 0, NR - 1)\n\t\tend\n\tend\n\n# A VMA"),
    "uffd_continue brings the whole folio": (
        "\tif not anon and not maps_page(v, p) then\n\t\tmap_ptes(v, p, p)\n",
        "\tif not anon and not maps_page(v, p) then\n\t\tcall fault_around(v, 0, NR - 1)\n"),
    "fork_without copies all": (" and v != kept do\n", " do\n"),
    "faults come alone": (
        "\tfor batch a .. b of p in first .. last where covers[v, p] and not maps_page(v, p) do\n"
        "\t\tmap_ptes(v, a, b)\n\tend\n",
        "\tif not maps_page(v, first) then\n\t\tmap_ptes(v, first, first)\n\tend\n"),
    "exit leaves anon memory": (
        "live[v] and owner[v] == m do\n", "live[v] and owner[v] == m and not anon do\n"),
    "a fault of a lost anon page brings it back": (
        "\tif not maps_page(v, p) and not (anon and born) then\n",
        "\tif not maps_page(v, p) then\n"),
}
"""By what is wrong: a piece of folio.fs, and what stands in its place."""

_RULE = "large_mapcount > 1 and not maybe_shared and refcount == large_mapcount"
WRONG_ANSWERS: Final[Mapping[str, tuple[str, str, str]]] = {
    "reuses though it may be shared": (
        "linux_6_18", _RULE, "large_mapcount > 1 and refcount == large_mapcount"),
    "reuses the last page": (
        "linux_6_18", _RULE, "not maybe_shared and refcount == large_mapcount"),
    "always copies": ("linux_6_18", _RULE, "false"),
    "a PMD entry is always split": (
        "linux_6_18", "may_reuse_pmd(v) = refcount == 1", "may_reuse_pmd(v) = false"),
    "a PMD entry is never split": (
        "linux_6_18", "may_reuse_pmd(v) = refcount == 1", "may_reuse_pmd(v) = true"),
    "who takes the first slot shares with nobody": (
        "linux_6_18", "(take0 and large_mapcount > 0) or take1", "take1"),
    "shared for ever": (
        "linux_6_18", "and (left0 == left or left1 == left)\n\non map", "and left == 0\n\non map"),
    "a third process takes a slot": (
        "linux_6_18", "let take1 = not in0 and not in1 and id0 != none and id1 == none",
        "let take1 = not in0 and not in1 and id0 != none"),
    "a single page is always reused": (
        "page", "may_reuse(v, p) = refcount == 1", "may_reuse(v, p) = true"),
    "a single page is never reused": (
        "page", "may_reuse(v, p) = refcount == 1", "may_reuse(v, p) = false"),
}
"""By what is wrong: a scheme, a piece of it, and what stands in its place."""


NOTICED_BY: Final[Mapping[str, str]] = {
    "fork copies file PTEs": "disk_small_folio",
    "fork forgets PMD entries": "anon_dontneed_of_a_part",
    "munmap forgets the tail": "memfd_pmd_is_dropped",
    "mprotect forgets the tail": "disk_small_folio",
    "a file PMD becomes PTEs": "memfd_pmd_is_dropped",
    "a zap of a part drops an anon PMD": "anon_dontneed_of_a_part",
    "mremap splits whole PMD entries": "memfd_pmd_moves",
    "mremap leaves the old VMA": "small_anon_page",
    "madvise zaps one page": "disk_faults_around",
    "truncate leaves PMD entries": "memfd_pmd_is_dropped",
    "truncate keeps what lies before": "memfd_cut_in_two",
    "collapse of a part of an anon folio does nothing": "anon_collapse_leaves_the_folio",
    "collapse leaves PTEs of a file": "memfd_collapse",
    "uffd_continue brings the whole folio": "memfd_pages_one_by_one",
    "fork_without copies all": "anon_fork_without",
    "faults come alone": "disk_small_folio",
    "reuses though it may be shared": "cow_where_the_child_keeps_one_page",
    "reuses the last page": "cow_of_the_last_page",
    "always copies": "cow_of_the_last_process",
    "a PMD entry is always split": "cow_of_a_pmd_entry",
    "a PMD entry is never split": "cow_of_a_pmd_entry",
    "who takes the first slot shares with nobody": "cow_of_the_last_process",
    "shared for ever": "cow_of_the_last_process",
    "a third process takes a slot": "cow_of_an_untracked_process",
    "a single page is always reused": "cow_of_a_single_page",
    "a single page is never reused": "cow_of_a_single_page",
    "exit leaves anon memory": "small_anon_page",
    "a fault of a lost anon page brings it back": "small_anon_page",
}
"""A recording that each of them contradicts."""


def wrong_worlds(name: str) -> Mapping[str, System]:
    """The world file that has it, by its name, with one thing wrong."""
    file, old, new = WRONG_ANSWERS[name] if name in WRONG_ANSWERS else ("folio", *WRONG[name])
    right = Path(packaged_path(file)).read_text(encoding="utf-8")
    assert right.count(old) == 1, f"{file}.fs has changed: {name}"
    (system,) = load_text(right.replace(old, new), f"{file}.fs").systems
    return {file: system}
