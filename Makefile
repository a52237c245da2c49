# make run: set up and serve. make test: set up and run every test. The rest is for those who change the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
# Another folder with config.toml and data/ than this one: make run CITY=../lakeside
CITY ?=
ifneq ($(CITY),)
export OUTCOMESTAT_CITY := $(abspath $(CITY))
endif

.PHONY: run serve publish test test-fast test-browser faults bench rehearsal lock lint words clean audit sbom fuzz

run: $(VENV)/run.stamp
	$(BIN)/python -m lib.store build
	OUTCOMESTAT_LOCAL_STAFF=1 $(BIN)/streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT) --server.headless true \
	  $$($(BIN)/python -m lib.newcity $(or $(CITY),.) --theme flags)

# The same for others: pages, read API and data files. HOST=0.0.0.0 where it stands behind a proxy.
HOST ?= 127.0.0.1
serve: $(VENV)/run.stamp
	$(BIN)/python -m lib.store build
	$(BIN)/streamlit run server.py --server.address $(HOST) --server.port $(PORT) --server.headless true --server.fileWatcherType none

# The site as a folder of plain files. make publish OUT=folder ADDRESS=https://where-it-will.stand
OUT ?= public
publish: $(VENV)/run.stamp
	$(BIN)/python -m lib.store build
	$(BIN)/python -m lib.publish $(OUT) $(if $(ADDRESS),--address $(ADDRESS))

# A browser that answers nothing for ten minutes is given up, and a test that fails is tried once more: the last lines name it, for it is
# either a weak test or a fault that few readers meet, and both are to be mended.
IN_A_BROWSER := $(BIN)/python -m pytest -n 2 --dist loadfile --timeout 600 --timeout-method signal --reruns 1 -r R tests/browser

test: $(VENV)/test.stamp
	tests/browser/chromium.sh
	tests/papers/libreoffice.sh
	tests/replicas/nginx.sh
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" tests --ignore=tests/browser --ignore=tests/faults --ignore=tests/papers --ignore=tests/replicas
	$(BIN)/python -m pytest tests/faults
	$(BIN)/python -m pytest -n auto --dist worksteal -m slow tests --ignore=tests/browser --ignore=tests/faults --ignore=tests/papers --ignore=tests/replicas
	$(BIN)/python -m pytest tests/papers
	$(BIN)/python -m pytest tests/replicas
	$(IN_A_BROWSER)

test-fast: $(VENV)/test.stamp
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" tests --ignore=tests/browser --ignore=tests/faults --ignore=tests/papers --ignore=tests/replicas

test-browser: $(VENV)/test.stamp
	tests/browser/chromium.sh
	$(IN_A_BROWSER)

# What can go wrong, what a reader is told then, and whether the test of it holds: a table, from the run itself.
faults: $(VENV)/test.stamp
	tests/browser/chromium.sh
	$(BIN)/python -m pytest -p tests.faults.table -m fault tests

bench: $(VENV)/test.stamp
	tests/browser/chromium.sh
	$(BIN)/python -m bench $(ARGS)

# A bad day: three servers, 200 readers, people who write; one server is killed, PostgreSQL restarted. Fails where anything is lost.
rehearsal: $(VENV)/test.stamp
	tests/replicas/nginx.sh
	$(BIN)/python -m bench.rehearsal

# Lines are broken by hand where that reads better, so no formatter is held against them.
lint: $(VENV)/test.stamp
	$(BIN)/ruff check .

# The words of the interface: collected from the code, and put into each catalogue, where new ones wait for a translation.
words: $(VENV)/run.stamp
	PYTHONPATH=. $(BIN)/pybabel --quiet extract -F babel.cfg -k _ -k later -k n_:1,2 -k p_:1c,2 -k count_of:2,3 --no-location --sort-output --omit-header -o locale/messages.pot .
	for po in locale/*/LC_MESSAGES/messages.po; do $(BIN)/pybabel --quiet update --no-wrap --no-fuzzy-matching --ignore-obsolete --omit-header -i locale/messages.pot -o $$po -l $$(basename $$(dirname $$(dirname $$po))); done

# The pinned packages against published advisories: a service's where one answers, and a small local copy. Ends with 1 where one holds.
audit: $(VENV)/test.stamp
	$(BIN)/python -m security.audit

# What the program is made of, as CycloneDX: name, version, hashes and origin of every package that runs.
SBOM ?= sbom.json
sbom: $(VENV)/test.stamp
	$(BIN)/cyclonedx-py requirements requirements.txt --output-reproducible --spec-version 1.6 --validate --output-file $(SBOM)

# Made-up addresses of every page and damaged files, as many as FUZZ says. The fast tests try a few of the same.
FUZZ ?= 10000
fuzz: $(VENV)/test.stamp
	OUTCOMESTAT_FUZZ=$(FUZZ) $(BIN)/python -m pytest tests/security/test_addresses.py tests/security/test_damaged_files.py

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
