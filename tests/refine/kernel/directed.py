"""Runs written by hand, one for each thing that the world says of page tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

DIRECTED: Final[Mapping[str, tuple[str, str]]] = {
    "anon_dontneed_of_a_part": (
        "anon-pmd", "fork(A, B); madvise_dontneed(a1, 0, 0); read(a1, 0); fork(B, C); "
        "madvise_dontneed(c1, 100, 199); exit(A); munmap(b1, 0, 511)"),
    "anon_vma_surgery": (
        "anon-pmd", "fork(A, B); mprotect(a1, 200, 299); merge_vma(a1, a3); merge_vma(a1, a2); "
        "mprotect(b1, 0, 511); munmap(b1, 100, 399); exit(B)"),
    "anon_mremap_whole_and_part": (
        "anon-pmd", "mremap(a1, a2, 0, 511); fork(A, B); mremap(a2, a1, 511, 511); "
        "mremap(b1, b2, 0, 255); mremap(a2, a3, 100, 510); fork(B, C)"),
    "anon_across_an_edge": (
        "anon-edge", "fork(A, B); mremap(a1, a2, 200, 300); madvise_dontneed(a3, 301, 400); "
        "mprotect(b1, 256, 511); munmap(b2, 256, 256); exit(B)"),
    "small_anon_page": (
        "anon-page", "fork(A, B); mremap(a1, a2, 0, 0); madvise_dontneed(b1, 0, 0); read(b1, 0); "
        "fork(A, C); mprotect(a2, 0, 0); munmap(c1, 0, 0); exit(A)"),
    "cow_of_the_last_process": (
        "cow-edge", "fork(A, B); write(a1, 5); exit(A); write(b1, 6); write(b1, 5); fork(B, A); "
        "madvise_dontneed(a1, 0, 100); write(a1, 200); write(b1, 0)"),
    "cow_of_a_pmd_entry": (
        "cow-pmd", "write(a1, 0); fork(A, B); exit(B); write(a1, 5); fork(A, B); "
        "mprotect(b1, 0, 511); write(b1, 3); munmap(a1, 0, 510); write(a2, 511); write(b1, 511)"),
    "cow_of_an_untracked_process": (
        "cow-edge", "fork(A, B); fork(A, C); exit(A); exit(B); write(c1, 100); fork(C, A); "
        "exit(C); write(a1, 101)"),
    "cow_where_the_child_keeps_one_page": (
        "cow-edge", "fork(A, B); madvise_dontneed(b1, 0, 6); madvise_dontneed(b1, 8, 511); "
        "write(a1, 100); write(a1, 7); write(b1, 7); write(a1, 8)"),
    "cow_of_the_last_page": (
        "cow-edge", "fork(A, B); exit(B); munmap(a1, 2, 511); write(a1, 0); fork(A, B); exit(B); "
        "munmap(a1, 1, 1); write(a1, 0)"),
    "cow_of_a_single_page": (
        "cow-page", "write(a1, 0); fork(A, B); fork(B, C); write(b1, 0); exit(A); write(c1, 0); "
        "fork(C, A); mremap(a1, a2, 0, 0); write(a2, 0); read(a2, 0)"),
    "memfd_pmd_is_dropped": (
        "memfd-pmd", "open_vma(a1, 0, 511); read(a1, 300); fork(A, B); read(b1, 0); "
        "madvise_dontneed(a1, 0, 0); read(a1, 9); munmap(b1, 200, 300); read(b1, 5); truncate(0)"),
    "memfd_pmd_moves": (
        "memfd-pmd", "open_vma(a1, 0, 511); write(a1, 0); mremap(a1, a2, 0, 511); "
        "mremap(a2, a1, 0, 99); read(a1, 7); open_vma(a2, 3, 90); read(a2, 3); exit(A)"),
    "memfd_private_is_not_copied": (
        "memfd-private", "open_vma(a1, 0, 511); read(a1, 0); fork(A, B); read(b1, 511); "
        "munmap(b1, 0, 0); read(b2, 8); fork(B, C); truncate(0)"),
    "memfd_table_stays": (
        "memfd-pmd", "open_vma(a1, 0, 511); mprotect(a1, 0, 9); read(a2, 300); "
        "madvise_dontneed(a2, 10, 511); merge_vma(a1, a2); read(a1, 20)"),
    "memfd_across_an_edge": (
        "memfd-edge", "open_vma(a1, 0, 511); read(a1, 45); write(a1, 9); fork(A, B); "
        "read(b1, 100); mremap(a1, a2, 40, 47); munmap(a2, 44, 47); truncate(0)"),
    "memfd_page_twice_in_a_process": (
        "memfd-page", "open_vma(a1, 0, 0); open_vma(a2, 0, 0); read(a1, 0); write(a2, 0); "
        "mremap(a1, a3, 0, 0); fork(A, B); read(b2, 0); munmap(b1, 0, 0); exit(A)"),
    "memfd_cut_in_two": (
        "memfd-edge", "open_vma(a1, 0, 511); read(a1, 45); fork(A, B); read(b1, 100); "
        "munmap(b1, 50, 511); truncate(256)"),
    "memfd_pmd_cut_in_two": (
        "memfd-pmd", "open_vma(a1, 0, 511); read(a1, 45); fork(A, B); mprotect(b1, 0, 99); "
        "read(b1, 7); truncate(511)"),
    "disk_cut_in_two": (
        "disk-64", "open_vma(a1, 0, 63); read(a1, 20); open_vma(a2, 0, 9); read(a2, 0); "
        "truncate(1)"),
    "anon_collapse_leaves_the_folio": (
        "anon-pmd", "fork(A, B); madvise_dontneed(a1, 3, 5); collapse(a1); fork(A, C); "
        "munmap(a1, 0, 99); read(b1, 4); munmap(b1, 9, 9)"),
    "anon_fork_without": (
        "anon-pmd", "munmap(a1, 200, 511); mprotect(a1, 0, 99); fork_without(A, B, a1); "
        "merge_vma(a1, a2); fork(A, C); exit(B); fork_without(C, B, c1)"),
    "memfd_collapse": (
        "memfd-pmd", "open_vma(a1, 0, 511); mprotect(a1, 0, 9); read(a1, 3); read(a2, 300); "
        "merge_vma(a1, a2); collapse(a1); fork_without(A, B, a1); madvise_dontneed(a1, 0, 511); "
        "read(a1, 0); open_vma(a2, 0, 511); collapse(a2)"),
    "memfd_pages_one_by_one": (
        "memfd-pmd", "open_vma(a1, 0, 511); uffd_continue(a1, 300); uffd_continue(a1, 9); "
        "fork(A, B); uffd_continue(b1, 511); madvise_dontneed(a1, 9, 9); collapse(b1); "
        "mremap(a1, a2, 0, 300)"),
    "memfd_private_collapse": (
        "memfd-private", "open_vma(a1, 0, 511); mprotect(a1, 0, 9); read(a1, 3); "
        "merge_vma(a1, a2); collapse(a1); fork(A, B); collapse(b1)"),
    "disk_faults_around": (
        "disk-64", "open_vma(a1, 0, 63); read(a1, 20); madvise_dontneed(a1, 10, 20); "
        "write(a1, 12); mprotect(a1, 30, 40); madvise_dontneed(a2, 41, 63); read(a2, 50); "
        "munmap(a3, 30, 40)"),
    "disk_small_folio": (
        "disk-16", "open_vma(a1, 2, 15); read(a1, 3); open_vma(a2, 0, 15); read(a2, 3); "
        "mprotect(a2, 0, 7); merge_vma(a2, a3); fork(A, B); read(b1, 9); exit(B)"),
    "disk_pmd": (
        "disk-pmd", "open_vma(a1, 0, 511); read(a1, 3); mprotect(a1, 0, 511); "
        "mprotect(a1, 5, 511); read(a2, 100); fork(A, B); read(b1, 0); truncate(0)"),
}
"""By name: the kind of folio, and the commands."""
