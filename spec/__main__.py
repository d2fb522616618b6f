"""`python -m spec` is `spec`."""

from spec.cli import main

main()
