"""Proofs as files: what has to be `unsat`, in SMT-LIB, for anyone to decide again.

One directory per module or scheme.  Each obligation has a file per question: the denial of
its goal with the instances of the axioms, and, where counts were cut into regions, the
questions that say there is no other region.  `manifest.json` lists them with their hashes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from solver import cvc5_session
from solver.obligations import Obligation
from solver.prover import Proof
from solver.proving import Attempt
from solver.query import Query
from spec.ir import System

MANIFEST: Final = "manifest.json"


def write(
    place: Path, system: System, attempts: Sequence[Attempt], say: Callable[[str], None]
) -> None:
    """Write a file for each question of the proofs among the attempts.

    With the second solver installed, its own proof stands beside each (`.cpc`).

    Args:
        place: the directory; a part of it named after the system is made anew.
    Raises:
        OSError: it cannot be written.
    """
    folder = place / system.name
    _clear(folder)
    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for attempt in attempts:
        if isinstance(attempt.answer, Proof):
            say(f"{system.name}: writing down {attempt.obligation.name}")
            listed.append(_obligation(folder, system, attempt.obligation, attempt.answer))
    content = {"system": system.name, "kind": system.kind, "obligations": listed}
    (folder / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="ascii")


def _clear(folder: Path) -> None:
    """Take away what an earlier run has listed, and nothing else."""
    try:
        old = json.loads((folder / MANIFEST).read_text(encoding="ascii"))
        names = [n for o in old["obligations"] for f in o["files"] for n in (f["file"], f["proof"])]
    except (OSError, ValueError, KeyError, TypeError):
        return
    for name in names:
        if isinstance(name, str) and "/" not in name:
            (folder / name).unlink(missing_ok=True)
    (folder / MANIFEST).unlink()


def _obligation(
    folder: Path, system: System, obligation: Obligation, proof: Proof
) -> dict[str, Any]:
    return {
        "name": obligation.name,
        "promise": obligation.promise,
        "kind": obligation.kind,
        "operation": obligation.action,
        "rung": proof.rung,
        "solvers": list(proof.solvers) if proof.queries else [],
        "by_rewriting": not proof.queries,
        "leans_on": list(proof.used),
        "files": list(_files(folder, system, obligation, proof)),
    }


def _files(
    folder: Path, system: System, obligation: Obligation, proof: Proof
) -> Iterator[dict[str, str | None]]:
    stem = re.sub(r"[^A-Za-z0-9_.]+", "-", obligation.name)
    for i, query in enumerate(dict.fromkeys(proof.queries), 1):
        name = f"{stem}.{query.kind}-{i}.smt2"
        text = _commented(system, obligation, proof, query)
        (folder / name).write_text(text, encoding="ascii")
        yield {
            "file": name,
            "asks": query.kind,
            "expected": "unsat",
            "sha256": hashlib.sha256(text.encode("ascii")).hexdigest(),
            "proof": _own_proof(folder, name, query),
        }


def _own_proof(folder: Path, name: str, query: Query) -> str | None:
    if not cvc5_session.installed():
        return None
    text = cvc5_session.proof_of(query)
    if text is None:
        return None
    proof = name.removesuffix("smt2") + "cpc"
    (folder / proof).write_text(text, encoding="utf-8")
    return proof


def _commented(system: System, obligation: Obligation, proof: Proof, query: Query) -> str:
    says = {
        "proof": "The denial of a goal, with what is known and instances of axioms.",
        "regions": "A point that lies in none of the regions of the proof.",
    }[query.kind]
    lines = [
        f"; {system.kind} {system.name}, obligation {obligation.name}, rung {proof.rung}",
        f"; {says}",
        "; unsat proves it.",
        query.smt_lib(),
    ]
    return "\n".join(lines)
