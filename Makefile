# Everything that is done to this repository, by name. `make` alone prints this list.
# Needs Python 3.11 to 3.14 and a package registry; each target sets up what it uses.

PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q -q

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench lint format lock clean

help:  ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.ready  ## Simulate a city, post three days, show the books on a page (Ctrl-C ends)
	$(BIN)/tanpuhui demo $(ARGS)

test: lint  ## Everything: style, types, floors, and every test
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: lint  ## The fast part of `make test`: all but the tests marked slow
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow" $(ARGS)

bench: $(VENV)/.ready  ## Measure speed, and compare the totals first
	$(BIN)/python -m benchmarks $(ARGS)

lint: $(VENV)/.ready  ## Style and types, without changing anything
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.ready  ## Put the code into the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Pins stay as they are unless a range in pyproject.toml asks for more; UPGRADE=1 takes the newest.
lock: $(VENV)/.locked  ## Remake requirements.lock from pyproject.toml (UPGRADE=1: newest versions)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-annotate --no-python-downloads --system-certs \
		--custom-compile-command "make lock" --quiet $(if $(UPGRADE),--upgrade) \
		--output-file requirements.lock

clean:  ## Remove everything that can be made again
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made anew when the lock changes, so that nothing stays from before.
$(VENV)/.locked: requirements.lock
	@rm -rf $(VENV)
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
		"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' \
			2>/dev/null || continue; \
		echo "setting up $(VENV) with $$($$python --version)"; \
		"$$python" -m venv $(VENV) && exit 0 || exit 1; \
	done; \
	echo "No Python 3.11 to 3.14 here ($(or $(PYTHON),python3)). Install one," >&2; \
	echo "or name it: make PYTHON=/path/to/python3.12" >&2; \
	exit 1
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
