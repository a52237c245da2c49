"""Every cache of the application. Keys are the release's id and scalars, so a new release needs no clearing. Where the value holds
sentences, the reader's language is one of them (`spoken`)."""

from __future__ import annotations

import gc
import hashlib
import itertools
import json
import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st
from sqlalchemy import Engine
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib import language, words
from lib.assessment import Assessment, assess_all
from lib.cycle import Agency, Decision, Evaluation, FollowUp, Meeting, Stat, Strategy, Topic
from lib.errors import OutcomeStatError, StoreDamaged, StoreForeign, StoreUnavailable
from lib.fairness import Fairness, analyst_table, concentration_of, funnel_of, gap_status, ranking_of
from lib.fairness import fairness as judge_fairness
from lib.intake.known import Known
from lib.intake.loading import known_from_store, utc_text
from lib.log import told
from lib.methods.funnel import Funnel
from lib.methods.inequality import Concentration, Measures
from lib.methods.similar import most_similar
from lib.methods.status import Bands, StatusAnswer
from lib.model import Area, Budget, Framework, GapTarget, Geography, Indicator, NeighborhoodMeasure, Source, TopicBoard
from lib.neighborhoods import (
    AreaFigure,
    Layer,
    Residents,
    Standing,
    city_of,
    layers_of,
    residents_of,
    standing,
    why_missing,
)
from lib.opendata.edition import Edition, read_edition
from lib.roles import Person, Role, require
from lib.settings import (
    ROOT,
    Settings,
    check_framework,
    data_folder,
    database_read_url,
    database_url,
    keeps_what_is_written,
    read_settings,
)
from lib.stat.changes import since as changes_since
from lib.stat.changes.told import Change, Places
from lib.stat.promises import Promise, promises_of
from lib.stat.snapshot import Frozen, from_bytes
from lib.stewardship import Charge, of_indicator, of_measure
from lib.store import batches, build, curve, example, load, meetings, queries
from lib.store import follow_ups as follow_up_store
from lib.store import kept as kept_store
from lib.store.database import open_engine
from lib.store.replica import Replica, open_replica
from lib.ui import people

log = logging.getLogger("outcomestat")
Made = TypeVar("Made")
DATA = data_folder()
SECONDS_BETWEEN_LOOKS = 30
STATIC = ROOT / "static"  # what Streamlit hands out at app/static/


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return read_settings()


@st.cache_resource(show_spinner=False)
def main_engine() -> Engine:
    """The main database, built when it is not there yet. What raises is not cached, so the next visit tries again."""
    opened = open_engine(
        database_url(settings()),
        connect_seconds=settings().store.connect_seconds,
        query_seconds=settings().store.query_seconds,
    )
    kept_store.mark(opened, keeps=keeps_what_is_written(settings()))
    try:
        build.build(opened, DATA, fiscal_year_start_month=settings().fiscal_year.start_month)
    except Exception:
        opened.dispose()
        raise
    return opened


@st.cache_resource(show_spinner=False)
def _replica() -> Replica | None:
    limits = settings().store
    return open_replica(database_read_url(), main_engine(), connect_seconds=limits.connect_seconds, query_seconds=limits.query_seconds)


READS = "_reads"  # the engine of this run


def engine() -> Engine:
    """The store as this run reads it, the same to its end: the staff see the main database, and so at once what they wrote; readers its
    replica, where there is one that answers. What is written goes to the main database, whichever of the two it is given."""
    main, replica = main_engine(), _replica()
    if replica is None or get_script_run_ctx(suppress_warning=True) is None:
        return main
    if READS not in st.session_state:
        st.session_state[READS] = main if people.current_person().roles else replica.or_main()
    return main if replica.is_left_alone else st.session_state[READS]


def takes_writing() -> bool:
    """Whether people may write here: not where it would be lost at the next restart."""
    return keeps_what_is_written(settings())


@st.cache_resource(show_spinner=False)
def warm(_out_of_step: Callable[[], list[str]]) -> None:
    """Once a process: load what the first reader would wait for, then keep the garbage collector away from it. The log names
    Streamlit's colours that do not follow from the city's.

    With these libraries loaded a collection of all garbage costs more than a run. Ours is switched off after a run
    (.streamlit/config.toml, postScriptGC); Python's own still comes.
    """
    import lib.charts.trend  # noqa: F401  plotly, loaded here and not by the first reader of a chart

    if differing := _out_of_step():
        log.warning(".streamlit/config.toml does not follow from [look] in config.toml; `python -m lib.newcity DIR --theme` says what to write: %s", "; ".join(differing))
    gc.collect()
    gc.freeze()


