"""What a workbook says of itself: its sheets and which are hidden, its dates' first day, its number formats and texts."""

from __future__ import annotations

import posixpath
import re
import xml.sax
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from lib.intake.archive import UNPACK_REMEDY, Archive, damaged
from lib.intake.findings import Refused
from lib.intake.limits import MEGABYTE
from lib.language import _

BUILTIN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # the rest are dates of East Asian Excel
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a workbook writes a letter that XML cannot hold


class Format(StrEnum):
    """What a number's format makes of it on the screen, as far as it matters."""

    PLAIN = ""
    PERCENT = "percent"  # 0.45 is shown as 45%
    PERCENT_SIGN = "percent sign"  # 45 is shown as 45%: the sign is text
    DATE = "date"


@dataclass(frozen=True)
class SheetEntry:
    name: str
    part: str  # its name in the archive
    is_hidden: bool


@dataclass(frozen=True)
class Workbook:
    archive: Archive
    sheets: tuple[SheetEntry, ...]
    from_1904: bool
    formats: tuple[Format, ...]  # by style number
    texts: tuple[str, ...]  # shared by the cells


def open_workbook(archive: Archive) -> Workbook:
    """Raises Refused when it is damaged or too large."""
    main = _main_part(archive)
    tree = archive.tree(main)
    related = _related(archive, main)
    sheets = []
    for entry in _all(tree, "sheet"):
        target, kind = related.get(_attribute(entry, "id"), ("", ""))
        if kind == "worksheet":  # not a sheet that is one chart
            sheets.append(SheetEntry(entry.get("name", ""), target, entry.get("state", "visible") != "visible"))
    if not sheets:
        raise damaged(_("the workbook has no sheet"))
    if len(sheets) > archive.limits.max_sheets:
        raise Refused("too_large", _("the workbook has {n:,} sheets, and {most:,} are read").format(n=len(sheets), most=archive.limits.max_sheets), _(UNPACK_REMEDY))
    first = next(iter(_all(tree, "workbookPr")), None)
    from_1904 = first is not None and first.get("date1904", "0") in ("1", "true", "on")
    return Workbook(archive, tuple(sheets), from_1904, _formats(archive, related), _texts(archive, related))


def _main_part(archive: Archive) -> str:
    for target, kind in _related(archive, "").values():
        if kind == "officeDocument":
            return target
    raise damaged()


def _related(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """The parts that a part names: by its key, their names and kinds."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if not archive.has(listing):
        return {}
    found = {}
    for entry in _all(archive.tree(listing), "Relationship"):
        if entry.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, entry.get("Target", ""))).lstrip("/")
            found[entry.get("Id", "")] = (target, entry.get("Type", "").rpartition("/")[2])
    return found


def _formats(archive: Archive, related: dict[str, tuple[str, str]]) -> tuple[Format, ...]:
    part = next((target for target, kind in related.values() if kind == "styles"), "")
    if not part:
        return ()
    tree = archive.tree(part)
    codes = {entry.get("numFmtId", ""): entry.get("formatCode", "") for entry in _all(tree, "numFmt")}
    styles = next(iter(_all(tree, "cellXfs")), None)
    if styles is None:
        return ()
    return tuple(_format(entry.get("numFmtId", "0"), codes) for entry in _all(styles, "xf"))


def _format(number: str, codes: dict[str, str]) -> Format:
    if number not in codes and number.isdigit() and int(number) in BUILTIN_DATES:
        return Format.DATE
    return format_of(codes.get(number) or BUILTIN_FORMATS.get(int(number) if number.isdigit() else 0, ""))


def format_of(code: str) -> Format:
    """What a number format does: 0.0% is a percentage, 0.0"%" only shows the sign, yyyy-mm a date."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", code)
    if "%" in bare:
        return Format.PERCENT
    if "%" in code:
        return Format.PERCENT_SIGN
    return Format.DATE if code and is_date_format(code) else Format.PLAIN


def _texts(archive: Archive, related: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    part = next((target for target, kind in related.values() if kind == "sharedStrings"), "")
    if not part:
        return ()
    handler = _SharedTexts(archive.limits.max_text_megabytes * MEGABYTE)
    for _piece in archive.feed(part, handler):
        pass
    return tuple(handler.texts)


class _SharedTexts(xml.sax.ContentHandler):
    """The texts of a workbook. Rich text is put together; how a text is pronounced is left out."""

    def __init__(self, most: float) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._most, self._size = most, 0
        self._pieces: list[str] = []
        self._in_text = self._spoken = False

    def startElement(self, name: str, attrs: xml.sax.xmlreader.AttributesImpl) -> None:
        match name.rpartition(":")[2]:
            case "si":
                self._pieces = []
            case "rPh":
                self._spoken = True
            case "t":
                self._in_text = not self._spoken

    def characters(self, content: str) -> None:
        if self._in_text:
            self._pieces.append(content)
            self._size += len(content)
            if self._size > self._most:
                raise Refused("too_large", _("the workbook holds more text than is read"), _(UNPACK_REMEDY))

    def endElement(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "si":
                self.texts.append(unescaped("".join(self._pieces)))
                self._size += 50  # what an empty text costs
            case "rPh":
                self._spoken = False
            case "t":
                self._in_text = False


def unescaped(text: str) -> str:
    """_x0041_ is A. Half a letter of two, which no text can hold, stays as it is written."""
    return ESCAPED.sub(lambda found: found[0] if 0xD800 <= int(found[1], 16) < 0xE000 else chr(int(found[1], 16)), text) if "_x" in text else text


def _all(tree: Element, name: str) -> Iterator[Element]:
    """All elements of a name, whatever their namespace: there are two, and prefixes of all sorts."""
    return (one for one in tree.iter() if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == name)


def _attribute(element: Element, name: str) -> str:
    """An attribute of a namespace, such as r:id."""
    return next((value for key, value in element.attrib.items() if key.endswith("}" + name)), "")
