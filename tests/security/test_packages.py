"""What the program is made of: pinned with hashes, under licences that a city may use, no advisory that is listed, and all of it in the list of parts."""

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution, distributions

import pytest
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from lib.settings import ROOT
from security import audit

RUN = audit.pinned(ROOT / "requirements.txt")
HERE = [one for one in RUN if one.asks is None or Marker(one.asks).evaluate()]
INSTALLED = {canonicalize_name(one.name): one for one in distributions()}
COPY = json.loads(audit.COPY.read_text(encoding="utf-8"))

# Each asks for no more than that its own text goes along, or (MPL) that changes of its own files are published.
ALLOWED = {"MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "PSF-2.0", "Zlib", "CC0-1.0", "MPL-2.0", "ISC", "Unlicense"}
EXCEPTIONS = {
    "psycopg": ("LGPL-3.0-only", "used unchanged as a library and replaceable by whoever runs it; only where DATABASE_URL names PostgreSQL"),
    "psycopg-binary": ("LGPL-3.0-only", "as psycopg, of which it is the compiled part"),
}
# What packages without a licence expression write of themselves.
MEANT = {"MIT License": "MIT", "BSD License": "BSD-3-Clause", "3-Clause BSD License": "BSD-3-Clause", "Apache Software License": "Apache-2.0", "Apache License 2.0": "Apache-2.0",
         "Python Software Foundation License": "PSF-2.0", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0"}  # fmt: skip


def licences(one: Distribution) -> set[str]:
    """The licences under which the package may be used, every one of them to be allowed; of "A OR B" the first is taken."""
    about = one.metadata
    expression = about.get("License-Expression")
    said = [expression] if expression else [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License :: ")] or [about.get("License", "")]
    return {MEANT.get(part, part) for text in said for part in re.split(" AND ", re.sub(" OR .*", "", text))}


def test_every_package_is_pinned_with_the_hashes_of_its_files():
    for name in audit.LISTS:
        packages = audit.pinned(ROOT / name)
        assert len(packages) > 50 and all(one.hashes and all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in one.hashes) for one in packages)
    assert "--require-hashes -r requirements.txt" in (ROOT / "Makefile").read_text() and "--require-hashes" in (ROOT / "deploy/Dockerfile").read_text()


def test_a_package_without_an_exact_version_is_told(tmp_path):
    (tmp_path / "list.txt").write_text("one==1.0 \\\n    --hash=sha256:00\ntwo>=2\n")
    with pytest.raises(ValueError, match=r"list.txt: two>=2 names no exact version"):
        audit.pinned(tmp_path / "list.txt")


@pytest.mark.parametrize("name", sorted({one.name for one in HERE}))
def test_every_package_that_runs_has_a_licence_that_is_allowed(name):
    found = licences(INSTALLED[name])
    allowed = ALLOWED | ({EXCEPTIONS[name][0]} if name in EXCEPTIONS else set())
    assert found and found <= allowed, f"{name} is under {found - allowed}"


def test_no_exception_stands_for_a_package_that_is_gone():
    assert set(EXCEPTIONS) <= {one.name for one in RUN}


def test_no_listed_advisory_holds_against_what_is_pinned():
    for name in audit.LISTS:
        assert audit.listed(audit.pinned(ROOT / name), COPY) == []


def test_a_package_below_its_floor_is_told_with_what_to_write():
    old = [audit.Pinned("streamlit", audit.Version("1.53.9"), None, ()), audit.Pinned("pillow", audit.Version("12.3"), None, ())]
    (said,) = audit.listed(old, COPY)
    assert said.startswith("streamlit 1.53.9: ") and "streamlit>=1.54 in requirements.in" in said


def test_a_service_that_knows_no_package_is_not_taken_for_one_that_found_nothing(monkeypatch):
    answer = {"dependencies": [{"name": "one", "skip_reason": "not found"}, {"name": "two", "version": "1", "vulns": [{"id": "X-1", "aliases": ["CVE-1"], "fix_versions": []}]}]}
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: type("Done", (), {"stdout": json.dumps(answer)}))
    assert audit.asked(ROOT / "requirements.txt", "pypi") == (["two 1: X-1, CVE-1, mended in no version yet"], "it knows 1 of 2 packages")
    monkeypatch.setattr(audit.subprocess, "run", lambda *_, **__: type("Done", (), {"stdout": ""}))
    assert audit.asked(ROOT / "requirements.txt", "pypi") == ([], "it did not answer")


@pytest.mark.slow
def test_the_list_of_parts_has_every_package_and_is_valid(tmp_path):
    """As `make sbom` writes it."""
    path = tmp_path / "sbom.json"
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "requirements.txt", "--output-reproducible", "--spec-version", "1.6", "--output-file", str(path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert make_schemabased_validator(OutputFormat.JSON, SchemaVersion.V1_6).validate_str(path.read_text()) is None
    parts = json.loads(path.read_text())["components"]
    assert {(canonicalize_name(one["name"]), one["version"]) for one in parts} == {(one.name, str(one.version)) for one in RUN}
    assert all(any(each["alg"] == "SHA-256" for reference in one["externalReferences"] for each in reference.get("hashes", ())) for one in parts)
