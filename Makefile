# Two commands do everything on a fresh machine with Python 3.11 or later.
PYTHON ?= python3
VENV ?= .venv

.PHONY: check test long lint clean

# The tool alone, then the first scheme.
check: $(VENV)/.installed
	$(VENV)/bin/spec check schemes/per_vma.fs

# The tool with everything its tests need.
test: $(VENV)/.installed-for-tests
	$(VENV)/bin/python -m pytest -q -n 2 --dist worksteal

# The runs that take minutes: 2,000 random systems, 10,000 mutated files, the slips
# in every scheme.
long: $(VENV)/.installed-for-tests
	$(VENV)/bin/python -m pytest -q -m long

lint: $(VENV)/.installed-for-tests
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-for-tests: pyproject.toml | $(VENV)/bin/python
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@ $(VENV)/.installed
