"""The commands of the other pages run, and print what the pages show; links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.markdown import ROOT
from tests.docs.pages import PAGES, playground

FOLDERS = ("docs", "schemes", "spec", "solver", "tests")
_LINES_OF_A_PAGE = 66


@pytest.mark.parametrize("name", [p for p in PAGES if p != "README.md"])
def test_page_shows_what_happens(name: str, tmp_path: Path) -> None:
    player = playground(tmp_path / "here")
    player.play(ROOT / name)
    assert not player.wrong, "\n".join(player.wrong) + "\npython -m tests.docs.refresh"


def every_page() -> list[Path]:
    return [ROOT / "README.md", *(p for f in FOLDERS for p in sorted((ROOT / f).glob("*.md")))]


@pytest.mark.parametrize("page", every_page(), ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        assert target.startswith("http") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", every_page(), ids=lambda p: str(p.relative_to(ROOT)))
def test_anchors_are_headings(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        there = (page.parent / target if target else page).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.+)$", there, re.MULTILINE)
        assert anchor in [_anchor(h) for h in headings]


def _anchor(heading: str) -> str:
    """As the usual forges make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("folder", FOLDERS)
def test_readme_of_a_folder_is_a_page(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    assert text.isascii()
    assert text.count("\n") <= _LINES_OF_A_PAGE or folder == "schemes"


@pytest.mark.parametrize("folder", ["spec", "solver"])
def test_readme_of_a_folder_names_its_files(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    files = [*(ROOT / folder).glob("*.py"), *(ROOT / folder / "explore").glob("*.py")]
    for path in sorted(files):
        if not path.name.startswith("__"):
            assert f"`{path.name}`" in text, path.name


def test_every_axiom_is_listed_for_the_sceptic() -> None:
    built = re.findall(r"\b(A\d+)\.  ", (ROOT / "solver" / "axioms.py").read_text(encoding="utf-8"))
    listed = re.findall(r"\| (A\d+) \|", (ROOT / "docs" / "trust.md").read_text(encoding="utf-8"))
    assert sorted(built) == sorted(listed)
