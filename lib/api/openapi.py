"""The description of the API (OpenAPI 3.1), written from the same definitions that answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lib.api.parameters import Parameter
from lib.api.problems import MEDIA_TYPE, TITLES
from lib.api.resources import BASE, RESOURCES, Resource
from lib.opendata.dictionary import Column, Table
from lib.opendata.edition import Edition

TYPES: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "list": {"type": "array", "items": {"type": "string"}},
}
TEXT = {"type": "string"}


def description(edition: Edition) -> dict[str, Any]:
    """The whole description; its examples and title are of the shown release."""
    city = edition.settings.city
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{city.title}: open data of {city.name}",
            "version": "1",
            "description": "Reads what the site shows: outcomes, indicators, figures and neighborhoods. Nothing can be written. A missing value is null with its "
                           f"missing_reason, never zero. {edition.citation}",
            "contact": {"name": city.contact} | ({"email": edition.settings.site.email} if edition.settings.site.email else {}),
            "license": {"name": city.licence},
        },
        "servers": [{"url": BASE}],
        "paths": {path: item for resource in RESOURCES.values() for path, item in _paths(resource).items()},
        "components": {"schemas": _schemas(), "responses": {str(status): _problem(status) for status in (400, 404, 409, 503)} | {"304": {"description": "It has not changed since."}}},
    }  # fmt: skip


def _paths(resource: Resource) -> dict[str, Any]:
    collection = _operation(resource, "list", f"{resource.table.title}, a page at a time", {"$ref": f"#/components/schemas/{_name(resource.table)}Page"},
                            [_parameter(one) for one in resource.every_parameter], (400, 404, 409, 503))  # fmt: skip
    paths = {f"/{resource.name}": collection}
    if resource.single:
        key = {
            "name": "id",
            "in": "path",
            "required": True,
            "description": "Its id.",
            "schema": TEXT | {"minLength": 1},
        }
        paths[f"/{resource.name}/{{id}}"] = _operation(resource, "one", f"One of: {resource.table.title.lower()}",
                                                       {"$ref": f"#/components/schemas/{_name(resource.table)}Single"}, [key], (400, 404, 503))  # fmt: skip
    return paths


def _operation(
    resource: Resource,
    kind: str,
    summary: str,
    schema: Mapping[str, Any],
    parameters: list[dict],
    statuses: tuple[int, ...],
) -> dict[str, Any]:
    given = {
        "tags": [resource.name],
        "summary": summary,
        "description": resource.table.about,
        "parameters": parameters,
    }
    failures = {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses} | {
        "304": {"$ref": "#/components/responses/304"}
    }
    name = f"{kind}-{resource.name}"
    return {
        "get": given | {"operationId": name, "responses": {"200": _found(schema)} | failures},
        "head": given
        | {
            "operationId": f"head-{name}",
            "summary": f"{summary}: the headers only",
            "responses": {"200": {"description": "As GET, without the body."}} | failures,
        },
    }


def _found(schema: Mapping[str, Any]) -> dict[str, Any]:
    headers = {
        "ETag": "Changes when the content does; send it back as If-None-Match.",
        "Link": "The next page, where there is one.",
        "Cache-Control": "How long it holds.",
    }
    return {"description": "What was asked for.", "content": {"application/json": {"schema": schema}},
            "headers": {name: {"description": about, "schema": TEXT} for name, about in headers.items()}}  # fmt: skip


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": f"{TITLES[status]}.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {"name": one.name, "in": "query", "required": False, "description": one.about, "schema": dict(one.schema)}


def _name(table: Table) -> str:
    return "".join(part.capitalize() for part in table.name.split("-"))


def _column(column: Column) -> dict[str, Any]:
    plain = dict(TYPES[column.type])
    if column.missing:
        plain["type"] = [plain["type"], "null"]
    about = [column.about, column.unit and f"Unit: {column.unit}.", column.missing and f"Null: {column.missing}"]
    return plain | {"description": " ".join(one for one in about if one)}


def _row(table: Table, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    properties = {column.name: _column(column) for column in table.columns} | dict(more or {})
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {"Problem": {
        "type": "object",
        "properties": {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT, "remedy": TEXT, "parameter": TEXT, "reference": TEXT},
        "required": ["type", "title", "status", "detail", "remedy"],
        "additionalProperties": False,
    }}  # fmt: skip
    tables = {resource.name: resource.table for resource in RESOURCES.values()}
    tables |= {part.table.name: part.table for resource in RESOURCES.values() for part in resource.parts.values()}
    schemas |= {_name(table): _row(table) for table in tables.values()}
    for resource in RESOURCES.values():
        name = _name(resource.table)
        schemas[f"{name}Page"] = _envelope({
            "total": {"type": "integer", "description": "Rows on all pages together."},
            "limit": {"type": "integer"},
            "next": {"type": ["string", "null"], "description": "Address of the next page; null on the last."},
            "rows": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
        })  # fmt: skip
        if resource.single:
            schemas[f"{name}Single"] = _envelope({"row": _row(resource.table, _more(resource))})
    return schemas


def _more(resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, part in resource.parts.items():
        row = {"$ref": f"#/components/schemas/{_name(part.table)}"}
        found[key] = {"oneOf": [row, {"type": "null"}]} if part.is_one else {"type": "array", "items": row}
    return found | (
        {"geometry": {"type": ["object", "null"], "description": "Its shape as GeoJSON."}}
        if resource.table.shapes
        else {}
    )


def _envelope(properties: Mapping[str, Any]) -> dict[str, Any]:
    every = {
        "release": {"type": "string", "description": "Id of the release."},
        "as_of": TYPES["date"],
        "licence": TEXT,
        "citation": TEXT,
        **properties,
    }
    return {"type": "object", "properties": every, "required": list(every), "additionalProperties": False}
