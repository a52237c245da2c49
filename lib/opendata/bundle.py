"""All tables in one archive: a Data Package (frictionless) with its descriptor, as a ZIP file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lib.opendata.dictionary import FILES
from lib.opendata.edition import Edition
from lib.opendata.files import dumped, write
from lib.opendata.package import SOURCES, datapackage
from lib.store.export import EPOCH


def write_bundle(edition: Edition, path: Path) -> None:
    """Every table as CSV, the shapes, the descriptor and the city's words about its sources. The same edition gives the same bytes."""
    with TemporaryDirectory() as folder, ZipFile(path, "w", ZIP_DEFLATED) as archive:
        texts = {"datapackage.json": dumped(datapackage(edition))} | ({SOURCES: edition.sources} if edition.sources else {})
        for name, text in texts.items():
            archive.writestr(_entry(name), text)
        for table in FILES.values():
            for form in ("csv", "geojson") if table.shapes else ("csv",):
                part = Path(folder, f"{table.name}.{form}")
                write(edition, table, form, part)
                archive.writestr(_entry(part.name), part.read_bytes())
                part.unlink()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, EPOCH)
    entry.compress_type = ZIP_DEFLATED
    return entry
