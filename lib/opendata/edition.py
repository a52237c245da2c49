"""What is published: the shown release as it stands on one day, with the tables that people write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from lib.assessment import Assessment, assess_all
from lib.language import SOURCE, use
from lib.model import Area, Budget, Framework, Geography, NeighborhoodMeasure
from lib.opendata import dictionary
from lib.settings import Settings, check_framework, city_folder
from lib.store import published, queries
from lib.store.database import Engine

Made = TypeVar("Made")


def in_source_language(make: Callable[[], Made]) -> Made:
    """What `make` gives when nobody has chosen a language: data is the same for every reader. The caller's language stays."""

    def speak_and_make() -> Made:
        use(SOURCE)
        return make()

    return copy_context().run(speak_and_make)


@dataclass(frozen=True)
class Edition:
    """All that is published of one release on one day, but for the figures, which stay in the store until they are asked for."""

    engine: Engine
    settings: Settings
    release: str
    built_on: date
    as_of: date
    framework: Framework
    places: Mapping[str, Geography]
    areas: tuple[Area, ...]
    boundaries: Mapping[str, Any]  # GeoJSON; {} where there are no areas
    measures: tuple[NeighborhoodMeasure, ...]
    budget: Budget
    assessments: tuple[Assessment, ...]
    sources: str  # what the city wrote about its sources and their licences, as Markdown; "" where it did not

    @property
    def key(self) -> str:
        """What tells one edition from another: the release, the day, the settings, and the columns."""
        said = "\n".join(
            [self.release, self.as_of.isoformat(), self.settings.model_dump_json(), repr(dictionary.FILES)]
        )
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def citation(self) -> str:
        one = self.settings
        return (f"{one.city.name}, {self.framework.name} ({self.framework.period}). {one.city.title}, release {self.release[:12]}, "
                f"as of {self.as_of.isoformat()}.{' ' + one.site.address if one.site.address else ''}")  # fmt: skip


def read_edition(engine: Engine, settings: Settings, *, as_of: date, release: str = "") -> Edition:
    """The release that readers see now, or the one that is named. Raises a store error where the database does not answer or holds none."""
    return in_source_language(lambda: _read(engine, settings, as_of, release or queries.shown_release(engine)))


def _read(engine: Engine, settings: Settings, as_of: date, release: str) -> Edition:
    known = queries.frameworks(engine, release)
    check_framework(settings, known)
    framework = known[settings.framework.current]
    return Edition(
        engine=engine,
        settings=settings,
        release=release,
        built_on=published.built_on(engine, release),
        as_of=as_of,
        framework=framework,
        places=queries.geographies(engine, release),
        areas=queries.areas(engine, release),
        boundaries=queries.documents(engine, release, "boundaries").get("", {}),
        measures=queries.measures(engine, release),
        budget=queries.budget(engine, release),
        assessments=_assess(engine, settings, framework, release, as_of),
        sources=published.about_the_data(city_folder()),
    )


def _assess(engine: Engine, settings: Settings, framework: Framework, release: str, as_of: date) -> tuple[Assessment, ...]:
    return assess_all(
        framework,
        queries.observations(engine, release, framework.id),
        as_of=as_of,
        fiscal_year_start_month=settings.fiscal_year.start_month,
        bands=settings.status.model_dump(),
        confidence=settings.projection.confidence,
    )


def assessments_of(edition: Edition) -> tuple[Assessment, ...]:
    """How each indicator stands, said in the language that is spoken now; an edition's own are in the source's."""
    return _assess(edition.engine, edition.settings, edition.framework, edition.release, edition.as_of)
