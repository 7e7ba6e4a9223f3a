# kansa: what a person types. `make` alone lists the targets.
# Needs python3 (3.11 or newer) and a package index, nothing else. Windows: see README.md (no make there).

PYTHON ?= python3
UV ?= uv
PORT ?= 8765
MUNICIPALITY ?= ○○市
SERVE ?= $(or $(KANSA_DEMO_SERVE),1)
PYTEST_ARGS ?= -n auto --dist loadfile

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
PURE := src/kansa/core src/kansa/formats src/kansa/document src/kansa/sample src/kansa/planning src/kansa/patches
DJANGO := src/kansa/apps src/kansa/config

.DEFAULT_GOAL := help
.PHONY: help demo run test check style bench docs pictures lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## the sample city: records, freeze, report in every format, page on this machine (SERVE=0: no page)
	$(BIN)/kansa --home var/demo demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

run: $(VENV)/.runtime ## an own database in var/own, empty at first, served on this machine (MUNICIPALITY=name)
	$(BIN)/kansa --home var/own init $(if $(wildcard var/own/kansa.sqlite3),,--municipality "$(MUNICIPALITY)")
	$(BIN)/kansa --home var/own serve --port $(PORT)

test: $(VENV)/.dev ## every test, on SQLite (on PostgreSQL when DATABASE_URL says so)
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: style ## style, types, layers, house rules, worked examples; no browser, no server
	$(BIN)/python -m pytest -q -n auto $(wildcard tests/house tests/spec tests/core tests/planning)

style: $(VENV)/.dev ## style, types and layers only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(wildcard $(PURE))
	@$(BIN)/python -c 'from pathlib import Path; from kansa.config.home import create_home; create_home(Path("build/check"))'
	KANSA_HOME=build/check $(BIN)/mypy --config-file mypy-django.ini $(DJANGO)
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## the promises of speed, as ratios
	$(BIN)/python -m benchmarks

docs: $(VENV)/.dev ## docs/spec from tests/spec, the manual's column and field tables from readers and letters
	$(BIN)/python -m tests.spec
	$(BIN)/python -m docs.columns
	$(BIN)/python -m docs.letters

pictures: $(VENV)/.dev ## docs/images from the sample city (needs chromium)
	$(BIN)/python -m docs.pictures

lock: ## the two requirement files, from pyproject.toml (needs uv)
	$(COMPILE) --extra postgres --extra ldap --extra build pyproject.toml -o requirements.txt
	$(COMPILE) --extra dev --constraint requirements.txt pyproject.toml -o requirements-dev.txt
	@! grep -n '://' requirements.txt requirements-dev.txt

clean: ## caches and the demo; never var/own
	rm -rf var/demo build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || \
	  { echo "Python's venv module is missing (Debian, Ubuntu: apt install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps make the second call quick. The developer's lock contains the runtime lock.
$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes -r requirements.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@
