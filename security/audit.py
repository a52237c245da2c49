"""`make audit`: the pinned packages held against published advisories, by the local copy and, where it answers, by an advisory service.

The local copy, advisories.json, is small and has a date. So what this says is "none that is listed here", never "none".
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

FOLDER = Path(__file__).parent
COPY = FOLDER / "advisories.json"
LISTS = ("requirements.txt", "requirements-dev.txt")  # what runs, and what only tests
SERVICES = ("pypi", "osv")
SECONDS = 180


@dataclass(frozen=True)
class Pinned:
    """A package with its one version. `asks`: the machines that it is for, as pip writes them, None for all; `hashes`: of its files."""

    name: str
    version: Version
    asks: str | None
    hashes: tuple[str, ...]


def pinned(path: Path) -> list[Pinned]:
    """The packages of a compiled list. Raises ValueError where a line names no exact version."""
    found = []
    text = re.sub(r"^\s*#.*\n?", "", path.read_text(encoding="utf-8"), flags=re.M).replace("\\\n", " ")
    for line in filter(None, map(str.strip, text.splitlines())):
        said, *hashes = re.split(r"\s+--hash=", line)
        one = Requirement(said)
        (exact,) = one.specifier or [None]
        if exact is None or exact.operator != "==" or "*" in exact.version:
            raise ValueError(f"{path.name}: {said} names no exact version; run `make lock`")
        found.append(Pinned(canonicalize_name(one.name), Version(exact.version), str(one.marker) if one.marker else None, tuple(hashes)))
    return found


def listed(packages: Iterable[Pinned], copy: Mapping[str, Any]) -> list[str]:
    """A sentence for each package that is older than the version in which an advisory of the copy was mended."""
    return [
        f"{one.name} {one.version}: {advisory['id']} ({advisory['what']}); write {one.name}>={advisory['fixed_in']} in requirements.in, then `make lock`"
        for one in packages
        for advisory in copy["advisories"]
        if canonicalize_name(advisory["package"]) == one.name and one.version < Version(advisory["fixed_in"])
    ]


def asked(path: Path, service: str) -> tuple[list[str], str]:
    """What the service knows of the packages of a list, a sentence each; and why its silence means nothing, "" where it does.

    pip-audit says that it found nothing, and ends well, also where the service knows none of the packages.
    """
    command = [sys.executable, "-m", "pip_audit", "-r", str(path), "--require-hashes", "--disable-pip", "--vulnerability-service", service, "--format", "json",
               "--progress-spinner", "off"]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return [], "it did not answer"
    found = [f"{one['name']} {one['version']}: {', '.join([each['id'], *each['aliases']])}, mended in {', '.join(each['fix_versions']) or 'no version yet'}"
             for one in packages for each in one.get("vulns", ())]  # fmt: skip
    unknown = sum("skip_reason" in one for one in packages)
    return found, f"it knows {len(packages) - unknown} of {len(packages)} packages" if unknown else ""


def main(lists: Sequence[str] = LISTS) -> int:
    """Prints what was found and what was not looked at. 1 where an advisory holds against something that is pinned, else 0."""
    copy = json.loads(COPY.read_text(encoding="utf-8"))
    wrong = 0
    for name in lists:
        path = FOLDER.parent / name
        packages = pinned(path)
        found = listed(packages, copy)
        print(f"{name}: {len(packages)} packages. Local copy of {copy['date']}, {len(copy['advisories'])} advisories: {len(found)} hold.")
        silent = []
        for service in SERVICES:
            known, why = asked(path, service)
            found += known
            if not why:
                print(f"  {service}: asked about all of them; {len(known)} hold.")
                break
            silent.append(f"{service}: {why}")
        else:
            print(f"  No advisory service answered for all ({'; '.join(silent)}). So only the local copy speaks, and it is small: run this where the internet is.")
        for sentence in found:
            print(f"  {sentence}")
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
