# `make run` and `make test` are all that a newcomer needs. Both need Python 3.11 and nothing else.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check ingest clean

run: $(VENV)/installed
	$(BIN)/python -m ingest || [ $$? -eq 1 ]
	$(BIN)/python -m server

# Everything checked: formatting, lint, types, architecture, tests.
test: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m corpus check
	$(BIN)/python -m pytest $(PYTEST)

# torch goes first and by its exact version: any other way of naming it brings gigabytes of CUDA.
$(VENV)/installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Anchorline needs Python 3.11: make run PYTHON=/path/to/python3.11"; exit 1; }
	$(BIN)/pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --group dev --group peers
	$(BIN)/pip install --quiet --no-deps --group peers-no-deps --group llm-tests --group growth-tests
	touch $@

clean:
	rm -rf $(VENV) .anchorline *.egg-info