RELEASE = "_release"  # of this run


def begin_run() -> None:
    """Forgets which release the last run showed, and from where; the first question of this run asks the store again."""
    st.session_state.pop(RELEASE, None)
    st.session_state.pop(READS, None)
    _show_what_is_due()


_next_look = 0.0


def _show_what_is_due() -> None:
    """Every half minute: a load whose time has come is shown to readers, and what could not be written before is tried again."""
    global _next_look  # noqa: PLW0603  one clock for the process
    now = time.monotonic()
    if now < _next_look:
        return
    _next_look = now + SECONDS_BETWEEN_LOOKS
    try:
        if build.is_behind(main_engine()) or batches.is_due(main_engine()):
            build.build(main_engine(), DATA, fiscal_year_start_month=settings().fiscal_year.start_month)
    except OutcomeStatError as problem:
        log.error("what is due could not be shown: %s", told(problem))


def release() -> str:
    """The release that this run shows: one small question to the store, and the same answer to the end of the run."""
    if get_script_run_ctx(suppress_warning=True) is None:  # not in a run of a page
        return _shown_release()
    if RELEASE not in st.session_state:
        st.session_state[RELEASE] = _shown_release()
    return st.session_state[RELEASE]


def release_of_this_run() -> str:
    """The release that this run showed so far, without asking the store; "" where it showed none."""
    return st.session_state.get(RELEASE, "")


def _shown_release() -> str:
    """Where the database was taken away, emptied or replaced since the start, it is opened, and if need be built, anew."""
    try:
        return queries.shown_release(engine())
    except (StoreDamaged, StoreForeign, StoreUnavailable):
        main_engine().dispose()
        main_engine.clear()
        _replica.clear()
        if get_script_run_ctx(suppress_warning=True):
            st.session_state.pop(READS, None)
        return queries.shown_release(engine())


def kept(name: str, *scalars: str | bool, make: Callable[[], Made]) -> Made:
    """What `make` gives, made once for each release, framework, day, language, name and scalars. Shared by all readers: do not change it."""
    return _kept(release=release(), as_of=today().isoformat(), spoken=language.current(), name=name, scalars=(framework_id(), *scalars), _make=make)


@st.cache_resource(show_spinner=False, max_entries=2_000)
def _kept(release: str, as_of: str, spoken: str, name: str, scalars: tuple, _make: Callable[[], Any]) -> Any:
    made = _make()
    _count_up()
    return made


_fills = itertools.count(1)


def _count_up() -> None:
    """Keeps the garbage collector away from what is kept, ever more rarely: at the 8th, the 16th, the 32nd … made."""
    number = next(_fills)
    if number >= 8 and number & (number - 1) == 0:
        gc.collect()
        gc.freeze()


def first_language() -> str:
    """The city's: what is written for everybody, such as papers and what is frozen for a meeting, is in it."""
    return settings().language.offered[0]


def today() -> date:
    """The day in the city."""
    return datetime.now(ZoneInfo(settings().city.timezone)).date()


FRAMEWORK = "_framework"  # the id of the framework that this run shows, where it is not the current one; lib/ui/archive.py sets it


def framework_id() -> str:
    """The framework that this run shows: the current one, unless the address names another."""
    chosen = st.session_state.get(FRAMEWORK) if get_script_run_ctx(suppress_warning=True) else None
    return chosen or settings().framework.current


def frameworks() -> dict[str, Framework]:
    """All frameworks by id, those that ended among them."""
    found = _frameworks(release=release())
    check_framework(settings(), found)
    return found


def current_framework() -> Framework:
    """The framework that this run shows."""
    return frameworks()[framework_id()]


@st.cache_resource(show_spinner=False, max_entries=4)
def _frameworks(release: str) -> dict[str, Framework]:
    return queries.frameworks(engine(), release)


@st.cache_resource(show_spinner=False, max_entries=4)
def _geographies(release: str) -> dict[str, Geography]:
    return queries.geographies(engine(), release)


def geographies() -> dict[str, Geography]:
    return _geographies(release=release())


def observations() -> pd.DataFrame:
    """All figures of the framework that this run shows. Shared by all readers: do not change it."""
    return _observations(release=release(), framework_id=framework_id())


