"""How much of a file is read before it is refused. config.toml may set these under [intake], by the same names."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Keys of config.toml's [intake] feed the fields of the same name; the defaults hold where it says nothing."""

    max_megabytes: float = 20  # the file as it arrives
    max_unpacked_megabytes: float = 300  # a workbook is a zip archive: all that is in it
    max_entries: int = 2_000  # parts in that archive
    max_ratio: float = 200  # unpacked to packed, where more than `ratio_from_megabytes` come out
    ratio_from_megabytes: float = 20
    max_part_megabytes: float = 8  # a part that is read whole: the list of sheets, the styles
    max_sheets: int = 100
    max_rows: int = 150_000  # rows with content, all sheets together
    max_columns: int = 200  # the last column with content
    max_cells: int = 3_000_000  # cells in the sheets' XML, empty ones with a format too
    max_text_megabytes: float = 100  # all that stands in a workbook's cells together
    max_merged: int = 10_000  # merged ranges, and ranges under a link
    max_suggestions: int = 200  # names that are not known, for which a near one is looked for
    max_cell_characters: int = 2_000
    max_cells_kept_as_they_look: int = 300_000  # up to here the marked workbook keeps its looks; beyond, its cells only
    max_problems: int = 10_000  # listed one by one; the rest is counted
    max_changes: int = 10_000
    header_within_rows: int = 50  # the header is looked for in this many rows with content
