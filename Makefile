# A fresh machine needs x86-64 Linux, Python 3.11 or 3.12, pip, make and git.
.PHONY: help run test lint fix messages screens faults bench bench-quick requirements
.DEFAULT_GOAL := help
SHELL := /bin/bash

VENV := .venv
BIN := $(VENV)/bin
# Asked by running them: a version manager's stand-in may be there and still refuse.
RIGHT_PYTHON = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))
# Tools that read the settings need addresses, not servers.
NOWHERE = DATABASE_URL=postgresql://app@/nowhere DATABASE_OWNER_URL=postgresql://owner@/nowhere \
	REDIS_URL=redis://nowhere SECRET_KEY=none CHANNEL_SECRETS_KEY=none

help:          ## list the targets
	@grep -E '^[a-z-]+: .*##' Makefile | sed -E 's/: .*## /\t/'

run: $(VENV)/.installed  ## start everything; PORT, HOST and DATA_DIR are honoured
	@exec $(BIN)/python manage.py up

# The sites and commands that tests start find our code compiled, whatever the machine says of that.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.installed-dev  ## run all tests on servers of their own; ARGS='-k name' goes to pytest
	$(BIN)/python -m pytest -n 3 --dist loadgroup $(ARGS)

lint: $(VENV)/.installed-dev  ## style, types, who may import whom, missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(NOWHERE) $(BIN)/mypy
	$(NOWHERE) $(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

fix: $(VENV)/.installed-dev  ## let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/.installed  ## bring the catalogues of translations up to date with the code
	$(NOWHERE) $(BIN)/python manage.py messages

screens: $(VENV)/.installed-dev  ## picture every screen into docs/screens; ARGS=palette only those named so
	$(BIN)/python -m tests.screens $(ARGS)

faults: export PYTHONDONTWRITEBYTECODE :=
faults: $(VENV)/.installed-dev  ## break the servers in every way we promise to survive, in 20 minutes
	$(BIN)/python -m pytest -m 'fault or not fault' -n 2 --dist loadgroup \
		--no-loadscope-reorder tests/faults $(ARGS)

bench: $(VENV)/.installed-dev  ## measure beside a million conversations into docs/performance.md; SCALE=0.1 shrinks it
	$(BIN)/python -m benchmarks

bench-quick: $(VENV)/.installed-dev  ## the same beside 50,000 conversations, in minutes, into var/bench/quick.json
	$(BIN)/python -m benchmarks --quick

requirements: $(VENV)/.installed-dev  ## pin what pyproject.toml asks for; ARGS=--upgrade takes the newest
	$(PIP) install --quiet uv
	$(BIN)/uv pip compile $(COMPILE) $(ARGS) pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile $(COMPILE) $(ARGS) pyproject.toml --group dev -o requirements-dev.txt

COMPILE = --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header
# Debian's Python may lack ensurepip, so the machine's own pip fills the environment.
PIP = python=$$(cat $(VENV)/.base) && $$python -m pip --python $(BIN)/python --disable-pip-version-check

$(VENV)/.base:
	@for python in $(PYTHON) $(if $(PYTHON),,python3.12 python3.11 python3 python); do \
		if $$python -c '$(RIGHT_PYTHON)' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Python 3.11 or 3.12 is needed$(if $(PYTHON),$(comma) and $(PYTHON) is not one,): install it or name it with PYTHON=/path/to/python3.12." >&2; \
		exit 1; \
	fi; \
	if ! $$found -m pip --version >/dev/null 2>&1; then \
		echo "pip is needed for $$found: install it (on Debian, apt-get install python3-pip)." >&2; \
		exit 1; \
	fi; \
	$$found -m venv --without-pip $(VENV) && $$found -c 'import sys; print(sys.executable)' >$@
comma := ,

$(VENV)/.installed: $(VENV)/.base requirements.txt
	@echo "Installing packages into $(VENV)."
	@$(PIP) install --quiet --require-hashes -r requirements.txt && touch $@

$(VENV)/.installed-dev: $(VENV)/.base requirements-dev.txt
	@echo "Installing packages and tools into $(VENV)."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt && touch $@ $(VENV)/.installed
