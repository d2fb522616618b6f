"""Runs read back out of mails: quoted, with other text around, or spoiled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spec.replay import judge, read_mail
from spec.report import FORMATS, FileReport, Style
from spec.result import Outcome, Result
from spec.world import ReplayError
from tests.solver.systems import ANON
from tests.spec.report import samples

SYSTEM = samples.forgetful()


def mail(result: Result) -> str:
    file = FileReport(samples.FILE, (SYSTEM,), (result,))
    return FORMATS["mail"](samples.report(file), Style())


MAIL = mail(samples.refuted(SYSTEM))


def replayed(text: str) -> list[Result]:
    return [judge([SYSTEM], run, samples.FILE) for run in read_mail(text)]


def refusal(text: str) -> ReplayError:
    with pytest.raises(ReplayError) as found:
        replayed(text)
    return found.value


def line_of(text: str, part: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_printed_run_reads_back_as_the_same_run() -> None:
    wanted = samples.refuted(SYSTEM).decision.trace
    assert wanted is not None
    (found,) = replayed(MAIL)
    assert found.decision.trace is not None
    assert found.decision.outcome is Outcome.REFUTED and not found.as_expected
    assert found.decision.trace.steps == wanted.steps
    assert found.decision.trace.states == wanted.states


def test_printed_again_only_the_verdict_line_differs() -> None:
    (found,) = replayed(MAIL)
    again = mail(found)
    assert again.partition("World ")[2] == MAIL.partition("World ")[2] != ""
    assert again.partition("Verdict ")[0] == MAIL.partition("Verdict ")[0]


@pytest.mark.parametrize("mark", ["> ", ">> ", "> > ", "| ", ">", "\t> "])
def test_quotation_marks_do_no_harm(mark: str) -> None:
    quoted = "".join(f"{mark}{line}\n" for line in MAIL.splitlines())
    assert len(replayed(quoted)) == 1


def test_other_text_and_line_ends_do_no_harm() -> None:
    text = f"Hi all,\nOn Monday X wrote:\n{MAIL}\n-- \nX\n\n 1 file changed\n".replace("\n", "\r\n")
    assert len(replayed(text.replace("\r\n", "\n"))) == 1


def test_every_run_of_a_mail_is_read() -> None:
    text = FORMATS["mail"](samples.report(samples.every_verdict()), Style())
    outcomes = [r.decision.outcome for r in replayed(text)]
    assert outcomes == [Outcome.REFUTED] * 4


def test_long_worlds_and_steps_read_back() -> None:
    names = {"Vma": tuple(f"vma_with_a_long_name_{i}" for i in range(6))}
    where = samples.world(vmas=6, mms=3)
    split = ("split_vma", {"old": 0, "new": 3, "at": 1})
    trace = samples.run_of(SYSTEM, where, samples.OPEN, samples.MAP, split)
    result = replace(
        samples.result(SYSTEM, "counts_mapping_vmas", Outcome.REFUTED, trace=trace), names=names
    )
    (found,) = replayed(mail(result))
    assert found.decision.trace is not None
    assert found.decision.trace.steps == trace.steps and found.names["Vma"] == names["Vma"]


def test_a_run_that_breaks_a_duty_reads_back() -> None:
    (found,) = replayed(mail(samples.negative(SYSTEM)))
    assert (found.kind, found.decision.outcome) == ("nat", Outcome.REFUTED)


def test_a_run_that_breaks_nothing_decides_nothing() -> None:
    text = "\n".join(line for line in MAIL.splitlines() if "split_vma(a, b, 1)" not in line)
    (found,) = replayed(text)
    assert found.decision.outcome is Outcome.UNKNOWN
    assert found.decision.reason == "this run does not break it"


def test_the_run_is_cut_where_the_claim_breaks() -> None:
    longer = MAIL.replace("\n\nAfter step 3", "\n  4  unmap_ptes(a, 0, 0)\n\nAfter step 3")
    (found,) = replayed(longer)
    assert found.decision.trace is not None and len(found.decision.trace.steps) == 3


@pytest.mark.parametrize(
    ("old", "new", "said", "hint"),
    [
        ("split_vma(a", "split_wma(a", "no operation named split_wma", "did you mean split_vma?"),
        ("split_vma(a, b, 1)", "split_vma(a, z, 1)", "no Vma named z", "known: a, b"),
        ("split_vma(a, b, 1)", "split_vma(a, b)", "takes 3 arguments", "old: Vma"),
        ("split_vma(a, b, 1)", "split_vma(a, b, 9)", "9 is no Page of this world", ""),
        ("split_vma(a, b, 1)", "split_vma(a, b, x)", "x is not a number", ""),
        ("  3  split_vma", "  7  split_vma", "this is step 7, but 2 came before it", ""),
        ("Scheme   forgetful", "Scheme   forgetfull", "no scheme named", "did you mean forgetful"),
        ("counts_mapping_vmas:", "counts_vmas:", "claims nothing named", "counts_mapping_vmas"),
        ("NR = 2, ", "", "does not say what NR is", ""),
        ("NR = 2, ", "NR = 5000, ", "at most 1024", ""),
        ("NR = 2, ", "NR = -2, ", "not readable", ""),
        ("NR = 2, ", "NP = 2, ", "no constant or sort named NP", ""),
        ("not anon, ", "", "does not say what anon is", ""),
        ("not anon, ", "anon = maybe, ", "neither true nor false", ""),
        ("Vma a, b in A", "Vma a, b", "does not say what owner[a] is", ""),
        ("Vma a, b in A", "Vma a, a in A", "a is there twice", ""),
        ("Vma a, b in A", "owner[a] = A", "no Vma named a", ""),
        ("Vma a, b in A", "Vma a, b in A Mm B", "a comma is missing", ""),
        ("Vma a, b in A", "owner = A", "owner takes 1 indices, not 0", ""),
        ("Vma a, b in A", "Vma a .. b in A", "a .. b is no stretch of names", ""),
        ("Vma a, b in A", "Vma a0 .. a9999999 in A", "at most 1024", ""),
        ("Vma a, b in A", "Vma a0 .. a3, a2 in A", "a2 is there twice", ""),
        ("Vma a, b in A", "Vma a, b in A, owner[b] = A", "owner[b] is given twice", ""),
        ("Vma a, b in A", "Vma a, b, Mm A, B, C0, owner[*] = C0 .. C0", "1 values for 2", ""),
        ("NR = 2, ", "NR = 2 .. 3, ", "2 .. 3 is not a number", ""),
    ],
)
def test_what_is_not_understood_is_named_with_its_line(
    old: str, new: str, said: str, hint: str
) -> None:
    assert old in MAIL
    text = MAIL.replace(old, new)
    err = refusal(text)
    assert said in err.message and hint in err.hint and not err.fits
    assert text.splitlines()[err.span.line - 1] != ""


def test_a_step_that_cannot_happen_is_named() -> None:
    text = MAIL.replace("map_ptes(a, 0, 1)", "map_ptes(b, 0, 1)")
    err = refusal(text)
    assert err.fits and err.message == "step 2, map_ptes(b, 0, 1): it cannot happen here"
    assert err.span.line == line_of(text, "map_ptes(b")


def test_a_world_that_is_excluded_is_named() -> None:
    system = SYSTEM
    assumed = replace(system, assumes=(replace(system.where[0], text="anon", cond=ANON),))
    (run,) = read_mail(MAIL)
    with pytest.raises(ReplayError) as found:
        judge([assumed], run, samples.FILE)
    assert found.value.fits and found.value.message == "this world is excluded: anon"


@pytest.mark.parametrize("text", ["", "hello\n", "\x00\xff", "Scheme\n", "  1  map_ptes(a)\n"])
def test_a_text_without_a_run_is_refused(text: str) -> None:
    assert "no run is in this text" in refusal(text).message
