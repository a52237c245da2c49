"""The static edition: a folder of plain files that any web host can serve, with the same figures and words as the site.

The same release on the same day gives the same bytes. The folder is made beside its place and put there when it is whole.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from lib.assessment import Assessment
from lib.errors import PublishRefused
from lib.neighborhoods import Layer, Residents, layers_of, residents_of
from lib.opendata import changes
from lib.opendata.dictionary import FILES, NEIGHBORHOOD_OBSERVATIONS, OBSERVATIONS, VERSION
from lib.opendata.edition import Edition, assessments_of, in_source_language
from lib.opendata.files import dumped, write
from lib.opendata.package import SOURCES, catalogue, datapackage
from lib.opendata.rows import figure_rows
from lib.publish import first, html, indicator, neighborhood
from lib.store import queries
from lib.store.published import Wanted

STYLE = Path(__file__).with_name("site.css")
MARK = Path("data", VERSION, "datapackage.json")  # by which a folder is known as an earlier edition


def publish(edition: Edition, out: Path, *, address: str = "") -> None:
    """Makes `out` the static edition, in place of an earlier one. `address` is where it will stand on the web, "" where that is not known.

    Raises PublishRefused where `out` holds something else. Whatever fails, what stood there before still stands there.
    """
    _check(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        made.chmod(0o755)
        pages = _pages(edition, made)
        in_source_language(lambda: _data(edition, made, address))
        (made / "404.html").write_text(first.not_found(edition, address=address), encoding="utf-8")
        (made / "style.css").write_text(html.style() + STYLE.read_text(encoding="utf-8"), encoding="utf-8")
        (made / "robots.txt").write_text("User-agent: *\nAllow: /\n" + (f"Sitemap: {address}/sitemap.xml\n" if address else ""), encoding="utf-8")
        if address:
            (made / "sitemap.xml").write_text(_sitemap(pages, address, edition), encoding="utf-8")
        (made / changes.PATH).write_bytes(changes.as_feed(edition, address=address, pages=False))
        _put(made, out)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _check(out: Path) -> None:
    if out.exists() and not (out / MARK).exists() and (not out.is_dir() or any(out.iterdir())):
        raise PublishRefused(f"{out} holds something that is no static edition. Name another folder, or empty this one.")


def _put(made: Path, out: Path) -> None:
    """The finished folder to its place. What stood there is moved aside first and comes back where that fails."""
    before = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent)) / "before"
    try:
        if out.exists():
            out.rename(before)
        try:
            made.rename(out)
        except OSError:
            if before.exists():
                before.rename(out)
            raise
    finally:
        shutil.rmtree(before.parent, ignore_errors=True)


def _pages(edition: Edition, made: Path) -> list[str]:
    """Writes every page, and gives their paths in order."""
    found: list[str] = []

    def add(path: str, title: str, body: str) -> None:
        file = made / path
        file.parent.mkdir(exist_ok=True)
        root = "../" * path.count("/")
        file.write_text(html.page(edition, title=f"{title}: {edition.settings.city.name}", body=body, root=root), encoding="utf-8")
        found.append(path)

    every = assessments_of(edition)
    add("index.html", edition.settings.city.title, first.body(edition, every))
    _indicators(edition, every, add)
    _neighborhoods(edition, add)
    return found


def _indicators(edition: Edition, every: Sequence[Assessment], add: Callable[[str, str, str], None]) -> None:
    figures = queries.observations(edition.engine, edition.release, edition.framework.id)
    for one in every:
        add(f"indicators/{one.indicator.id}.html", one.indicator.name, indicator.body(edition, one, figures[figures["indicator"] == one.indicator.id]))


def _neighborhoods(edition: Edition, add: Callable[[str, str, str], None]) -> None:
    if not edition.areas:
        return
    layers, residents = layers_of_all(edition)
    for area in edition.areas:
        add(f"neighborhoods/{area.id}.html", area.name, neighborhood.body(edition, area, layers, residents))


def layers_of_all(edition: Edition) -> tuple[list[Layer], Residents]:
    """The newest series of every measure that has figures, and the counts of residents."""
    engine, release, chosen = edition.engine, edition.release, edition.settings
    known = {one.id for one in edition.measures}
    residents = residents_of([queries.area_observations(engine, release, one, groups=False) for one in chosen.equity.population if one in known])
    found = []
    for measure in edition.measures:
        several = layers_of(
            measure, queries.area_observations(engine, release, measure.id, groups=False), edition.areas, city=edition.framework.geography, residents=residents,
            spatial={}, fiscal_year_start_month=chosen.fiscal_year.start_month,
        )  # fmt: skip
        found += several[:1]
    return found, residents


def _data(edition: Edition, made: Path, address: str) -> None:
    folder = made / "data" / VERSION
    folder.mkdir(parents=True)
    for table in FILES.values():
        for form in table.formats:
            write(edition, table, form, folder / f"{table.name}.{form}")
    (folder / "datapackage.json").write_text(_readable(datapackage(edition)), encoding="utf-8")
    (made / "data.json").write_text(_readable(catalogue(edition, address=address)), encoding="utf-8")
    if edition.sources:
        (folder / SOURCES).write_text(edition.sources, encoding="utf-8")
    for table, column, name, keys in (
        (OBSERVATIONS, "indicator", "indicators", [one.id for one in edition.framework.indicators]),
        (NEIGHBORHOOD_OBSERVATIONS, "geography", "neighborhoods", [one.id for one in edition.areas]),
    ):
        for key in keys:
            for form in ("csv", "json"):
                rows = (row for _, row in figure_rows(edition, table, wanted=Wanted({column: key})))
                write(edition, table, form, made / name / f"{key}.{form}", rows=rows)


def _readable(value: object) -> str:
    return json.dumps(json.loads(dumped(value)), ensure_ascii=False, indent=1) + "\n"


def _sitemap(pages: Sequence[str], address: str, edition: Edition) -> str:
    said = "".join(f"<url><loc>{html.escape(f'{address}/{path}')}</loc><lastmod>{edition.built_on.isoformat()}</lastmod></url>\n" for path in pages)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{said}</urlset>\n'
