# `make run` and `make test` are all that a newcomer needs. Both need Python 3.11 and nothing else.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(BIN)/pip install --quiet --no-deps --require-hashes
# Of every lock: `make lock` keeps what is there, `make lock RAISE=--upgrade` takes the newest that pyproject.toml allows.
LOCK := $(BIN)/uv pip compile --quiet --find-links "$${PIP_FIND_LINKS:-.}" $(RAISE)

.PHONY: run test lock sbom clean

run: $(VENV)/installed
	$(BIN)/python -m ingest || [ $$? -eq 1 ]
	$(BIN)/python -m server

# Everything checked: formatting, lint, types, architecture, tests.
test: $(VENV)/installed-dev $(VENV)/sbom/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m corpus check
	$(BIN)/python -m pytest $(PYTEST)

# Every file is checked against its SHA-256, but torch's: see pyproject.toml. It comes last, so that it can bring no
# other package without a hash, and by its exact version: any other way of naming it brings gigabytes of CUDA.
$(VENV)/installed: pyproject.toml requirements/run.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Anchorline needs Python 3.11: make run PYTHON=/path/to/python3.11"; exit 1; }
	$(LOCKED) -r requirements/run.lock
	$(BIN)/pip install --quiet torch==2.13.0
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.lock requirements/no-deps.lock
	$(LOCKED) -r requirements/dev.lock -r requirements/no-deps.lock
	touch $@

lock: $(VENV)/installed-dev
	$(LOCK) pyproject.toml -o requirements/run.lock
	$(LOCK) --group replicas -c requirements/run.lock -o requirements/replicas.lock
	$(LOCK) --group dev --group peers -c requirements/run.lock -c requirements/replicas.lock -o requirements/dev.lock
	$(LOCK) --group sbom -c requirements/run.lock -c requirements/dev.lock -o requirements/sbom.lock
	$(LOCK) --group peers-no-deps --group llm-tests --group growth-tests --no-deps -o requirements/no-deps.lock

# In an environment of its own: pyproject.toml says why.
$(VENV)/sbom/installed: requirements/sbom.lock $(VENV)/installed
	$(BIN)/python -m venv $(VENV)/sbom
	$(VENV)/sbom/bin/pip install --quiet --no-deps --require-hashes -r requirements/sbom.lock
	touch $@

sbom: $(VENV)/installed-dev $(VENV)/sbom/installed
	PYTHONPATH=. $(BIN)/python deploy/sbom.py
	PYTHONPATH=. $(BIN)/python deploy/sbom.py --licences

clean:
	rm -rf $(VENV) .anchorline *.egg-info