def observations_of(indicator: str) -> pd.DataFrame:
    """The figures of one indicator, by its id; no rows where it has none. Shared by all readers: do not change it."""
    return kept("observations", indicator, make=lambda: observations()[observations()["indicator"] == indicator])


@st.cache_resource(show_spinner=False, max_entries=4)
def _observations(release: str, framework_id: str) -> pd.DataFrame:
    return queries.observations(engine(), release, framework_id)


def assessments() -> tuple[Assessment, ...]:
    """What can be said of every indicator, in the framework's order: today, or on the last day of a framework that ended."""
    ended = current_framework().ended
    return _assessments(release=release(), framework_id=framework_id(), as_of=min(today(), ended or today()).isoformat(), spoken=language.current())


@st.cache_resource(show_spinner=False, max_entries=8)
def _assessments(release: str, framework_id: str, as_of: str, spoken: str) -> tuple[Assessment, ...]:
    chosen = settings()
    return assess_all(
        _frameworks(release=release)[framework_id],
        _observations(release=release, framework_id=framework_id),
        as_of=date.fromisoformat(as_of),
        fiscal_year_start_month=chosen.fiscal_year.start_month,
        bands=chosen.status.model_dump(),
        confidence=chosen.projection.confidence,
    )


# Neighborhoods


@st.cache_resource(show_spinner=False, max_entries=4)
def _areas(release: str) -> tuple[Area, ...]:
    return queries.areas(engine(), release)


def areas() -> tuple[Area, ...]:
    """The areas that the city is divided into, in the order of the shapes; none where it has none."""
    return _areas(release=release())


@st.cache_resource(show_spinner=False, max_entries=4)
def _measures(release: str) -> dict[str, NeighborhoodMeasure]:
    return {measure.id: measure for measure in queries.measures(engine(), release)}


def measures() -> dict[str, NeighborhoodMeasure]:
    """What is published by area, by id."""
    return _measures(release=release())


@st.cache_resource(show_spinner=False, max_entries=40)
def _documents(release: str, kind: str) -> dict[str, Any]:
    return queries.documents(engine(), release, kind)


def drawing() -> dict[str, Any]:
    """The shapes of the areas as they are drawn."""
    return _documents(release=release(), kind="drawing").get("", {})


def neighbors() -> dict[str, list[str]]:
    return _documents(release=release(), kind="neighbors").get("", {})


@st.cache_resource(show_spinner=False, max_entries=4)
def _residents(release: str) -> Residents:
    known = _measures(release=release)
    return residents_of([queries.area_observations(engine(), release, measure, groups=False)
                         for measure in settings().equity.population if measure in known])  # fmt: skip


def layers(measure: str) -> tuple[Layer, ...]:
    """Every series of a measure with its figures by area, the newest first."""
    return _layers(release=release(), measure=measure)


@st.cache_resource(show_spinner=False, max_entries=200)
def _layers(release: str, measure: str) -> tuple[Layer, ...]:
    return layers_of(
        _measures(release=release)[measure],
        queries.area_observations(engine(), release, measure, groups=False),
        _areas(release=release),
        city=_frameworks(release=release)[settings().framework.current].geography,
        residents=_residents(release=release),
        spatial=_documents(release=release, kind="spatial"),
        fiscal_year_start_month=settings().fiscal_year.start_month,
    )


def shapes() -> str | dict[str, Any]:
    """Where a browser finds the shapes: a static file, named for its content, so that it is sent once and kept. The shapes
    themselves where the folder cannot be written to."""
    return _shapes(release=release())


@st.cache_resource(show_spinner=False, max_entries=4)
def _shapes(release: str) -> str | dict[str, Any]:
    drawing = _documents(release=release, kind="drawing")[""]
    content = json.dumps(drawing, separators=(",", ":"), ensure_ascii=False).encode()
    name = f"areas-{hashlib.sha256(content).hexdigest()[:12]}.geojson"
    path = STATIC / name
    try:
        if not path.exists():
            partial = path.with_suffix(f".{os.getpid()}")
            partial.write_bytes(content)
            partial.replace(path)
    except OSError as problem:
        log.warning("the shapes go with each map, because %s cannot be written: %s", STATIC, problem)
        return drawing
    return f"app/static/{name}"


