"""An Atom feed (RFC 4287): what changed, for whoever follows it from elsewhere."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree  # only writes here; nothing foreign is read

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One thing that changed. `key` names it for good: the same key is the same entry, whatever else is said of it."""

    key: str
    title: str
    updated: datetime  # with its zone
    summary: str  # plain text
    link: str = ""  # a whole address; "" = none


def atom(
    entries: Iterable[Entry],
    *,
    title: str,
    name: str,
    self_link: str,
    updated: datetime,
    site_link: str = "",
    subtitle: str = "",
    rights: str = "",
    language: str = "en",
) -> bytes:
    """The feed as UTF-8, the newest entry first.

    `name` names the feed for good: its id and its entries' ids come of it, and of nothing that may move, such as an address. `self_link` is
    where the feed itself is read; `updated` is its date where it has no entry. Raises ValueError for a time without a zone, and where two
    entries have one key.
    """
    ordered = sorted(entries, key=lambda one: (_utc(one.updated), one.key), reverse=True)
    if len({one.key for one in ordered}) < len(ordered):
        raise ValueError("two entries of the feed have the same key")
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(_tag("feed"), {XML_LANG: language})
    _text(feed, "title", title)
    _text(feed, "subtitle", subtitle)
    _text(feed, "id", _id(name))
    _text(feed, "updated", _utc(ordered[0].updated if ordered else updated))
    _text(ElementTree.SubElement(feed, _tag("author")), "name", title)
    _text(feed, "rights", rights)
    _link(feed, "self", self_link, kind="application/atom+xml")
    _link(feed, "alternate", site_link, kind="text/html")
    for one in ordered:
        entry = ElementTree.SubElement(feed, _tag("entry"))
        _text(entry, "title", one.title)
        _text(entry, "id", _id(f"{name}\n{one.key}"))
        _text(entry, "updated", _utc(one.updated))
        _text(entry, "content", one.summary or one.title)
        _link(entry, "alternate", one.link, kind="text/html")
    return ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _id(name: str) -> str:
    """An address of a name that stays, whoever makes it and when (RFC 4122, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"outcomestat:{name}").urn


def _utc(when: datetime) -> str:
    """RFC 3339 in UTC. Two times compare as their texts do."""
    if when.tzinfo is None:
        raise ValueError(f"{when} has no zone")
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(parent: ElementTree.Element, name: str, said: str) -> None:
    if said:
        ElementTree.SubElement(parent, _tag(name)).text = NOT_IN_XML.sub("", said)


def _link(parent: ElementTree.Element, relation: str, address: str, *, kind: str) -> None:
    if address:
        ElementTree.SubElement(
            parent, _tag("link"), {"rel": relation, "type": kind, "href": NOT_IN_XML.sub("", address)}
        )
