# make demo   install into .venv and run the Japan scenario
# make test   install what the tests need, run every check and every test
# make test-all  the same with tests that take longer
# make bench  measure speed and size
# make readme run the Japan scenario and rewrite the numbers, the picture and docs/scenario.md

PYTHON ?= python3
BIN := .venv/bin
# Tests wait a quarter of their time, for browsers and commands: one worker more than cores.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: demo test checks tests test-all bench readme clean

demo: .venv/installed
	$(BIN)/siting run examples/japan/scenario.yaml

test: .venv/installed-dev .venv-peers/installed
	$(MAKE) --jobs 2 checks tests

checks:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

tests:
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

test-all: .venv/installed-dev .venv-peers/installed checks
	SITING_EXAMPLES=8 SITING_DRAWS=random $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -m "thorough or not thorough"

bench: .venv/installed-dev .venv-peers/installed
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/bench_forecast.py
	$(BIN)/python benchmarks/bench_screen.py
	$(BIN)/python benchmarks/bench_network.py
	$(BIN)/python benchmarks/bench_decarbonise.py
	$(BIN)/python benchmarks/bench_frontier.py

readme: .venv/installed-dev
	$(BIN)/siting run examples/japan/scenario.yaml
	$(BIN)/python benchmarks/readme_numbers.py runs/japan

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/installed

# Programs that our results are compared with; they need another pandas than ours.
.venv-peers/installed: pyproject.toml
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check 'pandapower>=3' 'pypsa>=1' netCDF4 'pandas<3' scipy
	@touch $@

clean:
	rm -rf .venv .venv-peers dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
