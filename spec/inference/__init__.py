"""Invariants that an author might have written: candidates, as text of the language.

`vocabulary` collects the words of a scheme, `templates` makes candidates of them,
`grafting` reads candidates as if they stood in the file, and lays out those that are kept.
Which of them hold is no matter of this package: `solver/inference.py` decides.
"""
