"""Tells what a file is by its first bytes, whatever its name says, and refuses what is not read, in one sentence."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath

from lib.intake.findings import Refused
from lib.intake.limits import MEGABYTE, Limits
from lib.language import _, later

ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, and of a workbook with a password
OTHER_TYPES = {
    b"%PDF": later("a PDF"),
    b"\x89PNG": later("a picture"),
    b"\xff\xd8\xff": later("a picture"),
    b"GIF8": later("a picture"),
    b"{\\rtf": later("a text document"),
    b"\x1f\x8b": later("a packed file"),
    b"Rar!": later("a packed file"),
    b"7z\xbc\xaf": later("a packed file"),
    b"SQLite format 3": later("a database"),
    b"PAR1": later("a Parquet file"),
    b"MZ": later("a program"),
    b"\x7fELF": later("a program"),
}
SAVE_AS = later("open it in Excel and save it as Excel Workbook (.xlsx)")
WITHOUT_MACROS = later("open it in Excel and save it as Excel Workbook (.xlsx), without macros")
NAMED = {
    "xls": ("old_excel", later("this is a workbook of an old kind (.xls)"), SAVE_AS),
    "xlsb": ("binary_excel", later("this is a binary workbook (.xlsb)"), SAVE_AS),
    "xlsm": ("macros", later("this workbook may hold macros (.xlsm), and programs are not taken in"), WITHOUT_MACROS),
    "xltm": ("macros", later("this workbook may hold macros (.xltm), and programs are not taken in"), WITHOUT_MACROS),
    "ods": ("open_document", later("this is an OpenDocument workbook (.ods)"), later("save it as Excel Workbook (.xlsx) or as CSV")),
}


class FileKind(StrEnum):
    WORKBOOK = "xlsx"
    DELIMITED = "csv"


def plain_name(name: str) -> str:
    """A file's name without any path and without what cannot be printed: "../../x.csv" is x.csv."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip(". ")[:200] or "file"


def recognise(content: bytes, name: str, limits: Limits) -> FileKind:
    """What the file is. Raises Refused with one sentence for all that is not an .xlsx workbook or a CSV file."""
    suffix = PurePosixPath(plain_name(name)).suffix.lower().removeprefix(".")
    if len(content) > limits.max_megabytes * MEGABYTE:
        raise Refused("too_large", _("the file has {megabytes:,.1f} MB, and {most:g} MB are read").format(megabytes=len(content) / MEGABYTE, most=limits.max_megabytes),
                      _("remove what does not belong to the figures, or send it in parts"))  # fmt: skip
    if not content.strip():
        raise Refused("empty_file", _("the file is empty"), _("send the one that holds the figures"))
    if content.startswith(OLD_OFFICE):
        raise _old_office(content)
    if suffix in NAMED:
        raise refusal_of(suffix)
    for start, what in OTHER_TYPES.items():
        if content.startswith(start):
            raise Refused("wrong_type", _("this is {what}, whatever its name says").format(what=_(what)), _("send an .xlsx workbook or a CSV file"))
    is_zip = content.startswith(ZIP)
    if suffix == "xlsx" and not is_zip:
        raise _not_a_workbook(content)
    if suffix == "csv" and is_zip:
        raise Refused("wrong_type", _("its name says CSV, but it is a packed file such as a workbook"),
                      _("give it the ending .xlsx if it is a workbook, or save it as CSV"))  # fmt: skip
    if suffix not in ("xlsx", "csv"):
        raise Refused("unknown_type", _("a file that ends in {suffix!r} is not read").format(suffix=suffix or _("nothing")), _("send an .xlsx workbook or a CSV file"))
    if suffix == "csv" and re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|table)", content[:200], re.IGNORECASE):
        raise Refused("wrong_type", _("its name says CSV, but it is a web page"), _("save the figures as CSV"))
    return FileKind(suffix)


def refusal_of(kind: str) -> Refused:
    """Why a kind of workbook that is known by name is not read; `kind` is a key of NAMED."""
    code, why, remedy = NAMED[kind]
    return Refused(code, _(why), _(remedy))


def _old_office(content: bytes) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Refused("encrypted", _("the workbook is locked with a password"), _("save it without a password (File, Info, Protect Workbook)"))
    return refusal_of("xls")


def _not_a_workbook(content: bytes) -> Refused:
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        return Refused("wrong_type", _("its name says .xlsx, but it is a web page or an XML file"), _(SAVE_AS))
    if content.startswith(ZIP[:2]):
        return Refused("damaged", _("the workbook is damaged"), _("open it in Excel, save it again, and send that"))
    remedy = _("open it in Excel and save it as Excel Workbook (.xlsx), or name it .csv if it is one")
    return Refused("wrong_type", _("its name says .xlsx, but it is not a workbook"), remedy)
