"""The page about the data: every table, what stands in it, how to take it and how to cite it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from lib import words
from lib.language import _
from lib.opendata.bundle import write_bundle
from lib.opendata.dictionary import FILES, Table, dictionary_rows
from lib.opendata.edition import in_source_language
from lib.opendata.files import MEDIA_TYPES, NAMES, write
from lib.opendata.rows import count_of, newest_vintage
from lib.store.export import MOST_ROWS
from lib.ui import cache, filters
from lib.ui.detail import table as html_table
from lib.ui.links import link
from lib.ui.text import escape

SERVED = "OUTCOMESTAT_SERVED"  # set by server.py: the addresses of the data files and of the API are there
SOURCES_PAGE = "data/v1/sources.md"


def is_served() -> bool:
    return os.environ.get(SERVED) == "1"


def chosen() -> Table:
    """The table that the reader looks at, by its name in the address."""
    return FILES[filters.subject(_("Table"), {one.name: _(one.title) for one in FILES.values()}, key="table")]


def rows_in(table: Table) -> int:
    """Counted once for a release; what people write is counted at every run."""
    edition = cache.edition()
    if table.written_by_people:
        return in_source_language(lambda: count_of(edition, table))
    return cache.kept("rows", table.name, make=lambda: count_of(edition, table))


def heading() -> str:
    counts = [rows_in(one) for one in FILES.values()]
    said = _("{tables} tables with {rows} rows stand behind this site. Each is yours to take. Each figure names where it was read.").format(
        tables=len(counts), rows=words.figure(sum(counts), 0))  # fmt: skip
    none = "" if cache.current_framework().indicators else _("There are no indicators yet. Write the first one in data/, then start again.")
    return f"<h1 class='page'>{escape(_('Data'))}</h1><p class='lead'>{escape(said)}</p>" + (f"<p class='note'>{escape(none)}</p>" if none else "")


def every_table() -> str:
    """All tables with their rows and newest vintages, as links to themselves."""
    rows = "".join(
        f"<tr><th scope=row>{link('data', escape(_(one.title)), id=one.name, key='table')}<br><span class='muted small'>{escape(_(one.about))}</span></th>"
        f"<td class=n>{rows_in(one):,}</td><td>{escape(_vintage(one))}</td></tr>"
        for one in FILES.values()
    )
    head = f"<th scope=col>{escape(_('Table'))}</th><th scope=col class=n>{escape(_('Rows'))}</th><th scope=col>{escape(_('Newest vintage'))}</th>"
    caption = escape(_("Every table"))
    return (f"<h2 class='section'>{caption}</h2><div class='scroll' tabindex='0' role='region' aria-label='{caption}'><table class='plain'>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")  # fmt: skip


def _vintage(table: Table) -> str:
    return cache.kept("newest vintage", table.name, make=lambda: newest_vintage(cache.edition(), table)) or ""


def about(table: Table) -> str:
    return f"<h2 class='section'>{escape(_(table.title))}</h2><p class='lead small'>{escape(_(table.about))}</p>"


def take(table: Table) -> None:
    """A button a format; a file is made on the click. A workbook is offered as far as one can hold the table."""
    edition = cache.edition()
    with st.container(horizontal=True, key="take"):
        for form in table.formats:
            if form != "xlsx" or rows_in(table) <= MOST_ROWS:
                name = f"{table.name}.{form}"
                st.download_button(NAMES[form], data=_made(lambda path, form=form: write(edition, table, form, path)), file_name=name, mime=MEDIA_TYPES[form],
                                   on_click="ignore", icon=":material/download:", key=f"take-{name}")  # fmt: skip


def take_all() -> None:
    edition = cache.edition()
    st.download_button(_("All tables (ZIP)"), data=_made(lambda path: write_bundle(edition, path)), file_name=f"{edition.framework.id}.zip", mime="application/zip",
                       on_click="ignore", icon=":material/folder_zip:", key="take-all")  # fmt: skip


def _made(write_to: Callable[[Path], None]) -> Callable[[], bytes]:
    def make() -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder, "file")
            in_source_language(lambda: write_to(path))
            return path.read_bytes()

    return make


def dictionary(table: Table) -> str:
    """Its columns: what stands there, its type and unit, and what an empty cell means."""
    rows = [(row["column"], row["type"], row["about"], row["unit"], row["missing"] or _("never empty"))
            for row in dictionary_rows() if row["table"] == table.name]  # fmt: skip
    head = (_("Column"), _("Type"), _("What it is"), _("Unit"), _("If it is empty"))
    return html_table(head, rows, caption=_("Columns")) if rows else ""


def terms() -> str:
    """The licence, how to cite, and where machines find the same."""
    edition = cache.edition()
    city = edition.settings.city
    small = _("A small count of people is not in any file, whatever its format. What would give one away is left out, too. A missing figure is empty, never zero, and says why.")
    return (f"<h2 class='section'>{escape(_('Licence, and how to cite'))}</h2><dl class='card'><dt>{escape(_('Licence'))}</dt><dd>{escape(city.licence)}</dd>"
            f"<dt>{escape(_('Cite as'))}</dt><dd>{escape(edition.citation)}</dd><dt>{escape(_('Questions'))}</dt><dd>{escape(_contact())}</dd>"
            f"<dt>{escape(_('What is left out'))}</dt><dd>{escape(small)}</dd></dl>{_for_machines()}")  # fmt: skip


def _contact() -> str:
    chosen_ = cache.settings()
    return ", ".join(one for one in (chosen_.city.contact, chosen_.site.email) if one)


def _for_machines() -> str:
    head = f"<h2 class='section'>{escape(_('For programs'))}</h2>"
    if not is_served():
        return head + f"<p>{escape(_('This server has the pages only. Where it is started as server.py, each table stands at an address that stays, and there is an API to read.'))}</p>"
    links = (
        ("api/v1/openapi.json", _("the API, described (OpenAPI)")),
        ("api/v1/indicators", _("indicators, and so on for the other tables")),
        ("data/v1/datapackage.json", _("all files, described (Data Package)")),
        ("data.json", _("the catalogue (DCAT-US)")),
        ("feed.atom", _("what changed (Atom)")),
        *(((SOURCES_PAGE, _("sources and credits")),) if cache.edition().sources else ()),
    )
    items = "".join(f"<li><a href='{path}' target='_blank'><code>/{path}</code></a>: {escape(said)}</li>" for path, said in links)
    return f"{head}<p>{escape(_('Each table stands at /data/v1/ with its name and format. The address stays.'))}</p><ul>{items}</ul>"
