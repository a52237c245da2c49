"""The files for a server name what is there."""

import re

from lib.settings import ROOT

DEPLOY = ROOT / "deploy"


def test_the_image_takes_only_what_is_there_and_let_in():
    let_in = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    copied = [source.rstrip("/") for line in (DEPLOY / "Dockerfile").read_text().splitlines() if line.startswith("COPY ") and "--from" not in line
              for source in line.split()[1:-1]]  # fmt: skip
    assert copied and all((ROOT / source).exists() and source in let_in for source in copied)


def test_every_part_of_the_program_that_runs_is_in_the_image():
    copied = (DEPLOY / "Dockerfile").read_text()
    assert (
        all(f"COPY {folder}/" in copied for folder in ("data", "lib", "locale", "pages", "static"))
        and "server.py" in copied
    )


def test_the_proxy_closes_what_is_nobodys_business_and_passes_a_pages_connection_on():
    text = (DEPLOY / "nginx" / "outcomestat.conf.template").read_text()
    assert re.search(r"location ~ /_stcore/metrics\$ \{\s*return 404;", text)
    assert "proxy_set_header Upgrade" in text and "gzip on" in text and "Strict-Transport-Security" in text


def test_the_commands_that_the_guides_name_are_there():
    for guide in sorted((ROOT / "docs").glob("*.md")):
        for module in re.findall(r"python -m (lib(?:\.\w+)*)", guide.read_text(encoding="utf-8")):
            path = ROOT / module.replace(".", "/")
            assert (path / "__main__.py").exists() or path.with_suffix(".py").exists(), f"{guide.name}: {module}"


def test_what_the_guides_and_the_readme_link_to_is_there():
    for guide in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", guide.read_text(encoding="utf-8")):
            assert (guide.parent / target).exists(), f"{guide.name}: {target}"
