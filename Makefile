# Each of `make demo` and `make test` alone is enough on a machine that has Python 3.11+ with pip and venv, and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := matching features api
PYRIGHT := pyright@1.1.411
# Of pytest, each in a process of its own of up to 2.5 GB: three where that leaves room, as some tests wait for processes.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(2 + (os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') > 12e9))")
SEEDS ?= $(shell $(PYTHON) -c "import random; print(*random.sample(range(1000000), 5))")

# Tests start many processes: each would translate the same modules again where the environment forbids to keep them.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test checks lint types mypy pyright layers pytest shuffled notebooks docs coverage mutants serve pictures sbom release clean

demo: $(VENV)/.installed
	$(BIN)/enmusubi demo --out out/demo

# The sample market on this PC alone, nobody signs in; docs/how-to/operate-the-service.md is for real records.
serve: $(VENV)/.installed
	@mkdir -p out
	ENMUSUBI_SIGN_IN=off ENMUSUBI_DATABASE_URL=sqlite:///out/sample.db ENMUSUBI_LOG_FORMAT=console $(BIN)/enmusubi serve

sbom: $(VENV)/.installed-dev
	$(BIN)/python docs/maintenance/build_sbom.py

# What is handed out of the last commit, in out/release; CONTRIBUTING.md says what comes before and after.
release: sbom $(VENV)/.installed-release
	$(BIN)/python docs/maintenance/build_release.py

# Every notebook run with its outputs, as .ipynb and .html, in out/notebooks.
notebooks: $(VENV)/.installed-notebooks
	$(BIN)/python notebooks/render.py --out out/notebooks

# The documentation in both languages with a search, in out/docs; a link that leads nowhere is an error.
docs: $(VENV)/.installed
	$(BIN)/python docs/maintenance/build_site.py out/docs

# The README's picture, drawn anew from the pages of the service; needs Chromium and a Japanese font.
pictures: $(VENV)/.installed-dev
	$(BIN)/python docs/maintenance/draw_readme_picture.py

# Branches of matching/ and of the rules that their own tests take; kernels run as plain Python, so that theirs count too.
coverage: $(VENV)/.installed-dev
	NUMBA_DISABLE_JIT=1 ENMUSUBI_TEST_PROFILE=uncompiled $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
	  --cov=matching --cov=features/rules --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=98 \
	  tests/matching tests/features/rules tests/features/reference/test_regions.py matching features/rules

# Small faults in a copy of the code that tests must find; `make mutants FAULTS="--seed 2 --each 50"` draws others.
mutants: $(VENV)/.installed-mutation
	$(BIN)/python docs/maintenance/mutants/run.py $(FAULTS)

# The suite in five orders, files and the tests of each shuffled; `make shuffled SEEDS="3 17"` runs those orders again.
shuffled: $(VENV)/.installed-dev
	@for seed in $(SEEDS); do echo "order of seed $$seed"; \
	  $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --random-order --random-order-seed=$$seed || exit 1; done

# What only reads runs beside the tests, some of which wait for processes; what it found is told after them.
test: $(VENV)/.installed-dev
	@mkdir -p out
	@$(MAKE) --no-print-directory checks >out/checks.txt 2>&1 & checks=$$!; \
	  $(MAKE) --no-print-directory pytest; tests=$$?; \
	  wait $$checks; checks=$$?; cat out/checks.txt; exit $$((tests + checks))

checks: lint layers types

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: mypy pyright

mypy: $(VENV)/.installed-dev
	$(BIN)/mypy

pyright: $(VENV)/.installed-dev
	@if ! command -v npx >/dev/null 2>&1; then echo "SKIPPED pyright: Node is not installed"; \
	elif ! npx --yes $(PYRIGHT) --version >/dev/null 2>&1; then echo "SKIPPED pyright: it cannot be fetched"; \
	else npx --yes $(PYRIGHT) --pythonpath $(BIN)/python; fi

layers: $(VENV)/.installed-dev
	$(BIN)/lint-imports

pytest: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "Installing into $(VENV) (about a minute, once) ..."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(VENV)/.installed-mutation: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[mutation]'
	@touch $@

$(VENV)/.installed-release: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[release]'
	@touch $@

$(VENV)/.installed-notebooks: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[notebooks]'
	@touch $@

clean:
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find matching -name "*.nb[ci]" -delete