@st.cache_resource(show_spinner=False, max_entries=400)
def _fairness(release: str, measure: str, series: str, ranked_by: str, spoken: str) -> Fairness | None:
    layer = next(one for one in _layers(release=release, measure=measure) if one.series.id == series)
    chosen = next(one for one in settings().equity.ranking if one.measure == ranked_by)
    ranked = ranking_of(
        _layers(release=release, measure=ranked_by),
        disadvantaged=chosen.disadvantaged,
        name=chosen.name,
        most=chosen.most,
        least=chosen.least,
        near=layer.latest.end,
    )
    return judge_fairness(layer, ranked, _residents(release=release)) if ranked else None


def fairness(measure: str, series: str, ranked_by: str) -> Fairness | None:
    """What can be said of one series when the areas are ranked by that measure; None where it ranks none."""
    return _fairness(release=release(), measure=measure, series=series, ranked_by=ranked_by, spoken=language.current())


def level_and_gap(ranked_by: str) -> list[tuple[Indicator, Fairness]]:
    """Each indicator that has figures by area, with what happened to its level and its gap."""
    known = measures()
    pairs = [(one, layers(one.neighborhood_measure)) for one in current_framework().indicators if one.neighborhood_measure in known]
    found = [(one, fairness(several[0].measure.id, several[0].series.id, ranked_by)) for one, several in pairs if several]
    return [(one, answer) for one, answer in found if answer]


def gap_targets(found: Fairness, indicator: Indicator | None, ranked_by: str) -> list[tuple[GapTarget, StatusAnswer]]:
    """The targets that the catalogue sets for this gap by this ranking, and how each stands today."""
    aims = [aim for aim in (indicator.gap_targets if indicator else ()) if (aim.series, aim.ranked_by) == (found.layer.series.id, ranked_by)]
    return [(aim, gap_status(found, aim, as_of=today(), bands=Bands(**settings().status.model_dump()))) for aim in aims]


def groups(indicator: Indicator | None) -> dict[str, list[str]]:
    """The dimensions by which the indicator's figures are broken down, each with its groups."""
    if indicator is None:
        return {}
    table = observations()
    own = table[(table["indicator"] == indicator.id) & (table["group"] != "")]
    return {str(dimension): sorted(rows["group"].unique()) for dimension, rows in own.groupby("dimension")}


def concentration(found: Fairness) -> Concentration:
    return concentration_of(found.layer, found.layer.latest, found.ranking, _residents(release=release()), what=found.layer.measure.name.lower())


def funnel(found: Fairness) -> Funnel:
    return funnel_of(found.layer, found.layer.latest, found.ranking, _residents(release=release()))


def analyst(found: Fairness) -> Measures:
    return analyst_table(found.layer, found.layer.latest, found.ranking, _residents(release=release()))


# One neighborhood


def residents_of_area(area: str) -> float:
    """How many people live there by the newest count; NaN where nobody counted."""
    counts = _residents(release=release()).counts
    return next((people[area] for _, people in reversed(counts) if area in people), math.nan)


def standings(area: str) -> list[tuple[Indicator, Standing | None, str]]:
    """Each indicator that is published by area, with how this area stands, or why nothing can be said of it."""
    known = measures()
    return [
        (one, _standing(release=release(), area=area, measure=one.neighborhood_measure, spoken=language.current()), why_missing(several[0], area))
        for one in current_framework().indicators
        if one.neighborhood_measure in known and (several := layers(one.neighborhood_measure))
    ]


@st.cache_resource(show_spinner=False, max_entries=5_000)
def _standing(release: str, area: str, measure: str, spoken: str) -> Standing | None:
    several = _layers(release=release, measure=measure)
    return standing(several[0], area, residents=_residents(release=release)) if several else None


def fact_layers() -> list[Layer]:
    """The series of the measures that a neighborhood's page leads with, each the newest."""
    known = measures()
    return [several[0] for measure in settings().areas.facts if measure in known and (several := layers(measure))]


def facts(area: str) -> list[Standing]:
    found = [_standing(release=release(), area=area, measure=layer.measure.id, spoken=language.current()) for layer in fact_layers()]
    return [one for one in found if one]


def similar(area: str) -> tuple[tuple[tuple[str, float], ...], list[str]]:
    """The areas most like this one with their distances, and the names of what they were compared by."""
    known = measures()
    chosen = [several[0] for measure in settings().areas.similar_by if measure in known and (several := layers(measure))]
    return most_similar(area, [layer.values(layer.latest.label) for layer in chosen]), [layer.measure.name for layer in chosen]


def every_layer() -> list[Layer]:
    return [layer for measure in measures() for layer in layers(measure)]


