# `make verify` needs nothing but a Python of at least 3.11 and pip's way to its packages.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUTSIDE := .cache/outside
UV := .cache/uv
# The versions that all of this was tried with, for the package's own build as well; `make CONSTRAINTS= ...` takes the newest.
CONSTRAINTS ?= constraints.txt
INSTALL := PIP_CONSTRAINT=$(CONSTRAINTS) PIP_BUILD_CONSTRAINT=$(CONSTRAINTS) \
    $(BIN)/python -m pip install -qq --disable-pip-version-check
REPLY := contracts/reply
PAGES := $(REPLY)/get-a-contact-in-a-sequence.txt $(REPLY)/get-a-contact-in-a-sequence.yaml \
    $(REPLY)/get-sequences-for-a-contact.txt
DESCRIBED := $(REPLY)/list-contacts-in-a-sequence.yaml

# Tests start hundreds of processes, which shouldn't compile the package each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: verify test coverage lint schemas cassettes bench constraints outside screenshots clean help

verify: $(VENV)/installed  ## hold the recordings and the reference provider to the contract
	@$(BIN)/contracts verify

test: lint  ## lint, types, the whole test suite
	$(BIN)/python -m pytest -n auto

coverage: $(VENV)/installed-dev  ## the test suite under the tracer, which takes twice as long, and the coverage gate
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -n auto
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: $(VENV)/installed-dev  ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

schemas: $(VENV)/installed  ## write schemas/ again, from pages, descriptions and our own types, and the documentation
	$(BIN)/contracts derive $(PAGES) --strict --out schemas/reply
	$(BIN)/contracts derive $(DESCRIBED) --contract 'GET *' --strict --out schemas/reply
	$(BIN)/python -m tests.reports.own_schemas
	$(BIN)/contracts docs --markdown

cassettes: $(VENV)/installed  ## record cassettes/ again from the reference provider
	$(BIN)/contracts record --against reference
	$(BIN)/contracts docs --markdown

# `make bench ONLY=cold_start SCALE=0.1` prints one part of it, at a tenth of its size.
bench: $(VENV)/installed-dev  ## measure, side by side with what one would use instead, into tests/bench/RESULTS.md
	@$(MAKE) -s outside || echo "outside tools can't be installed here: those are skipped" >&2
	@$(BIN)/python -m tests.bench.results $(ONLY) $(if $(SCALE),--scale $(SCALE))

constraints: $(UV)/installed  ## write constraints.txt anew: the newest versions of what is installed here, for every Python
	@{ $(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'; \
	    echo editables; } | env -u UV_CONSTRAINT -u UV_OVERRIDE -u UV_FIND_LINKS \
	    $(UV)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --upgrade --no-header --no-annotate \
	    --extra dev pyproject.toml - --output-file constraints.txt

screenshots: $(VENV)/installed-dev  ## take the README's pictures again, of what the commands write; needs a Chromium
	$(BIN)/python -m tests.browser.screenshots

outside: $(OUTSIDE)/installed  ## the tools of others that tests/outside and the benchmarks use; without them those skip

clean:  ## remove what these targets made, schemas and cassettes aside
	rm -rf $(VENV) .cache .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*##/\1:/p' Makefile

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "$(PYTHON) is missing or older than 3.11: name another one with make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	    { rm -rf $(VENV); echo "$(PYTHON) can't make a virtual environment: install its venv module" >&2; exit 1; }

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing into $(VENV) ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "installing into $(VENV), with the tools of development ..."
	@$(INSTALL) --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(UV)/installed: | $(VENV)/bin/python
	@mkdir -p .cache
	@$(BIN)/python -m venv $(UV)
	@$(UV)/bin/python -m pip install -qq --disable-pip-version-check uv
	@touch $@

$(OUTSIDE)/installed: tests/outside/package.json tests/outside/requirements.txt
	@mkdir -p $(OUTSIDE)
	@echo "installing outside tools into $(OUTSIDE) ..."
	@$(PYTHON) -m venv $(OUTSIDE)/venv
	@$(OUTSIDE)/venv/bin/python -m pip install -qq --disable-pip-version-check -r tests/outside/requirements.txt
	@cp tests/outside/package.json $(OUTSIDE)/
	@cd $(OUTSIDE) && npm install --silent --no-audit --no-fund --no-package-lock
	@touch $@
