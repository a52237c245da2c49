"""From a switched-on source to the store: its answer is loaded as a batch like any file, and taken back like one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import Engine

from lib import words
from lib.errors import LoadRefused, SettingsError
from lib.intake.loading import COLUMNS
from lib.language import _
from lib.model import Area, Geography, NeighborhoodMeasure
from lib.neighborhoods import plain
from lib.roles import Person, Role, require
from lib.settings import Settings, city_folder
from lib.store.load import Loaded, Upload, load
from lib.store.sources.answer import Level, SourceAnswer
from lib.store.sources.census import read_census
from lib.store.sources.context import Context, sources_from
from lib.store.sources.layers import read_area_layer
from lib.store.sources.places import places_of
from lib.store.sources.plan import PlanAnswer, read_performance_plan
from lib.store.sources.settings import Sources
from lib.store.sources.vital_signs import read_vital_signs
from lib.store.sources.vital_signs_workbook import read_vital_signs_workbook

READERS = {"vital_signs": read_vital_signs, "vital_signs_workbook": read_vital_signs_workbook, "census": read_census}
LAYER = "layer."  # and the id of a [[sources.layer]]


def sources_of(settings: Settings) -> Sources:
    """The table [sources] of config.toml. Raises SettingsError that names key and fault."""
    return sources_from(settings.sources)


def names_of(sources: Sources) -> list[str]:
    """The sources that are switched on and that give figures by area."""
    return [name for name in sources.switched_on if name in READERS or name.startswith(LAYER)]


def read_source(
    name: str, settings: Settings, *, areas: Sequence[Area], measures: Sequence[NeighborhoodMeasure], city: Geography
) -> SourceAnswer:
    """What a source says now, or its last good copy. Raises SourceError, and SettingsError for a name that is not switched on."""
    sources = sources_of(settings)
    if name not in names_of(sources):
        known = ", ".join(names_of(sources)) or _("none is switched on in config.toml")
        raise SettingsError(_("There is no source {name!r}; there are: {known}.").format(name=name, known=known))
    context = Context(
        settings=sources,
        root=city_folder(),
        places=places_of(areas, plain=plain, others={city.id: city.id, city.name: city.id}),
        areas=areas,
        measures=measures,
        fiscal_year_start_month=settings.fiscal_year.start_month,
    )
    if name.startswith(LAYER):
        return read_area_layer(context, name.removeprefix(LAYER))
    return READERS[name](context)


def read_plan(settings: Settings) -> PlanAnswer:
    """The City's performance-plan export as it is understood. Its measures are agencies', not neighborhoods': they are
    reported, and stored with the agencies' pages. Raises SourceError."""
    places = places_of((), plain=plain)
    return read_performance_plan(Context(settings=sources_of(settings), root=city_folder(), places=places, areas=(), measures=(),
                                         fiscal_year_start_month=settings.fiscal_year.start_month))  # fmt: skip


def load_answer(
    engine: Engine, folder: Path, answer: SourceAnswer, *, person: Person, settings: Settings, note: str = "", confirmed: bool = False
) -> Loaded:
    """Loads what a source gave. The same figures a second time change nothing.

    Raises LoadRefused where it gave none, and where figures had to be left out, until a person has `confirmed` that.
    """
    require(person, Role.EDITOR, _("Loading figures"))
    left_out = [one for one in answer.problems if one.level is Level.ERROR]
    if left_out and not confirmed:
        refusal = _("The source {source} has {problems} for which figures were left out. Look at them, then confirm. Nothing was changed.")
        raise LoadRefused(refusal.format(source=answer.source, problems=words.count_of(len(left_out), "problem", "problems")))
    if not answer.figures:
        raise LoadRefused(_("The source {source} gave no figure that can be loaded. Nothing was changed.").format(source=answer.source))
    rows = [
        {"framework": "", "subject": one.subject, "lower": one.lower, "upper": one.upper} | {column: getattr(one, column) for column in COLUMNS}
        for one in answer.figures
    ]
    content = json.dumps([asdict(one) for one in answer.figures], default=str, sort_keys=True, indent=0).encode()
    kept = " " + _("The last good copy stood in for the source.") if answer.is_partly_kept else ""
    upload = Upload(rows, content, f"{answer.source}.json", hashlib.sha256(content).hexdigest())
    return load(engine, folder, upload, person=person, note=(note + kept).strip(), fiscal_year_start_month=settings.fiscal_year.start_month)
