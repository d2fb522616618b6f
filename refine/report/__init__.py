"""Refinements as text, as mail and as JSON; `FORMATS` has them by name."""
