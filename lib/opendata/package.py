"""Two descriptions for machines: a Data Package (frictionless, version 1) and a DCAT-US catalogue (version 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lib.opendata.dictionary import FILES, TABLES, VERSION, Column, Table
from lib.opendata.edition import Edition
from lib.opendata.files import MEDIA_TYPES, NAMES

SOURCES = "sources.md"  # beside the tables: the city's own words about its sources and their licences
DCAT = "https://project-open-data.cio.gov/v1.1/schema"


def datapackage(edition: Edition) -> dict[str, Any]:
    """The descriptor that stands beside the files: each table as CSV with its schema, and the shapes. Its paths are relative."""
    city = edition.settings.city
    return {
        "profile": "data-package",
        "name": edition.framework.id.lower(),
        "title": f"{city.name}: {edition.framework.name}",
        "description": edition.framework.statement,
        "version": edition.release[:12],
        "created": f"{edition.built_on.isoformat()}T00:00:00Z",
        "licenses": _licences(edition),
        "contributors": [{"title": city.contact, "role": "publisher"} | ({"email": edition.settings.site.email} if edition.settings.site.email else {})],
        "sources": [{"title": title} for title in sorted({one.source for one in (*edition.framework.indicators, *edition.measures)})] or [{"title": city.name}],
        "citation": edition.citation,
        "as_of": edition.as_of.isoformat(),
        "resources": [_resource(table) for table in FILES.values()] + [_shapes(table) for table in TABLES.values() if table.shapes],
    } | ({"homepage": edition.settings.site.address} if edition.settings.site.address else {})  # fmt: skip


def _licences(edition: Edition) -> list[dict[str, str]]:
    return [
        {"title": edition.settings.city.licence} | ({"path": SOURCES} if edition.sources else {"name": "notspecified"})
    ]


def _resource(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "profile": "tabular-data-resource",
        "path": f"{table.name}.csv",
        "title": table.title,
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema(table),
    }


def _shapes(table: Table) -> dict[str, Any]:
    return {"name": f"{table.name}-shapes", "profile": "data-resource", "path": f"{table.name}.geojson", "title": f"{table.title}, with their shapes",
            "format": "geojson", "mediatype": MEDIA_TYPES["geojson"], "encoding": "utf-8"}  # fmt: skip


def schema(table: Table) -> dict[str, Any]:
    """A Table Schema. What an empty cell means stands with each field as `missing`."""
    found: dict[str, Any] = {"fields": [_field(column) for column in table.columns], "missingValues": [""]}
    if table.key:
        found["primaryKey"] = list(table.key)
    if table.refers:
        found["foreignKeys"] = [
            {"fields": name, "reference": {"resource": to, "fields": TABLES[to].columns[0].name}}
            for name, to in table.refers.items()
        ]
    return found


def _field(column: Column) -> dict[str, Any]:
    described = {
        "name": column.name,
        "type": "string" if column.type == "list" else column.type,
        "description": column.about,
    }
    if column.unit:
        described["unit"] = column.unit
    if column.missing:
        return described | {"missing": column.missing}
    return described | {"constraints": {"required": True}}


def catalogue(edition: Edition, *, address: str) -> dict[str, Any]:
    """The site's data.json: one dataset a table. `address` is where the site is, "" where that is not known: then no dataset names where its files are."""
    return {
        "@context": f"{DCAT}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": DCAT,
        "describedBy": f"{DCAT}/catalog.json",
        "dataset": [_dataset(edition, table, address) for table in TABLES.values()],
    } | ({"@id": f"{address}/data.json"} if address else {})


def _dataset(edition: Edition, table: Table, address: str) -> dict[str, Any]:
    city, site = edition.settings.city, edition.settings.site
    contact = {"@type": "vcard:Contact", "fn": city.contact} | (
        {"hasEmail": f"mailto:{site.email}"} if site.email else {}
    )
    found: dict[str, Any] = {
        "@type": "dcat:Dataset",
        "identifier": f"{edition.framework.id}/{table.name}",
        "title": f"{city.name}: {table.title}",
        "description": table.about,
        "keyword": [city.name, edition.framework.name, "outcomes", "indicators", table.title],
        "modified": (
            edition.as_of if table.written_by_people or table.name == "statuses" else edition.built_on
        ).isoformat(),
        "publisher": {"@type": "org:Organization", "name": city.contact},
        "contactPoint": contact,
        "accessLevel": "public",
        "spatial": city.name,
    }
    if address:
        files = f"{address}/data/{VERSION}"
        found |= {
            "describedBy": f"{files}/datapackage.json",
            "describedByType": "application/json",
            "distribution": [
                {"@type": "dcat:Distribution", "title": f"{table.title} as {NAMES[form]}", "format": NAMES[form],
                 "downloadURL": f"{files}/{table.name}.{form}", "mediaType": MEDIA_TYPES[form].partition(";")[0]}
                for form in table.formats
            ],
        } | ({"license": f"{files}/{SOURCES}"} if edition.sources else {})  # fmt: skip
    return found


def what_is_missing(edition: Edition, *, address: str) -> list[str]:
    """What the catalogue lacks of what the standard asks for, each with the setting to write."""
    found = []
    if not edition.settings.site.email:
        found.append("data.json names nobody to write to: set [site] email in config.toml")
    if not address:
        found.append("data.json does not say where the files are: set [site] address in config.toml, or give --address")
    return found


def links_of(table: Table) -> Mapping[str, str]:
    """By format the file's address, from the folder of the tables."""
    return {form: f"{table.name}.{form}" for form in table.formats}
