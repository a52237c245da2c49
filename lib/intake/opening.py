"""Tells what a file is by its first bytes, whatever its name says, and refuses what is not read, in one sentence."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import PurePosixPath

from lib.intake.findings import Refused
from lib.intake.limits import MEGABYTE, Limits

ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls, and of a workbook with a password
OTHER_TYPES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document",
    b"\x1f\x8b": "a packed file",
    b"Rar!": "a packed file",
    b"7z\xbc\xaf": "a packed file",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
    b"MZ": "a program",
    b"\x7fELF": "a program",
}
SAVE_AS = "open it in Excel and save it as Excel Workbook (.xlsx)"
NAMED = {
    "xls": ("old_excel", "this is a workbook of an old kind (.xls)", SAVE_AS),
    "xlsb": ("binary_excel", "this is a binary workbook (.xlsb)", SAVE_AS),
    "xlsm": ("macros", "this workbook may hold macros (.xlsm), and programs are not taken in", SAVE_AS + ", without macros"),
    "xltm": ("macros", "this workbook may hold macros (.xltm), and programs are not taken in", SAVE_AS + ", without macros"),
    "ods": ("open_document", "this is an OpenDocument workbook (.ods)", "save it as Excel Workbook (.xlsx) or as CSV"),
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
        raise Refused("too_large", f"the file has {len(content) / MEGABYTE:,.1f} MB, and {limits.max_megabytes:g} MB are read",
                      "remove what does not belong to the figures, or send it in parts")  # fmt: skip
    if not content.strip():
        raise Refused("empty_file", "the file is empty", "send the one that holds the figures")
    if content.startswith(OLD_OFFICE):
        raise _old_office(content)
    if suffix in NAMED:
        raise Refused(*NAMED[suffix])
    for start, what in OTHER_TYPES.items():
        if content.startswith(start):
            raise Refused("wrong_type", f"this is {what}, whatever its name says", "send an .xlsx workbook or a CSV file")
    is_zip = content.startswith(ZIP)
    if suffix == "xlsx" and not is_zip:
        raise _not_a_workbook(content)
    if suffix == "csv" and is_zip:
        raise Refused("wrong_type", "its name says CSV, but it is a packed file such as a workbook",
                      "give it the ending .xlsx if it is a workbook, or save it as CSV")  # fmt: skip
    if suffix not in ("xlsx", "csv"):
        raise Refused("unknown_type", f"a file that ends in {suffix or 'nothing'!r} is not read", "send an .xlsx workbook or a CSV file")
    if suffix == "csv" and re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|table)", content[:200], re.IGNORECASE):
        raise Refused("wrong_type", "its name says CSV, but it is a web page", "save the figures as CSV")
    return FileKind(suffix)


def _old_office(content: bytes) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Refused("encrypted", "the workbook is locked with a password", "save it without a password (File, Info, Protect Workbook)")
    return Refused(*NAMED["xls"])


def _not_a_workbook(content: bytes) -> Refused:
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        return Refused("wrong_type", "its name says .xlsx, but it is a web page or an XML file", SAVE_AS)
    if content.startswith(ZIP[:2]):
        return Refused("damaged", "the workbook is damaged", "open it in Excel, save it again, and send that")
    return Refused("wrong_type", "its name says .xlsx, but it is not a workbook", SAVE_AS + ", or name it .csv if it is one")
