"""From an accepted report to the store, and from the store to what a report is held against."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine

from lib.errors import LoadRefused
from lib.intake.known import MEASURE, Known
from lib.intake.limits import Limits
from lib.intake.report import Figure, Outcome, Report
from lib.language import _
from lib.roles import Person, Role, require
from lib.settings import Settings
from lib.store import queries
from lib.store.load import Loaded, Upload, load

COLUMNS = ("series", "geography", "dimension", "group", "period", "kind", "start", "end", "value", "numerator", "denominator",
           "missing_reason", "provisional", "note")  # fmt: skip


def limits_of(settings: Settings) -> Limits:
    return Limits(max_megabytes=settings.intake.max_megabytes, max_rows=settings.intake.max_rows)


def known_from_store(engine: Engine, settings: Settings) -> Known:
    """What readers see now."""
    release, framework = queries.shown_release(engine), settings.framework.current
    measures = queries.measures(engine, release)
    tables = [queries.area_observations(engine, release, measure.id) for measure in measures]
    filled = [table for table in tables if len(table)]
    return Known(
        framework=queries.frameworks(engine, release)[framework],
        measures=measures,
        areas=queries.areas(engine, release),
        geographies=tuple(queries.geographies(engine, release).values()),
        observations=queries.observations(engine, release, framework),
        area_observations=pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(),
        fiscal_year_start_month=settings.fiscal_year.start_month,
    )


def load_report(
    engine: Engine, folder: Path, report: Report, content: bytes, *, person: Person, settings: Settings, note: str = "", publish_at: str = ""
) -> Loaded:
    """Loads what an accepted report read. Raises LoadRefused for one that was refused, or that changes nothing, and what
    lib.store.load raises."""
    require(person, Role.EDITOR, _("Loading figures"))
    if report.outcome is Outcome.REJECT:
        raise LoadRefused(_("The file was refused. Mend it, and check it again; nothing was changed."))
    if report.changes_nothing:
        raise LoadRefused(_("Every figure of the file is stored already, as it stands there. Nothing was changed."))
    figures = [_row(figure, settings.framework.current) for figure in report.rows]
    upload = Upload(figures, content, report.file, report.sha256)
    return load(engine, folder, upload, person=person, note=note, publish_at=publish_at,
                fiscal_year_start_month=settings.fiscal_year.start_month)  # fmt: skip


def _row(figure: Figure, framework: str) -> dict[str, object]:
    of_measure = figure.kind_of_subject == MEASURE
    about = {"framework": "" if of_measure else framework, "subject": figure.subject, "lower": None, "upper": None}
    return about | {name: getattr(figure, name) for name in COLUMNS}


def utc_text(when: datetime) -> str:
    """A time as the store writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