def compared(areas: Sequence[str]) -> list[tuple[Indicator | None, Layer, list[AreaFigure], tuple[float, bool]]]:
    """For each indicator published by area, and each leading fact: the newest figures of these areas, and the city's."""
    known = measures()
    stands_for = {one.neighborhood_measure: one for one in current_framework().indicators if one.neighborhood_measure in known}
    rows = []
    for measure in dict.fromkeys([*settings().areas.facts, *stands_for]):
        if measure in known and (several := layers(measure)):
            layer = several[0]
            newest = {one.area: one for one in layer.figures[layer.latest.label]}
            rows.append((stands_for.get(measure), layer, [newest[area] for area in areas],
                         city_of(layer, layer.latest, residents=_residents(release=release()))))  # fmt: skip
    return rows


# Loading figures


def known() -> Known:
    """What a file is held against: the figures that readers see."""
    return _known(release=release())


@st.cache_resource(show_spinner=False, max_entries=2)
def _known(release: str) -> Known:
    return known_from_store(engine(), settings())


def loads() -> tuple[batches.Batch, ...]:
    return batches.batches(engine())


def batch_file(batch: str) -> bytes:
    return batches.file_of(engine(), batch)


def undo(batch: str, person: Person) -> None:
    """Takes a load back; see lib.store.load."""
    load.undo(engine(), DATA, batch, person=person, fiscal_year_start_month=settings().fiscal_year.start_month)


def audit_trail(person: Person) -> tuple[batches.AuditEntry, ...]:
    """Everything that people wrote, newest first; for administrators only."""
    require(person, Role.ADMINISTRATOR, language._("The audit trail"))
    return batches.audit_trail(engine())


def city_time(when: datetime) -> str:
    """A time of the city's clock as the store writes it."""
    return utc_text(when.replace(tzinfo=ZoneInfo(settings().city.timezone)))


# Open data


def edition() -> Edition:
    """What is published for others to take: the release that this run shows."""
    shared = kept("edition", make=lambda: read_edition(engine(), settings(), as_of=today(), release=release()))
    return replace(shared, engine=engine())  # its figures are read later, by this run from where it reads


# Money


@st.cache_resource(show_spinner=False, max_entries=4)
def _budget(release: str) -> Budget:
    return queries.budget(engine(), release)


def budget() -> Budget:
    """The amounts by service, their outcomes by year, and the services' measures; empty where the city has none."""
    return _budget(release=release())


# Who answers for what


def charges() -> tuple[Charge, ...]:
    """Every indicator and neighborhood measure as its steward sees it today, in the catalogue's order."""
    return kept("charges", make=_charges)


def _charges() -> tuple[Charge, ...]:
    given = {"as_of": today(), "stale_intervals": settings().status.stale_intervals}
    owners = {one.indicator.neighborhood_measure: one.indicator.owner for one in assessments()}
    by_area = [of_measure(one, layers(key), agency=owners.get(key, ""), **given) for key, one in measures().items()]
    return (*(of_indicator(one, **given) for one in assessments()), *by_area)


@st.cache_resource(show_spinner=False, max_entries=4)
def _sources(release: str) -> tuple[Source, ...]:
    return queries.sources(engine(), release)


def sources() -> tuple[Source, ...]:
    """Who answers for each source, as far as anybody wrote it."""
    return _sources(release=release())


# Topic boards


@st.cache_resource(show_spinner=False, max_entries=4)
def _boards(release: str) -> dict[str, TopicBoard]:
    return {one.id: one for one in queries.boards(engine(), release)}


def boards() -> dict[str, TopicBoard]:
    """All topic boards by id, those that run first; those for staff among them."""
    return _boards(release=release())


@st.cache_resource(show_spinner=False, max_entries=50)
def _board_figures(release: str, board: str) -> pd.DataFrame:
    return queries.board_observations(engine(), release, board)


def board_figures(board: str) -> pd.DataFrame:
    """The figures of a board's own. Shared by all readers: do not change it."""
    return _board_figures(release=release(), board=board)


# The Stat cycle. What people write changes at any moment, so it is read at every run: a few rows.


@st.cache_resource(show_spinner=False, max_entries=4)
def _agencies(release: str) -> tuple[Agency, ...]:
    return queries.agencies(engine(), release)


def agencies() -> tuple[Agency, ...]:
    return _agencies(release=release())


