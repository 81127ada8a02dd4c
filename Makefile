# Two commands do everything: make demo, make test. Both set themselves up.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: help setup demo test check bench bench-quality bench-scale lock screenshots live serve clean

help:  ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-13s %s\n", $$1, $$2}'

setup: $(STAMP)  ## A virtual environment with the pinned packages (needs Python 3.11 or newer)

$(STAMP): requirements.lock requirements-static.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Tandem needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "This Python has no venv module. On Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement requirements-static.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: $(STAMP)  ## The whole story on the embedded Saleor (ONCE=1: without waiting)
	$(BIN)/tandem demo $(if $(ONCE),--once) $(if $(ORDERS),--orders $(ORDERS))

test: check  ## Every check: format, lint, types, floors, tests
	$(BIN)/pytest

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(STAMP)  ## Speed beside peers, in one run (FULL=1: up to 1,000,000 orders)
	$(BIN)/python -m tests.benchmarks $(if $(FULL),--full)

bench-scale: $(STAMP)  ## Growth of a fitted shop, and the rebuild engines (FULL=1: a million orders, 50 million lines)
	$(BIN)/python -m tests.benchmarks scale learning rebuild $(if $(FULL),--full)

bench-quality: $(STAMP)  ## What is found again, beside tuned peers (DATA=folder of Parquet files; TUNE=1 tunes the peers anew)
	$(BIN)/python -m tests.benchmarks.quality $(if $(DATA),--data $(DATA)) $(if $(TUNE),--tune)

live: $(STAMP)  ## The main job on a real Saleor: SALEOR_API_URL, SALEOR_EMAIL, SALEOR_PASSWORD
	$(BIN)/pytest tests/live -m live

screenshots: $(STAMP)  ## Pictures of the real pages for the README (needs Chromium)
	$(BIN)/python -m tests.browser.screenshots

serve: $(STAMP)  ## Run the app; configured by the environment (README)
	$(BIN)/tandem serve

lock: $(STAMP)  ## Pin every package anew for all supported Pythons
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --group dev --no-header --no-annotate --no-emit-index-url --output-file requirements.lock pyproject.toml

clean:  ## Remove what was made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
