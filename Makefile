# make run: set up and serve. make test: set up and run every test. The rest is for those who change the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run test test-fast test-browser bench lock lint clean

run: $(VENV)/run.stamp
	$(BIN)/python -m lib.store build
	OUTCOMESTAT_LOCAL_STAFF=1 $(BIN)/streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT) --server.headless true

test: $(VENV)/test.stamp
	tests/browser/chromium.sh
	tests/papers/libreoffice.sh
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" tests --ignore=tests/browser --ignore=tests/faults --ignore=tests/papers
	$(BIN)/python -m pytest tests/faults
	$(BIN)/python -m pytest -n auto -m slow tests --ignore=tests/browser --ignore=tests/papers
	$(BIN)/python -m pytest tests/papers
	$(BIN)/python -m pytest tests/browser

test-fast: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" tests --ignore=tests/browser --ignore=tests/faults --ignore=tests/papers

test-browser: $(VENV)/test.stamp
	tests/browser/chromium.sh
	$(BIN)/python -m pytest tests/browser

bench: $(VENV)/test.stamp
	tests/browser/chromium.sh
	$(BIN)/python -m bench

lint: $(VENV)/test.stamp
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

# The whole set of packages, transitive ones too, pinned and hashed. Needs uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --quiet requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --quiet requirements-dev.in -o requirements-dev.txt

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or newer is needed; name it: make PYTHON=python3.12 $(MAKECMDGOALS)' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: $(VENV)/python.stamp requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .state .pytest_cache .hypothesis .ruff_cache
