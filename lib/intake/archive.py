"""The zip archive that a workbook is: its size is known before anything is unpacked, and nothing in it can act."""

from __future__ import annotations

import io
import re
import xml.sax
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from defusedxml.expatreader import DefusedExpatParser

from lib.intake.findings import Refused
from lib.intake.limits import MEGABYTE, Limits
from lib.intake.opening import WITHOUT_MACROS, refusal_of
from lib.language import _, later

CHUNK = 1 << 16
ENCRYPTED_FLAG = 0x1
UNPACK_REMEDY = later("copy the figures into the template and send that")
# What an archive or the XML in it raises when it is broken.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ParseError, xml.sax.SAXException,
          UnicodeError, ValueError, KeyError, IndexError, OSError)  # fmt: skip


def damaged(why: str = "") -> Refused:
    return Refused("damaged", why or _("the workbook is damaged"), _("open it in Excel, save it again, and send that"))


class Archive:
    """A workbook's parts, by name. Raises Refused when it is opened, for what is unsafe, locked or damaged."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        self.limits = limits
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN:
            raise damaged() from None
        self._check_entries(len(content))
        self._check_type()

    def _check_entries(self, size: int) -> None:
        entries = self._zip.infolist()
        names = [entry.filename.lower() for entry in entries]
        if len(entries) > self.limits.max_entries:
            raise Refused("zip_bomb", _("the workbook has {n:,} parts, and {most:,} are read").format(n=len(entries), most=self.limits.max_entries), _(UNPACK_REMEDY))
        if len(set(names)) < len(names):
            raise Refused("unsafe_archive", _("the workbook holds two parts of one name, so it is not clear which one counts"), _(UNPACK_REMEDY))
        if any(_is_path_out(entry.orig_filename) for entry in entries):
            raise Refused("unsafe_archive", _("the workbook holds a part whose name leads out of it"), _(UNPACK_REMEDY))
        if any(entry.flag_bits & ENCRYPTED_FLAG for entry in entries):
            raise Refused("encrypted", _("the workbook is locked with a password"), _("save it without a password"))
        unpacked = sum(entry.file_size for entry in entries)
        packed = sum(entry.compress_size for entry in entries)
        if unpacked > self.limits.max_unpacked_megabytes * MEGABYTE:
            raise Refused("zip_bomb", _("the workbook unpacks to far more than a workbook of figures holds: {megabytes:,.0f} MB").format(megabytes=unpacked / MEGABYTE), _(UNPACK_REMEDY))
        if unpacked > self.limits.ratio_from_megabytes * MEGABYTE and unpacked > self.limits.max_ratio * size:
            raise Refused("zip_bomb", _("the workbook unpacks to far more than a workbook of figures holds: {times:,.0f} times its size").format(times=unpacked / size), _(UNPACK_REMEDY))
        if packed > size:
            raise Refused("zip_bomb", _("the parts of the workbook lie over each other"), _(UNPACK_REMEDY))

    def _check_type(self) -> None:
        names = {name.lower() for name in self._zip.namelist()}
        if "mimetype" in names and b"opendocument" in self.read("mimetype"):
            raise refusal_of("ods")
        if "[content_types].xml" not in names:
            raise Refused("wrong_type", _("its name says .xlsx, but it is another packed file"), _("send the workbook itself"))
        if any(name.endswith("workbook.bin") for name in names):
            raise refusal_of("xlsb")
        types = self.read(self.name_of("[content_types].xml")).lower()
        if b"macroenabled" in types or any(re.search(r"vbaproject\.bin|/macrosheets/", name) for name in names):
            raise Refused("macros", _("this workbook holds macros, and programs are not taken in"), _(WITHOUT_MACROS))

    def name_of(self, wanted: str) -> str:
        """The part's name as the archive writes it; names of parts do not tell capital letters from small ones."""
        wanted = wanted.lstrip("/").lower()
        found = next((name for name in self._zip.namelist() if name.lower() == wanted), None)
        if found is None:
            raise damaged(_("the workbook lacks a part that it names ({name})").format(name=wanted[:80]))
        return found

    def has(self, wanted: str) -> bool:
        return any(name.lower() == wanted.lower() for name in self._zip.namelist())

    def read(self, name: str) -> bytes:
        """A small part, whole."""
        if self._zip.getinfo(name).file_size > self.limits.max_part_megabytes * MEGABYTE:
            raise Refused("too_large", _("a part of the workbook is too large ({name})").format(name=name[:80]), _(UNPACK_REMEDY))
        try:
            return self._zip.read(name)
        except BROKEN:
            raise damaged() from None

    def tree(self, wanted: str) -> Element:
        """A small part as XML."""
        content = self.read(self.name_of(wanted))
        try:
            return fromstring(content, forbid_dtd=True)
        except DefusedXmlException:
            raise entities() from None
        except BROKEN:
            raise damaged() from None

    def feed(self, wanted: str, handler: xml.sax.ContentHandler) -> Iterator[None]:
        """Reads a large part piece by piece into the handler, and gives way after each."""
        parser = DefusedExpatParser(forbid_dtd=True)
        parser.setContentHandler(handler)
        try:
            with self._zip.open(self.name_of(wanted)) as part:
                while piece := part.read(CHUNK):
                    parser.feed(piece)
                    yield
            parser.close()
        except DefusedXmlException:
            raise entities() from None
        except BROKEN:
            raise damaged() from None


def entities() -> Refused:
    return Refused("xml_entities", _("the workbook defines texts that unpack themselves, as Excel never does"), _(UNPACK_REMEDY))


def _is_path_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or "\0" in name or ".." in re.split(r"[/\\]", name)