@st.cache_resource(show_spinner=False, max_entries=4)
def _stats(release: str) -> tuple[Stat, ...]:
    return queries.stats(engine(), release)


def every_stat() -> dict[str, Stat]:
    """All Stats by id, the examples among them."""
    return {one.id: one for one in _stats(release=release())}


def stats() -> dict[str, Stat]:
    """The Stats by id; the examples only while the example is loaded."""
    made_up = {one.stat for one in meetings_of_all() if one.example}
    return {key: one for key, one in every_stat().items() if not one.example or key in made_up}


def meetings_of_all() -> tuple[Meeting, ...]:
    """All meetings, the earliest first."""
    return meetings.meetings(engine())


def follow_ups() -> tuple[FollowUp, ...]:
    """All follow-ups, by due date, examples among them."""
    return follow_up_store.follow_ups(engine())


def names_of_agencies() -> frozenset[str]:
    """Names that are no person: of agencies, long and short."""
    return frozenset(name for one in agencies() for name in (one.name, one.short))


@st.cache_resource(show_spinner=False, max_entries=20)
def _frozen(meeting: str, sha256: str, _content: bytes) -> Frozen:
    return from_bytes(_content)


def frozen(meeting: str) -> tuple[Frozen, meetings.Snapshot] | None:
    """What a meeting saw, with when and by whom it was frozen; None before its release."""
    found = meetings.snapshot_of(engine(), meeting)
    return (_frozen(meeting=meeting, sha256=found.sha256, _content=found.content), found) if found else None


def topics(meeting: str) -> tuple[Topic, ...]:
    return meetings.topics(engine(), meeting)


def scores(meeting: str) -> tuple[meetings.Score, ...]:
    return meetings.scores(engine(), meeting)


def residents() -> Residents:
    return _residents(release=release())


def strategies() -> tuple[Strategy, ...]:
    return curve.strategies(engine())


def evaluations() -> tuple[Evaluation, ...]:
    return curve.evaluations(engine())


def decisions() -> tuple[Decision, ...]:
    return curve.decisions(engine())


# For residents


def promises() -> tuple[Promise, ...]:
    """What was promised to residents, as they may see it."""
    outcomes = {key: one.outcome for key, one in every_stat().items() if one.outcome}
    return promises_of(
        follow_ups(),
        today=today(),
        timezone=settings().city.timezone,
        agencies={one.id: one.name for one in agencies()},
        outcome_of=outcomes | {one.id: one.outcome for one in current_framework().indicators},
        names=settings().stat.public_names,
        sites=settings().stat.evidence_sites,
    )


def standard() -> dict[str, Any]:
    """The outside standard as its file has it; {} where the city has none."""
    return _documents(release=release(), kind="standard").get("", {})


def places() -> Places:
    """What ids are called."""
    return Places(current_framework(), measures(), {one.id: one.name for one in areas()}, {key: one.name for key, one in geographies().items()})


def changed_data(since: date, language: str) -> changes_since.Data:
    """What changed in figures, targets and definitions since a day, told in that language."""
    return kept("changes", since.isoformat(), language, make=lambda: changes_since.in_data(
        engine(), since, release=release(), places=places(), timezone=settings().city.timezone))  # fmt: skip


def changed_deeds(since: date) -> tuple[Change, ...]:
    """What people did since a day."""
    return changes_since.in_deeds(engine(), since, today=today(), promises=promises(), places=places(), stats=every_stat(), timezone=settings().city.timezone)


def waiting_figures() -> pd.DataFrame:
    """The figures that are loaded and wait for their time, with when readers see them."""
    now = batches.utc_now()
    several = [one for one in loads() if one.state(now) == "waiting"]
    tables = [batches.batch_figures(engine(), [one.id]).assign(publish_at=one.publish_at) for one in several]
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else batches.batch_figures(engine(), []).assign(publish_at="")


def local_time(utc: str) -> str:
    """A time of the store on the city's clock: Nov 25, 2026, 14:03."""
    when = datetime.fromisoformat(utc).astimezone(ZoneInfo(settings().city.timezone))
    return f"{words.day(when)}, {when:%H:%M}"


@st.cache_resource(show_spinner=False)
def with_example(_load: Callable[[dict[str, Any]], Any]) -> bool:
    """Once a process, where nothing is recorded: the made-up Stat of `data/` is put in by `_load`."""
    content = _documents(release=release(), kind="example").get("", {})
    return bool(content and example.is_wanted(engine()) and _load(content))
