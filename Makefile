# The house's commands. Needs make, and Python 3.11 or newer with its venv module; everything else it fetches.
.DEFAULT_GOAL := help
.PHONY: help run test check format lint types architecture dependencies audit bench figures lock clean ready

# The newest Python that we are tested on, else any that is new enough.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
JOBS ?= 2
VENV ?= .venv
SYNAPSE ?= .venv-synapse
BIN := $(VENV)/bin
PIP_QUIETLY := -m pip --quiet --quiet --disable-pip-version-check --no-input
INSTALL := $(PIP_QUIETLY) install --no-deps --require-hashes
CODE := $(wildcard bot tests bench tools)
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Run the bot; without config.yaml, speak with it in this terminal
	@$(BIN)/solidarity-bot run

test: ready ## Run all tests; they start their own Synapse, PostgreSQL and Bot API server
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not figures"

check: format lint types architecture dependencies test ## The whole gate: format, lint, types, architecture, tests

format: ready ## Refuse code that is not formatted
	@$(BIN)/ruff format --check --quiet $(CODE)

lint: ready ## Refuse what the linter complains of
	@$(BIN)/ruff check --quiet $(CODE)

types: ready ## Check all types, those of the tests too
	@$(BIN)/mypy $(CODE)

architecture: ready ## Check that imports point down only
	@$(BIN)/lint-imports --no-logo

dependencies: ready ## Check that what is imported is declared, and what is declared is imported
	@$(BIN)/deptry .

audit: ready ## Look up known holes in what runs (asks the package registry)
	@$(BIN)/pip-audit --require-hashes --disable-pip --requirement requirements/run.txt

bench: ready ## Print the performance tables
	@$(BIN)/python -m bench

figures: ready ## Run every fault and threat test at its full count
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m figures

lock: ready ## Pin the newest versions that fit, with their hashes
	@$(COMPILE) --upgrade --extra postgres --group dev pyproject.toml --output-file requirements/dev.txt
	@$(COMPILE) --upgrade --constraints requirements/dev.txt pyproject.toml --output-file requirements/run.txt
	@$(COMPILE) --upgrade --constraints requirements/dev.txt requirements/build.in --output-file requirements/build.txt
	@$(COMPILE) --upgrade --constraints requirements/dev.txt requirements/postgres.in --output-file requirements/postgres.txt
	@$(COMPILE) --upgrade requirements/synapse.in --output-file requirements/synapse.txt

clean: ## Take away what these commands made, but no configuration and no data
	@rm -rf $(VENV) $(SYNAPSE) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# What follows is made once, and again when the files that it comes from change.
ready: $(VENV)/.dev $(SYNAPSE)/.ready

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Needs Python 3.11 or newer with venv (Debian: apt install python3-venv)." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt requirements/build.txt pyproject.toml | $(VENV)/.python
	@echo "Setting up $(VENV), once ..." >&2
	@$(BIN)/python $(INSTALL) --no-compile --requirement requirements/run.txt --requirement requirements/build.txt
	@$(BIN)/python $(PIP_QUIETLY) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@$(BIN)/python $(INSTALL) --requirement requirements/dev.txt
	@$(BIN)/python -m compileall -qq -j $(JOBS) $(VENV)/lib || true
	@touch $@

$(SYNAPSE)/.ready: requirements/synapse.txt | $(VENV)/.python
	@echo "Setting up $(SYNAPSE), once ..." >&2
	@test -x $(SYNAPSE)/bin/python || $(BIN)/python -m venv $(SYNAPSE)
	@$(SYNAPSE)/bin/python $(INSTALL) --requirement requirements/synapse.txt
	@touch $@
