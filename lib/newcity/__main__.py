"""`python -m lib.newcity DIR` writes a small made-up city to begin one's own with: data/, config.toml, .streamlit/config.toml and
DATA.md. `--name` is the city's name. `--theme` writes nothing: it says what follows from the colours in DIR's config.toml for
DIR's .streamlit/config.toml; `--theme flags` says it as flags of `streamlit run`, as `make run` needs them."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from lib.charts.theme import streamlit_theme
from lib.errors import OutcomeStatError
from lib.settings import CITY_FOLDER, read_settings

TEMPLATE = Path(__file__).with_name("template")
NAME, ID = "Exampleville", "exampleville"  # what stands in the template's files for the city's name and its id


class NotWritten(OutcomeStatError):
    """The example cannot be written there."""


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well; 1 with a sentence on standard error when not."""
    parser = argparse.ArgumentParser(prog="python -m lib.newcity", description=__doc__)
    parser.add_argument("folder", metavar="DIR", type=Path, help="an empty folder, or one that is not there yet")
    parser.add_argument("--name", default=NAME, help="the city's name")
    parser.add_argument(
        "--theme",
        nargs="?",
        const="toml",
        choices=("toml", "flags"),
        help="say what follows from DIR's [look] for Streamlit, and write nothing",
    )
    chosen = parser.parse_args(arguments)
    try:
        if chosen.theme:
            print((theme_of if chosen.theme == "toml" else flags_of)(chosen.folder / "config.toml"))
            return 0
        written = write_city(chosen.folder, chosen.name)
    except OutcomeStatError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{written} files in {chosen.folder}: a made-up city. Look at it with: make run CITY={chosen.folder}")
    print(f"Check it with: {CITY_FOLDER}={chosen.folder} .venv/bin/python -m lib.store check")
    return 0


def write_city(folder: Path, name: str) -> int:
    """Writes the example into `folder` under that name, and gives the number of files. Raises NotWritten; nothing is ever overwritten."""
    name = name.strip()
    if not re.fullmatch(r"[^\W_](?:[\w .'-]*[\w.])?", name):
        raise NotWritten(
            f"{name!r} cannot be a name here; write letters, digits, blanks, points, apostrophes and hyphens only."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotWritten(
            f"{folder} is not empty, and nothing is overwritten; name a folder that is empty or not there yet."
        )
    files = sorted(path for path in TEMPLATE.rglob("*") if path.is_file())
    try:
        for file in files:
            path = folder / file.relative_to(TEMPLATE)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                file.read_text(encoding="utf-8").replace(NAME, name).replace(ID, id_of(name)), encoding="utf-8"
            )
    except OSError as problem:
        raise NotWritten(f"{folder} cannot be written to.", detail=str(problem)) from None
    return len(files)


def id_of(name: str) -> str:
    """The name as an id: "St. Mary's" gives st-mary-s. A name without any Latin letter or digit is called "city"."""
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "city"


def theme_of(config: Path) -> str:
    """The tables of .streamlit/config.toml that follow from the colours in that config.toml, as TOML."""
    tables = streamlit_theme(read_settings(config).look).items()
    return "\n\n".join(
        f"[{table}]\n" + "\n".join(f'{key} = "{colour}"' for key, colour in keys.items()) for table, keys in tables
    )


def flags_of(config: Path) -> str:
    """The same as flags of `streamlit run`."""
    return " ".join(
        f"--{table}.{key}={colour}"
        for table, keys in streamlit_theme(read_settings(config).look).items()
        for key, colour in keys.items()
    )


if __name__ == "__main__":
    sys.exit(main())
