"""Whatever the run: its mail fits, is ASCII, and reads back as the same run."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from spec.eval import Evaluator
from spec.replay import judge, read_mail
from spec.report import FORMATS, FileReport, Style
from spec.result import Outcome
from spec.trace import Step, Trace
from tests.spec.report import samples

SYSTEM = samples.forgetful()
NAMES = st.lists(
    st.from_regex(r"\A[a-z][a-z0-9_]{0,24}\Z").filter(lambda n: n not in ("not", "in", "anon")),
    min_size=3, max_size=3, unique=True,
)


@st.composite
def runs(draw: st.DrawFn) -> Trace:
    """A run of up to 12 steps, each one that can happen, the last one perhaps bad."""
    pages, mms = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    where = samples.world(pages=pages, vmas=3, mms=mms, anon=draw(st.booleans()))
    ev = Evaluator(SYSTEM, where)
    states, steps = [ev.initial()], []
    for _ in range(draw(st.integers(0, 12))):
        action = draw(st.sampled_from(SYSTEM.actions))
        args = {n: draw(st.integers(0, ev.size(t) - 1)) for n, t in action.params}
        if not ev.enabled(action, states[-1], args):
            continue
        steps.append(Step(action.name, args))
        if not all(ev.truth(d.ok, states[-1], args) for d in action.duties):
            break
        states.append(ev.apply(action, states[-1], args))
    return Trace(where, tuple(steps), tuple(states))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(trace=runs(), names=NAMES, promise=st.sampled_from(SYSTEM.promises), mark=st.booleans())
def test_mail_fits_and_reads_back(
    trace: Trace, names: list[str], promise: object, mark: bool
) -> None:
    name = getattr(promise, "name", "")
    result = replace(
        samples.result(SYSTEM, name, Outcome.REFUTED, trace=trace), names={"Vma": tuple(names)}
    )
    mail = FORMATS["mail"](
        samples.report(FileReport(samples.FILE, (SYSTEM,), (result,))), Style()
    )
    assert mail.isascii() and max(map(len, mail.splitlines())) <= 72
    text = "".join(f"> {line}\n" for line in mail.splitlines()) if mark else mail
    (quoted,) = read_mail(text)
    again = judge([SYSTEM], quoted, samples.FILE)
    assert again.names["Vma"] == tuple(names) and again.decision.trace is not None
    length = len(again.decision.trace.steps)
    assert again.decision.trace.steps == trace.steps[:length]
    assert again.decision.trace.world == trace.world
    if again.decision.outcome is Outcome.UNKNOWN:
        assert length == len(trace.steps)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(trace=runs(), width=st.integers(60, 120))
def test_text_fits(trace: Trace, width: int) -> None:
    result = samples.result(
        SYSTEM, "counts_mapping_vmas", Outcome.REFUTED, trace=trace, as_expected=False
    )
    text = FORMATS["text"](
        samples.report(FileReport(samples.FILE, (SYSTEM,), (result,))), Style(width=width)
    )
    assert max(map(len, text.splitlines()[:-1])) <= width
