# `make verify` needs nothing but a Python of at least 3.11 and pip's way to its packages.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUTSIDE := .cache/outside
PAGE := contracts/reply/get-a-contact-in-a-sequence.txt

.PHONY: verify test lint schemas cassettes bench outside screenshots clean help

verify: $(VENV)/installed  ## hold the recordings and the reference provider to the contract
	@$(BIN)/contracts verify

test: lint  ## lint, types, the whole test suite, the coverage gate
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -n auto
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: $(VENV)/installed-dev  ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

schemas: $(VENV)/installed  ## write schemas/ again from the transcribed page, and the documentation
	$(BIN)/contracts derive $(PAGE) --strict --out schemas/reply
	$(BIN)/contracts docs --markdown

cassettes: $(VENV)/installed  ## record cassettes/ again from the reference provider
	$(BIN)/contracts record --against reference
	$(BIN)/contracts docs --markdown

bench: $(VENV)/installed-dev  ## measure, side by side with what one would use instead
	$(BIN)/python tests/bench/cold_start.py
	$(BIN)/python tests/bench/reading.py
	$(BIN)/python -m tests.bench.pages

screenshots: $(VENV)/installed-dev  ## take the README's pictures again, of what the commands write; needs a Chromium
	$(BIN)/python -m tests.browser.screenshots

outside: $(OUTSIDE)/installed  ## the outside tools that tests/outside shows the schemas to; without them those tests skip

clean:  ## remove what these targets made, schemas and cassettes aside
	rm -rf $(VENV) .cache .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/\1:/p' Makefile

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "$(PYTHON) is missing or older than 3.11: name another one with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	    { rm -rf $(VENV); echo "$(PYTHON) can't make a virtual environment: install its venv module" >&2; exit 1; }

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	@echo "installing into $(VENV) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo "installing into $(VENV), with the tools of development ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(OUTSIDE)/installed: tests/outside/package.json tests/outside/requirements.txt
	@mkdir -p $(OUTSIDE)
	@echo "installing outside tools into $(OUTSIDE) ..."
	@$(PYTHON) -m venv $(OUTSIDE)/venv
	@$(OUTSIDE)/venv/bin/python -m pip install -qq --disable-pip-version-check -r tests/outside/requirements.txt
	@cp tests/outside/package.json $(OUTSIDE)/
	@cd $(OUTSIDE) && npm install --silent --no-audit --no-fund --no-package-lock
	@touch $@
