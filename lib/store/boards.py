"""Reads the topic boards of `data/boards/`: one file each, with a small table beside it for figures that no framework has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from lib.cycle import Stat
from lib.model import BoardItem, Framework, Indicator, NeighborhoodMeasure, Series, TopicBoard
from lib.store.files import BoardFile, BoardItemEntry
from lib.store.reader import OBSERVATION_COLUMNS, Reader, Subject

OWN_FIGURES = "(boards)"  # in the place of a framework's id, and no id could be written so: the figures of the boards


class BoardReader:
    """Holds what the boards name against what the rest of `data/` has."""

    def __init__(
        self, reader: Reader, *, frameworks: Sequence[Framework], observations: pd.DataFrame, measures: Mapping[str, NeighborhoodMeasure],
        area_observations: pd.DataFrame, places: set[str], stats: Sequence[Stat],
    ) -> None:  # fmt: skip
        self.reader = reader
        self.indicators: dict[str, Indicator] = {one.id: one for framework in frameworks for one in framework.indicators}
        self.cities = {framework.geography for framework in frameworks}
        self.observations = observations
        self.measures = measures
        self.area_observations = area_observations
        self.places = places
        self.stats = {one.id for one in stats}

    def read(self) -> tuple[tuple[TopicBoard, ...], list[pd.DataFrame]]:
        """The boards, those that run first and then by their start; and the tables of their own figures."""
        boards, tables = [], []
        for file in self.reader.files(self.reader.folder / "boards", "*.toml"):
            found = self.board(file)
            if found is not None:
                boards.append(found[0])
                tables.append(found[1])
        for file in self.reader.files(self.reader.folder / "boards", "*.csv"):
            self.reader.taken.add(file)
            if not file.with_suffix(".toml").exists():
                self.reader.report(file, "file name", f"there is no {file.stem}.toml", "write it, or remove the file")
        boards.sort(key=lambda one: (one.ended is not None, -one.started.toordinal(), one.id))
        return tuple(boards), tables

    def board(self, file: Path) -> tuple[TopicBoard, pd.DataFrame] | None:
        """A board with its own figures; None where its file is not laid out as it should be."""
        self.reader.taken.add(file.with_suffix(".csv"))
        content = self.reader.toml_content(file)
        if content is None:
            return None
        entry: BoardFile | None = self.reader.laid_out(file, content, BoardFile)
        subject = self.reader.subject(file, content)
        if entry is None or subject is None:
            return None
        if entry.id != file.stem:
            self.reader.report(file, "id", f"{entry.id!r} is not the file's name", f'write id = "{file.stem}"')
        if entry.stat and entry.stat not in self.stats:
            self.reader.report(file, "stat", f"there is no Stat {entry.stat!r}", 'write the id of one in stats.toml, or stat = ""')
        own = self.own_figures(file, subject)
        for number, item in enumerate(entry.item, start=1):
            if item in entry.item[: number - 1]:
                self.reader.report(file, f"item {number}", f"says again what item {entry.item.index(item) + 1} says", "remove one of the two")
            self.check_item(file, number, item, subject, own)
        plain = entry.model_dump(exclude={"item", "series", "references"})
        items = tuple(BoardItem(**one.model_dump()) for one in entry.item)
        return TopicBoard(**plain, references=tuple(entry.references), items=items, series=subject.series), own.assign(framework=OWN_FIGURES, indicator=entry.id)

    def own_figures(self, file: Path, subject: Subject) -> pd.DataFrame:
        """The figures beside the board. They are of whole places: what is by area or group may count few people, and only the
        files of measures and indicators hide such counts."""
        table = self.reader.observations(file.with_suffix(".csv"), subject, self.places, OBSERVATION_COLUMNS)
        for name in sorted({one.id for one in subject.series if [other.id for other in subject.series].count(one.id) > 1}):
            self.reader.report(file, "series, id", f"{name!r} stands twice", "give each series its own id")
        if len(table) and ((table["group"] != "") | ~table["geography"].isin(self.cities)).any():
            self.reader.report(file.with_suffix(".csv"), "group", "holds figures of a group, or of a part of the city",
                               "keep those in measures/ or with an indicator, where small counts are hidden; here, only the whole city")  # fmt: skip
        return table

    def check_item(self, file: Path, number: int, item: BoardItemEntry, subject: Subject, own: pd.DataFrame) -> None:
        """What an item names must be there, down to a figure."""

        def report(key: str, message: str, remedy: str) -> None:
            self.reader.report(file, f"item {number}, {key}", message, remedy)

        if item.geography and item.geography not in self.places:
            report("geography", f"{item.geography!r} is not in geographies.csv or areas/areas.csv", "write an id that is")
            return
        if item.indicator and item.indicator not in self.indicators:
            report("indicator", f"there is no indicator {item.indicator!r}", "write the id of one")
            return
        if item.measure and item.measure not in self.measures:
            report("measure", f"there is no measures/{item.measure}.toml", "write the id of a measure")
            return
        if item.measure and item.group:
            report("group", "a neighborhood measure has no groups here", "take dimension and group out, or name an indicator")
            return
        known, table, where = self.figures_of(file, item, subject, own)
        series = item.series or (self.indicators[item.indicator].headline if item.indicator else "")
        ids = [one.id for one in known]
        if item.indicator and not series:
            report("series", "is empty, and the indicator has no headline series", f"write one of {', '.join(ids) or '(it has none)'}")
        elif series in subject.unreadable and not (item.indicator or item.measure):
            return
        elif series and series not in ids:
            report("series", f"there is no series {series!r}", f"write one of {', '.join(ids) or '(there are none)'}")
        elif not self.has_a_figure(table, item, series):
            report("group" if item.group else "series", f"{where} has no such figure", "write a series, a geography and a group that it has, or add the figures")

    def figures_of(self, file: Path, item: BoardItemEntry, subject: Subject, own: pd.DataFrame) -> tuple[tuple[Series, ...], pd.DataFrame, str]:
        """The series and the figures among which an item chooses, and the file that they are in."""
        if item.indicator:
            table = self.observations
            return self.indicators[item.indicator].series, table[table["indicator"] == item.indicator], f"observations/{item.indicator}.csv"
        if item.measure:
            table = self.area_observations
            return self.measures[item.measure].series, table[table["measure"] == item.measure], f"measures/{item.measure}.csv"
        return subject.series, own, f"boards/{file.stem}.csv"

    def has_a_figure(self, table: pd.DataFrame, item: BoardItemEntry, series: str) -> bool:
        """Whether there is any row for it, be its value missing. Of a measure for the city any area will do: the city's may be the average of all."""
        own = table[(table["dimension"] == item.dimension) & (table["group"] == item.group)]
        if series:
            own = own[own["series"] == series]
        if item.geography:
            own = own[own["geography"] == item.geography]
        elif not item.measure:
            own = own[own["geography"].isin(self.cities)]
        return len(own) > 0
